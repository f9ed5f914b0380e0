"""What keeps the internet from a machine or database, whatever its groups let in.

Only what the code shows is told: a missing address, subnet or list may always be given by somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from snapguard.estate.address_ranges import AddressRange, Interval, parse_range, subtract, world_versions
from snapguard.estate.entities import Entity
from snapguard.estate.lineage import describe, exists, named
from snapguard.estate.machines import Database, Machine
from snapguard.estate.network import AccessEntry, Joined, Rule, Surroundings, port_number
from snapguard.estate.openings import lets_through
from snapguard.findings import Evidence
from snapguard.resources import Resource
from snapguard.values import Known, Value, is_false


class Shelter(NamedTuple):
    """One thing that keeps the internet out, for the versions of IP that it holds for."""

    evidence: Evidence
    versions: frozenset[int]


Owned = TypeVar("Owned")
IPV4 = frozenset({4})
BOTH = frozenset({4, 6})


class Shelters:
    """The shelters of a root.

    `find` finds the resource at an address, `templates` the templates that a name can stand for; `has_interfaces` says
    whether a machine has interfaces that are resources of their own, which bring their own subnets and addresses.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        find: Callable[[str], Resource | None],
        templates: Callable[[Value], Sequence[Machine]],
        has_interfaces: Callable[[Machine], bool],
    ) -> None:
        self._find = find
        self._surroundings = surroundings
        self._receivers = {self._address(value) for value in surroundings.addressed}
        self._templates = templates
        self._has_interfaces = has_interfaces
        self._routes = self._by_owner((route.table, route.is_inward) for route in surroundings.routes)
        self._entries = self._by_owner((entry.owner, entry) for entry in surroundings.entries)
        self._tables = self._owners(surroundings.tables_of)
        self._lists = self._owners(surroundings.lists_of)

    def of(self, entity: Entity, ports: Sequence[int]) -> Iterator[Shelter]:
        """What keeps the internet from the TCP ports of a machine or database."""
        if isinstance(entity, Machine):
            yield from self._of_machine(entity, ports)
        elif isinstance(entity, Database) and entity.public.span is not None and entity.public.verdict(is_false):
            yield Shelter(_shown(entity, entity.public, "is not publicly accessible"), BOTH)

    def _of_machine(self, machine: Machine, ports: Sequence[int]) -> Iterator[Shelter]:
        if self._has_interfaces(machine):
            return
        flags = self._public_flags(machine)
        if flags and all(flag.verdict(is_false) for flag in flags) and not self._may_be_addressed(machine):
            yield Shelter(_shown(machine, flags[0], "has no public IPv4 address"), IPV4)
        if not flags and self._are_unaddressed(machine.subnets) and not self._may_be_addressed(machine):
            text = f"{describe(machine.subnet)} gives no public IPv4 addresses"
            yield Shelter(Evidence(machine.subnet.place or machine.resource.header, text), IPV4)
        if machine.subnets and all(self._is_private(subnet) for subnet in machine.subnets):
            text = f"{describe(machine.subnet)} has no route to an internet gateway"
            yield Shelter(Evidence(machine.subnet.place or machine.resource.header, text), BOTH)
        closed = [self._closed(subnet, ports) for subnet in machine.subnets]
        versions = frozenset.intersection(*closed) if closed else frozenset()
        if versions:
            text = f"the access list of {describe(machine.subnet)} does not let the world in"
            yield Shelter(Evidence(machine.subnet.place or machine.resource.header, text), versions)

    def _are_unaddressed(self, subnets: Sequence[Value]) -> bool:
        """Whether all of the subnets are of the code and say that they give no public addresses."""
        return bool(subnets) and all(self._address(each) in self._surroundings.unaddressed for each in subnets)

    def _public_flags(self, machine: Machine) -> Sequence[Value]:
        if machine.public or machine.groups:
            return machine.public
        return [flag for template in self._templates(machine.template) for flag in template.public]

    def _may_be_addressed(self, machine: Machine) -> bool:
        """Whether an address may be given to the machine: for certain not only where all go to other machines."""
        return not self._receivers.isdisjoint({"", machine.resource.address})

    def _is_private(self, subnet: Value) -> bool:
        table = self._tables.get(self._address(subnet))
        if table not in self._surroundings.tables or "" in self._routes:
            return False
        return all(self._routes.get(table or "", ()))

    def _closed(self, subnet: Value, ports: Sequence[int]) -> frozenset[int]:
        """The versions of IP for which the access list of a subnet lets the world in on none of the ports."""
        owner = self._lists.get(self._address(subnet))
        if owner not in self._surroundings.lists or "" in self._entries:
            return frozenset()
        let_in: list[AddressRange] = []
        denied: dict[int, list[Interval]] = {4: [], 6: []}
        for entry in _in_order(self._entries.get(owner or "", ())):
            rule = entry.rule
            blocks = [parse_range(value.known_text or "") for value in rule.ranges]
            known = [block for block in blocks if block is not None]
            if entry.denies:
                if exists(rule) and all(lets_through(rule, port) for port in ports):
                    for block in known:
                        denied[block.version].append((block.low, block.high))
            elif _may_let_through(rule, ports):
                if len(known) < len(blocks):
                    return frozenset()
                for version, low, high in known:
                    left = subtract([(low, high)], denied[version])
                    let_in += [AddressRange(version, *interval) for interval in left]
        return BOTH.difference(world_versions(let_in, ()))

    def _address(self, owner: str | Value) -> str:
        """The address of the resource that a value names; empty where it can't be told."""
        if isinstance(owner, str):
            return owner
        addresses = {ref.address for ref in named(owner)}
        address = addresses.pop() if len(addresses) == 1 else ""
        return address if address and self._find(address) is not None else ""

    def _by_owner(self, owned: Iterable[tuple[str | Value, Owned]]) -> Mapping[str, Sequence[Owned]]:
        """What each table or list holds; what belongs to nobody knows which stands under the empty address."""
        found: dict[str, list[Owned]] = {}
        for owner, each in owned:
            found.setdefault(self._address(owner), []).append(each)
        return found

    def _owners(self, joined: Iterable[Joined]) -> Mapping[str, str]:
        """The table or list of each subnet, by its address; empty where there is no telling."""
        found = {"": ""}
        for each in joined:
            subnet, owner = self._address(each.subnet), self._address(each.owner)
            found[subnet] = owner if found.get(subnet, owner) == owner else ""
        return found


def _shown(entity: Entity, value: Value, fact: str) -> Evidence:
    return Evidence(value.place or entity.resource.header, f"{entity.resource.address} {fact}")


def _in_order(entries: Sequence[AccessEntry]) -> Sequence[AccessEntry]:
    """The entries in the order in which they are tried; where that can't be told, those that deny come last."""
    numbers = [port_number(entry.number.value) if isinstance(entry.number, Known) else None for entry in entries]
    known = [number for number in numbers if number is not None]
    if len(known) < len(entries):
        return sorted(entries, key=lambda entry: entry.denies)
    return [entries[at] for at in sorted(range(len(entries)), key=known.__getitem__)]


def _may_let_through(rule: Rule, ports: Sequence[int]) -> bool:
    return any(lets_through(rule, port) is not False for port in ports)
