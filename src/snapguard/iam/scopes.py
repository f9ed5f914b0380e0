"""How far the Resource element of a statement reaches, resource type by resource type.

`ec2:*` on `arn:aws:ec2:*:*:instance/*` gives no right to take a snapshot: an action is given only where each
resource type that it requires can be matched (Service Authorization Reference, "Actions table": the resource types
marked with an asterisk are required).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from snapguard.iam.capabilities import Action, catalogue
from snapguard.iam.patterns import FRESH, MAX_PATTERN, NAMED, UNKNOWN, intersects, is_wildcard, matches


class Reach(enum.IntEnum):
    """How far a right goes: not at all, to named or tagged resources, to all under conditions on the caller, to all."""

    NONE = 0
    SCOPED = 1
    CONDITIONAL = 2
    UNLIMITED = 3


class Bounds(NamedTuple):
    """The least and the most that something can turn out to be; the same where it is known."""

    low: Reach
    high: Reach

    def at_most(self, other: Bounds) -> Bounds:
        """Where both must allow it."""
        return Bounds(min(self.low, other.low), min(self.high, other.high))

    def or_else(self, other: Bounds) -> Bounds:
        """Where either may allow it."""
        return Bounds(max(self.low, other.low), max(self.high, other.high))


NOTHING = Bounds(Reach.NONE, Reach.NONE)
EVERYTHING = Bounds(Reach.UNLIMITED, Reach.UNLIMITED)
ANYTHING = Bounds(Reach.NONE, Reach.UNLIMITED)


_substitute_names = re.compile(rf"(?<![^/:])[^/:*?{UNKNOWN}{NAMED}]+").sub


def outlines(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Resource patterns with one and the same name in place of each.

    Whichever volume is named, a statement reaches as far; so what is computed of one serves for all.
    """
    return tuple([_outline(pattern) for pattern in patterns])


def _outline(pattern: str) -> str:
    fields = pattern.split(":", 5)
    if len(fields) < 6 or len(pattern) > MAX_PATTERN:
        return pattern
    fields[5] = _substitute_names(_outline_of_name, fields[5])
    return ":".join(fields)


def _outline_of_name(match: re.Match[str]) -> str:
    """A name, or the beginning of one before a wildcard, reduced to what the forms of ARNs can tell of it.

    That is the words that they hold (`volume`), how the ids of a type begin (`vol-`), and whether there is a hyphen.
    """
    name = match.group()
    head, hyphen, _ = name.partition("-")
    if name in _beginnings():
        return name
    return f"{head}-0" if f"{head}-" in _beginnings() else f"0{hyphen}0"


@cache
def _beginnings() -> frozenset[str]:
    """All that a part of some form of ARN begins with, up to where anything may follow."""
    rests = {form.split(":", 3)[3] for forms in catalogue().arns.values() for form in forms}
    literals = {part.partition("*")[0] for rest in rests for part in rest.replace(":", "/").split("/")}
    return frozenset(literal[:end] for literal in literals for end in range(1, len(literal) + 1))


def allowed_reach(action: Action, patterns: tuple[str, ...], negated: bool) -> Bounds:
    """How far an Allow with these Resource (or, negated, NotResource) patterns lets an action go."""
    if not action.can_be_scoped:
        whole = _names_everything(patterns)
        return _negation(whole) if negated else whole
    if "*" in patterns and not negated:
        return EVERYTHING
    return _action_bounds(action, reaches_of(action, patterns, negated))


def reaches_of(action: Action, patterns: tuple[str, ...], negated: bool) -> Mapping[str, Bounds]:
    """How far Resource (or, negated, NotResource) patterns reach, for each resource type of an action, at least."""
    if not negated:
        return kinds_reached(patterns)
    return {kind: _left(kind, patterns) for kind in action.required + action.optional}


def supported_reach(action: Action, own: Mapping[str, Bounds], others: Mapping[str, Bounds]) -> Bounds:
    """How far an action goes that a statement allows only in part, where other statements allow the rest.

    One statement may allow a snapshot to be taken of the volumes, another one the snapshots that come of it: each
    resource of a request is allowed by itself. A statement that names none of what decides the reach gives nothing.
    """
    if not any(kind in own and own[kind].high for kind in action.subjects):
        return NOTHING
    return _action_bounds(action, {**others, **{kind: bounds for kind, bounds in own.items() if bounds.high}})


@lru_cache(maxsize=32768)
def spared_reach(action: Action, patterns: tuple[str, ...], negated: bool) -> Bounds:
    """How far an action can still go when a Deny with these patterns stands beside an Allow on everything.

    A Deny that leaves out one region or a single name spares nearly everything; it takes a right away only where
    it covers a resource type that the action can't do without.
    """
    if not action.can_be_scoped:
        whole = _names_everything(patterns)
        return whole if negated else _negation(whole)
    kinds = action.required or action.optional
    if negated:
        reaches = kinds_reached(patterns)
        spared = [reaches.get(kind, NOTHING) for kind in kinds]
    else:
        spared = [_left(kind, patterns) for kind in kinds]
    choose = min if action.required else max
    return Bounds(choose(bounds.low for bounds in spared), choose(bounds.high for bounds in spared))


def _action_bounds(action: Action, reaches: Mapping[str, Bounds]) -> Bounds:
    """How far an action goes that has these reaches by resource type."""
    for kind in action.required:
        if kind not in reaches:
            return NOTHING
    high = _action_reach(action, {kind: bounds.high for kind, bounds in reaches.items()})
    low = _action_reach(action, {kind: bounds.low for kind, bounds in reaches.items()})
    return Bounds(min(low, high), high)


def _action_reach(action: Action, reaches: Mapping[str, Reach]) -> Reach:
    if any(not reaches[kind] for kind in action.required):
        return Reach.NONE
    reached = [kind for kind in action.required + action.optional if reaches.get(kind)]
    subjects = [kind for kind in action.subjects if kind in reached]
    needed = [kind for kind in subjects if kind in action.required]
    if needed:
        return min(reaches[kind] for kind in needed)
    return max((reaches[kind] for kind in subjects), default=Reach.NONE)


def _names_everything(patterns: tuple[str, ...]) -> Bounds:
    """For an action that takes no resource: only `*` names what it works on."""
    if any(pattern and not pattern.strip("*") for pattern in patterns):
        return EVERYTHING
    return ANYTHING if any(pattern and not pattern.strip(UNKNOWN + "*") for pattern in patterns) else NOTHING


def _negation(whole: Bounds) -> Bounds:
    return Bounds(Reach(Reach.UNLIMITED - whole.high), Reach(Reach.UNLIMITED - whole.low))


@lru_cache(maxsize=8192)
def kinds_reached(patterns: tuple[str, ...]) -> Mapping[str, Bounds]:
    """How far patterns reach, for each resource type that they reach at all."""
    if len(patterns) == 1:
        return _kinds_reached_by(patterns[0])
    found: dict[str, Bounds] = {}
    for pattern in patterns:
        for kind, bounds in _kinds_reached_by(pattern).items():
            found[kind] = found[kind].or_else(bounds) if kind in found else bounds
    return found


@lru_cache(maxsize=16384)
def _kinds_reached_by(pattern: str) -> Mapping[str, Bounds]:
    reaches = {kind: _reach(kind, pattern) for kind in _kinds_in_question(pattern)}
    return {kind: bounds for kind, bounds in reaches.items() if bounds.high}


def _kinds_in_question(pattern: str) -> Iterable[str]:
    """The resource types that a pattern can be about at all: those of its service and kind, where it names both."""
    kinds = catalogue().arns
    service, rest = _fields(pattern)[2], _fields(pattern)[5]
    noun = _noun(rest)
    if _may_span_fields(pattern) or not _is_literal(service + noun) or noun == rest:
        return kinds
    return _kinds_by_noun().get((service, noun), ())


@cache
def _kinds_by_noun() -> Mapping[tuple[str, str], Sequence[str]]:
    """The resource types by what their ARNs name before the id: service and noun; a type may have several forms."""
    found: dict[tuple[str, str], list[str]] = {}
    for kind, forms in catalogue().arns.items():
        for form in forms:
            service, _, _, rest = form.split(":", 3)
            kinds = found.setdefault((service, _noun(rest)), [])
            if kind not in kinds:
                kinds.append(kind)
    return found


def _noun(rest: str) -> str:
    """What stands in the last field of an ARN before the first `/` or `:`."""
    return rest.replace("/", ":").partition(":")[0]


def _is_literal(text: str) -> bool:
    return not is_wildcard(text) and UNKNOWN not in text and NAMED not in text


def _left(kind: str, patterns: tuple[str, ...]) -> Bounds:
    """What is left of a type that these patterns take out: everything, unless they take in the type as a whole."""
    spared = EVERYTHING
    for pattern in patterns:
        spared = spared.at_most(_negation(_whole(kind, pattern)))
    return spared


def _reach(kind: str, pattern: str) -> Bounds:
    """How far one pattern reaches among the resources of a type; region, account and partition limit nothing."""
    if len(pattern) > MAX_PATTERN:
        return NOTHING
    bounds = NOTHING
    for form in catalogue().arns[kind]:
        if _covers_form(pattern, form):
            return EVERYTHING
        if UNKNOWN in pattern and _covers_form(pattern.replace(UNKNOWN, "*"), form):
            high = Reach.UNLIMITED
        elif _meets_form(pattern, form):
            high = Reach.SCOPED
        else:
            continue
        low = Reach.NONE if UNKNOWN in pattern else Reach.SCOPED
        bounds = bounds.or_else(Bounds(low, high))
    return bounds


@lru_cache(maxsize=16384)
def _whole(kind: str, pattern: str) -> Bounds:
    """Whether one pattern takes in every resource of a type, in every region: unlimited or none."""
    if len(pattern) > MAX_PATTERN:
        return NOTHING
    forms = catalogue().arns[kind]
    if all(_covers_form(pattern, form, every_region=True) for form in forms):
        return EVERYTHING
    wide = pattern.replace(UNKNOWN, "*")
    if wide != pattern and all(_covers_form(wide, form, every_region=True) for form in forms):
        return ANYTHING
    return NOTHING


@lru_cache(maxsize=4096)
def _fields(pattern: str) -> tuple[str, ...]:
    """The six fields of an ARN; missing ones are `*`, as IAM fills them in (IAM user guide, "Resource")."""
    fields = pattern.split(":", 5)
    return (*fields, *["*"] * (6 - len(fields)))


def _covers_form(pattern: str, form: str, every_region: bool = False) -> bool:
    """Whether a pattern takes in every ARN of a form, in the partition, regions and account that it names itself."""
    if not pattern.strip("*"):
        return bool(pattern)
    service, region, account, rest = form.split(":", 3)
    some = rest.replace("*", FRESH * (len(pattern) + 1))
    head, _, own_service, own_region, own_account, own_rest = _fields(pattern)
    if (
        matches(own_service, service)
        and matches(head, "arn")
        and _fits(own_account, account)
        and _fits(own_region, region)
        and (not every_region or matches(own_region, region and FRESH))
        and matches(own_rest, some)
    ):
        return True
    whole = f"arn:{FRESH}:{service}:{region and FRESH}:{account and FRESH}:{some}"
    return _may_span_fields(pattern) and matches(pattern, whole)


def _meets_form(pattern: str, form: str) -> bool:
    """Whether a pattern can match an ARN of a form at all."""
    pattern = _widened(pattern)
    service, region, account, rest = form.split(":", 3)
    head, _, own_service, own_region, own_account, own_rest = _fields(pattern)
    if (
        matches(own_service, service)
        and matches(head, "arn")
        and _fits(own_account, account)
        and _fits(own_region, region)
        and intersects(own_rest, rest)
    ):
        return True
    whole = f"arn:?*:{service}:{region and '?*'}:{account and '?*'}:{rest}"
    return _may_span_fields(pattern) and intersects(pattern, whole)


def _fits(own: str, field: str) -> bool:
    """Whether a field of a pattern fits a form: where that has a region or account, no real ARN leaves it empty."""
    return bool(own) if field else matches(own, "")


def _may_span_fields(pattern: str) -> bool:
    """Whether a wildcard has to stand for several fields: there are fewer than the six that every ARN has."""
    return pattern.count(":") < 5


@lru_cache(maxsize=4096)
def covers(patterns: tuple[str, ...], negated: bool, pattern: str) -> bool:
    """Whether Resource (or, negated, NotResource) patterns surely take in every ARN that another pattern can match."""
    if negated:
        return not any(_meet(one, pattern) for one in patterns)
    return any(_covers_pattern(one, pattern) for one in patterns)


def _covers_pattern(pattern: str, other: str) -> bool:
    """Whether a pattern matches all that another one does, where that one's `*` is nothing and where it is long."""
    if UNKNOWN in pattern or NAMED in pattern or len(pattern) > MAX_PATTERN or len(other) > MAX_PATTERN:
        return False
    text = _widened(other).replace("?", FRESH)
    return all(matches(pattern, text.replace("*", run)) for run in ("", FRESH * (len(pattern) + 1)))


@lru_cache(maxsize=4096)
def patterns_overlap(kind: str, first: tuple[str, ...], second: tuple[str, ...]) -> bool | None:
    """Whether two lists of patterns have a resource of a type in common; None where that can't be told."""
    answer: bool | None = False
    for one in first:
        for other in second:
            if _reach(kind, one).high and _reach(kind, other).high and _meet(one, other):
                if UNKNOWN not in one + other and NAMED not in _rest(one) + _rest(other):
                    return True
                answer = None
    return answer


def _meet(first: str, second: str) -> bool:
    """Whether two patterns have an ARN in common, field by field."""
    if "*" in (first, second):
        return True
    pairs = zip(_fields(first), _fields(second), strict=True)
    return all(intersects(_widened(one), _widened(other)) for one, other in pairs)


def _widened(pattern: str) -> str:
    """The widest pattern that one with pieces that are not known can turn out to be."""
    return pattern.replace(UNKNOWN, "*").replace(NAMED, "?*")


def _rest(pattern: str) -> str:
    """What names the resource itself in an ARN."""
    return _fields(pattern)[5]
