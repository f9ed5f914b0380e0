"""JSON, format version 1: fields may be added, none is renamed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from snapguard import __version__
from snapguard.findings import Result
from snapguard.scan import Report

FORMAT_VERSION = 1


def render(report: Report, results: Sequence[Result], *, has_times: bool = False) -> str:
    """The report as JSON, with the results that are to be shown.

    Two runs over the same bytes give the same text, so `seconds` is a number only where `has_times` asks for it.
    """
    statistics = report.statistics
    errors = [
        *({"kind": "path", "message": f"{path}: there is no such file or directory"} for path in report.missing),
        *({"kind": "internal", "message": error.message} for error in report.errors),
    ]
    counts = {
        "files": statistics.files,
        "roots": statistics.roots,
        "resources": statistics.resources,
        "seconds": round(statistics.seconds, 3) if has_times else None,
    }
    members = {
        "version": _line(FORMAT_VERSION),
        "tool": _line({"name": "snapguard", "version": __version__}),
        "findings": _lines(map(_finding, results)),
        "errors": _lines(errors),
        "statistics": _line(counts),
    }
    return "{\n" + ",\n".join(f'  "{name}": {text}' for name, text in members.items()) + "\n}\n"


# The encoder that indents is written in Python, and takes as long as the checks where there are many findings.
_line = json.JSONEncoder(ensure_ascii=False).encode


def _lines(values: Iterable[object]) -> str:
    """An array with a line for each element."""
    lines = ",\n".join(f"    {_line(value)}" for value in values)
    return f"[\n{lines}\n  ]" if lines else "[]"


def _finding(result: Result) -> dict[str, Any]:
    span = result.span
    line, column = span.file.position(span.start)
    end_line, end_column = span.file.position(span.end)
    return {
        "check": result.code,
        "name": result.name,
        "category": result.category.value,
        "severity": result.severity.label,
        "status": result.status.value,
        "address": result.address,
        "file": span.file.display,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "addresses": list(result.addresses),
        "message": result.message,
        "evidence": [
            {
                "file": item.span.file.display,
                "line": item.span.line,
                "end_line": item.span.end_line,
                "message": item.message,
            }
            for item in result.evidence
        ],
        "fingerprint": result.fingerprint,
        "attack": list(result.attack),
        "help": result.help,
        "reason": result.reason,
    }
