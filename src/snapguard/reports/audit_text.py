"""The entitlement review as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from snapguard.audit.arrangements import TITLES, Arrangement
from snapguard.audit.changes import Change, by_principal
from snapguard.audit.entries import Cell, Entry, Source
from snapguard.audit.lock import LockedPrincipal
from snapguard.audit.review import Review
from snapguard.iam.capabilities import CAPABILITIES
from snapguard.reports.text import printable

MARKS = {"none": "-", "scoped": "S", "conditional": "C", "unlimited": "U", "unknown": "?"}
"""How a cell stands in the table."""

MAX_ACTIONS = 5
"""How many actions of a statement are named before the rest is counted."""

MAX_SOURCES = 3
"""How many statements are named behind a change before the rest is counted."""

_LEGEND = "U unlimited, C conditional, S scoped, ? unknown, - none"
_COLOURS = {"unlimited": "1;31", "conditional": "33", "scoped": "36", "unknown": "35", "none": "2"}
_BOLD = "1"


def table(review: Review, *, shows_all: bool, shows_statements: bool, has_colour: bool) -> str:
    """A line for each principal under the root that it belongs to, then what it comes to."""
    shown = review.entries if shows_all else review.holders
    lines: list[str] = []
    width = max((len(_title(entry)) for entry in shown), default=0)
    for root, entries in _by_root(shown).items():
        lines += [printable(root), "  ".join(["", " " * width, *CAPABILITIES]).rstrip()] if root else []
        for entry in entries:
            lines.append(_row(entry, width, has_colour))
            lines += _statements(entry) if shows_statements else []
        lines.append("")
    lines += [_LEGEND] if shown else []
    return "\n".join([*lines, _summary(review, len(shown)), *_arrangements(review.arrangements)]) + "\n"


def _arrangements(arrangements: Sequence[Arrangement]) -> Iterator[str]:
    """What the code does about copies by itself, under a heading for each matter."""
    for matter, title in TITLES.items():
        found = [arrangement for arrangement in arrangements if arrangement.matter == matter]
        yield from ("", f"{title}:") if found else ()
        for arrangement in found:
            yield f"  {arrangement_text(arrangement)}"


def arrangement_text(arrangement: Arrangement) -> str:
    """One arrangement with its place."""
    when = f", when {arrangement.assumption}" if arrangement.assumption else ""
    place = f"{arrangement.file}:{arrangement.line}"
    return printable(f"{place} {arrangement.resource}{when} {arrangement.text}")


def _by_root(entries: Sequence[Entry]) -> Mapping[str, list[Entry]]:
    roots: dict[str, list[Entry]] = {}
    for entry in entries:
        roots.setdefault(entry.key.root, []).append(entry)
    return roots


def _title(entry: Entry) -> str:
    return printable(f"{entry.key.kind} {entry.name}")


def _row(entry: Entry, width: int, has_colour: bool) -> str:
    cells = []
    for capability in CAPABILITIES:
        cell = entry.cells.get(capability)
        reach = "none" if cell is None else cell.reach
        cells.append(_paint(MARKS[reach], _COLOURS[reach], has_colour) + " " * (len(capability) - 1))
    return "  ".join(["", _title(entry).ljust(width), *cells]).rstrip()


def _statements(entry: Entry) -> Iterator[str]:
    for capability, cell in entry.cells.items():
        yield f"      {capability}: {described(cell)}"
        for source in cell.sources:
            yield f"        {source_text(source)}"


def described(cell: Cell) -> str:
    """How far a cell goes; for one that is not known, between what."""
    bounds = cell.bounds
    if bounds.low == bounds.high:
        return cell.reach
    return f"unknown: {bounds.low.name.lower()} at least, {bounds.high.name.lower()} at most"


def source_place(source: Source) -> str:
    """A statement with its place, and by which way it is held."""
    sid = f" {source.sid}" if source.sid else ""
    via = f", through {source.via}" if source.via else ""
    when = f", when {source.assumption}" if source.assumption else ""
    return printable(f"{source.file}:{source.line} {source.policy}{sid}{via}{when}")


def source_text(source: Source) -> str:
    """The same, with what it gives."""
    more = len(source.actions) - MAX_ACTIONS
    actions = ", ".join(source.actions[:MAX_ACTIONS]) + (f" and {more} more" if more > 0 else "")
    return f"{source_place(source)}: {actions}" if actions else source_place(source)


def _summary(review: Review, shown: int) -> str:
    holders = len(review.holders)
    everyone = len(review.entries)
    if not review.roots:
        return "nothing to review: no code and no account was found"
    hidden = everyone - shown
    text = f"principals with such rights: {holders} of {everyone}" if everyone else "there is no principal"
    return f"{text}; not shown: {hidden} without any (--all)" if hidden else text


def change_lines(found: Sequence[Change], review: Review, *, has_colour: bool) -> str:
    """Each principal whose rights changed, with the statements behind what is new."""
    entries = {entry.key: entry for entry in review.holders}
    lines = []
    for headline, members in by_principal(found):
        lines.append(_paint(printable(headline), _BOLD, has_colour))
        for change in members:
            lines.append(f"  {change.capability}: {change.step}")
            entry = entries.get(change.key)
            cell = None if entry is None else entry.cells.get(change.capability)
            if cell is not None:
                lines += [f"    {source_text(source)}" for source in cell.sources[:MAX_SOURCES]]
                more = len(cell.sources) - MAX_SOURCES
                lines += [f"    and {more} more"] if more > 0 else []
    return "".join(f"{line}\n" for line in lines)


def overdue_line(kind: str, principal: LockedPrincipal, place: str) -> str:
    """What is said of a review that is overdue."""
    by = f", last approved by {principal.approved_by}" if principal.approved_by else ""
    said = f"{kind} {principal.name}: its review was due on {principal.review_due}{by} ({place}:{principal.line})"
    return printable(said)


def _paint(text: str, colour: str, has_colour: bool) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if has_colour else text
