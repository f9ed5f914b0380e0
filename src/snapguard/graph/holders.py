"""Who may make, give away or restore copies: principals and what their rights reach, as the review of rights has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from snapguard.estate.principals import Identities
from snapguard.iam.capabilities import CAPABILITIES, Action
from snapguard.iam.documents import Statement
from snapguard.iam.grants import Rights, joined
from snapguard.iam.scopes import Reach
from snapguard.resources import Resource
from snapguard.values import Value

ROAD = frozenset(("create", "copy", "share", "export", "restore"))
"""The capabilities that lead along a road; the others make it easier, or end it."""

DISKS = "all disks and their copies"
STORES = "all data stores and their copies"
OF_DISKS = frozenset(("ebs", "ec2", "dlm", "imagebuilder", "storagegateway"))
OF_BOTH = frozenset(("backup",))


class Holder(NamedTuple):
    """A principal, or a policy that nobody holds in this code, with the rights that lead along a road.

    `carriers` are the addresses of all that gives them. `scopes` tells for each of DISKS and STORES what may be done
    with all of it, `targets` the addresses of what its statements name one by one, and what may be done with that.
    """

    resource: Resource | None
    type: str
    name: str
    carriers: Sequence[str]
    scopes: Mapping[str, Sequence[str]]
    targets: Mapping[str, Sequence[str]]
    is_limited: bool


def holders(identities: Identities) -> Iterator[Holder]:
    """Everyone in a root who has such rights, or may have them."""
    for principal in identities.principals:
        attachments = principal.held()
        rights = joined(identities.rights_by(attachment) for attachment in attachments)
        carriers = [attachment.resource.address for attachment in attachments]
        policies = [attachment.policy for attachment in attachments if attachment.policy is not None]
        carriers += [policy.resource.address for policy in policies]
        grants = [grant for policy in policies for grant in policy.grants]
        statements = [(grant.statement, identities.rights_kept_by(principal, grant.rights)) for grant in grants]
        own = principal.resource
        name = own.name if own is not None else principal.label
        kind = own.type if own is not None else principal.kind
        yield from _holder(own, kind, name, carriers, rights, statements)
    for policy in identities.policies:
        if not policy.holders and not policy.fences:
            kept = [(grant.statement, identities.rights_left(policy, grant)) for grant in policy.grants]
            rights = joined(left for _, left in kept)
            own = policy.resource
            yield from _holder(own, own.type, own.name, [own.address], rights, kept)


def _holder(
    resource: Resource | None,
    kind: str,
    name: str,
    carriers: Sequence[str],
    rights: Rights,
    statements: Iterable[tuple[Statement, Rights]],
) -> Iterator[Holder]:
    wide = {action: bounds for action, bounds in rights.items() if bounds.high >= Reach.CONDITIONAL}
    scopes = {scope: found for scope in (DISKS, STORES) if (found := _capabilities(wide, scope))}
    targets: dict[str, Sequence[str]] = {}
    for statement, given in statements:
        named = {action: bounds for action, bounds in given.items() if bounds.high is Reach.SCOPED}
        found = _capabilities(named, "")
        for address in _addresses(statement.resources) if found else ():
            targets[address] = [*dict.fromkeys((*targets.get(address, ()), *found))]
    if scopes or targets:
        judged = [bounds for action, bounds in wide.items() if action.is_judged and ROAD & {*action.capabilities}]
        is_limited = bool(judged) and all(bounds.high is Reach.CONDITIONAL for bounds in judged)
        addresses = [] if resource is None else [resource.address]
        yield Holder(resource, kind, name, [*dict.fromkeys((*addresses, *carriers))], scopes, targets, is_limited)


def _capabilities(rights: Rights, scope: str) -> list[str]:
    """What rights are good for on a scope, or on any where that is empty."""
    found = {
        capability
        for action in rights
        if action.is_judged and (not scope or _is_of(action, scope))
        for capability in action.capabilities
    }
    return [capability for capability in CAPABILITIES if capability in found and capability in ROAD]


def _is_of(action: Action, scope: str) -> bool:
    return action.service in OF_BOTH or (action.service in OF_DISKS) is (scope == DISKS)


def _addresses(values: Iterable[Value]) -> Iterator[str]:
    for value in values:
        for ref in value.refs:
            yield ref.address
        yield from _addresses(value.parts or ())
