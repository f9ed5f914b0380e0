"""A lock held against a review: what speaks against the lock, and the lock as it is written anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from snapguard.audit.changes import EXTENDS, GAINS, MAY_GAIN, Change, Standing, changes
from snapguard.audit.entries import Entry, Key
from snapguard.audit.lock import Lock, LockedPrincipal, LockedRight, overdue
from snapguard.audit.review import Review

REVIEW_DAYS = 90
"""How long an approval lasts, unless the project says otherwise."""


class Deviation(NamedTuple):
    """Where the code and its lock part: rights that the lock lacks, and reviews that are overdue."""

    growth: Sequence[Change]
    overdue: Sequence[tuple[Key, LockedPrincipal]]

    @property
    def is_failure(self) -> bool:
        """Whether anything of it is certain."""
        return bool(self.overdue) or any(change.verb != MAY_GAIN for change in self.growth)


def standings_of(lock: Lock) -> dict[Key, Standing]:
    """How far each principal of a lock may go."""
    return {
        key: Standing(principal.name, {name: right.bounds for name, right in principal.rights.items()})
        for key, principal in lock.principals.items()
    }


def deviation(lock: Lock, review: Review, day: str) -> Deviation:
    """What speaks against a lock on a day; principals that no longer hold anything need no review."""
    held = {entry.key for entry in review.holders}
    growth = [change for change in changes(standings_of(lock), review) if change.verb in (GAINS, EXTENDS, MAY_GAIN)]
    return Deviation(growth, [(key, principal) for key, principal in overdue(lock, day) if key in held])


def renewed(lock: Lock | None, review: Review, day: str, *, approved_by: str = "", days: int = REVIEW_DAYS) -> Lock:
    """The lock that fits a review.

    Who gained nothing keeps approval and date, also a date that has passed: only an approval moves it. `approved_by`
    approves all that the review covers. What lies outside of the reviewed paths stays as it was.
    """
    old: Mapping[Key, LockedPrincipal] = {} if lock is None else lock.principals
    principals = {key: principal for key, principal in old.items() if not review.covers(key.root)}
    for entry in review.holders:
        principals[entry.key] = _renewed(old.get(entry.key), entry, day, approved_by, days)
    return Lock(principals)


def _renewed(old: LockedPrincipal | None, entry: Entry, day: str, approved_by: str, days: int) -> LockedPrincipal:
    rights = {}
    grows = old is None
    for capability, cell in entry.cells.items():
        known = None if old is None else old.rights.get(capability)
        if known is not None and cell.bounds.low <= known.bounds.low and cell.bounds.high <= known.bounds.high:
            rights[capability] = LockedRight(cell.bounds, known.since)
        else:
            grows = True
            rights[capability] = LockedRight(cell.bounds, day)
    due = _later(day, days) if old is None or approved_by else old.review_due
    signature = "" if old is None or grows else old.approved_by
    return LockedPrincipal(entry.name, rights, approved_by or signature, due)


def _later(day: str, days: int) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(day) + timedelta(days)).isoformat()
