"""Administrators: who may do everything, and so all that the other checks look for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from snapguard.estate.principals import GROUP, Identities, Principal, managed_given
from snapguard.findings import Evidence, Finding, Severity
from snapguard.iam.capabilities import Action, catalogue
from snapguard.iam.grants import Rights, joined
from snapguard.iam.scopes import NOTHING, Reach

MAX_NAMED = 20
"""How many administrators a finding shows."""


@cache
def _everything() -> frozenset[Action]:
    """What only an administrator has all of: every right over copies, and every right over rights."""
    entries = catalogue().services.values()
    return frozenset(
        action for actions in entries for _, action in actions if action.is_judged or action.tier == "identity"
    )


def _granted(principal: Principal, identities: Identities) -> Rights:
    rights = []
    for attachment in principal.held():
        if attachment.managed is not None:
            rights.append(managed_given(attachment))
        elif attachment.policy is not None:
            rights += [identities.given(grant, principal) for grant in attachment.policy.grants]
    return joined(rights)


def is_administrator(principal: Principal, identities: Identities) -> bool:
    """Whether a principal surely is given everything, and no boundary or Deny takes all of that away.

    Who is given everything can also take back what denies a part of it.
    """
    rights = _granted(principal, identities)
    if any(rights.get(action, NOTHING).low < Reach.CONDITIONAL for action in _everything()):
        return False
    left = identities.rights_kept_by(principal, rights)
    return any(action.tier == "identity" and bounds.low >= Reach.CONDITIONAL for action, bounds in left.items())


def administrators(identities: Identities) -> Iterator[Principal]:
    """Every principal that may do everything; a group only where no member of it is known."""
    peopled = {id(group) for principal in identities.principals for group in principal.groups}
    for principal in identities.principals:
        exists = principal.resource is None or principal.resource.exists is True
        counted = principal.kind != GROUP or id(principal) not in peopled
        if exists and counted and principal.held() and is_administrator(principal, identities):
            yield principal


def too_many_administrators(identities: Identities, allowed: int) -> Iterator[Finding]:
    """A finding at the first administrator more than are allowed, with all of them as evidence."""
    found = list(administrators(identities))
    if len(found) <= allowed:
        return
    first = found[allowed]
    resource = first.resource or first.held()[0].resource
    yield Finding(
        f"{len(found)} administrator{'s' if len(found) > 1 else ''}, where `max-administrators` allows {allowed}",
        resource.header if first.resource is not None else first.held()[0].place,
        resource=resource,
        evidence=[Evidence(one.held()[0].place, f"makes {one.label} an administrator") for one in found[:MAX_NAMED]],
        severity=Severity.MEDIUM,
    )
