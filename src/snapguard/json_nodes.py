"""JSON with the place of every key and value.

The grammar is RFC 8259's, with a byte order mark allowed before the text. It serves every reader that meets JSON:
Terraform's JSON syntax, plan files, and policies that stand as text in a heredoc, a string or a file.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from snapguard.source import SourceFile, Span
from snapguard.values import Known, Value

MAX_DEPTH = 200
MAX_DIGITS = 1000
_MAX_EXPONENT = len("e+999999")

_STRING_BODY = r'[^"\\\x00-\x1f]*(?:\\["\\/bfnrtu][^"\\\x00-\x1f]*)*'
_match_text = re.compile(r"[^ \t\n\r]").search
_match_key = re.compile(rf'[ \t\n\r]*("({_STRING_BODY})")[ \t\n\r]*:[ \t\n\r]*').match
_match_string = re.compile(rf'"({_STRING_BODY})"').match
_match_mark = re.compile(r"[ \t\n\r]*([,}\]])[ \t\n\r]*").match
_match_number = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?(?![0-9A-Za-z_.])").match
_match_word = re.compile(r"[^\W\d]\w*").match
_match_numeral = re.compile(r"[-+.]?[0-9][-+.\w]*").match
_substitute_escapes = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u(.{0,4})|(.))"
).sub

_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}
_FOREIGN_WORDS = {"True": "true", "TRUE": "true", "False": "false", "FALSE": "false", "None": "null", "nil": "null"}
_CLOSERS = {"{": "}", "[": "]"}
_HEX = frozenset("0123456789abcdefABCDEF")
_NO_KEYS: dict[str, tuple[int, int]] = {}
_NO_DUPLICATES: list[tuple[str, tuple[int, int]]] = []


class JsonError(ValueError):
    """What is wrong with a JSON text, and at which character of it."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class JsonNode:
    """A JSON value and where it stands: characters `start` up to, not including, `end` of the text.

    `value` is None, bool, int, a fraction, str, a list of nodes, or a dict of nodes. `key_spans` holds the place of
    each key of an object (quotes included); `duplicates` the keys that were written again, with the place of the
    later one, which is the one that counts.
    """

    __slots__ = ("duplicates", "end", "key_spans", "start", "value")

    def __init__(
        self,
        value: Any,
        start: int,
        end: int,
        key_spans: dict[str, tuple[int, int]] = _NO_KEYS,
        duplicates: list[tuple[str, tuple[int, int]]] = _NO_DUPLICATES,
    ) -> None:
        self.value = value
        self.start = start
        self.end = end
        self.key_spans = key_spans
        self.duplicates = duplicates

    def __repr__(self) -> str:
        return f"JsonNode({self.value!r}, {self.start}, {self.end})"


def parse(text: str, fraction: Callable[[str], Any] = float) -> JsonNode:
    """Read a JSON text; `fraction` makes the value of a number that has a fraction or an exponent.

    Raises JsonError with what was expected, for a text that is not JSON, is nested deeper than MAX_DEPTH or holds a
    number of more than MAX_DIGITS characters.
    """
    at = _skip_space(text, 1 if text.startswith("\ufeff") else 0)
    containers: list[JsonNode] = []
    keys: list[str] = []
    while True:
        opener = text[at : at + 1]
        if opener == "{" or opener == "[":
            node = JsonNode({}, at, at, {}, []) if opener == "{" else JsonNode([], at, at)
            if len(containers) == MAX_DEPTH:
                raise JsonError(f"nested deeper than {MAX_DEPTH} levels", at)
            mark = _match_mark(text, at + 1)
            if mark is None or mark.group(1) != _CLOSERS[opener]:
                containers.append(node)
                keys.append("")
                at = _enter(text, at + 1, node, keys)
                continue
            node.end = mark.start(1) + 1
        else:
            node = _scalar(text, at, fraction, containers, keys)
        while containers:
            container = containers[-1]
            if container.value.__class__ is dict:
                container.value[keys[-1]] = node
            else:
                container.value.append(node)
            mark = _match_mark(text, node.end)
            symbol = mark.group(1) if mark is not None else ""
            if symbol == "," and mark is not None:
                at = _enter(text, mark.end(), container, keys)
                break
            if mark is None or symbol != _CLOSERS[text[container.start]]:
                raise _error_after_value(text, node.end, container, keys[-1])
            container.end = mark.start(1) + 1
            node = container
            containers.pop()
            keys.pop()
        else:
            _expect_end(text, node)
            return node


def values_from_json(
    text: str, place: Callable[[int, int], Span | None], fraction: Callable[[str], Any] = float
) -> Value:
    """The values of a JSON text; `place` gives the span of a stretch of its characters, or None where there is none.

    Raises JsonError as `parse` does.
    """
    return _value(parse(text, fraction), place)


def places_in(file: SourceFile, text: str) -> Callable[[int, int], Span]:
    """Gives the span of a stretch of characters, where `text` is the whole of a file."""
    if len(text) == len(file.data):
        return lambda start, end: Span(file, start, end)
    wide = [match.start() for match in re.finditer(r"[^\x00-\x7f]", text)]
    surplus = [0]
    for at in wide:
        surplus.append(surplus[-1] + len(text[at].encode("utf-8")) - 1)

    def offset(at: int) -> int:
        return at + surplus[bisect_left(wide, at)]

    return lambda start, end: Span(file, offset(start), offset(end))


def _value(node: JsonNode, place: Callable[[int, int], Span | None]) -> Value:
    content = node.value
    if isinstance(content, dict):
        entries = {}
        for key, child in content.items():
            entries[key] = _value(child, place)
        content = entries
    elif isinstance(content, list):
        elements = []
        for child in content:
            elements.append(_value(child, place))  # noqa: PERF401 (a comprehension doubles the depth of the stack)
        content = elements
    return Known(content, place(node.start, node.end))


def _skip_space(text: str, at: int) -> int:
    match = _match_text(text, at)
    return len(text) if match is None else match.start()


def _enter(text: str, at: int, container: JsonNode, keys: list[str]) -> int:
    """Read the key before the next value where the container is an object; gives where that value begins."""
    if container.value.__class__ is list:
        return _skip_space(text, at)
    match = _match_key(text, at)
    if match is None:
        raise _error_at_key(text, at, container)
    key = match.group(2)
    if "\\" in key:
        key = _unescape(key, match.start(2))
    span = match.span(1)
    if key in container.key_spans:
        container.duplicates.append((key, span))
    container.key_spans[key] = span
    keys[-1] = key
    return match.end()


def _scalar(
    text: str, at: int, fraction: Callable[[str], Any], containers: Sequence[JsonNode], keys: Sequence[str]
) -> JsonNode:
    match = _match_string(text, at)
    if match is not None:
        content = match.group(1)
        if "\\" in content:
            content = _unescape(content, at + 1)
        return JsonNode(content, at, match.end())
    match = _match_number(text, at)
    if match is not None:
        return JsonNode(_number(match, fraction), at, match.end())
    match = _match_word(text, at)
    if match is not None and match.group() in _WORDS:
        return JsonNode(_WORDS[match.group()], at, match.end())
    raise _error_at_value(text, at, containers[-1] if containers else None, keys[-1] if keys else "")


def _number(match: re.Match[str], fraction: Callable[[str], Any]) -> Any:
    digits = match.group()
    if len(digits) > MAX_DIGITS:
        raise JsonError(f"a number of more than {MAX_DIGITS} digits", match.start())
    exponent = match.group(2)
    if match.group(1) is None and exponent is None:
        return int(digits)
    if exponent is not None and len(exponent) > _MAX_EXPONENT:
        raise JsonError("a number with an exponent beyond all bounds", match.start())
    try:
        number = fraction(digits)
    except JsonError as error:
        raise JsonError(error.message, match.start()) from None
    if number in (float("inf"), float("-inf")):
        raise JsonError("a number that is too large", match.start())
    return number


def _unescape(content: str, start: int) -> str:
    """A string without its escapes; half of a surrogate pair becomes U+FFFD, since no text may hold it."""

    def replacement(match: re.Match[str]) -> str:
        high, low, unit, letter = match.groups()
        if letter is not None:
            return _ESCAPES[letter]
        if high is not None:
            return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
        if len(unit) < 4 or not _HEX.issuperset(unit):
            raise JsonError("\\u takes four hexadecimal digits", start + match.start())
        code = int(unit, 16)
        return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)

    return _substitute_escapes(replacement, content)


def _expect_end(text: str, node: JsonNode) -> None:
    at = _skip_space(text, node.end)
    if at < len(text):
        raise _foreign(text, at) or JsonError(
            f"expected nothing more after the {_kind(node.value)}, found {_seen(text, at)}", at
        )


def _kind(value: Any) -> str:
    return "object" if isinstance(value, dict) else "list" if isinstance(value, list) else "value"


def _seen(text: str, at: int) -> str:
    """What stands at a place, as a message names it."""
    if text[at] == '"':
        match = _match_string(text, at)
        return match.group() if match is not None and len(match.group()) <= 40 else "a string"
    match = _match_word(text, at) or _match_numeral(text, at)
    if match is not None:
        return match.group() if len(match.group()) <= 40 else f"{match.group()[:37]}..."
    return text[at] if text[at].isprintable() else f"the character U+{ord(text[at]):04X}"


def _foreign(text: str, at: int) -> JsonError | None:
    """The error where something stands that other languages allow and JSON doesn't, wherever it stands."""
    if text[at] == "#" or text[at : at + 2] in ("//", "/*"):
        return JsonError("JSON has no comments", at)
    if text[at] == "'":
        return JsonError("strings take double quotes", at)
    return _error_in_string(text, at) if text[at] == '"' else None


def _error_in_string(text: str, start: int) -> JsonError | None:
    """The error of a string that is not closed, or that holds what no string may hold."""
    at = start + 1
    while at < len(text):
        character = text[at]
        if character == '"':
            return None
        if character in "\r\n":
            return JsonError("unclosed string: it ends with its line", start)
        if character < " ":
            return JsonError(f"a string can't hold the control character U+{ord(character):04X}", at)
        if character == "\\":
            escaped = text[at + 1 : at + 2]
            if escaped > " " and escaped not in _ESCAPES and escaped != "u":
                return JsonError(f"\\{escaped} is not an escape that JSON knows; write \\\\ for a backslash", at)
            at += len(escaped) if escaped > " " else 0
        at += 1
    return JsonError("unclosed string", start)


def _unclosed(container: JsonNode) -> JsonError:
    return JsonError(f"unclosed {'{' if isinstance(container.value, dict) else '['}", container.start)


def _error_at_key(text: str, at: int, container: JsonNode) -> JsonError:
    """Why no key and colon could be read."""
    at = _skip_space(text, at)
    if at == len(text):
        return _unclosed(container)
    foreign = _foreign(text, at)
    if foreign is not None:
        return foreign
    if text[at] == "}":
        return JsonError("expected another key: no comma may stand before }", at)
    string = _match_string(text, at)
    if string is None:
        quotes = " in double quotes" if _match_word(text, at) is not None else ""
        return JsonError(f"expected a key{quotes}, found {_seen(text, at)}", at)
    after = _skip_space(text, string.end())
    if after == len(text):
        return _unclosed(container)
    return JsonError(f"expected : after the key {_seen(text, at)}, found {_seen(text, after)}", after)


def _error_at_value(text: str, at: int, container: JsonNode | None, key: str) -> JsonError:
    """Why no value could be read."""
    if at == len(text):
        return JsonError("expected a value, found nothing", at) if container is None else _unclosed(container)
    foreign = _foreign(text, at)
    if foreign is not None:
        return foreign
    in_list = container is not None and isinstance(container.value, list)
    if in_list and text[at] == "]":
        return JsonError("expected another value: no comma may stand before ]", at)
    word = _match_word(text, at)
    if word is not None and word.group() in _FOREIGN_WORDS:
        return JsonError(f"expected {_FOREIGN_WORDS[word.group()]}, found {word.group()}", at)
    if word is None and _match_numeral(text, at) is not None:
        return JsonError(f"{_seen(text, at)} is not a number as JSON writes it", at)
    where = "" if in_list or container is None else f" for {_quoted(key)}"
    quotes = "; text takes double quotes" if word is not None else ""
    return JsonError(f"expected a value{where}, found {_seen(text, at)}{quotes}", at)


def _error_after_value(text: str, at: int, container: JsonNode, key: str) -> JsonError:
    """What is missing between a value and what follows it."""
    at = _skip_space(text, at)
    if at == len(text):
        return _unclosed(container)
    foreign = _foreign(text, at)
    if foreign is not None:
        return foreign
    if isinstance(container.value, dict):
        return JsonError(f"expected , or }} after the value of {_quoted(key)}, found {_seen(text, at)}", at)
    return JsonError(f"expected , or ] after an element of the list, found {_seen(text, at)}", at)


def _quoted(key: str) -> str:
    return f'"{key}"' if len(key) <= 40 else f'"{key[:37]}..."'
