"""File name patterns as fileset understands them: `*`, `?`, `[a-c]`, `{a,b}`, and `**` for any directories."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from snapguard.terraform.functions.signature import Undecided
from snapguard.terraform.types import EvaluationError

_MAX_ALTERNATIVES = 1_000
_MAX_ENTRIES = 100_000

_Test = Callable[[str], bool]
_STAR = None
_Token = _Test | None


class _Walk:
    """One walk over directories, none outside of the boundary; counts what it sees."""

    def __init__(self, directory: str, check: Callable[[str], str]) -> None:
        self.directory = directory
        self.check = check
        self.count = 0

    def names(self, relative: str) -> list[str]:
        located = self.check(os.path.join(self.directory, relative))
        try:
            found = sorted(os.listdir(located))
        except OSError:
            return []
        self.count += len(found) + 1
        if self.count > _MAX_ENTRIES:
            raise EvaluationError(f"it would look at more than {_MAX_ENTRIES} files")
        return found

    def is_file(self, relative: str) -> bool:
        try:
            return os.path.isfile(self.check(os.path.join(self.directory, relative)))
        except Undecided:
            return False

    def is_directory(self, relative: str) -> bool:
        path = os.path.join(self.directory, relative)
        return os.path.isdir(path) and not os.path.islink(path)

    def matches(self, relative: str, segments: Sequence[str]) -> Iterator[str]:
        """The files below a directory that the segments of a pattern name."""
        segment, rest = segments[0], segments[1:]
        if segment == "..":
            yield from self.matches(_joined(relative, segment), rest) if rest else ()
            return
        if segment == "**":
            yield from self._any_depth(relative, rest)
            return
        alternatives = [_tokens(alternative) for alternative in _alternatives(segment)]
        for name in self.names(relative):
            inner = _joined(relative, name)
            if not any(_matches(tokens, name) for tokens in alternatives):
                continue
            if not rest:
                if self.is_file(inner):
                    yield inner
            elif self.is_directory(inner):
                yield from self.matches(inner, rest)

    def _any_depth(self, relative: str, rest: Sequence[str]) -> Iterator[str]:
        if rest:
            yield from self.matches(relative, rest)
        for name in self.names(relative):
            inner = _joined(relative, name)
            if self.is_directory(inner):
                yield from self._any_depth(inner, rest)
            elif not rest and self.is_file(inner):
                yield inner


def _joined(relative: str, name: str) -> str:
    return f"{relative}/{name}" if relative else name


def matching_files(directory: str, pattern: str, check: Callable[[str], str]) -> list[str]:
    """The files below a directory that a pattern names, as paths from there.

    `check` gives where a path leads and raises Undecided outside of the boundary. Raises EvaluationError for a
    malformed pattern, or where there is too much to look at.
    """
    segments = [segment for segment in pattern.split("/") if segment not in ("", ".")]
    for segment in segments:
        for alternative in _alternatives(segment):
            _tokens(alternative)
    return sorted(set(_Walk(directory, check).matches("", segments))) if segments else []


def _alternatives(pattern: str) -> list[str]:
    """The patterns that `{a,b}` makes of a part of one."""
    pending, done = [pattern], []
    while pending:
        one = pending.pop()
        bounds = _braces(one)
        if bounds is None:
            done.append(one)
            continue
        start, commas, end = bounds
        for low, high in pairwise([start, *commas, end]):
            pending.append(one[:start] + one[low + 1 : high] + one[end + 1 :])
        if len(pending) + len(done) > _MAX_ALTERNATIVES:
            raise EvaluationError(f"the pattern has more than {_MAX_ALTERNATIVES} alternatives")
    return done


def _braces(pattern: str) -> tuple[int, list[int], int] | None:
    """The places of the first brace, of the commas that belong to it, and of the brace that closes it."""
    start, depth = -1, 0
    commas: list[int] = []
    skip = False
    for at, character in enumerate(pattern):
        if skip or character == "\\":
            skip = not skip
        elif character == "{":
            start = at if depth == 0 else start
            depth += 1
        elif character == "}" and depth:
            depth -= 1
            if depth == 0:
                return start, commas, at
        elif character == "," and depth == 1:
            commas.append(at)
    if depth:
        raise EvaluationError("the pattern has a { without its }")
    return None


def _tokens(segment: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(segment):
        character = segment[at]
        at += 1
        if character == "*":
            if not tokens or tokens[-1] is not _STAR:
                tokens.append(_STAR)
        elif character == "?":
            tokens.append(lambda _: True)
        elif character == "[":
            test, at = _class(segment, at)
            tokens.append(test)
        else:
            if character == "\\":
                if at == len(segment):
                    raise EvaluationError("the pattern ends in a \\")
                character = segment[at]
                at += 1
            tokens.append(character.__eq__)
    return tokens


def _class(segment: str, at: int) -> tuple[_Test, int]:
    is_negated = segment.startswith("^", at)
    at += is_negated
    ranges: list[tuple[str, str]] = []
    while not segment.startswith("]", at) or not ranges:
        low, at = _class_character(segment, at)
        high = low
        if segment.startswith("-", at):
            high, at = _class_character(segment, at + 1)
        ranges.append((low, high))
    return lambda name: any(low <= name <= high for low, high in ranges) is not is_negated, at + 1


def _class_character(segment: str, at: int) -> tuple[str, int]:
    if segment.startswith("\\", at):
        at += 1
    elif segment.startswith(("-", "]"), at):
        raise EvaluationError("the pattern has a [ that is malformed")
    if at >= len(segment):
        raise EvaluationError("the pattern has a [ without its ]")
    return segment[at], at + 1


def _matches(tokens: Sequence[_Token], name: str) -> bool:
    """Whether a name matches; only the last star is ever tried again, so the time is bounded."""
    at = token = 0
    star, mark = -1, 0
    while at < len(name):
        test = tokens[token] if token < len(tokens) else None
        if token < len(tokens) and test is _STAR:
            star, mark = token, at
            token += 1
        elif test is not None and test(name[at]):
            at += 1
            token += 1
        elif star >= 0:
            mark += 1
            at, token = mark, star + 1
        else:
            return False
    return all(rest is _STAR for rest in tokens[token:])
