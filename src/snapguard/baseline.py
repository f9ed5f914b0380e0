"""Findings that a project starts out with: known, not yet mended, and no reason to fail.

An entry holds the fingerprint that findings alike have in common (see `merging`) and the file. A finding is known if an
entry has both; and also if only the file differs, and that of the entry is gone: then it was renamed. So lines may move
and files be renamed, but a copy of what is known is new.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from snapguard.findings import Result, Status
from snapguard.scan import ALWAYS_FAILS
from snapguard.source import display_path, load

FORMAT_VERSION = 1


class Entry(NamedTuple):
    """A finding that is known: what it is like, and the file as it was named."""

    fingerprint: str
    file: str


class BaselineError(Exception):
    """A file that is no baseline; the message names it and the way out."""


def read_baseline(path: str) -> Sequence[Entry]:
    """The entries that a file holds; raises BaselineError where it can't be used."""
    shown = display_path(path)
    advice = "write one with `snapguard check --write-baseline`"
    try:
        document = json.loads(load(path).data.decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise BaselineError(f"there is no {shown}: {advice}") from error
    except OSError as error:
        raise BaselineError(f"{shown} can't be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{shown} is no baseline, since it is not JSON: {error}; {advice}") from error
    entries = document.get("findings") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise BaselineError(f"{shown} is no baseline: it has no list `findings`; {advice}")
    if document.get("version") != FORMAT_VERSION:
        raise BaselineError(f"{shown} is of version {document.get('version')!r}, and only {FORMAT_VERSION} can be read")
    listed = [(entry.get("fingerprint"), entry.get("file")) for entry in entries if isinstance(entry, dict)]
    return [Entry(known, file) for known, file in listed if isinstance(known, str) and isinstance(file, str)]


def entries_of(results: Iterable[Result]) -> Sequence[Entry]:
    """The entries that a baseline of these results holds."""
    return [_entry(result) for result in results if belongs(result)]


def baseline_text(results: Iterable[Result]) -> str:
    """A baseline of the findings that fail, a line each, so that changes to it are read and merged with ease."""
    entries = [
        json.dumps(
            {
                "fingerprint": result.likeness,
                "check": result.code,
                "address": result.address,
                "file": result.span.file.display,
                "message": result.message,
            },
            ensure_ascii=False,
        )
        for result in results
        if belongs(result)
    ]
    listed = "".join(f"\n    {entry}," for entry in entries).rstrip(",") + ("\n  " if entries else "")
    return f'{{\n  "version": {FORMAT_VERSION},\n  "findings": [{listed}]\n}}\n'


def belongs(result: Result) -> bool:
    """Whether a result can be in a baseline: it fails, and what it is about was read at all."""
    return result.status is Status.FAIL and result.code != ALWAYS_FAILS


def set_aside(results: Sequence[Result], entries: Iterable[Entry]) -> None:
    """Give the findings that are in a baseline the status that says so; each entry is good for one."""
    left = Counter(entries)
    strangers = []
    for result in filter(belongs, results):
        if left[_entry(result)]:
            left[_entry(result)] -= 1
            result.status = Status.BASELINE
        else:
            strangers.append(result)
    gone = Counter(entry.fingerprint for entry in left.elements() if not os.path.exists(entry.file))
    for result in strangers:
        if gone[result.likeness]:
            gone[result.likeness] -= 1
            result.status = Status.BASELINE


def _entry(result: Result) -> Entry:
    return Entry(result.likeness, result.span.file.display)
