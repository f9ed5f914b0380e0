"""Exposure: which rules let the world reach something restored, or let that reach the world.

All groups of a machine count together, and all rules of a group: several rules may be the world only between them.
A rule whose ranges, ports or protocol are not known may be an opening; that is told apart from one that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from snapguard.estate.address_ranges import AddressRange, parse_range, world_versions
from snapguard.estate.entities import Entity
from snapguard.estate.lineage import Descent, exists
from snapguard.estate.membership import Groups, Link
from snapguard.estate.network import PrefixList, Rule
from snapguard.findings import Evidence, Finding, Severity, provenance
from snapguard.values import Unknown, Value, fragments

SHOWN_TARGETS = 3
"""How many things behind one opening are told of one by one."""

SHORTEST_NARROW_PREFIX = 8
"""A range whose prefix is at least this long is a small part of the world, whatever its address."""


class Target(NamedTuple):
    """What must not be reached: the entity, how it was restored, and the groups that apply to it."""

    entity: Entity
    descent: Descent
    links: Sequence[Link]

    @property
    def certain(self) -> bool:
        """Whether it is certain that it will exist and be restored."""
        return self.descent.certain and exists(self.entity)


class Opening(Entity):
    """A rule, or several between them, through which the world and something restored reach each other.

    `rule` is the one that it stands on, `others` those that it needs beside it; `targets` are what it applies to, each
    with the link by which it does; `audience` says who is let in ("all IPv4 addresses").
    """

    __slots__ = ("audience", "certain", "others", "rule", "targets")

    def __init__(
        self,
        rule: Rule,
        others: Sequence[Rule],
        audience: str,
        targets: Sequence[tuple[Target, Link]],
        *,
        certain: bool,
    ) -> None:
        super().__init__(rule.resource)
        self.rule = rule
        self.others = tuple(others)
        self.audience = audience
        self.targets = targets
        self.certain = certain

    @property
    def subject(self) -> str:
        """What it applies to, by address; of many the first."""
        addresses = list(dict.fromkeys(target.entity.resource.address for target, _ in self.targets))
        more = f" and {len(addresses) - 1} more" if len(addresses) > 1 else ""
        return f"{addresses[0]}{more}"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All the rules that it takes."""
        return (self.rule, *self.others)

    def lets_through(self, *ports: int) -> bool:
        """Whether the rule certainly lets traffic to all of the TCP ports through."""
        return all(lets_through(self.rule, port) for port in ports)

    @property
    def is_for_all_ports(self) -> bool:
        """Whether the rule lets everything through, so that it singles out nothing."""
        return self.lets_through(0, 65535)

    def explained(self, message: str, severity: Severity | None = None) -> Finding:
        """A finding on the rule, with the way from it to the copy as evidence."""
        sources = [*self.rule.ranges, *self.rule.prefix_lists]
        written = self.rule.span or next((value.place for value in sources if value.place is not None), None)
        certain = self.certain and all(map(exists, self.others))
        return self.finding(
            message,
            written,
            evidence=dict.fromkeys(self._evidence()),
            certain=certain and any(target.certain and link.certain for target, link in self.targets),
            severity=severity,
        )

    def _evidence(self) -> Iterator[Evidence]:
        for value in (*self.rule.ranges, *self.rule.prefix_lists):
            yield from provenance(value)
        for rule in self.others:
            yield Evidence(rule.span or rule.resource.header, f"{rule.resource.address} is open to more of the world")
        first = sorted(self.targets, key=lambda found: not (found[0].certain and found[1].certain))
        for target, link in first[:SHOWN_TARGETS]:
            yield from link.steps
            yield from target.descent.steps
        for target, _ in first[SHOWN_TARGETS : SHOWN_TARGETS + 1]:
            resource = target.entity.resource
            count = len(first) - SHOWN_TARGETS
            yield Evidence(resource.header, f"so is {resource.address}" + f" and {count - 1} more" * (count > 1))


def lets_through(rule: Rule, port: int) -> bool | None:
    """Whether a rule lets TCP traffic to a port through; None where it can't be told.

    Protocols are names in any case or numbers (6 is TCP, -1 everything, with the ports ignored); with other protocols
    the port fields mean something else. A TCP rule without ports is refused by EC2, so nobody can tell what it becomes.
    """
    is_everything = rule.protocol.verdict(lambda name: str(name).lower() in {"-1", "all"})
    if is_everything is not False:
        return is_everything
    is_tcp = rule.protocol.verdict(lambda name: str(name).lower() in {"tcp", "6"})
    begins = rule.from_port.verdict(lambda first: _at_most(first, port), absent=None)
    ends = rule.to_port.verdict(lambda last: _at_most(port, last), absent=None)
    if False in (is_tcp, begins, ends):
        return False
    return True if is_tcp and begins and ends else None


def _at_most(first: Any, second: Any) -> bool:
    try:
        return int(first) <= int(second)
    except (TypeError, ValueError):
        return False


class _Reach(NamedTuple):
    """What a rule lets through: the ranges that are known, and whether it may be the world besides.

    `is_certain` says that it applies to one of the ports that are asked for, `is_whole` that it does to all.
    """

    rule: Rule
    ranges: Sequence[AddressRange]
    is_certain: bool
    is_whole: bool
    may_be_world: bool


class Exposure:
    """The openings of a root to the world."""

    def __init__(
        self,
        groups: Groups,
        prefix_lists: Iterable[PrefixList],
        is_narrow: Callable[[str], bool],
        trusted: Iterable[str] = (),
    ) -> None:
        self._groups = groups
        self._is_narrow = is_narrow
        self._trusted = [block for block in map(parse_range, trusted) if block is not None]
        self._lists: dict[str, list[PrefixList]] = {}
        for each in prefix_lists:
            addresses = [each.resource.address] if each.owner is None else [ref.address for ref in each.owner.refs]
            for address in addresses:
                self._lists.setdefault(address, []).append(each)

    def openings(self, targets: Iterable[Target], ports: Sequence[int], *, is_egress: bool = False) -> list[Opening]:
        """The rules by which the world reaches any of the TCP ports of the targets, or they reach it in the world."""
        by_key: dict[str, list[tuple[Target, Link]]] = {}
        by_keys: dict[tuple[str, ...], list[tuple[Target, Link]]] = {}
        for target in targets:
            links = {link.key: link for link in reversed(target.links)}
            for link in links.values():
                by_key.setdefault(link.key, []).append((target, link))
            if links:
                by_keys.setdefault(tuple(sorted(links)), []).append((target, target.links[0]))
        reaches = {key: list(self._reaches(key, ports, is_egress)) for key in by_key}
        found = [opening for key in by_key for opening in self._alone(reaches[key], by_key[key])]
        for keys, behind in by_keys.items():
            found += self._together([reach for key in keys for reach in reaches[key]], behind)
        return found

    def _alone(self, reaches: Sequence[_Reach], behind: Sequence[tuple[Target, Link]]) -> Iterator[Opening]:
        """The rules of a group that are openings by themselves."""
        for reach in reaches:
            versions = world_versions(reach.ranges, self._trusted)
            if versions:
                yield Opening(reach.rule, (), _audience(versions), behind, certain=reach.is_certain)
            elif reach.may_be_world:
                yield Opening(reach.rule, (), "addresses that the code does not tell", behind, certain=False)

    def _together(self, reaches: Sequence[_Reach], behind: Sequence[tuple[Target, Link]]) -> Iterator[Opening]:
        """The openings that several rules are only between them."""
        alone = {version for each in reaches if each.is_certain for version in self._world(each)}
        parts = [reach for reach in reaches if reach.is_certain and reach.is_whole and reach.ranges]
        for version in self._world(*parts):
            if version not in alone:
                needed = self._needed(parts, version)
                rules = [reach.rule for reach in needed]
                yield Opening(rules[0], rules[1:], _audience([version]), behind, certain=True)

    def _world(self, *reaches: _Reach) -> list[int]:
        return world_versions([block for reach in reaches for block in reach.ranges], self._trusted)

    def _needed(self, reaches: Sequence[_Reach], version: int) -> list[_Reach]:
        """A set of rules none of which can be left out."""
        needed = list(reaches)
        for reach in reversed(reaches):
            rest = [other for other in needed if other is not reach]
            if version in self._world(*rest):
                needed = rest
        return needed

    def _reaches(self, key: str, ports: Sequence[int], is_egress: bool) -> Iterator[_Reach]:
        for rule in self._groups.rules(key):
            if rule.is_egress is (not is_egress):
                continue
            answers = [lets_through(rule, port) for port in ports]
            if any(answer is not False for answer in answers):
                is_certain = True in answers and rule.is_egress is not None and exists(rule)
                ranges: list[AddressRange] = []
                may_be_more = False
                for value in (*rule.ranges, *self._listed(rule)):
                    found, is_open_ended = self._ranges(value)
                    ranges += found
                    may_be_more |= is_open_ended
                yield _Reach(rule, ranges, is_certain, all(answers), may_be_more)

    def _listed(self, rule: Rule) -> Iterator[Value]:
        """The ranges of the prefix lists that a rule names; the name itself for a list that is not in the code."""
        for value in rule.prefix_lists:
            lists = [found for ref in value.refs for found in self._lists.get(ref.address, ())]
            for found in lists:
                yield from found.ranges
            if not lists:
                yield Unknown("the prefix list is not in the code", span=value.span)

    def _ranges(self, value: Value) -> tuple[list[AddressRange], bool]:
        """The ranges that a value certainly stands for, and whether it may stand for the world besides."""
        if isinstance(value, Unknown):
            return self._unknown_ranges(value)
        block = parse_range(value.known_text or "")
        return ([] if block is None else [block]), False

    def _unknown_ranges(self, value: Unknown) -> tuple[list[AddressRange], bool]:
        if not value.candidates:
            return [], not (_has_long_prefix(value) or any(self._is_narrow(ref.address) for ref in value.refs))
        worlds = []
        for candidate in value.candidates:
            found = [self._ranges(element) for element in candidate.elements()]
            ranges = [block for blocks, _ in found for block in blocks]
            worlds.append((ranges, bool(world_versions(ranges, self._trusted)), any(more for _, more in found)))
        if all(is_world for _, is_world, _ in worlds):
            return worlds[0][0], False
        return [], any(is_world or more for _, is_world, more in worlds)


def _audience(versions: Sequence[int]) -> str:
    return " and ".join(f"all IPv{version}" for version in versions) + " addresses"


def _has_long_prefix(value: Unknown) -> bool:
    """Whether a text put together from unknown parts ends in a prefix length that leaves little of the world."""
    if value.parts is None:
        return False
    last = list(fragments(value))[-1:]
    text = last[0] if last and isinstance(last[0], str) else ""
    length = text.rpartition("/")[2] if "/" in text else ""
    return length.isdigit() and int(length) >= SHORTEST_NARROW_PREFIX
