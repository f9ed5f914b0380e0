"""Findings that somebody has judged: `# snapguard: ignore[SNAP301] reason="DR account" until=2027-03-31`.

A comment counts on a line of the finding, on the line above, or on the first line of the resource or the line above it.
Templates can say the same in `Metadata`, which JSON has no other way for.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from snapguard.findings import Finding
from snapguard.registry import is_selector, selected_codes
from snapguard.resources import Resource, Root
from snapguard.source import SourceFile, Span
from snapguard.values import Value

_COMMENT = re.compile(rb"(#|//)[ \t]*snapguard:[ \t]*ignore\b(?:\[([^\]\n]*)\])?([^\n]*)")
_REASON = re.compile(r"""\breason\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")
_UNTIL = re.compile(r"\buntil\s*=\s*[\"']?([^\s\"']+)")
_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


class Suppression:
    """One wish to leave something alone.

    `line` is the line of code that it stands for, `until` a day or empty, `is_used` whether a
    finding has asked for it.
    """

    __slots__ = ("codes", "is_used", "line", "reason", "span", "until")

    def __init__(self, codes: frozenset[str], reason: str, until: str, line: int, span: Span) -> None:
        self.codes = codes
        self.reason = reason
        self.until = until
        self.line = line
        self.span = span
        self.is_used = False

    def is_over(self, today: str) -> bool:
        """Whether its day has passed, or is no day at all."""
        return bool(self.until) and not (_DATE.fullmatch(self.until) and self.until >= today)


@runtime_checkable
class _HasMetadata(Protocol):
    def metadata(self, name: str) -> Value: ...


class Suppressions:
    """The suppressions of the files and resources of a root, read where a finding asks.

    `codes` are the checks that are run on it. With `require_reason`, one without a reason suppresses nothing. `today`
    is a day as YYYY-MM-DD.
    """

    def __init__(self, root: Root, codes: Iterable[str], *, require_reason: bool = False, today: str = "") -> None:
        self._root = root
        self._codes = frozenset(codes)
        self._require_reason = require_reason
        self._today = today or time.strftime("%Y-%m-%d")
        self._by_file: dict[str, dict[int, list[Suppression]]] = {}
        self._by_address: dict[str, list[Suppression]] = {}
        self._mentions: dict[str, bool] = {}

    def reason_for(self, code: str, finding: Finding) -> str | None:
        """Why a finding of a check is suppressed (maybe an empty text); None where it is not."""
        for suppression in self._candidates(finding):
            if code in suppression.codes:
                suppression.is_used = True
                if not suppression.is_over(self._today) and not self._lacks_reason(suppression):
                    return suppression.reason
        return None

    def _lacks_reason(self, suppression: Suppression) -> bool:
        return self._require_reason and not suppression.reason

    def unused(self) -> list[Suppression]:
        """Those that no finding has asked for, though all the checks that they name were run."""
        return [
            suppression for suppression in self._all() if not suppression.is_used and suppression.codes <= self._codes
        ]

    def refused(self) -> list[Suppression]:
        """Those that a finding has asked for in vain, for want of a reason."""
        return [suppression for suppression in self._all() if suppression.is_used and self._lacks_reason(suppression)]

    def expired(self) -> list[Suppression]:
        """Those whose day has passed."""
        return [suppression for suppression in self._all() if suppression.is_over(self._today)]

    def _all(self) -> Iterator[Suppression]:
        root = self._root
        files = [file for file in root.files() if self._is_mentioned(file)]
        for file in files:
            for suppressions in self._in(file).values():
                yield from suppressions
        if files and root.language == "cloudformation":
            for resource in root.resources():
                yield from self._of(resource)

    def _candidates(self, finding: Finding) -> Iterator[Suppression]:
        yield from self._within(finding.span)
        if finding.resource is not None:
            yield from self._within(finding.resource.header)
            yield from self._of(finding.resource)

    def _within(self, span: Span) -> Iterator[Suppression]:
        by_line = self._in(span.file)
        if by_line:
            first, last = span.line, span.end_line
            for line, suppressions in by_line.items():
                if first <= line <= last:
                    yield from suppressions

    def _in(self, file: SourceFile) -> dict[int, list[Suppression]]:
        by_line = self._by_file.get(file.path)
        if by_line is None:
            by_line = self._by_file[file.path] = {}
            for suppression in in_comments(file) if self._is_mentioned(file) else ():
                by_line.setdefault(suppression.line, []).append(suppression)
        return by_line

    def _is_mentioned(self, file: SourceFile) -> bool:
        """Whether a file speaks of the program at all; looked up once, since files are long and findings many."""
        if file.path not in self._mentions:
            self._mentions[file.path] = b"snapguard" in file.data
        return self._mentions[file.path]

    def _of(self, resource: Resource) -> Sequence[Suppression]:
        if not self._is_mentioned(resource.header.file):
            return ()
        known = self._by_address.get(resource.address)
        if known is None:
            known = self._by_address[resource.address] = list(in_metadata(resource))
        return known


def in_comments(file: SourceFile) -> Iterator[Suppression]:
    """The suppressions in the comments of a file."""
    found = list(_COMMENT.finditer(file.data))
    if not found or file.path.endswith(".json"):
        return
    real = _comment_starts(file, [match.start() for match in found])
    for match in found:
        if match.start() not in real:
            continue
        words = (match[2] or b"").decode("utf-8", "replace").split(",")
        rest = match[3].decode("utf-8", "replace")
        reason = _REASON.search(rest)
        until = _UNTIL.search(rest[: reason.start()] + rest[reason.end() :] if reason else rest)
        yield Suppression(
            _codes(words),
            next((text for text in reason.groups() if text), "").strip() if reason else "",
            until[1] if until else "",
            _line_meant(file, match.start()),
            Span(file, match.start(), match.start() + len(match[0].rstrip())),
        )


def in_metadata(resource: Resource) -> Iterator[Suppression]:
    """The suppressions in a resource's `Metadata: {snapguard: {ignore: [{check, reason, until}]}}`."""
    if not isinstance(resource, _HasMetadata):
        return
    for entry in resource.metadata("snapguard").get("ignore").elements():
        checks = entry.get("check").elements() if entry.known_map is not None else [entry]
        yield Suppression(
            _codes(check.known_text or "" for check in checks),
            (entry.get("reason").known_text or "").strip(),
            _day(entry.get("until")),
            resource.header.line,
            entry.span or resource.header,
        )


def _day(value: Value) -> str:
    """A day, which YAML may have read as a date."""
    if value.is_absent:
        return ""
    return value.known_text or (value.span.text.strip("\"' ") if value.span is not None else "unknown")


def _codes(words: Iterable[str]) -> frozenset[str]:
    return selected_codes(word.strip() for word in words if is_selector(word.strip()))


def _line_meant(file: SourceFile, offset: int) -> int:
    """The line of a comment beside code; the next line of code for a comment that has its line to itself."""
    line = file.position(offset)[0]
    if file.data[file.line_starts[line - 1] : offset].strip(b" \t\xef\xbb\xbf"):
        return line
    line += 1
    while file.line(line).lstrip().startswith(("#", "//")):
        line += 1
    return line


def _comment_starts(file: SourceFile, offsets: Sequence[int]) -> set[int]:
    """Those of the offsets at which a comment stands, not a part of a text."""
    if file.path.endswith((".tf", ".tofu", ".tfvars")):
        from snapguard.terraform.parsing import offsets_in_comments

        return offsets_in_comments(file, offsets)
    return _yaml_comment_starts(file, offsets)


def _yaml_comment_starts(file: SourceFile, offsets: Sequence[int]) -> set[int]:
    import yaml

    loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    scalars = []
    try:
        for token in yaml.scan(file.data.decode("utf-8-sig", "replace"), Loader=loader):
            if isinstance(token, yaml.ScalarToken):
                start, end = token.start_mark, token.end_mark
                scalars.append(((start.line, start.column), (end.line, end.column)))
    except yaml.YAMLError:
        pass  # reported where the template is read; what was seen so far counts
    starts = set()
    for offset in offsets:
        line, column = file.position(offset)
        place = (line - 1, column - 1)
        is_comment = file.data[offset : offset + 1] == b"#" and (
            offset == 0 or file.data[offset - 1 : offset] in (b" ", b"\t", b"\n", b"\xbf")
        )
        if is_comment and not any(start <= place < end for start, end in scalars):
            starts.add(offset)
    return starts
