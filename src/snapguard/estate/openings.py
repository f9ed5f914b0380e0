"""Openings: rules through which the world and something restored reach each other, with what stands behind them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from snapguard.estate.entities import Entity
from snapguard.estate.lineage import Descent, exists, short_name
from snapguard.estate.machines import Machine
from snapguard.estate.membership import Link
from snapguard.estate.network import EVERY_PROTOCOL, TCP, Rule, port_number
from snapguard.findings import Evidence, Finding, Severity, provenance
from snapguard.lazy import lazy
from snapguard.values import Reference

if TYPE_CHECKING:
    from snapguard.estate.shelters import Shelter

SHOWN_TARGETS = 3
"""How many things behind one opening are told of one by one."""


class Target(NamedTuple):
    """What must not be reached: the entity, how it was restored, and the groups that apply to it."""

    entity: Entity
    descent: Descent
    links: Sequence[Link]

    @property
    def certain(self) -> bool:
        """Whether it is certain that it will exist and be restored."""
        return self.descent.certain and exists(self.entity)


class Reached:
    """What a group, or several, apply to, each with the link by which they do: shared by many openings.

    `targets` has those first that are certain; `sheltered` tells what keeps the internet from one of them.
    """

    def __init__(
        self, targets: Sequence[tuple[Target, Link]], sheltered: Callable[[Entity], Iterable[Shelter]]
    ) -> None:
        self.targets = sorted(targets, key=lambda found: not (found[0].certain and found[1].certain))
        self._sheltered = sheltered
        self._shelters: dict[tuple[int, ...], Sequence[Evidence]] = {}

    @lazy
    def subject(self) -> str:
        """What is reached, by name; of many the first. The same for all instances of a block, so that they merge."""
        names = list(dict.fromkeys(short_name(target.entity.resource) for target, _ in self.targets))
        return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"

    def are_all_in(self, key: str) -> bool:
        """Whether another group surely applies to all of them as well."""
        return all(any(link.key == key and link.certain for link in target.links) for target, _ in self.targets)

    @property
    def certain(self) -> bool:
        """Whether it is certain that any of them is reached."""
        target, link = self.targets[0]
        return target.certain and link.certain

    def shelters(self, versions: tuple[int, ...]) -> Sequence[Evidence]:
        """What keeps the internet of the versions of IP from it; nothing where that gets at any of them."""
        if versions not in self._shelters:
            self._shelters[versions] = self._find_shelters(versions) if versions else ()
        return self._shelters[versions]

    def _find_shelters(self, versions: tuple[int, ...]) -> Sequence[Evidence]:
        found: list[Evidence] = []
        for target, _ in self.targets:
            shelters = [each for each in self._sheltered(target.entity) if each.versions.issuperset(versions)]
            if not shelters:
                return []
            found += [each.evidence for each in shelters]
        return found[:SHOWN_TARGETS]

    @lazy
    def steps(self) -> Sequence[Evidence]:
        """The way from the group to the copy behind each; of many the first are told, and the first one leads on."""
        steps: list[Evidence] = []
        for target, link in self.targets[:SHOWN_TARGETS]:
            way = [*link.steps, *target.descent.steps]
            steps += [step._replace(is_step=False) for step in way if step not in steps] if steps else way
        for target, _ in self.targets[SHOWN_TARGETS : SHOWN_TARGETS + 1]:
            resource = target.entity.resource
            count = len(self.targets) - SHOWN_TARGETS
            steps.append(
                Evidence(resource.header, f"so is {resource.address}" + f" and {count - 1} more" * (count > 1))
            )
        return steps


class Opening(Entity):
    """A rule, or several between them, through which the world and something restored reach each other.

    It stands on the first of its `rules`; `reached` is what they apply to, and `versions` are those of IP of which all
    addresses are let in, none where the code does not tell who is. It is `certain` where the rules are known to do so.
    `between` is a machine by way of which the world gets there, with the steps that say so.
    """

    __slots__ = ("between", "certain", "reached", "rules", "versions")

    def __init__(
        self,
        rules: Sequence[Rule],
        versions: Sequence[int],
        reached: Reached,
        *,
        certain: bool,
        between: tuple[Machine, Link] | None = None,
    ) -> None:
        super().__init__(rules[0].resource)
        self.rules = tuple(rules)
        self.versions = tuple(versions)
        self.reached = reached
        self.certain = certain
        self.between = between

    @property
    def audience(self) -> str:
        """Who is let in: `all IPv4 addresses`."""
        if not self.versions:
            return "addresses that the code does not tell"
        everyone = " and ".join(f"all IPv{version}" for version in self.versions) + " addresses"
        way = "" if self.between is None else f" by way of {short_name(self.between[0].resource)}"
        return everyone + way

    @property
    def subject(self) -> str:
        """What it applies to, by name; of many the first."""
        return self.reached.subject

    def lets_through(self, *ports: int) -> bool:
        """Whether its rules certainly let traffic to all of the TCP ports through."""
        return all(lets_through(rule, port) for rule in self.rules for port in ports)

    @property
    def is_for_all_ports(self) -> bool:
        """Whether it lets everything through, so that it singles out nothing."""
        return self.lets_through(0, 65535)

    def explained(self, message: str, severity: Severity) -> Finding:
        """A finding on the rule, with the way from it to the copy as evidence.

        It is one step less severe than `severity` where something else keeps the world out, or where the world has to
        go by way of another machine.
        """
        first, *others = self.rules
        sources = [*first.ranges, *first.prefix_lists] or first.sources
        written = first.span or next((value.place for value in sources if value.place is not None), None)
        steps = [step for value in sources for step in provenance(value)]
        steps += [Evidence(rule.span or rule.resource.header, self._adds(rule), is_step=True) for rule in others]
        if self.between is not None:
            steps += self.between[1].steps
        shelters = self.reached.shelters(self.versions)
        return self.finding(
            message,
            written,
            evidence=dict.fromkeys([*steps, *self.reached.steps, *shelters]),
            certain=self.certain and self.reached.certain and all(map(exists, others)),
            severity=severity.lowered() if shelters or self.between is not None else severity,
        )

    def _adds(self, rule: Rule) -> str:
        """What a rule beside the first one does."""
        what = "open to more of the world" if self.between is None else "open to the world"
        return f"{rule.resource.address} is {what}"


def lets_through(rule: Rule, port: int) -> bool | None:
    """Whether a rule lets TCP traffic to a port through; None where it can't be told.

    Protocols are names in any case or numbers (6 is TCP, -1 everything, with the ports ignored); with other protocols
    the port fields mean something else. A TCP rule without ports is refused by EC2, so nobody can tell what it becomes.
    """
    if rule.tcp_ports is not None:
        first, last = rule.tcp_ports
        return first <= port <= last
    is_everything = rule.protocol.verdict(lambda name: str(name).lower() in EVERY_PROTOCOL)
    if is_everything is not False:
        return is_everything
    is_tcp = rule.protocol.verdict(lambda name: str(name).lower() in TCP)
    begins = rule.from_port.verdict(lambda first: _at_most(first, port), absent=None)
    ends = rule.to_port.verdict(lambda last: _at_most(port, last), absent=None)
    if False in (is_tcp, begins, ends):
        return False
    return True if is_tcp and begins and ends else None


def lets_through_to(rule: Rule, own_ports: Collection[Reference]) -> bool:
    """Whether a rule surely lets TCP traffic to a port through of which all that is known is what stands for it.

    So it is with the port that a database is given only when it is made, where the rule takes it from there.
    """
    if not own_ports:
        return False
    ends = rule.from_port.refs, rule.to_port.refs
    is_named = all(refs and all(ref in own_ports for ref in refs) for refs in ends)
    return is_named and rule.protocol.verdict(lambda name: str(name).lower() in TCP) is True


def _at_most(first: Any, second: Any) -> bool:
    low, high = port_number(first), port_number(second)
    return low is not None and high is not None and low <= high
