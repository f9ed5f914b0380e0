"""Findings: what a check says of a resource, and what becomes of it in a report."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from snapguard.resources import Resource
from snapguard.source import Span
from snapguard.values import Value


class Severity(enum.IntEnum):
    """How bad it is; ordered, so that thresholds compare."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """The word used in output and settings."""
        return self.name.lower()

    def lowered(self) -> Severity:
        """One step less, never below low."""
        return Severity(max(Severity.LOW, self - 1))


class Category(enum.Enum):
    """What part of the technique a check is about; the value is the word used in output and settings."""

    INPUT = "input"
    IAM = "iam"
    ENCRYPTION = "encryption"
    SHARING = "sharing"
    RESTORE_SSH = "restore-ssh"


class Status(enum.Enum):
    """What a finding counts for; only FAIL decides the exit status."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"
    BASELINE = "baseline"


class Evidence(NamedTuple):
    """A place that a finding rests on, and what is to be seen there.

    `is_step` says that it lies on a way that leads on from the finding and the steps before it.
    """

    span: Span
    message: str
    is_step: bool = False


class Finding:
    """What a check says: `message` about `resource`, to be seen at `span`, resting on `evidence`.

    `certain` is False where the code can't tell whether it is so (reported as unknown). `severity` and `help` are
    None where the check's own apply.
    """

    __slots__ = ("certain", "evidence", "help", "message", "resource", "severity", "span")

    def __init__(
        self,
        message: str,
        span: Span,
        *,
        resource: Resource | None = None,
        evidence: Iterable[Evidence] = (),
        certain: bool = True,
        severity: Severity | None = None,
        help: str | None = None,
    ) -> None:
        self.message = message
        self.span = span
        self.resource = resource
        self.help = help
        self.evidence = tuple(evidence)
        self.certain = certain
        self.severity = severity


def provenance(value: Value) -> list[Evidence]:
    """The way a value came, from its use to where it is written, as evidence; empty for a value written in place.

    A text that was put together has come by the ways of its parts.
    """
    if not value.via:
        ways = [evidence for part in value.parts or () for evidence in provenance(part)]
        return list(dict.fromkeys(ways))
    trail = [Evidence(step.span, f"comes from {step.note}", is_step=True) for step in value.via]
    if value.span is not None and value.span != trail[-1].span:
        trail.append(Evidence(value.span, "is set here", is_step=True))
    return trail


class Result:
    """A finding as a report shows it: judged by the settings, merged over the addresses that share its line.

    `code`, `name`, `category`, `attack` and `help` are the check's; `addresses` holds every address it stands for,
    `headers` the line that names each of them, `constructs` the path of the CDK construct that made it, empty for any
    other. `extents` are the whole texts of its resources, `calls` those of the module calls that they are made by.
    `fingerprint` tells it from all others of the report, `likeness` is the same for all that are alike.
    """

    __slots__ = (
        "addresses",
        "attack",
        "calls",
        "category",
        "code",
        "constructs",
        "evidence",
        "extents",
        "fingerprint",
        "headers",
        "help",
        "likeness",
        "message",
        "name",
        "reason",
        "severity",
        "span",
        "status",
    )

    def __init__(
        self,
        *,
        code: str,
        name: str,
        category: Category,
        severity: Severity,
        status: Status,
        addresses: Sequence[str],
        span: Span,
        message: str,
        evidence: Sequence[Evidence],
        fingerprint: str,
        attack: Sequence[str],
        help: str,
        reason: str = "",
        headers: Sequence[Span] = (),
        constructs: Sequence[str] = (),
        extents: Sequence[Span] = (),
        calls: Sequence[Span] = (),
    ) -> None:
        self.code = code
        self.name = name
        self.category = category
        self.severity = severity
        self.status = status
        self.addresses = tuple(addresses)
        self.headers = tuple(headers)
        self.constructs = tuple(constructs)
        self.extents = tuple(extents)
        self.calls = tuple(calls)
        self.span = span
        self.message = message
        self.evidence = tuple(evidence)
        self.fingerprint = fingerprint
        self.likeness = fingerprint
        self.attack = tuple(attack)
        self.help = help
        self.reason = reason

    @property
    def address(self) -> str:
        """The first address it stands for; empty for a finding about a file."""
        return self.addresses[0] if self.addresses else ""
