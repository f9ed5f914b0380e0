"""Verdicts of all roots brought together: one result a place and message, each with a fingerprint, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from snapguard import registry
from snapguard.findings import Evidence, Result
from snapguard.judging import UNANIMOUS, Judgement, Verdict
from snapguard.source import LONG_LINE


def merged(verdicts: Iterable[Verdict]) -> list[Result]:
    """The results, sorted by file, line, column and check; addresses that share place and message are one result."""
    groups: dict[object, list[Verdict]] = {}
    for verdict in verdicts:
        place = (verdict.span.file.display, verdict.span.line)
        key = (verdict.code, place, verdict.message, verdict.status, verdict.severity, verdict.reason)
        groups.setdefault(key, []).append(verdict)
    results = sorted((_result(group) for group in groups.values()), key=_order)
    _set_fingerprints(results)
    return results


def agreed(judgements: Sequence[Judgement]) -> Iterator[Verdict]:
    """All verdicts, but those that need it only where every root that reads the file agrees."""
    votes: dict[tuple[str, int], int] = {}
    for judgement in judgements:
        for verdict in judgement.verdicts:
            if verdict.code in UNANIMOUS:
                place = (verdict.span.file.display, verdict.span.start)
                votes[place] = votes.get(place, 0) + 1
    for judgement in judgements:
        for verdict in judgement.verdicts:
            display = verdict.span.file.display
            if verdict.code not in UNANIMOUS or votes[display, verdict.span.start] == sum(
                display in other.files for other in judgements
            ):
                yield verdict


def _order(result: Result) -> tuple[str, int, int, str, str, str]:
    span = result.span
    return span.file.display, *span.file.position(span.start), result.code, result.address, result.message


def _result(group: Sequence[Verdict]) -> Result:
    first = min(group, key=lambda verdict: verdict.span.start)
    check = registry.load(first.code)
    constructs = {verdict.address: verdict.construct for verdict in group}
    headers = {verdict.address: verdict.header for verdict in group if verdict.header is not None}
    return Result(
        code=first.code,
        name=check.name,
        category=check.category,
        severity=first.severity,
        status=first.status,
        addresses=list(headers),
        headers=list(headers.values()),
        constructs=[constructs[address] for address in headers],
        extents=[verdict.extent for verdict in group if verdict.extent is not None],
        calls=[call for verdict in group for call in verdict.calls],
        span=first.span,
        message=first.message,
        evidence=_distinct(_evidence(group, first)),
        fingerprint="",
        attack=check.attack,
        help=first.help,
        reason=first.reason,
    )


def _evidence(group: Sequence[Verdict], first: Verdict) -> Iterator[Evidence]:
    """What verdicts rest on together; of the ways that they tell, that of the first one leads on."""
    if len(group) == 1:
        yield from first.evidence
        return
    steps = {item for item in first.evidence if item.is_step}
    for verdict in group:
        for item in verdict.evidence:
            yield item._replace(is_step=False) if item.is_step and item not in steps else item


def _distinct(evidence: Iterable[Evidence]) -> list[Evidence]:
    items = [*evidence]
    if len(items) < 2:
        return items
    distinct: dict[object, Evidence] = {}
    for item in items:
        distinct.setdefault((item.span.file.display, item.span.start, item.span.end, item.message), item)
    return list(distinct.values())


def _set_fingerprints(results: Sequence[Result]) -> None:
    """A fingerprint outlives moved lines and renamed files: check, address, and the text of the line.

    Of a line that no person writes, such as that of a plan, only the stretch itself counts. Where these are equal, as
    in copied directories, the order of the results tells them apart.
    """
    if not results:
        return
    from hashlib import sha256

    def digest(text: str) -> str:
        return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]

    counts: dict[str, int] = {}
    for result in results:
        line = result.span.file.line(result.span.line)
        line = line if len(line) <= LONG_LINE else result.span.text[:LONG_LINE]
        content = "\0".join((result.code, result.address, " ".join(line.split())))
        number = counts[content] = counts.get(content, 0) + 1
        result.likeness = result.fingerprint = digest(content)
        if number > 1:
            result.fingerprint = digest(f"{content}\0{number}")
