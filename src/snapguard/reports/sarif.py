"""SARIF 2.1.0, as OASIS defines it, with what GitHub's code scanning reads beside that.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any
from urllib.parse import quote

from snapguard import __version__, registry
from snapguard.findings import Result, Severity, Status
from snapguard.registry import Check
from snapguard.scan import Report
from snapguard.source import Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}

_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "3.0"}
"""GitHub's `security-severity`: over 9.0 is critical, from 7.0 high, from 4.0 medium, below low."""

_ATTACK = "https://attack.mitre.org/techniques/"


def render(report: Report, results: Sequence[Result]) -> str:
    """The report as a SARIF log of one run, with the results that are to be shown."""
    checks = registry.load_all()
    numbers = {check.code: number for number, check in enumerate(checks)}
    messages = [
        *(f"{path}: there is no such file or directory" for path in report.missing),
        *(error.message for error in report.errors),
    ]
    run = {
        "tool": {
            "driver": {
                "name": "SnapGuard",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(check) for check in checks],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not messages,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": message}} for message in messages
                ],
            }
        ],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The directory in which SnapGuard was run."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(result, numbers[result.code]) for result in results],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(check: Check) -> dict[str, Any]:
    paragraphs = [check.summary, *filter(None, [check.reasoning]), f"**To mend it:** {check.help}"]
    return {
        "id": check.code,
        "name": "".join(word.capitalize() for word in check.name.split("-")),
        "shortDescription": {"text": check.summary},
        "fullDescription": {"text": "\n\n".join(filter(None, [check.summary, check.reasoning]))},
        "help": {"text": check.help, "markdown": "\n\n".join([*paragraphs, _techniques(check.attack)])},
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
        "properties": {
            "tags": ["security", check.category.value, *check.attack],
            "precision": "high",
            "problem.severity": _LEVELS[check.severity].replace("note", "recommendation"),
            "security-severity": _SCORES[check.severity],
        },
    }


def _techniques(attack: Iterable[str]) -> str:
    links = [f"[{technique}]({_ATTACK}{technique.replace('.', '/')}/)" for technique in attack]
    return f"ATT&CK: {', '.join(links)}"


def _result(result: Result, rule: int) -> dict[str, Any]:
    written: dict[str, Any] = {
        "ruleId": result.code,
        "ruleIndex": rule,
        "kind": "review" if result.status is Status.UNKNOWN else "fail",
        "level": "none" if result.status is Status.UNKNOWN else _LEVELS[result.severity],
        "message": {"text": _message(result)},
        "locations": [
            {
                "physicalLocation": _place(result.span),
                "logicalLocations": [
                    _logical(address, construct)
                    for address, construct in zip_longest(result.addresses, result.constructs)
                ],
            }
        ],
        "relatedLocations": [
            {"id": number, "physicalLocation": _place(item.span), "message": {"text": item.message}}
            for number, item in enumerate(result.evidence, 1)
        ],
        "partialFingerprints": {"snapguard/v1": result.fingerprint},
        "properties": {"severity": result.severity.label, "security-severity": _SCORES[result.severity]},
    }
    flow = _flow(result)
    if flow:
        written["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
    if result.status is Status.SUPPRESSED:
        written["suppressions"] = [{"kind": "inSource", "justification": result.reason or "no reason given"}]
    elif result.status is Status.BASELINE:
        written["suppressions"] = [{"kind": "external", "justification": "in the baseline"}]
    return written


def _flow(result: Result) -> list[dict[str, Any]]:
    """The way that the finding stands on, from where it is to its end, step by step; empty where it stands on none."""
    steps = [item for item in result.evidence if item.is_step]
    if not steps:
        return []
    places = [(result.span, result.message), *((item.span, item.message) for item in steps)]
    return [
        {
            "location": {"physicalLocation": _place(span), "message": {"text": message}},
            "executionOrder": number,
            "importance": "essential" if number == 1 else "important",
        }
        for number, (span, message) in enumerate(places, 1)
    ]


def _logical(address: str, construct: str | None) -> dict[str, str]:
    """A resource by its address, or by the path of the CDK construct that made it and its logical id."""
    if construct:
        return {"name": address, "fullyQualifiedName": construct, "kind": "resource"}
    return {"fullyQualifiedName": address, "kind": "resource"}


def _message(result: Result) -> str:
    on = f" ({', '.join(result.addresses)})" if result.addresses else ""
    return f"{result.message}{on}. {result.help}"


def _place(span: Span) -> dict[str, Any]:
    return {
        "artifactLocation": _artifact(span.file.display),
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }


def _artifact(display: str) -> dict[str, str]:
    """A file's address: relative to the working directory where it lies in it, else absolute."""
    path = quote(display.encode("utf-8", "surrogateescape"))
    if display.startswith("/"):
        return {"uri": f"file://{path}"}
    return {"uri": path, "uriBaseId": "%SRCROOT%"}
