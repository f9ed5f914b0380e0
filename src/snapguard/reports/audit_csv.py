"""The entitlement review as CSV, a line for each right of a principal, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from snapguard.audit.entries import Entry
from snapguard.reports.audit_text import source_place

COLUMNS = ("root", "kind", "principal", "name", "capability", "reach", "least", "most", "actions", "statements")

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def render(entries: Sequence[Entry]) -> str:
    """The table (RFC 4180); a principal without any of the rights has one line without a capability."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for entry in entries:
        for row in _rows(entry):
            writer.writerow([_harmless(field) for field in row])
    return stream.getvalue()


def _rows(entry: Entry) -> list[list[str]]:
    key = entry.key
    head = [key.root, key.kind, key.principal, entry.name]
    if not entry.cells:
        return [[*head, "", "none", "none", "none", "", ""]]
    return [
        [
            *head,
            capability,
            cell.reach,
            cell.bounds.low.name.lower(),
            cell.bounds.high.name.lower(),
            " ".join(cell.actions),
            "; ".join(source_place(source) for source in cell.sources),
        ]
        for capability, cell in entry.cells.items()
    ]


def _harmless(field: str) -> str:
    """A field that no spreadsheet takes for a formula: names come from the code that is reviewed."""
    return f"'{field}" if field.startswith(_FORMULA_STARTS) else field
