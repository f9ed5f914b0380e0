"""The entitlement review as Markdown, for pull requests and wikis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from snapguard.audit.arrangements import TITLES, Arrangement
from snapguard.audit.changes import Change, by_principal
from snapguard.audit.entries import Entry
from snapguard.iam.capabilities import CAPABILITIES
from snapguard.reports.audit_text import arrangement_text, described, source_text

_SPECIAL = "\\`*_{}[]<>()#+!|~$&"


def render(entries: Sequence[Entry], arrangements: Sequence[Arrangement] = (), *, shows_statements: bool) -> str:
    """The table, with `shows_statements` what stands behind each cell; then what the code arranges."""
    lines = [
        f"| Principal | {' | '.join(CAPABILITIES)} |",
        f"| --- | {' | '.join('---' for _ in CAPABILITIES)} |",
        *(_row(entry) for entry in entries),
    ]
    if shows_statements:
        for entry in entries:
            lines += ["", *_statements(entry)]
    for matter, title in TITLES.items():
        texts = [escaped(arrangement_text(one)) for one in arrangements if one.matter == matter]
        lines += ["", f"{title[0].upper()}{title[1:]}:", "", *(f"- {text}" for text in texts)] if texts else []
    return "\n".join(lines) + "\n"


def _row(entry: Entry) -> str:
    cells = (entry.cells[name].reach if name in entry.cells else "" for name in CAPABILITIES)
    return f"| {_title(entry)} | {' | '.join(cells)} |"


def _title(entry: Entry) -> str:
    return f"{entry.key.kind} **{escaped(entry.name)}** ({escaped(entry.key.root)})"


def _statements(entry: Entry) -> Iterator[str]:
    yield f"### {_title(entry)}"
    yield ""
    for capability, cell in entry.cells.items():
        yield f"- {capability}: {described(cell)}"
        for source in cell.sources:
            yield f"  - {escaped(source_text(source))}"


def render_changes(found: Sequence[Change], overdue: Sequence[str] = ()) -> str:
    """What changed for whom, and the reviews that are overdue, as a list."""
    lines = []
    for headline, members in by_principal(found):
        lines.append(f"- {escaped(headline)}")
        lines += [f"  - {change.capability}: {change.step}" for change in members]
    lines += [f"- {escaped(line)}" for line in overdue]
    return "\n".join(lines or ["Nobody's rights change."]) + "\n"


def escaped(text: str) -> str:
    """A text of the reviewed code that is shown as it is written."""
    return "".join(f"\\{character}" if character in _SPECIAL else character for character in text.replace("\n", " "))
