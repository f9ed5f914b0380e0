"""Exposure: which rules let the world reach something restored, or let that reach the world.

All groups of a machine count together, and all rules of a group: several rules may be the world only between them.
A rule whose ranges, ports or protocol are not known may be an opening; that is told apart from one that is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from snapguard.estate.address_ranges import (
    AddressRange,
    parse_range,
    public_addresses,
    public_size,
    subtract,
    world_versions,
)
from snapguard.estate.entities import Entity
from snapguard.estate.lineage import exists, named, names_one
from snapguard.estate.machines import Database, Machine
from snapguard.estate.membership import Groups, Link
from snapguard.estate.network import PrefixList, Rule
from snapguard.estate.openings import Opening, Reached, Target, lets_through, lets_through_to
from snapguard.values import ABSENT, Reference, Unknown, Value, fragments

if TYPE_CHECKING:
    from snapguard.estate.shelters import Shelter

NARROW_PREFIXES = frozenset(str(length) for length in range(8, 129))
"""A range with a prefix length of these is a small part of the world, whatever its address."""


class Behind(NamedTuple):
    """What stands behind the rules of each group, and behind those of each set of groups that apply together."""

    groups: Mapping[str, Sequence[tuple[Target, Link]]]
    sets: Mapping[tuple[str, ...], Sequence[tuple[Target, Link]]]


def behind(targets: Iterable[Target]) -> Behind:
    """What stands behind which groups, for any number of questions."""
    groups: dict[str, list[tuple[Target, Link]]] = {}
    sets: dict[tuple[str, ...], list[tuple[Target, Link]]] = {}
    for target in targets:
        links = _by_key(target.links)
        for key, link in links.items():
            groups.setdefault(key, []).append((target, link))
        if links:
            sets.setdefault(tuple(links), []).append((target, _joined(links.values())))
    return Behind(groups, sets)


class _Question(NamedTuple):
    """What is asked of rules: which of them let traffic to any of the ports through, in or out.

    With `one_of` just one of the ports is listened on, and nobody can tell which; `own_ports` stand for that one.
    """

    ports: tuple[int, ...]
    is_egress: bool = False
    one_of: bool = False
    own_ports: frozenset[Reference] = frozenset()

    def about(self, members: Iterable[tuple[Target, Link]]) -> _Question:
        """The same question about what a group applies to."""
        if not self.one_of:
            return self
        databases = (target.entity for target, _ in members if isinstance(target.entity, Database))
        return self._replace(own_ports=frozenset(ref for database in databases for ref in database.own_port))


class _Reach(NamedTuple):
    """What a rule lets through: the ranges that are known, and whether it may be the world besides.

    `is_certain` says that it applies to one of the ports that are asked for, `is_whole` that it does to all; `world`
    are the versions of IP of which the ranges are all addresses.
    """

    rule: Rule
    ranges: Sequence[AddressRange]
    world: Sequence[int]
    is_certain: bool
    is_whole: bool
    may_be_world: bool


class _Reaches(NamedTuple):
    """What the rules of a group let through: `parts` are those that count together with others.

    `sizes` is how many addresses of each version of IP the parts hold, counting those twice that several hold.
    """

    each: Sequence[_Reach]
    parts: Sequence[_Reach]
    sizes: Mapping[int, int]


def _reaches(each: Sequence[_Reach]) -> _Reaches:
    parts = [reach for reach in each if reach.is_certain and reach.is_whole and reach.ranges]
    sizes = {4: 0, 6: 0}
    for part in parts:
        for block in part.ranges:
            sizes[block.version] += block.high - block.low + 1
    return _Reaches(each, parts, sizes)


class Exposure:
    """The openings of a root to the world; `narrow` are the addresses of what names ranges that can't be that.

    `sheltered` tells what keeps the internet from something on some ports, `inhabitant` a machine that is in a group.
    """

    def __init__(
        self,
        groups: Groups,
        prefix_lists: Iterable[PrefixList],
        narrow: Collection[str],
        sheltered: Callable[[Entity, Sequence[int]], Iterable[Shelter]],
        inhabitant: Callable[[str], tuple[Machine, Link] | None],
        trusted: Iterable[str] = (),
    ) -> None:
        self._sheltered = sheltered
        self._inhabitant = inhabitant
        self._groups = groups
        self._narrow = narrow
        self._known: dict[tuple[str, _Question], _Reaches] = {}
        self._trusted = tuple(block for block in map(parse_range, trusted) if block is not None)
        self._lists: dict[str, list[PrefixList]] = {}
        for each in prefix_lists:
            addresses = [each.resource.address] if each.owner is None else [ref.address for ref in named(each.owner)]
            for address in addresses:
                self._lists.setdefault(address, []).append(each)

    def openings(
        self, behind: Behind, ports: Sequence[int], *, is_egress: bool = False, one_of: bool = False
    ) -> list[Opening]:
        """The rules by which the world reaches any of the TCP ports of the targets, or they reach it in the world.

        With `one_of` the targets are databases that listen on one of the ports, and nobody can tell which: a rule is
        then an opening for certain only where it lets through to all of them, or to the one, by naming the database.
        """
        question = _Question(tuple(ports), is_egress, one_of)
        known: dict[Entity, Sequence[Shelter]] = {}

        def sheltered(entity: Entity) -> Sequence[Shelter]:
            if entity not in known:
                known[entity] = () if is_egress else tuple(self._sheltered(entity, ports))
            return known[entity]

        reaches = {key: self._reaches(key, question.about(members)) for key, members in behind.groups.items()}
        found: list[Opening] = []
        for key, members in behind.groups.items():
            alone: list[Opening] = []
            if reaches[key].each:
                alone += self._alone(reaches[key].each, Reached(members, sheltered))
            if not (is_egress or one_of or alone):
                alone += self._by_way(key, members, sheltered, ports)
            found += alone
        for keys, members in behind.sets.items():
            together = [reaches[key] for key in keys]
            if self._may_be_world(together):
                found += self._together(together, Reached(members, sheltered))
        return found

    def _alone(self, reaches: Sequence[_Reach], reached: Reached) -> Iterator[Opening]:
        """The rules of a group that are openings by themselves."""
        for reach in reaches:
            if reach.world:
                yield Opening([reach.rule], reach.world, reached, certain=reach.is_certain)
            elif reach.may_be_world:
                yield Opening([reach.rule], (), reached, certain=False)

    def _by_way(
        self,
        key: str,
        members: Sequence[tuple[Target, Link]],
        sheltered: Callable[[Entity], Iterable[Shelter]],
        ports: Sequence[int],
    ) -> Iterator[Opening]:
        """The rules that let the machines of another group in, which the world reaches itself on the same ports."""
        rules = [rule for rule in self._groups.rules(key) if rule.sources and rule.is_egress is False]
        if not rules:
            return
        reached = Reached(members, sheltered)
        for rule in rules:
            if any(lets_through(rule, port) for port in ports):
                for source in rule.sources:
                    for other, is_sure in self._groups.keys(source):
                        if is_sure and other != key and not reached.are_all_in(other):
                            yield from self._through(rule, other, reached, ports)

    def _through(self, rule: Rule, key: str, reached: Reached, ports: Sequence[int]) -> Iterator[Opening]:
        for reach in self._reaches(key, _Question(tuple(ports))).each:
            between = self._inhabitant(key) if reach.world and reach.is_certain else None
            if between is not None:
                yield Opening([rule, reach.rule], reach.world, reached, certain=exists(rule), between=between)

    def _together(self, groups: Sequence[_Reaches], reached: Reached) -> Iterator[Opening]:
        """The openings that several rules are only between them."""
        alone = {version for group in groups for each in group.each if each.is_certain for version in each.world}
        parts = [reach for group in groups for reach in group.parts]
        for version in self._world([block for part in parts for block in part.ranges]):
            if version not in alone:
                rules = list(self._needed(parts, version))
                yield Opening(rules, [version], reached, certain=True)

    def _may_be_world(self, groups: Sequence[_Reaches]) -> bool:
        """Whether the parts of the groups hold enough addresses between them to be the world of a version of IP."""
        parted = [group for group in groups if group.parts]
        return bool(parted) and any(
            sum(group.sizes[version] for group in parted) >= public_size(version, self._trusted) for version in (4, 6)
        )

    def _world(self, ranges: Sequence[AddressRange]) -> list[int]:
        return world_versions(ranges, self._trusted)

    def _needed(self, parts: Sequence[_Reach], version: int) -> Iterator[Rule]:
        """The rules that add to the world, tried from the widest on, in the order in which they are written."""
        intervals = [[(each.low, each.high) for each in part.ranges if each.version == version] for part in parts]
        widths = [sum(high - low for low, high in each) for each in intervals]
        left = public_addresses(version, self._trusted)
        adding = set()
        for number in sorted(range(len(parts)), key=lambda number: -widths[number]):
            rest = subtract(left, intervals[number])
            if rest != left:
                adding.add(number)
                left = rest
        return (part.rule for number, part in enumerate(parts) if number in adding)

    def _reaches(self, key: str, question: _Question) -> _Reaches:
        """What the rules of a group let through on the ports; many groups may lead through the same one."""
        known = self._known.get((key, question))
        if known is None:
            known = self._known[key, question] = _reaches(list(self._find_reaches(key, question)))
        return known

    def _find_reaches(self, key: str, question: _Question) -> Iterator[_Reach]:
        lowest, highest = min(question.ports), max(question.ports)
        for rule in self._groups.rules(key):
            if rule.is_egress is (not question.is_egress):
                continue
            if rule.tcp_ports is not None and (rule.tcp_ports[1] < lowest or rule.tcp_ports[0] > highest):
                continue
            is_for_it = lets_through_to(rule, question.own_ports)
            answers = [is_for_it or lets_through(rule, port) for port in question.ports]
            if any(answer is not False for answer in answers):
                lets_in = all(answers) if question.one_of else True in answers
                is_certain = lets_in and rule.is_egress is not None and exists(rule)
                ranges: list[AddressRange] = []
                may_be_more = False
                for value in (*rule.ranges, *self._listed(rule)):
                    found, is_open_ended = self._ranges(value)
                    ranges += found
                    may_be_more |= is_open_ended
                yield _Reach(rule, ranges, self._world(ranges), is_certain, all(answers), may_be_more)

    def _listed(self, rule: Rule) -> Iterator[Value]:
        """The ranges of the prefix lists that a rule names; the name itself for a list that is not in the code."""
        for value in rule.prefix_lists:
            lists = [found for ref in named(value) for found in self._lists.get(ref.address, ())]
            for found in lists:
                is_sure = exists(found) and names_one(value)
                for block in found.ranges:
                    yield block if is_sure else Unknown("it may not be in the list", candidates=(block, ABSENT))
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
            is_narrow = bool(value.refs) and all(ref.address in self._narrow for ref in value.refs)
            return [], not (is_narrow or _has_long_prefix(value))
        worlds = []
        for candidate in value.candidates:
            found = [self._ranges(element) for element in candidate.elements()]
            ranges = [block for blocks, _ in found for block in blocks]
            worlds.append((ranges, bool(world_versions(ranges, self._trusted)), any(more for _, more in found)))
        if all(is_world for _, is_world, _ in worlds):
            return worlds[0][0], False
        return [], any(is_world or more for _, is_world, more in worlds)


def _by_key(links: Iterable[Link]) -> dict[str, Link]:
    """One link a group: the first that is certain, else the first."""
    chosen: dict[str, Link] = {}
    for link in links:
        if link.key not in chosen or (link.certain and not chosen[link.key].certain):
            chosen[link.key] = link
    return chosen


def _joined(links: Collection[Link]) -> Link:
    """All the links as one, for rules that take the groups of all of them."""
    steps = tuple(step for link in links for step in link.steps)
    return Link("", steps, all(link.certain for link in links))


def _has_long_prefix(value: Unknown) -> bool:
    """Whether a text put together from unknown parts ends in a prefix length that leaves little of the world."""
    if value.parts is None:
        return False
    last = list(fragments(value))[-1:]
    text = last[0] if last and isinstance(last[0], str) else ""
    length = text.rpartition("/")[2] if "/" in text else ""
    return length in NARROW_PREFIXES
