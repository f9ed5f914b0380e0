"""Markdown for job summaries and comments on merge requests: a table, and the details folded away below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from snapguard.findings import Result, Status
from snapguard.reports import text
from snapguard.reports.audit_markdown import escaped
from snapguard.scan import Report

MAX_ROWS = 100
"""How many findings are listed before the rest is counted: a comment on GitHub holds 65,536 characters."""

MAX_DETAILS = 30
"""How many findings are explained; the table names the others."""

MAX_EVIDENCE = 12
"""How many places of evidence are named before the rest is counted."""


def render(report: Report, results: Sequence[Result]) -> str:
    """The summary, the table of the results that are to be shown, and what each rests on."""
    lines = ["### SnapGuard", "", escaped(text.summary(report, results).strip())]
    if results:
        lines += ["", "| Severity | Check | Place | Finding |", "| --- | --- | --- | --- |"]
        lines += map(_row, results[:MAX_ROWS])
    if len(results) > MAX_ROWS:
        lines += ["", f"… and {len(results) - MAX_ROWS:,} more"]
    for result in results[:MAX_DETAILS]:
        lines += ["", *_details(result)]
    messages = [f"{path}: there is no such file or directory" for path in report.missing]
    messages += [error.message for error in report.errors]
    lines += [line for message in messages for line in ("", f"**Error:** {escaped(message)}")]
    return "\n".join(lines) + "\n"


def _row(result: Result) -> str:
    place = _code(f"{result.span.file.display}:{result.span.line}").replace("|", "\\|")
    status = "" if result.status is Status.FAIL else f" ({result.status.value})"
    name = f"{result.code} {result.name}"
    return f"| {result.severity.label}{status} | {name} | {place} | {escaped(result.message)} |"


def _details(result: Result) -> Iterator[str]:
    span = result.span
    yield f"<details><summary>{result.code} in {_html(f'{span.file.display}:{span.line}')}</summary>"
    yield ""
    listed = zip_longest(result.addresses[: text.MAX_ADDRESSES], result.constructs[: text.MAX_ADDRESSES])
    for address, construct in listed:
        yield f"- on {_code(address)}" + (f" ({_code(construct)})" if construct else "")
    if len(result.addresses) > text.MAX_ADDRESSES:
        yield f"- and {len(result.addresses) - text.MAX_ADDRESSES} more"
    for item in result.evidence[:MAX_EVIDENCE]:
        yield f"- {_code(f'{item.span.file.display}:{item.span.line}')}: {escaped(item.message)}"
    if len(result.evidence) > MAX_EVIDENCE:
        yield f"- and {len(result.evidence) - MAX_EVIDENCE} more places"
    if result.reason:
        yield f"- suppressed: {escaped(result.reason)}"
    yield ""
    yield from _help(result.help)
    yield ""
    yield "</details>"


def _help(help: str) -> Iterator[str]:
    """The help; code in it, which is indented, stands in a block of its own."""
    was_code = False
    for line in map(text.printable, help.split("\n")):
        is_code = line.startswith("    ")
        if is_code != was_code:
            yield ""
        yield line if is_code else _prose(line)
        was_code = is_code


def _prose(line: str) -> str:
    """A line of help: what stands in backticks is code, and nothing else means anything but itself."""
    pieces = line.split("`")
    if len(pieces) % 2 == 0:
        return escaped(line)
    return "`".join(piece if number % 2 else escaped(piece) for number, piece in enumerate(pieces))


def _code(content: str) -> str:
    """A text as code, between more backticks than it holds in a row."""
    shown = text.printable(content)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {shown} {fence}" if longest else f"{fence}{shown}{fence}"


def _html(content: str) -> str:
    from html import escape

    return escape(text.printable(content))
