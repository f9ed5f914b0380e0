"""How far the Resource element of a statement reaches, resource type by resource type.

`ec2:*` on `arn:aws:ec2:*:*:instance/*` gives no right to take a snapshot: an action is given only where each
resource type that it requires can be matched (Service Authorization Reference, "Actions table": the resource types
marked with an asterisk are required).
"""

from __future__ import annotations

import enum
from functools import lru_cache
from typing import NamedTuple

from snapguard.iam.capabilities import Action, catalogue
from snapguard.iam.patterns import FRESH, MAX_PATTERN, NAMED, UNKNOWN, intersects, matches


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


@lru_cache(maxsize=32768)
def allowed_reach(action: Action, patterns: tuple[str, ...], negated: bool) -> Bounds:
    """How far an Allow with these Resource (or, negated, NotResource) patterns lets an action go."""
    if not action.can_be_scoped:
        whole = _names_everything(patterns)
        return _negation(whole) if negated else whole
    kind_reach = _left if negated else _allowed
    return _action_bounds(action, {kind: kind_reach(kind, patterns) for kind in action.required + action.optional})


def supported_reach(action: Action, own: tuple[str, ...], others: tuple[str, ...]) -> Bounds:
    """How far an action goes that these patterns allow only in part, where other statements allow the rest.

    One statement may allow a snapshot to be taken of the volumes, another one the snapshots that come of it: each
    resource of a request is allowed by itself. A statement that names none of what decides the reach gives nothing.
    """
    reaches = {}
    for kind in action.required + action.optional:
        bounds = _allowed(kind, own)
        reaches[kind] = bounds if bounds.high else _allowed(kind, others)
    if not any(_allowed(kind, own).high for kind in action.subjects):
        return NOTHING
    return _action_bounds(action, reaches)


@lru_cache(maxsize=32768)
def spared_reach(action: Action, patterns: tuple[str, ...], negated: bool) -> Bounds:
    """How far an action can still go when a Deny with these patterns stands beside an Allow on everything.

    A Deny that leaves out one region or a single name spares nearly everything; it takes a right away only where
    it covers a resource type that the action can't do without.
    """
    if not action.can_be_scoped:
        whole = _names_everything(patterns)
        return whole if negated else _negation(whole)
    kind_reach = _allowed if negated else _left
    if action.required:
        spared = EVERYTHING
        for kind in action.required:
            spared = spared.at_most(kind_reach(kind, patterns))
        return spared
    spared = NOTHING
    for kind in action.optional:
        spared = spared.or_else(kind_reach(kind, patterns))
    return spared


def _action_bounds(action: Action, reaches: dict[str, Bounds]) -> Bounds:
    high = _action_reach(action, {kind: bounds.high for kind, bounds in reaches.items()})
    low = _action_reach(action, {kind: bounds.low for kind, bounds in reaches.items()})
    return Bounds(min(low, high), high)


def _action_reach(action: Action, reaches: dict[str, Reach]) -> Reach:
    """How far an action goes that has these reaches by resource type."""
    reached = [kind for kind, reach in reaches.items() if reach]
    if not reached or any(not reaches[kind] for kind in action.required):
        return Reach.NONE
    subjects = [kind for kind in action.subjects if reaches[kind]] or list(action.required) or reached
    needed = [kind for kind in subjects if kind in action.required]
    if needed:
        return min(reaches[kind] for kind in needed)
    return max(reaches[kind] for kind in subjects)


def _names_everything(patterns: tuple[str, ...]) -> Bounds:
    """For an action that takes no resource: only `*` names what it works on."""
    if any(pattern and not pattern.strip("*") for pattern in patterns):
        return EVERYTHING
    return ANYTHING if any(pattern and not pattern.strip(UNKNOWN + "*") for pattern in patterns) else NOTHING


def _negation(whole: Bounds) -> Bounds:
    return Bounds(Reach(Reach.UNLIMITED - whole.high), Reach(Reach.UNLIMITED - whole.low))


def _allowed(kind: str, patterns: tuple[str, ...]) -> Bounds:
    bounds = NOTHING
    for pattern in patterns:
        if pattern == "*":
            return EVERYTHING
        bounds = bounds.or_else(_reach(kind, pattern))
    return bounds


def _left(kind: str, patterns: tuple[str, ...]) -> Bounds:
    """What is left of a type that these patterns take out: everything, unless they take in the type as a whole."""
    spared = EVERYTHING
    for pattern in patterns:
        spared = spared.at_most(_negation(_whole(kind, pattern)))
    return spared


@lru_cache(maxsize=16384)
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
    forms = catalogue().arns[kind]
    if all(_covers_form(pattern, form, every_region=True) for form in forms):
        return EVERYTHING
    wide = pattern.replace(UNKNOWN, "*")
    if wide != pattern and all(_covers_form(wide, form, every_region=True) for form in forms):
        return ANYTHING
    return NOTHING


def _completed(pattern: str) -> str:
    """An ARN with its missing fields filled with `*`, as IAM does (IAM user guide, "IAM JSON policy: Resource")."""
    missing = 5 - pattern.count(":")
    return pattern + ":*" * missing if missing > 0 and pattern.startswith("arn:") else pattern


def _covers_form(pattern: str, form: str, every_region: bool = False) -> bool:
    """Whether a pattern takes in every ARN of a form, in the partition, regions and account that it names itself."""
    if not pattern.strip("*"):
        return bool(pattern)
    pattern = _completed(pattern)
    fields = pattern.split(":", 5)
    service, region, account, rest = form.split(":", 3)
    if len(fields) == 6:
        partition = _any_of(fields[1])
        region = region and (FRESH if every_region else _any_of(fields[3]))
        account = account and _any_of(fields[4])
    else:
        partition = region = account = FRESH
    some = f"arn:{partition}:{service}:{region}:{account}:{rest.replace('*', FRESH * (len(pattern) + 1))}"
    return matches(pattern, some)


def _any_of(field: str) -> str:
    """A text that a field of a pattern matches, other than by luck; the fields of real ARNs are not empty."""
    return field.replace("*", FRESH).replace("?", FRESH) or FRESH


def _meets_form(pattern: str, form: str) -> bool:
    """Whether a pattern can match an ARN of a form at all."""
    service, region, account, rest = form.split(":", 3)
    arn = f"arn:?*:{service}:{region and '?*'}:{account and '?*'}:{rest}"
    return intersects(_widened(pattern), arn)


def patterns_overlap(kind: str, first: tuple[str, ...], second: tuple[str, ...]) -> bool | None:
    """Whether two lists of patterns have a resource of a type in common; None where that can't be told."""
    answer: bool | None = False
    for one in first:
        for other in second:
            if _reach(kind, one).high and _reach(kind, other).high and intersects(_widened(one), _widened(other)):
                if UNKNOWN not in one + other and NAMED not in _rest(one) + _rest(other):
                    return True
                answer = None
    return answer


def _widened(pattern: str) -> str:
    return _completed(pattern).replace(UNKNOWN, "*").replace(NAMED, "?*")


def _rest(pattern: str) -> str:
    """What names the resource itself in an ARN."""
    return pattern.split(":", 5)[-1]
