"""Principals that can both make a copy and give it away, over all that they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from snapguard.estate.broad_grants import listed
from snapguard.estate.principals import Attachment, Identities, Principal, managed_given
from snapguard.findings import Evidence, Finding, Severity
from snapguard.iam.capabilities import Action, catalogue
from snapguard.iam.documents import Statement
from snapguard.iam.grants import limiting_keys, patterns
from snapguard.iam.scopes import Bounds, Reach, patterns_overlap

MAKING = frozenset(("create", "copy"))
GIVING = frozenset(("share", "export"))

MAX_RIGHTS = 3_000
"""More than IAM's quotas on policies let a principal have, counted by action and statement."""

RECEIVER_KEYS = "ec2:add/"
"""How the condition keys begin that limit with whom a snapshot can be shared."""

# One thing under two names: the EBS direct APIs read the snapshots of EC2.
_SAME_KIND = {"ebs:snapshot": "ec2:snapshot"}


class HeldRight(NamedTuple):
    """One action that a principal may do, with where it is said; `resources` are the patterns that it is given on."""

    action: Action
    bounds: Bounds
    resources: tuple[str, ...]
    keys: frozenset[tuple[str, ...]]
    attachment: Attachment
    statement: Statement | None

    @property
    def evidence(self) -> Evidence:
        """The statement that gives it, or the attachment of the managed policy that does."""
        policy = self.attachment.policy
        if policy is None or self.statement is None:
            return Evidence(self.attachment.place, f"gives {self.action.name}", is_step=True)
        return Evidence(policy.span_of(self.statement), f"gives {self.action.name}", is_step=True)


class Road(NamedTuple):
    """A right to make and a right to give away that meet on a kind of copy; `certain` where both surely do."""

    making: HeldRight
    giving: HeldRight
    certain: bool


def exfiltration_paths(identities: Identities) -> Iterator[Finding]:
    """A finding for each principal whose rights join making copies with giving them away."""
    for principal in identities.principals:
        roads = list(_roads(principal, identities))
        certain = [road for road in roads if road.certain]
        if roads:
            yield _finding(principal, certain or roads, bool(certain))


def _finding(principal: Principal, roads: Sequence[Road], certain: bool) -> Finding:
    first = min(roads, key=_gravest_first)
    making = listed(sorted({road.making.action.name for road in roads}))
    giving = listed(sorted({road.giving.action.name for road in roads}))
    can = "can" if certain else "may be able to"
    resource = principal.resource or first.making.attachment.resource
    span = first.making.attachment.place if principal.resource is None else resource.header
    return Finding(
        f"{principal.label} {can} make copies ({making}) and give them away ({giving})",
        span,
        resource=resource,
        evidence=[first.making.evidence, first.giving.evidence],
        certain=certain and resource.exists is True,
        severity=Severity.CRITICAL,
    )


def _gravest_first(road: Road) -> tuple[int, int, str, str]:
    making, giving = road.making.action, road.giving.action
    return -making.severity, -giving.severity, making.name, giving.name


def _roads(principal: Principal, identities: Identities) -> Iterator[Road]:
    """Every pair of rights that meet, one for each kind of copy and pair of actions."""
    held = _widest(_held_rights(principal, identities))
    giving_by_kind: dict[str, list[HeldRight]] = {}
    for right in held:
        if GIVING.intersection(right.action.capabilities) and not _receiver_is_limited(right):
            for kind in _copies(right.action):
                giving_by_kind.setdefault(kind, []).append(right)
    if not giving_by_kind:
        return
    for making in held:
        if MAKING.intersection(making.action.capabilities):
            for kind in _made(making.action, giving_by_kind):
                for giving in giving_by_kind.get(kind, ()):
                    if giving.action is not making.action and not _stands_on_one_group(principal, making, giving):
                        meets = _meet(making, giving, kind)
                        if meets is not False:
                            yield Road(making, giving, meets is True)


def _widest(rights: Iterable[HeldRight]) -> list[HeldRight]:
    """Each right once; of more than any principal can hold the widest."""
    unique: dict[tuple[object, ...], HeldRight] = {}
    for right in rights:
        unique.setdefault((right.action, right.bounds, right.resources, right.keys), right)
    if len(unique) <= MAX_RIGHTS:
        return list(unique.values())
    return sorted(unique.values(), key=lambda right: (right.bounds, right.action.name), reverse=True)[:MAX_RIGHTS]


def _held_rights(principal: Principal, identities: Identities) -> Iterator[HeldRight]:
    """Each right of tier core that a principal has; what only takes back or is harmless by itself is left out."""
    for attachment in principal.held():
        if attachment.managed is not None:
            rights = {action: _unless_scoped(bounds) for action, bounds in managed_given(attachment).items()}
            for action, bounds in identities.rights_of_holder(rights, principal).items():
                if _matters(action):
                    yield HeldRight(action, bounds, ("*",), frozenset(), attachment, None)
        elif attachment.policy is not None:
            for grant in attachment.policy.grants:
                statement = grant.statement
                given = identities.given(grant, principal)
                matter = {action: bounds for action, bounds in given.items() if _matters(action)}
                if not matter:
                    continue
                resources = ("*",) if statement.negated_resources else patterns(statement.resources)
                keys = limiting_keys(statement)
                for action, bounds in identities.rights_of_holder(matter, principal).items():
                    yield HeldRight(action, bounds, resources, keys, attachment, statement)


def _unless_scoped(bounds: Bounds) -> Bounds:
    """A right of a managed policy; for what resources one is that has limits is not told, so it surely meets none."""
    return bounds if bounds.low > Reach.SCOPED else Bounds(Reach.NONE, bounds.high)


@cache
def _matters(action: Action) -> bool:
    return (
        action.is_judged
        and action.severity > Severity.LOW
        and bool((MAKING | GIVING).intersection(action.capabilities))
    )


@cache
def _copies(action: Action) -> tuple[str, ...]:
    """The kinds of copy that an action works on."""
    copies = catalogue().copies
    return tuple(_SAME_KIND.get(kind, kind) for kind in action.required + action.optional if kind in copies)


def _made(action: Action, kinds: Iterable[str]) -> Sequence[str]:
    """The kinds of copy that an action makes; one that names none makes those of its service."""
    return _copies(action) or [kind for kind in kinds if kind.startswith(f"{action.service}:")]


def _receiver_is_limited(right: HeldRight) -> bool:
    return any(key[1].startswith(RECEIVER_KEYS) for key in right.keys)


def _stands_on_one_group(principal: Principal, making: HeldRight, giving: HeldRight) -> bool:
    """Whether both rights come from one group: then the group is reported, not each of its members."""
    holder = making.attachment.holder
    return holder is not principal and holder is giving.attachment.holder


def _meet(making: HeldRight, giving: HeldRight, kind: str) -> bool | None:
    """Whether both rights reach the same copies of a kind; None where that can't be told."""
    named = kind in _copies(making.action)
    overlap = patterns_overlap(kind, making.resources, giving.resources) if named else True
    if overlap is False:
        return False
    certain = min(making.bounds.low, giving.bounds.low) > Reach.NONE
    return True if overlap and certain and _can_both_hold(making.keys, giving.keys) else None


def _can_both_hold(first: frozenset[tuple[str, ...]], second: frozenset[tuple[str, ...]]) -> bool:
    """Whether some resource surely meets the conditions of both: of one side all are the other's, or leave it a choice.

    Whether anything carries two tags that are asked for apart can't be told.
    """
    one = {key[:2]: frozenset(key[2:]) for key in first}
    other = {key[:2]: frozenset(key[2:]) for key in second}
    common = one.keys() & other.keys()
    return len(common) == min(len(one), len(other)) and all(one[key] & other[key] for key in common)
