"""What a change adds to whom: two reviews, or a review and a lock, held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from snapguard.audit.entries import Key, reach_text
from snapguard.audit.review import Review
from snapguard.iam.capabilities import CAPABILITIES
from snapguard.iam.scopes import NOTHING, Bounds

GAINS, EXTENDS, MAY_GAIN, REDUCES, LOSES = "gains", "extends", "may gain", "reduces", "loses"
"""What can become of a right, in the words of the output."""


class Standing(NamedTuple):
    """How far each capability of a principal went at some time; `name` is what people call it."""

    name: str
    reaches: Mapping[str, Bounds]


class Change(NamedTuple):
    """What became of one capability of a principal, in one of the words above."""

    key: Key
    name: str
    verb: str
    capability: str
    before: Bounds
    after: Bounds

    @property
    def step(self) -> str:
        """From which reach to which."""
        return f"{reach_text(self.after)}, was {reach_text(self.before)}"


def standings(review: Review) -> dict[Key, Standing]:
    """How far each principal of a review goes now."""
    return {
        entry.key: Standing(entry.name, {capability: cell.bounds for capability, cell in entry.cells.items()})
        for entry in review.holders
    }


def changes(before: Mapping[Key, Standing], review: Review) -> list[Change]:
    """All that differs, in order; of what was before, only what the review covers is looked at."""
    after = standings(review)
    earlier = {key: standing for key, standing in before.items() if key in after or review.covers(key.root)}
    found = []
    for key in sorted({*earlier, *after}):
        then, now = earlier.get(key), after.get(key)
        standing = now or then
        for capability in CAPABILITIES if standing is not None else ():
            old = NOTHING if then is None else then.reaches.get(capability, NOTHING)
            new = NOTHING if now is None else now.reaches.get(capability, NOTHING)
            verb = _verb(old, new)
            if verb and standing is not None:
                found.append(Change(key, standing.name, verb, capability, old, new))
    return found


def _verb(before: Bounds, after: Bounds) -> str:
    """What became of a right; what was not known may have been all that it is now."""
    if after.low > before.high:
        return EXTENDS if before.high else GAINS
    if after.low > before.low or after.high > before.high:
        return MAY_GAIN
    if after.high < before.high:
        return REDUCES if after.high else LOSES
    return ""


def is_growth(change: Change) -> bool:
    """Whether a right is there for certain that was not, or goes further."""
    return change.verb in (GAINS, EXTENDS)


def by_principal(found: Iterable[Change]) -> Iterator[tuple[str, list[Change]]]:
    """The changes of each principal that share a verb, under a headline: `role deploy gains share, export`."""
    found = list(found)
    has_many_roots = len({change.key.root for change in found}) > 1
    order = [GAINS, EXTENDS, MAY_GAIN, REDUCES, LOSES]
    ordered = sorted(found, key=lambda change: (change.key, order.index(change.verb)))
    for (key, verb), group in groupby(ordered, key=lambda change: (change.key, change.verb)):
        members = list(group)
        where = f" ({key.root})" if has_many_roots else ""
        capabilities = ", ".join(change.capability for change in members)
        yield f"{key.kind} {members[0].name}{where} {verb} {capabilities}", members


def shown_changes(found: Sequence[Change], *, shows_unknown: bool) -> list[Change]:
    """The changes without those that the code can't tell, unless they are asked for."""
    return [change for change in found if shows_unknown or change.verb != MAY_GAIN]
