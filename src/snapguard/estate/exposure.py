"""Exposure: which rules let the world reach something restored, or let that reach the world.

All groups of a machine count together, and all rules of a group: several rules may be the world only between them.
A rule whose ranges, ports or protocol are not known may be an opening; that is told apart from one that is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from snapguard.estate.address_ranges import AddressRange, parse_range, public_addresses, subtract, world_versions
from snapguard.estate.entities import Entity
from snapguard.estate.lineage import Descent, exists, named, names_one, short_name
from snapguard.estate.machines import Machine
from snapguard.estate.membership import Groups, Link
from snapguard.estate.network import EVERY_PROTOCOL, TCP, PrefixList, Rule, port_number
from snapguard.findings import Evidence, Finding, Severity, provenance
from snapguard.values import ABSENT, Unknown, Value, fragments

if TYPE_CHECKING:
    from snapguard.estate.shelters import Shelter

SHOWN_TARGETS = 3
"""How many things behind one opening are told of one by one."""

NARROW_PREFIXES = frozenset(str(length) for length in range(8, 129))
"""A range with a prefix length of these is a small part of the world, whatever its address."""


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

    `sheltered` tells what keeps the internet from one of them.
    """

    def __init__(
        self, targets: Sequence[tuple[Target, Link]], sheltered: Callable[[Entity], Iterable[Shelter]]
    ) -> None:
        self._targets = sorted(targets, key=lambda found: not (found[0].certain and found[1].certain))
        self._sheltered = sheltered
        self._shelters: dict[tuple[int, ...], Sequence[Evidence]] = {}

    @cached_property
    def subject(self) -> str:
        """What is reached, by name; of many the first. The same for all instances of a block, so that they merge."""
        names = list(dict.fromkeys(short_name(target.entity.resource) for target, _ in self._targets))
        return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"

    @property
    def certain(self) -> bool:
        """Whether it is certain that any of them is reached."""
        target, link = self._targets[0]
        return target.certain and link.certain

    def shelters(self, versions: tuple[int, ...]) -> Sequence[Evidence]:
        """What keeps the internet of the versions of IP from it; nothing where that gets at any of them."""
        if versions not in self._shelters:
            self._shelters[versions] = self._find_shelters(versions) if versions else ()
        return self._shelters[versions]

    def _find_shelters(self, versions: tuple[int, ...]) -> Sequence[Evidence]:
        found: list[Evidence] = []
        for target, _ in self._targets:
            shelters = [each for each in self._sheltered(target.entity) if each.versions.issuperset(versions)]
            if not shelters:
                return []
            found += [each.evidence for each in shelters]
        return found[:SHOWN_TARGETS]

    @cached_property
    def steps(self) -> Sequence[Evidence]:
        """The way from the group to the copy behind each; of many the first are told."""
        steps = []
        for target, link in self._targets[:SHOWN_TARGETS]:
            steps += [*link.steps, *target.descent.steps]
        for target, _ in self._targets[SHOWN_TARGETS : SHOWN_TARGETS + 1]:
            resource = target.entity.resource
            count = len(self._targets) - SHOWN_TARGETS
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
        steps += [Evidence(rule.span or rule.resource.header, self._adds(rule)) for rule in others]
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


def _at_most(first: Any, second: Any) -> bool:
    low, high = port_number(first), port_number(second)
    return low is not None and high is not None and low <= high


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
        self._trusted = tuple(block for block in map(parse_range, trusted) if block is not None)
        self._lists: dict[str, list[PrefixList]] = {}
        for each in prefix_lists:
            addresses = [each.resource.address] if each.owner is None else [ref.address for ref in named(each.owner)]
            for address in addresses:
                self._lists.setdefault(address, []).append(each)

    def openings(
        self, targets: Iterable[Target], ports: Sequence[int], *, is_egress: bool = False, one_of: bool = False
    ) -> list[Opening]:
        """The rules by which the world reaches any of the TCP ports of the targets, or they reach it in the world.

        With `one_of` the targets listen on one of the ports, and nobody can tell which: a rule is then an opening for
        certain only where it lets through to all of them.
        """
        by_key: dict[str, list[tuple[Target, Link]]] = {}
        by_keys: dict[tuple[str, ...], list[tuple[Target, Link]]] = {}
        for target in targets:
            links = _by_key(target.links)
            for key, link in links.items():
                by_key.setdefault(key, []).append((target, link))
            if links:
                by_keys.setdefault(tuple(links), []).append((target, _joined(links.values())))

        @cache
        def sheltered(entity: Entity) -> Sequence[Shelter]:
            return () if is_egress else tuple(self._sheltered(entity, ports))

        reaches = {key: list(self._reaches(key, ports, is_egress, one_of)) for key in by_key}
        found = []
        for key, members in by_key.items():
            reached = Reached(members, sheltered)
            alone = list(self._alone(reaches[key], reached))
            if not (is_egress or one_of or alone):
                alone += self._by_way(key, reached, ports)
            found += alone
        for keys, members in by_keys.items():
            reached = Reached(members, sheltered)
            found += self._together([reach for key in keys for reach in reaches[key]], reached)
        return found

    def _alone(self, reaches: Sequence[_Reach], reached: Reached) -> Iterator[Opening]:
        """The rules of a group that are openings by themselves."""
        for reach in reaches:
            if reach.world:
                yield Opening([reach.rule], reach.world, reached, certain=reach.is_certain)
            elif reach.may_be_world:
                yield Opening([reach.rule], (), reached, certain=False)

    def _by_way(self, key: str, reached: Reached, ports: Sequence[int]) -> Iterator[Opening]:
        """The rules that let the machines of another group in, which the world reaches itself on the same ports."""
        for rule in self._groups.rules(key):
            if not rule.sources or rule.is_egress is not False or not any(lets_through(rule, port) for port in ports):
                continue
            for source in rule.sources:
                for other, is_sure in self._groups.keys(source):
                    if is_sure and other != key:
                        yield from self._through(rule, other, reached, ports)

    def _through(self, rule: Rule, key: str, reached: Reached, ports: Sequence[int]) -> Iterator[Opening]:
        for reach in self._reaches(key, ports, is_egress=False, one_of=False):
            between = self._inhabitant(key) if reach.world and reach.is_certain else None
            if between is not None:
                yield Opening([rule, reach.rule], reach.world, reached, certain=exists(rule), between=between)

    def _together(self, reaches: Sequence[_Reach], reached: Reached) -> Iterator[Opening]:
        """The openings that several rules are only between them."""
        alone = {version for each in reaches if each.is_certain for version in each.world}
        parts = [reach for reach in reaches if reach.is_certain and reach.is_whole and reach.ranges]
        for version in self._world([block for part in parts for block in part.ranges]):
            if version not in alone:
                rules = list(self._needed(parts, version))
                yield Opening(rules, [version], reached, certain=True)

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

    def _reaches(self, key: str, ports: Sequence[int], is_egress: bool, one_of: bool) -> Iterator[_Reach]:
        for rule in self._groups.rules(key):
            if rule.is_egress is (not is_egress):
                continue
            answers = [lets_through(rule, port) for port in ports]
            if any(answer is not False for answer in answers):
                lets_in = all(answers) if one_of else True in answers
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
