"""Findings that a project starts out with: known, not yet mended, and no reason to fail.

A baseline holds fingerprints, which outlive moved lines and renamed files (see `merging`). What it names beside them is
for people who read it, and for reviews of what was added to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from snapguard.findings import Result, Status
from snapguard.scan import ALWAYS_FAILS
from snapguard.source import display_path, load

FORMAT_VERSION = 1


class BaselineError(Exception):
    """A file that is no baseline; the message names it and the way out."""


def read_baseline(path: str) -> frozenset[str]:
    """The fingerprints that a file holds; raises BaselineError where it can't be used."""
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
    fingerprints = {entry.get("fingerprint") for entry in entries if isinstance(entry, dict)}
    return frozenset(fingerprint for fingerprint in fingerprints if isinstance(fingerprint, str))


def baseline_text(results: Iterable[Result]) -> str:
    """A baseline of the findings that fail, a line each, so that changes to it are read and merged with ease."""
    entries = [
        json.dumps(
            {
                "fingerprint": result.fingerprint,
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


def set_aside(results: Sequence[Result], fingerprints: frozenset[str]) -> None:
    """Give the findings that are in a baseline the status that says so."""
    for result in results:
        if result.fingerprint in fingerprints and belongs(result):
            result.status = Status.BASELINE
