"""Policy documents that stand as text: JSON with the places of its statements, and pieces that may not be known."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from json import JSONDecoder
from typing import Any, NamedTuple, NoReturn

from snapguard.json_nodes import JsonError, values_from_json
from snapguard.resources import InputError
from snapguard.source import Span
from snapguard.values import Known, Unknown, Value, fragments

OPEN, _CLOSE = "\ue000", "\ue001"
"""They enclose the number of an unknown piece inside JSON text (private use)."""

Placer = Callable[[int, int], "Span | None"]

_MAX_PLAIN_DEPTH = 20
"""How deeply a policy may be nested to be read at once; none that IAM takes is nested half as deeply."""

_match_start = re.compile(r"[ \t\n\r]*\{").match
_match_key = re.compile(r'[ \t\n\r]*"([^"\\\x00-\x1f]*)"[ \t\n\r]*:[ \t\n\r]*').match
_match_space = re.compile(r"[ \t\n\r]*").match


class Content(NamedTuple):
    """What a text holds: None where that can't be told; `is_rough` where only statements have places of their own."""

    value: Value | None
    is_rough: bool = False
    error: InputError | None = None


def content_of_text(value: Value, *, exactly: bool) -> Content:
    """What a text of JSON holds; with the place of every piece if that is asked for."""
    pieces = list(fragments(value))
    unknown = [piece for piece in pieces if isinstance(piece, Unknown)]
    text = _with_placeholders(pieces)
    if not text.strip() or (unknown and text.lstrip()[:1] != "{"):
        return Content(None if unknown or not text else value)
    place = _placer(value, text)
    plain = None if unknown or exactly else _read_at_once(text, place)
    if plain is not None:
        return Content(plain, is_rough=True)
    try:
        content = values_from_json(text, place)
    except JsonError as error:
        span = None if unknown else place(error.offset, error.offset + 1) or value.place
        return Content(None, error=None if span is None else InputError(f"policy document: {error.message}", span))
    return Content(_restored(content, unknown) if unknown else content)


def _refuse(_text: str) -> NoReturn:
    raise ValueError


_decode = JSONDecoder(parse_int=_refuse, parse_float=_refuse, parse_constant=_refuse).raw_decode


def _read_at_once(text: str, place: Placer) -> Value | None:
    """The values of an object by the standard library's scanner, which is several times as fast.

    It tells no places: each element of the top level, and of a list in it, is asked for by itself, and all that is in
    it has its place. None where only the exact reading can be trusted: what is no JSON, numbers, escapes of
    characters, deep nesting.
    """
    start = _match_start(text)
    if start is None or "\\u" in text:
        return None
    entries: dict[str, Value] = {}
    at = start.end()
    try:
        while key := _match_key(text, at):
            entries[key.group(1)], at = _element(text, key.end(), place)
            at = _after_space(text, at) + 1
            if not text.startswith(",", at - 1):
                break
    except (ValueError, RecursionError):
        return None
    is_whole = key is not None and text.startswith("}", at - 1) and _after_space(text, at) == len(text)
    return Known(entries, place(start.end() - 1, at)) if is_whole else None


def _element(text: str, at: int, place: Placer) -> tuple[Value, int]:
    """The value that begins somewhere, and where it ends."""
    if not text.startswith("[", at):
        content, end = _decode(text, at)
        return _placed(content, place(at, end)), end
    elements: list[Value] = []
    end = at
    while not elements or text.startswith(",", end):
        start = _after_space(text, end + 1)
        content, end = _decode(text, start)
        elements.append(_placed(content, place(start, end)))
        end = _after_space(text, end)
    if not text.startswith("]", end):
        raise ValueError
    return Known(elements, place(at, end + 1)), end + 1


def _after_space(text: str, at: int) -> int:
    match = _match_space(text, at)
    return at if match is None else match.end()


def _placed(content: Any, span: Span | None, depth: int = 0) -> Value:
    if content.__class__ is str:
        return Known(content, span)
    if depth > _MAX_PLAIN_DEPTH:
        raise ValueError
    depth += 1
    if content.__class__ is dict:
        return Known({name: _placed(child, span, depth) for name, child in content.items()}, span)
    if content.__class__ is list:
        return Known([Known(one, span) if one.__class__ is str else _placed(one, span, depth) for one in content], span)
    return Known(content, span)


def _with_placeholders(pieces: Sequence[str | Unknown]) -> str:
    """The text with a numbered mark for each unknown piece; one that stands for a whole value becomes a string."""
    if len(pieces) == 1 and isinstance(pieces[0], str):
        return pieces[0]
    written = []
    inside = False
    number = 0
    for piece in pieces:
        if isinstance(piece, str):
            inside = _ends_inside_string(piece, inside)
            written.append(piece)
        else:
            mark = f"{OPEN}{number}{_CLOSE}"
            written.append(mark if inside else f'"{mark}"')
            number += 1
    return "".join(written)


def _ends_inside_string(text: str, inside: bool) -> bool:
    """Whether a piece of JSON ends within a string, given whether it began within one."""
    at = 0
    while at < len(text):
        if text[at] == "\\" and inside:
            at += 1
        elif text[at] == '"':
            inside = not inside
        at += 1
    return inside


def _restored(value: Value, unknown: Sequence[Unknown]) -> Value:
    """The values read from a text with placeholders, with the unknown pieces in their stead."""
    if not isinstance(value, Known):
        return value
    if isinstance(value.value, dict):
        entries = {key: _restored(child, unknown) for key, child in value.value.items()}
        return Known(entries, value.span, value.via)
    if isinstance(value.value, list):
        return Known([_restored(child, unknown) for child in value.value], value.span, value.via)
    if isinstance(value.value, str) and OPEN in value.value:
        return _text_with_pieces(value, unknown)
    return value


def _text_with_pieces(value: Known, unknown: Sequence[Unknown]) -> Value:
    head, *pieces = value.value.split(OPEN)
    parts: list[Value] = [Known(head, value.span)] if head else []
    for piece in pieces:
        number, closed, rest = piece.partition(_CLOSE)
        if closed and number.isdigit() and int(number) < len(unknown):
            parts.append(unknown[int(number)])
        else:
            rest = OPEN + piece
        if rest:
            parts.append(Known(rest, value.span))
    if len(parts) == 1:
        return parts[0]
    refs = tuple(ref for part in parts for ref in part.refs)
    return Unknown("holds a piece that is not known", refs, span=value.span, via=value.via, parts=tuple(parts))


def _placer(value: Value, text: str) -> Placer:
    """Where a stretch of a text stands in its file.

    A text that stands in its literal as it is (a heredoc, a file, a string without escapes) is found there. An indented
    heredoc, escapes and templates change it: then each line of the text is looked for among the lines of the
    literal, and where that fails the literal as a whole is the place.
    """
    span = value.span
    if span is None or value.parts is not None:
        return _line_placer(span, text)
    written = span.text
    at = written.find(text)
    if at < 0:
        return _line_placer(span, text)
    base = span.start + len(written[:at].encode("utf-8"))
    plain = text.isascii()

    def place(start: int, end: int) -> Span | None:
        if plain:
            return Span(span.file, base + start, base + end)
        begin = base + len(text[:start].encode("utf-8"))
        return Span(span.file, begin, begin + len(text[start:end].encode("utf-8")))

    return place


def _line_placer(span: Span | None, text: str) -> Placer:
    """Places by whole lines, for a text whose lines follow each other in the literal though their margins differ."""
    starts = None if span is None else _line_offsets(span, text)
    breaks = [at for at, sign in enumerate(text) if sign == "\n"]

    def place(start: int, end: int) -> Span | None:
        if span is None or starts is None:
            return span
        first, last = bisect_left(breaks, start), bisect_left(breaks, max(start, end - 1))
        return Span(span.file, starts[first][0], starts[last][1])

    return place


def _line_offsets(span: Span, text: str) -> list[tuple[int, int]] | None:
    """For each line of the text, the bytes where it stands in the literal without its margin; None where it differs."""
    wanted = text.rstrip("\n").split("\n")
    offset = span.start
    found: list[tuple[int, int]] = []
    for raw in span.file.data[span.start : span.end].split(b"\n"):
        line = raw.decode("utf-8", "replace")
        if len(found) < len(wanted) and _same_line(line, wanted[len(found)]):
            margin = len(raw) - len(raw.lstrip())
            found.append((offset + margin, offset + len(raw.rstrip())))
        elif found:
            found = []
        offset += len(raw) + 1
        if len(found) == len(wanted):
            return [*found, found[-1]]
    return None


def _same_line(written: str, read: str) -> bool:
    """Whether a line of a literal is a line of its text: what an interpolation turned into may be anything."""
    head, interpolation, _ = written.strip().partition("${")
    return read.strip().startswith(head) if interpolation else head == read.strip()
