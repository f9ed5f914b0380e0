"""The entitlement review as one page of HTML that needs nothing else: with search, and the statements of each cell."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from snapguard import __version__
from snapguard.audit.arrangements import TITLES, Arrangement
from snapguard.audit.entries import Entry
from snapguard.iam.capabilities import CAPABILITIES
from snapguard.reports.audit_json import principal_content
from snapguard.reports.page_policy import security_policy

_PAGE = os.path.join(os.path.dirname(__file__), "audit_page.html")


def render(entries: Sequence[Entry], arrangements: Sequence[Arrangement] = ()) -> str:
    """The page. It loads nothing, and its policy lets no script run but its own."""
    with open(_PAGE, encoding="utf-8") as stream:
        page = stream.read()
    content = {
        "POLICY": security_policy(page),
        "TILES": "".join(_tiles(entries)),
        "CAPABILITIES": "".join(f"<option>{capability}</option>" for capability in CAPABILITIES),
        "HEADINGS": "".join(f'<th scope="col">{capability}</th>' for capability in CAPABILITIES),
        "ROWS": "\n".join(_groups(entries)),
        "TOOL": f"SnapGuard {escape(__version__)}",
        "ARRANGEMENTS": "".join(_arranged(arrangements)),
        "DATA": _data(entries),
    }
    return re.sub(r"@([A-Z]+)@", lambda mark: content[mark[1]], page)


def _tiles(entries: Sequence[Entry]) -> Iterator[str]:
    """The numbers that a reviewer looks at first."""
    leak = ("share", "export")
    make = ("create", "copy")
    numbers = {
        "principals": len(entries),
        "share or export without limit": sum(_is_unlimited(entry, leak) for entry in entries),
        "make copies and give them away": sum(_has(entry, make) and _has(entry, leak) for entry in entries),
        "with rights that can't be told": sum(
            any(cell.reach == "unknown" for cell in entry.cells.values()) for entry in entries
        ),
    }
    for label, number in numbers.items():
        yield f'<div class="tile"><b>{number}</b><span>{escape(label)}</span></div>'


def _has(entry: Entry, capabilities: Sequence[str]) -> bool:
    return any(name in entry.cells and entry.cells[name].bounds.low for name in capabilities)


def _is_unlimited(entry: Entry, capabilities: Sequence[str]) -> bool:
    return any(name in entry.cells and entry.cells[name].reach == "unlimited" for name in capabilities)


def _groups(entries: Sequence[Entry]) -> Iterator[str]:
    """The rows of each root under its name."""
    numbered = enumerate(entries)
    for root, members in groupby(numbered, key=lambda item: item[1].key.root):
        heading = f'<tr><th class="root" scope="rowgroup" colspan="{len(CAPABILITIES) + 1}">{escape(root)}</th></tr>'
        yield f"<tbody>\n{heading}"
        for number, entry in members:
            yield _row(number, entry)
        yield "</tbody>"


def _row(number: int, entry: Entry) -> str:
    place = f"{entry.file}:{entry.line}" if entry.file else "not in what was read"
    address = entry.key.principal if entry.key.principal != entry.name else place
    cells = "".join(f"<td>{_cell(entry, capability)}</td>" for capability in CAPABILITIES)
    return (
        f'<tr class="entry" data-entry="{number}"><th scope="row"><span class="name">{escape(entry.name)}</span>'
        f'<span class="kind">{escape(entry.key.kind)}</span>'
        f'<div class="address" title="{escape(place)}">{_breakable(address)}</div></th>{cells}</tr>'
    )


def _arranged(arrangements: Sequence[Arrangement]) -> Iterator[str]:
    """What the code does about copies by itself: a section for each matter."""
    for matter, title in TITLES.items():
        items = [_arrangement(one) for one in arrangements if one.matter == matter]
        if items:
            heading = title[0].upper() + title[1:]
            yield f'<section class="arranged"><h2>{heading}</h2>\n<div class="card"><ul>\n'
            yield "\n".join(items) + "\n</ul></div></section>\n"


def _arrangement(arrangement: Arrangement) -> str:
    when = f", when {escape(arrangement.assumption)}" if arrangement.assumption else ""
    return (
        f'<li><span class="name">{escape(arrangement.resource)}</span> {escape(arrangement.text)}{when}'
        f'<div class="address">{_breakable(f"{arrangement.file}:{arrangement.line}")}</div></li>'
    )


def _breakable(address: str) -> str:
    """An address that may be broken where one of its names ends."""
    return "".join(f"{character}<wbr>" if character in "/:" else escape(character) for character in address)


def _cell(entry: Entry, capability: str) -> str:
    cell = entry.cells.get(capability)
    if cell is None:
        return '<span class="none" title="none">&ndash;</span>'
    return (
        f'<button type="button" class="cell {cell.reach}" data-capability="{capability}" aria-expanded="false" '
        f'aria-controls="panel">{cell.reach}</button>'
    )


def _data(entries: Sequence[Entry]) -> str:
    """The entries as JSON that can stand within a script element.

    Statements share their lists of actions, by number: hundreds of principals may hold the same policy.
    """
    numbers: dict[tuple[str, ...], int] = {}
    contents = [principal_content(entry) for entry in entries]
    for content in contents:
        for right in content["rights"].values():
            del right["actions"]
            for statement in right["statements"]:
                statement["actions"] = numbers.setdefault(tuple(statement["actions"]), len(numbers))
    document = {"entries": contents, "actions": list(numbers)}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
