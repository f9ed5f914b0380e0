"""Membership: which security groups apply to a machine, by which way, and which rules each group has.

A group is known by a key: the address of the group in the code, what stands for the default group of a network, or,
for a group that the code only names, that name. So rules and machines meet at the same key also where the group
itself is in nobody's code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from snapguard.estate.lineage import LONGEST_CHAIN, describe, named, names_one
from snapguard.estate.machines import Database, Machine
from snapguard.estate.network import Interface, Joint, Networks, Rule, SecurityGroup
from snapguard.findings import Evidence
from snapguard.values import Reference, Unknown, Value


class Link(NamedTuple):
    """That a group applies to something: the key of the group, the steps that say so, and whether it is certain."""

    key: str
    steps: tuple[Evidence, ...]
    certain: bool

    def through(self, step: Evidence, certain: bool) -> Link:
        """The same by way of one more step."""
        return Link(self.key, (*self.steps, step), self.certain and certain)


class Groups:
    """The security groups of a root with their rules, and the keys that values name them by."""

    def __init__(
        self,
        groups: Iterable[SecurityGroup],
        rules: Iterable[Rule],
        networks: Networks,
        default_attributes: frozenset[str],
    ) -> None:
        self._networks = networks
        self._default_attributes = default_attributes
        self._key_of: dict[str, str] = {}
        self._network_of: dict[str, Value] = {}
        self._perhaps: dict[str, list[str]] = {}
        self._keys_by_name: dict[str, list[str]] = {}
        self._rules: dict[str, list[Rule]] = {}
        looked_up: list[SecurityGroup] = []
        for group in groups:
            if group.is_looked_up and group.default_of is None:
                looked_up.append(group)
            else:
                self._add(group)
        for group in looked_up:
            self._identify(group)
        for rule in rules:
            for key, certain in self.keys(rule.group) if rule.group is not None else ():
                if certain:
                    self._rules.setdefault(key, []).append(rule)

    def _add(self, group: SecurityGroup) -> None:
        address = group.resource.address
        key = address if group.default_of is None else self._default_key(group.default_of)
        self._key_of[address] = key
        self._network_of[key] = group.network
        self._rules.setdefault(key, []).extend(group.rules)
        for name in group.names:
            if name.known_text is not None:
                self._keys_by_name.setdefault(name.known_text, []).append(key)

    def _identify(self, group: SecurityGroup) -> None:
        """Find a group that is looked up by its name among those of the code, or know it by its name and network."""
        found = {key: is_sure for name in group.names for key, is_sure in self.keys(name)}
        found = {key: is_sure for key, is_sure in found.items() if not self._is_elsewhere(key, group.network)}
        if len(found) == 1 and all(found.values()):
            (key,) = found
            is_named_only = key not in self._network_of and not group.network.is_absent
            self._key_of[group.resource.address] = f"{key} in {describe(group.network)}" if is_named_only else key
        else:
            self._perhaps[group.resource.address] = list(found)

    def _is_elsewhere(self, key: str, network: Value) -> bool:
        return key in self._network_of and _are_apart(self._network_of[key], network)

    def rules(self, key: str) -> Sequence[Rule]:
        """The rules of a group, those in it first."""
        return self._rules.get(key, ())

    def keys(self, value: Value) -> list[tuple[str, bool]]:
        """The keys of the groups that a value can name, each with whether it is certain that it does."""
        if isinstance(value, Unknown) and value.candidates:
            outcomes = (each for candidate in value.candidates for each in candidate.elements())
            return [(key, False) for outcome in outcomes for key, _ in self.keys(outcome)]
        text = value.known_text
        by_name = [] if text is None else self._keys_by_name.get(text, [])
        if len(by_name) == 1:
            return [(by_name[0], True)]
        steps = list(_inmost_first(value))
        for refs in steps:
            known = [key for key in map(self._key, refs) if key is not None]
            if known:
                return [(key, len(known) == len(refs)) for key in known]
        if text is not None:
            return [(key, not by_name) for key in by_name or [text]]
        perhaps = [key for refs in steps for ref in refs for key in self._perhaps.get(ref.address, ())]
        if perhaps:
            return [(key, False) for key in perhaps]
        return [(f"{ref.address} {ref.attribute}", len(refs) == 1) for refs in steps[:1] for ref in refs]

    def default_of_subnet(self, subnet: Value) -> str:
        """The key of the default group of the network that a subnet lies in; without one, of the default network."""
        for ref in subnet.refs:
            if ref.address in self._networks.of_subnet:
                return self._default_key(self._networks.of_subnet[ref.address])
        return self._default_key(subnet if subnet.is_absent else Unknown("the subnet is not in the code"))

    def _default_key(self, network: Value) -> str:
        if network.is_absent:
            return "default group of the default network"
        for ref in network.refs:
            where = "the default network" if ref.address in self._networks.defaults else ref.address
            return f"default group of {where}"
        return f"default group of {network.known_text or 'an unknown network'}"

    def _key(self, ref: Reference) -> str | None:
        """The key of a group in the code that a reference names."""
        if ref.attribute in self._default_attributes:
            return self._default_key(Unknown("a network", (Reference(ref.address, "id"),)))
        return self._key_of.get(ref.address)


def _are_apart(first: Value, second: Value) -> bool:
    """Whether two values surely name different networks, as far as the code tells them apart."""
    texts = first.known_text, second.known_text
    if None not in texts:
        return texts[0] != texts[1]
    names = [{ref.address for ref in named(value)} for value in (first, second)]
    return all(names) and not names[0] & names[1]


def _inmost_first(value: Value) -> Iterator[Sequence[Reference]]:
    """What an unknown value comes from, and then what it has passed through, such as the groups of a template."""
    if isinstance(value, Unknown) and value.links:
        yield value.links
        yield from ([step.reference] for step in reversed(value.via) if step.reference is not None)
    elif value.refs:
        yield value.refs


class Membership:
    """Which groups apply to the machines and interfaces of a root."""

    def __init__(
        self,
        groups: Groups,
        interfaces: Iterable[Interface],
        joints: Iterable[Joint],
        templates: Callable[[Value], Sequence[Machine]],
    ) -> None:
        self._groups = groups
        self._templates = templates
        self._interfaces: dict[str, Interface] = {}
        self._attached: dict[str, list[tuple[Interface, Evidence, bool]]] = {}
        self._added: dict[str, list[Joint]] = {}
        for interface in interfaces:
            self._interfaces[interface.resource.address] = interface
            for machine in interface.machines:
                self._attach(interface, machine, machine, certain=names_one(machine))
        for joint in joints:
            self._join(joint)

    def _join(self, joint: Joint) -> None:
        if joint.interface is None:
            for ref in named(joint.target):
                self._added.setdefault(ref.address, []).append(joint)
        else:
            for ref in named(joint.interface):
                if ref.address in self._interfaces:
                    interface = self._interfaces[ref.address]
                    certain = joint.resource.exists is True and names_one(joint.target) and names_one(joint.interface)
                    self._attach(interface, joint.target, joint.interface, certain=certain)

    def _attach(self, interface: Interface, machine: Value, at: Value, *, certain: bool) -> None:
        for ref in named(machine):
            text = f"{interface.resource.address} is an interface of {ref.address}"
            step = Evidence(at.place or interface.resource.header, text, True)
            self._attached.setdefault(ref.address, []).append((interface, step, certain))

    def of_machine(self, machine: Machine) -> list[Link]:
        """The groups that apply to a machine: its own, else its template's, else the default; and those added to it."""
        address = machine.resource.address
        links = [*self._set_by(machine, machine.subnet, LONGEST_CHAIN), *self._added_to(address)]
        for interface, step, certain in self._attached.get(address, ()):
            links += [link.through(step, certain) for link in self._of_interface(interface)]
        return links

    def has_interfaces(self, machine: Machine) -> bool:
        """Whether a machine has interfaces that are, or may be, resources of their own."""
        return bool(machine.interfaces) or machine.resource.address in self._attached

    def of_database(self, database: Database) -> list[Link]:
        """The groups that apply to a database: its own, else the default one of its network."""
        if database.groups or database.subnet is None:
            return list(self._named(database.resource.address, database.groups))
        return [Link(self._groups.default_of_subnet(database.subnet), (), True)]

    def _set_by(self, machine: Machine, subnet: Value, depth: int) -> Iterator[Link]:
        address = machine.resource.address
        if machine.groups or machine.interfaces:
            yield from self._named(address, machine.groups)
            yield from self._on_interfaces(address, machine.interfaces)
            return
        templates = self._templates(machine.template) if depth else ()
        for template in templates:
            text = f"{address} starts machines by {template.resource.address}"
            step = Evidence(machine.template.place or machine.resource.header, text, True)
            for link in self._set_by(template, template.subnet if subnet.is_absent else subnet, depth - 1):
                yield link.through(step, certain=len(templates) == 1)
        if machine.template.is_absent:
            yield Link(self._groups.default_of_subnet(subnet), (), True)

    def _named(self, address: str, groups: Sequence[Value]) -> Iterator[Link]:
        for value in groups:
            steps = (Evidence(value.place, f"{address} is in {describe(value)}", True),) if value.place else ()
            for key, certain in self._groups.keys(value):
                yield Link(key, steps, certain)

    def _on_interfaces(self, address: str, values: Sequence[Value]) -> Iterator[Link]:
        for value in values:
            for ref in named(value):
                interface = self._interfaces.get(ref.address)
                if interface is not None:
                    place = value.place or interface.resource.header
                    step = Evidence(place, f"{ref.address} is an interface of {address}", True)
                    for link in self._of_interface(interface):
                        yield link.through(step, names_one(value))

    def _of_interface(self, interface: Interface) -> list[Link]:
        address = interface.resource.address
        links = [*self._named(address, interface.groups), *self._added_to(address)]
        return links if interface.groups else [Link(self._groups.default_of_subnet(interface.subnet), (), True), *links]

    def _added_to(self, address: str) -> Iterator[Link]:
        for joint in self._added.get(address, ()):
            if joint.group is not None:
                place = joint.group.place or joint.resource.header
                step = Evidence(place, f"{joint.resource.address} puts {address} in {describe(joint.group)}", True)
                sure = joint.resource.exists is True and names_one(joint.target)
                for key, certain in self._groups.keys(joint.group):
                    yield Link(key, (step,), certain and sure)
