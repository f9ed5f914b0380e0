"""JSON, format version 1: fields may be added, none is renamed."""

from __future__ import annotations

import json
from collections.abc import Sequence
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
    document = {
        "version": FORMAT_VERSION,
        "tool": {"name": "snapguard", "version": __version__},
        "findings": [_finding(result) for result in results],
        "errors": [
            *({"kind": "path", "message": f"{path}: there is no such file or directory"} for path in report.missing),
            *({"kind": "internal", "message": error.message} for error in report.errors),
        ],
        "statistics": {
            "files": statistics.files,
            "roots": statistics.roots,
            "resources": statistics.resources,
            "seconds": round(statistics.seconds, 3) if has_times else None,
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _finding(result: Result) -> dict[str, Any]:
    span = result.span
    return {
        "check": result.code,
        "name": result.name,
        "category": result.category.value,
        "severity": result.severity.label,
        "status": result.status.value,
        "address": result.address,
        "file": span.file.display,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
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
