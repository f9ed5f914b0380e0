"""Principals that may make, copy, share, export or restore copies though nobody expects it of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from snapguard.estate.broad_grants import shown, summary
from snapguard.estate.principals import PERMISSION_SET, Identities, Principal
from snapguard.findings import Evidence, Finding, Severity
from snapguard.iam.documents import pattern_text
from snapguard.iam.grants import Rights, joined, piece_text
from snapguard.iam.patterns import NAMED, UNKNOWN, intersects, matches
from snapguard.iam.scopes import Reach
from snapguard.resources import InputError, Root
from snapguard.settings import Settings
from snapguard.source import Span, load

if TYPE_CHECKING:
    from snapguard.audit.lock import Lock
    from snapguard.estate.backup_settings import Maker

LOCK = "snapguard.lock"
"""The entitlement lock; a project without one is spared the reading of it."""

WATCHED = frozenset(("create", "copy", "share", "export", "restore"))
"""The capabilities that only expected principals may have."""

MAX_PLACES = 3
"""How many attachments a finding shows."""


class Expectations:
    """Whom the settings and the entitlement lock of a project expect to have such rights.

    `error` tells why the lock can't be used; then nobody is held against it.
    """

    def __init__(self, root: Root, settings: Settings) -> None:
        self._root = root
        self._settings = settings
        self.error: InputError | None = None
        self._lock = self._read_lock()

    def _read_lock(self) -> Lock | None:
        path = os.path.join(self._settings.directory, LOCK)
        if not os.path.isfile(path):
            return None
        from snapguard.audit.lock import LockError, locked_principals

        try:
            return locked_principals(self._settings.directory)
        except LockError as error:
            _, number, message = str(error).split(":", 2)
            file = load(path)
            start = file.offset(int(number), 1)
            self.error = InputError(message.strip(), Span(file, start, start))
            return None

    @property
    def exist(self) -> bool:
        """Whether anything is expected of anyone: without a list, everyone is."""
        return bool(self._settings.expected_principals) or self._lock is not None

    def include(self, principal: Principal) -> bool | None:
        """Whether a principal is expected; None where its name can't be told."""
        address = shown(principal.name) if principal.resource is None else principal.resource.address
        if self._lock is not None and self._lock.lists(self._key(), address):
            return True
        answers = {self._means(pattern, principal, address) for pattern in self._settings.expected_principals}
        return True if True in answers else None if None in answers else False

    def _key(self) -> str:
        from snapguard.audit.lock import root_key

        return root_key(self._root.language, self._root.name, self._settings)

    def _means(self, pattern: str, principal: Principal, address: str) -> bool | None:
        if not pattern.startswith("arn:"):
            return matches(pattern, address)
        return _arn_may_match(pattern, principal)


def _arn_may_match(pattern: str, principal: Principal) -> bool | None:
    """Whether an ARN pattern means a principal, whose account is not known, and its path and name in part only.

    A pattern may leave the path out. One that the code doesn't tell is taken to match where the pattern names a path:
    `role/dlm-*` takes in no role for the path that it may have.
    """
    fields = pattern.split(":", 5)
    if len(fields) < 6 or fields[2] != "iam":
        return False
    answers = {_may_match(fields[5], own) for own in _own_arns(principal, names_path=fields[5].count("/") > 1)}
    return True if True in answers else None if None in answers else False


def _own_arns(principal: Principal, names_path: bool) -> Iterator[str]:
    """What stands in the last field of a principal's ARN, without its path and with it.

    A permission set is a role in the accounts it is assigned to (IAM Identity Center user guide, "Referencing
    permission sets in resource policies").
    """
    kind, name = principal.kind, pattern_text(principal.name, piece_text) or UNKNOWN
    path = pattern_text(principal.path, piece_text) or "/"
    if kind == PERMISSION_SET:
        kind, name, path = "role", f"AWSReservedSSO_{name}_{NAMED}", f"/aws-reserved/sso.amazonaws.com/{UNKNOWN}/"
    elif principal.resource is None or UNKNOWN in path:
        path = f"/{UNKNOWN}/"
    yield f"{kind}/{name}"
    if names_path or UNKNOWN not in path:
        yield f"{kind}{path}{name}"


def _may_match(pattern: str, own: str) -> bool | None:
    """Whether a pattern takes in what is known in part; the pattern may be for the end that is known (`*-job`)."""
    wide = own.replace(UNKNOWN, "*").replace(NAMED, "?*")
    if not intersects(pattern, wide):
        return False
    return True if wide == own or matches(pattern.rpartition("/")[2], wide.rpartition("/")[2]) else None


def unexpected_principals(
    identities: Identities, expectations: Expectations, makers: Callable[[], Sequence[Maker]]
) -> Iterator[Finding]:
    """A finding for each principal with such rights that nobody expects to have them.

    `makers` gives what makes copies on a schedule: whose role it is, the reader should be told.
    """
    for principal in identities.principals:
        rights = {
            action: bounds
            for action, bounds in joined(map(identities.rights_by, principal.attachments)).items()
            if action.is_judged and WATCHED.intersection(action.capabilities)
        }
        if rights:
            expected = expectations.include(principal)
            if not expected:
                uses = [maker.evidence() for maker in makers() if maker.acts_as(principal)]
                yield _finding(principal, rights, expected is False, uses)


def _finding(principal: Principal, rights: Rights, certain: bool, uses: Sequence[Evidence]) -> Finding:
    sure = [action for action, bounds in rights.items() if bounds.low > Reach.NONE]
    certain = certain and bool(sure)
    places: Sequence[Evidence] = [
        Evidence(attachment.place, "gives it rights") for attachment in principal.attachments[:MAX_PLACES]
    ]
    resource = principal.resource or principal.attachments[0].resource
    return Finding(
        f"{principal.label} {'is' if certain else 'may be'} no expected principal, and {'can' if sure else 'may'} "
        f"{summary(sure or list(rights))}",
        resource.header if principal.resource is not None else principal.attachments[0].place,
        resource=resource,
        evidence=[*places, *uses],
        certain=certain and resource.exists is True,
        severity=Severity.HIGH,
    )
