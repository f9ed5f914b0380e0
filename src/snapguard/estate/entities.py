"""The things that checks judge, the same whatever language they were written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from snapguard.findings import Evidence, Finding, Severity, provenance
from snapguard.resources import Resource
from snapguard.source import Span
from snapguard.values import Value


def addresses_named(value: Value) -> Iterator[str]:
    """The addresses that a value names, or that each of the values which it can be names."""
    candidates = getattr(value, "candidates", ())
    if candidates:
        for candidate in candidates:
            yield from addresses_named(candidate)
    else:
        yield from (reference.address for reference in value.refs)


class Entity:
    """Something that a resource stands for, wholly or in part."""

    __slots__ = ("resource",)

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    def finding(
        self,
        message: str,
        at: Value | Span | None = None,
        *,
        evidence: Iterable[Evidence] = (),
        certain: bool = True,
        severity: Severity | None = None,
        help: str | None = None,
    ) -> Finding:
        """A finding on this entity's resource.

        `at` is the value or place that shows it; a value brings the way it came as evidence. Without one, or
        where the value is not written, the finding points at the resource's header. A resource that may not
        exist makes the finding uncertain, and so does a macro that may set what is not written.
        """
        span = at if isinstance(at, Span) else at.place if at is not None else None
        is_written = span is not None and span != self.resource.header
        can_tell = is_written or not getattr(self.resource, "may_have_more", False)
        trail = provenance(at) if isinstance(at, Value) else []
        return Finding(
            message,
            span or self.resource.header,
            resource=self.resource,
            evidence=[*trail, *evidence],
            certain=certain and can_tell and self.resource.exists is True,
            severity=severity,
            help=help,
        )
