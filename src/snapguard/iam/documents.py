"""Policy documents: from a value to statements, each with its place.

A document is an object, a text that was made from one (jsonencode, a policy document data source), or a text that
holds JSON, with pieces that may not be known. Whoever reads one gets statements whose elements are values still, so
that a finding can point at them. The grammar is the IAM user guide's, "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from snapguard.json_nodes import JsonError, values_from_json
from snapguard.resources import InputError
from snapguard.source import Span
from snapguard.values import ABSENT, Known, Unknown, Value, fragments, text_of

MAX_STATEMENTS = 500
"""More than any document of 10,240 characters, the most that IAM takes (IAM user guide, quotas), can hold."""

_OPEN, _CLOSE = "\ue000", "\ue001"  # private use: they enclose the number of an unknown piece inside JSON text


_ELEMENTS = frozenset(
    (
        "Version",
        "Id",
        "Statement",
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    )
)
"""What a policy and its statements hold, as it is usually cased."""


class Condition(NamedTuple):
    """One test of a Condition block: all of its keys must hold, for each of them any of its values."""

    operator: str
    key: str
    values: tuple[Value, ...]


class PrincipalItem(NamedTuple):
    """One entry of a Principal element: `kind` is AWS, Service, Federated or CanonicalUser; a bare `*` is AWS."""

    kind: str
    value: Value


class Statement:
    """One statement.

    `allow` is None where its effect is not known; `certain` is False where it may not be there, or may hold
    conditions that can't be read.
    """

    __slots__ = (
        "actions",
        "allow",
        "certain",
        "conditions",
        "negated_actions",
        "negated_principals",
        "negated_resources",
        "principals",
        "resources",
        "sid",
        "span",
    )

    def __init__(
        self,
        *,
        allow: bool | None,
        actions: Sequence[Value],
        negated_actions: bool = False,
        resources: Sequence[Value] = (),
        negated_resources: bool = False,
        principals: Sequence[PrincipalItem] = (),
        negated_principals: bool = False,
        conditions: Sequence[Condition] = (),
        sid: str = "",
        span: Span | None = None,
        certain: bool = True,
    ) -> None:
        self.allow = allow
        self.actions = actions
        self.negated_actions = negated_actions
        self.resources = resources
        self.negated_resources = negated_resources
        self.principals = principals
        self.negated_principals = negated_principals
        self.conditions = conditions
        self.sid = sid
        self.span = span
        self.certain = certain


class PolicyDocument:
    """The statements of a document; `complete` is False where there may be more that are not known.

    `errors` tells what is wrong with its text or its shape.
    """

    __slots__ = ("complete", "errors", "statements")

    def __init__(
        self, statements: Sequence[Statement], complete: bool = True, errors: Sequence[InputError] = ()
    ) -> None:
        self.statements = statements
        self.complete = complete
        self.errors = errors


def read_document(value: Value) -> PolicyDocument:
    """The document that a value holds: an object, or a text of JSON. Never raises: what is wrong is in `errors`."""
    return _Reader().document(value)


class _Reader:
    """Reads one document and gathers what is wrong with it."""

    def __init__(self) -> None:
        self.errors: list[InputError] = []
        self.complete = True
        self.statements: list[Statement] = []

    def document(self, value: Value) -> PolicyDocument:
        if value.is_absent:
            return PolicyDocument(())
        content = self._content(value)
        if content is None:
            self._read_candidates(value)
        elif content.known_map is None:
            self._wrong(content, value, "a policy document is an object with a Statement")
        else:
            self._read_statements(content, value)
        return PolicyDocument(self.statements, self.complete, self.errors)

    def _read_candidates(self, value: Value) -> None:
        """A document that hangs on a condition: no statement of a candidate is certain."""
        self.complete = False
        for outcome in (value.outcomes if isinstance(value, Unknown) else None) or ():
            for statement in read_document(outcome).statements:
                statement.certain = False
                self.statements.append(statement)

    def _content(self, value: Value) -> Value | None:
        """The object behind a value, or None where it can't be told."""
        if value.decoded is not None:
            return value.decoded if value.decoded.is_known else None
        if value.known_map is not None or value.known_list is not None:
            return value
        if isinstance(value, Unknown) and value.parts is None:
            return None
        if not isinstance(value, Unknown) and value.known_text is None:
            return value
        return self._content_of_text(value)

    def _content_of_text(self, value: Value) -> Value | None:
        pieces = list(fragments(value))
        unknown = [piece for piece in pieces if isinstance(piece, Unknown)]
        text = _with_placeholders(pieces)
        if not text.strip() or (unknown and text.lstrip()[:1] != "{"):
            return None if unknown or not text else value
        place = _placer(value, text)
        try:
            content = values_from_json(text, place)
        except JsonError as error:
            if not unknown:
                span = place(error.offset, error.offset + 1) or value.place
                if span is not None:
                    self.errors.append(InputError(f"policy document: {error.message}", span))
            return None
        return _restored(content, unknown) if unknown else content

    def _wrong(self, value: Value, container: Value, message: str) -> None:
        span = value.span or container.span or value.place or container.place
        self.complete = False
        if span is not None:
            self.errors.append(InputError(f"policy document: {message}", span))

    def _read_statements(self, content: Value, container: Value) -> None:
        whole = _entry(content, "Statement")
        if whole.is_absent:
            if isinstance(content, Known) and content.value:
                self._wrong(content, container, "it has no Statement")
            return
        statements = whole.elements()
        if len(statements) > MAX_STATEMENTS:
            self._wrong(whole, container, f"more than {MAX_STATEMENTS} statements, and IAM takes no document so long")
        for statement in statements[:MAX_STATEMENTS]:
            if isinstance(statement, Unknown):
                self._unknown_statement(statement)
            elif statement.known_map is not None:
                self.statements.append(self._statement(statement, container))
            elif not statement.is_absent:
                self._wrong(statement, container, "each Statement is an object with an Effect")

    def _unknown_statement(self, statement: Unknown) -> None:
        """A statement that hangs on a condition may be there or not: its candidates say how it may look."""
        self.complete = False
        for outcome in statement.outcomes or ():
            for element in outcome.elements():
                if element.known_map is not None:
                    read = self._statement(element, statement)
                    read.certain = False
                    self.statements.append(read)

    def _statement(self, value: Value, container: Value) -> Statement:
        names = {key.lower() for key in value.known_map or ()}
        for name in ("Action", "Resource", "Principal"):
            if {name.lower(), f"not{name.lower()}"} <= names and not _entry(value, f"Not{name}").is_absent:
                self._wrong(value, container, f"a statement has {name} or Not{name}, not both")
        actions, negated_actions = _element(value, "Action", "NotAction")
        resources, negated_resources = _element(value, "Resource", "NotResource")
        conditions, knows_conditions = _conditions(_entry(value, "Condition"))
        principals, negated_principals = _principals(value)
        return Statement(
            allow=self._effect(value, container),
            actions=actions,
            negated_actions=negated_actions,
            resources=resources,
            negated_resources=negated_resources,
            principals=principals,
            negated_principals=negated_principals,
            conditions=conditions,
            sid=_entry(value, "Sid").known_text or "",
            span=value.span or container.span,
            certain=knows_conditions,
        )

    def _effect(self, value: Value, container: Value) -> bool | None:
        effect = _entry(value, "Effect")
        if isinstance(effect, Unknown):
            return effect.verdict(lambda text: text == "Allow", absent=None)
        if effect.known_text not in ("Allow", "Deny"):
            self._wrong(effect if effect.span else value, container, "Effect is Allow or Deny")
            return None
        return effect.known_text == "Allow"


def _entry(value: Value, name: str) -> Value:
    """An element of a policy, however its name is cased."""
    entries = value.known_map
    if entries is None or name in entries or entries.keys() <= _ELEMENTS:
        return value.get(name)
    return next((value.get(key) for key in entries if key.lower() == name.lower()), ABSENT)


def _element(value: Value, name: str, negation: str) -> tuple[tuple[Value, ...], bool]:
    """The items of Action or Resource, and whether they are negated."""
    element = _entry(value, name)
    negated = element.is_absent and not _entry(value, negation).is_absent
    return tuple(_flat(_entry(value, negation) if negated else element)), negated


def _flat(value: Value) -> Iterator[Value]:
    """The scalars of a value that may be one, a list of them, or lists within a list."""
    for element in value.elements():
        if element.known_list is not None:
            yield from _flat(element)
        elif not element.is_absent:
            yield element


def _conditions(value: Value) -> tuple[tuple[Condition, ...], bool]:
    """The tests of a Condition block, and whether all of them can be told."""
    if value.is_absent:
        return (), True
    operators = value.known_map
    if operators is None:
        return (), False
    found = []
    knows = True
    for operator in operators:
        keys = value.get(operator)
        if keys.known_map is None:
            knows = knows and keys.is_absent
            continue
        found += [Condition(operator, key, tuple(_flat(keys.get(key)))) for key in keys.known_map]
    return tuple(found), knows


def _principals(value: Value) -> tuple[tuple[PrincipalItem, ...], bool]:
    """The entries of Principal or NotPrincipal, and whether they are negated."""
    element = _entry(value, "Principal")
    negated = element.is_absent and not _entry(value, "NotPrincipal").is_absent
    if negated:
        element = _entry(value, "NotPrincipal")
    if element.is_absent:
        return (), False
    if element.known_map is None:
        return tuple(PrincipalItem("AWS", item) for item in _flat(element)), negated
    items = [PrincipalItem(kind, item) for kind in element.known_map for item in _flat(element.get(kind))]
    return tuple(items), negated


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
            mark = f"{_OPEN}{number}{_CLOSE}"
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
    if isinstance(value.value, str) and _OPEN in value.value:
        return _text_with_pieces(value, unknown)
    return value


def _text_with_pieces(value: Known, unknown: Sequence[Unknown]) -> Value:
    head, *pieces = value.value.split(_OPEN)
    parts: list[Value] = [Known(head, value.span)] if head else []
    for piece in pieces:
        number, closed, rest = piece.partition(_CLOSE)
        if closed and number.isdigit() and int(number) < len(unknown):
            parts.append(unknown[int(number)])
        else:
            rest = _OPEN + piece
        if rest:
            parts.append(Known(rest, value.span))
    if len(parts) == 1:
        return parts[0]
    refs = tuple(ref for part in parts for ref in part.refs)
    return Unknown("holds a piece that is not known", refs, span=value.span, via=value.via, parts=tuple(parts))


def _placer(value: Value, text: str) -> Callable[[int, int], Span | None]:
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


def _line_placer(span: Span | None, text: str) -> Callable[[int, int], Span | None]:
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


def pattern_text(value: Value, piece_text: Callable[[Unknown], str]) -> str:
    """A value as a pattern: known text as it is, each unknown piece as `piece_text` says."""
    if value.parts is None:
        if isinstance(value, Known):
            return "" if value.value is None or isinstance(value.value, (list, dict)) else text_of(value.value)
        return piece_text(value) if isinstance(value, Unknown) else ""
    return "".join(piece if isinstance(piece, str) else piece_text(piece) for piece in fragments(value))
