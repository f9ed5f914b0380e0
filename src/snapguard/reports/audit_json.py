"""The entitlement review as JSON, format version 1: fields may be added, none is renamed.

It can be read back, so that a later review can be held against it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from snapguard import __version__
from snapguard.audit.changes import Change, Standing
from snapguard.audit.entries import Cell, Entry, Key, Source, reach_text
from snapguard.audit.lock import LockedPrincipal
from snapguard.audit.review import Review
from snapguard.iam.capabilities import CAPABILITIES
from snapguard.iam.scopes import Bounds, Reach

FORMAT_VERSION = 1


def render(
    review: Review,
    changes: Sequence[Change] | None = None,
    overdue: Sequence[tuple[Key, LockedPrincipal]] | None = None,
) -> str:
    """The review with all that was asked for beside it: the changes since an earlier one, the reviews that are due."""
    document: dict[str, Any] = {
        "version": FORMAT_VERSION,
        "tool": {"name": "snapguard", "version": __version__},
        "capabilities": list(CAPABILITIES),
        "principals": [principal_content(entry) for entry in review.entries],
        "arrangements": [
            {
                "root": arrangement.root,
                "matter": arrangement.matter,
                "resource": arrangement.resource,
                "file": arrangement.file,
                "line": arrangement.line,
                "text": arrangement.text,
                "role": arrangement.role,
                "when": arrangement.assumption,
            }
            for arrangement in review.arrangements
        ],
        "errors": [
            *(
                {
                    "kind": "input",
                    "file": error.span.file.display,
                    "line": error.span.line,
                    "message": error.message,
                }
                for error in review.unread
            ),
            *({"kind": "path", "message": f"{path}: there is no such file or directory"} for path in review.missing),
            *({"kind": "internal", "message": error.message} for error in review.errors),
        ],
    }
    if changes is not None:
        document["changes"] = [_change(change) for change in changes]
    if overdue is not None:
        document["overdue"] = [
            {**_key(key), "name": locked.name, "approved_by": locked.approved_by, "review_due": locked.review_due}
            for key, locked in overdue
        ]
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _key(key: Key) -> dict[str, str]:
    return {"principal": key.principal, "root": key.root, "kind": key.kind}


def principal_content(entry: Entry) -> dict[str, Any]:
    """A principal with its rights and the statements behind them."""
    return {
        **_key(entry.key),
        "name": entry.name,
        "file": entry.file,
        "line": entry.line,
        "rights": {capability: _cell(cell) for capability, cell in entry.cells.items()},
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {**_reach(cell.bounds), "actions": cell.actions, "statements": [_source(source) for source in cell.sources]}


def _reach(bounds: Bounds) -> dict[str, str]:
    return {"reach": reach_text(bounds), "least": bounds.low.name.lower(), "most": bounds.high.name.lower()}


def _source(source: Source) -> dict[str, Any]:
    return {
        "file": source.file,
        "line": source.line,
        "end_line": source.end_line,
        "policy": source.policy,
        "sid": source.sid,
        "through": source.via,
        "when": source.assumption,
        **_reach(source.bounds),
        "actions": list(source.actions),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        **_key(change.key),
        "name": change.name,
        "change": change.verb,
        "right": change.capability,
        "before": reach_text(change.before),
        "after": reach_text(change.after),
    }


class ReviewError(ValueError):
    """A text that is no review; the message says what is wrong."""


def read_back(text: str) -> dict[Key, Standing]:
    """How far each principal of an earlier review went; raises ReviewError where the text is none."""
    try:
        document = json.loads(text)
        if document["version"] != FORMAT_VERSION:
            raise ReviewError(f"is a review of version {document['version']!r}, and not of {FORMAT_VERSION}")
        return dict(map(_standing, document["principals"]))
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError, RecursionError) as error:
        raise ReviewError("is no review: give a snapguard.lock or the output of --format json") from error


def _standing(principal: dict[str, Any]) -> tuple[Key, Standing]:
    key = Key(principal["root"], principal["kind"], principal["principal"])
    reaches = {
        capability: Bounds(Reach[right["least"].upper()], Reach[right["most"].upper()])
        for capability, right in principal["rights"].items()
        if capability in CAPABILITIES
    }
    return key, Standing(principal["name"], reaches)
