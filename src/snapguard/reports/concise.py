"""A line a finding, in the form of compilers: for editors, grep and eyes in a hurry."""

from __future__ import annotations

from collections.abc import Sequence

from snapguard.findings import Result, Status
from snapguard.reports.text import printable


def render(results: Sequence[Result]) -> str:
    """`file:line:column: severity CODE name: message [address]` for each result."""
    return "".join(f"{printable(_line(result))}\n" for result in results)


def _line(result: Result) -> str:
    span = result.span
    status = "" if result.status is Status.FAIL else f" ({result.status.value})"
    more = f" and {len(result.addresses) - 1} more" if len(result.addresses) > 1 else ""
    on = f" [{result.address}{more}]" if result.address else ""
    message = " ".join(result.message.split())
    place = f"{span.file.display}:{span.line}:{span.column}"
    return f"{place}: {result.severity.label}{status} {result.code} {result.name}: {message}{on}"
