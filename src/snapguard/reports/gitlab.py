"""A Code Quality report, which GitLab shows in merge requests.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from snapguard.findings import Result, Severity, Status

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}


def render(results: Sequence[Result]) -> str:
    """The list of the results; GitLab itself tells what a merge request adds, by the fingerprints."""
    return json.dumps([_entry(result) for result in results], indent=2) + "\n"


def _entry(result: Result) -> dict[str, Any]:
    span = result.span
    on = f" ({', '.join(result.addresses)})" if result.addresses else ""
    status = "" if result.status is Status.FAIL else f" [{result.status.value}]"
    return {
        "description": f"{result.message}{on}{status}. {result.help.splitlines()[0]}",
        "check_name": f"{result.code} {result.name}",
        "fingerprint": result.fingerprint,
        "severity": _SEVERITIES[result.severity] if result.status is Status.FAIL else "info",
        "location": {"path": span.file.display, "lines": {"begin": span.line, "end": span.end_line}},
    }
