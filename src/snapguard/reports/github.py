"""Workflow commands of GitHub Actions, which become annotations on the lines of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Sequence

from snapguard.findings import Result, Severity, Status
from snapguard.reports.text import printable
from snapguard.scan import Report

_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice"}


def render(report: Report, results: Sequence[Result]) -> str:
    """A command for each result, and one for each path or check that failed."""
    lines = [_command(result) for result in results]
    lines += [f"::error::{_data(f'{path}: there is no such file or directory')}" for path in report.missing]
    lines += [f"::error::{_data(error.message)}" for error in report.errors]
    return "".join(f"{line}\n" for line in lines)


def _command(result: Result) -> str:
    span = result.span
    level = _LEVELS[result.severity] if result.status is Status.FAIL else "notice"
    status = "" if result.status is Status.FAIL else f" ({result.status.value})"
    properties = {"file": span.file.display, "line": str(span.line), "endLine": str(span.end_line)}
    if span.line == span.end_line:  # columns of a stretch over several lines are refused
        properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    properties["title"] = f"{result.code} {result.name} ({result.severity.label}){status}"
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    on = f" ({', '.join(result.addresses)})" if result.addresses else ""
    return f"::{level} {written}::{_data(f'{result.message}{on}. {result.help}')}"


def _data(text: str) -> str:
    lines = (printable(line) for line in text.replace("%", "%25").splitlines())
    return "%0A".join(lines)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
