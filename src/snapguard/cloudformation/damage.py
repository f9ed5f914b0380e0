"""What is wrong with a text that is no YAML, in words that help whoever wrote it."""

from __future__ import annotations

from typing import Any

from snapguard.cloudformation.nodes import TOO_DEEP

_CONTROL = {*map(chr, range(32)), "\x7f"} - {"\t", "\n", "\r"}


def describe(failure: Any, text: str) -> tuple[str, int, int]:
    """The message for a failure of PyYAML, and from where to where (in characters) it points."""
    mark = getattr(failure, "problem_mark", None)
    if mark is None:
        return _forbidden_character(text)
    context = failure.context or ""
    problem = failure.problem or ""
    begin = failure.context_mark
    at: int = mark.index
    if begin is not None and "quoted scalar" in context and "end of stream" in problem:
        return (
            "expected a closing quote, found the end of the file; the quote opened here",
            begin.index,
            begin.index + 1,
        )
    return _message(context, problem, begin, _found(text, at), text[at : at + 1]), at, min(at + 1, len(text))


def _message(context: str, problem: str, begin: Any, found: str, character: str) -> str:
    if "nesting depth" in problem:
        return TOO_DEEP
    opened = f"line {begin.line + 1}" if begin is not None else "the line above"
    if "flow sequence" in context:
        return f"expected , or ], found {found}; the [ was opened in {opened}"
    if "flow mapping" in context:
        return f"expected , or }}, found {found}; the {{ was opened in {opened}"
    if "cannot start any token" in problem:
        if character == "\t":
            return "a tab stands where YAML takes only spaces; indent with spaces"
        return f"expected a value, found {found}; a text that begins with {character} needs quotes"
    if "mapping values are not allowed" in problem:
        return "found a : where none can stand; put a text that holds one in quotes, or mend the indentation"
    if "block mapping" in context:
        return f"expected a key indented as in {opened}, found {found}"
    if "block collection" in context:
        return f"expected - for another element of the list that begins in {opened}, found {found}"
    if "simple key" in context:
        return f"expected : after the key in {opened}, found {found}"
    if "escape character" in problem or "hexdecimal" in problem or "Unicode" in problem:
        return "an escape that YAML does not know; write \\\\ for a backslash, or use single quotes"
    return f"expected a YAML value, found {found} ({problem})"


def _found(text: str, at: int) -> str:
    """What stands at a place, short enough for a message."""
    rest = text[at : at + 40]
    if not rest.strip():
        return "the end of the line" if text[at:].strip() else "the end of the file"
    word = rest.split(maxsplit=1)[0]
    if rest[0].isspace():
        return f"an indented {word[:20]}"
    return word[:20]


def _forbidden_character(text: str) -> tuple[str, int, int]:
    for position, character in enumerate(text):
        if character in _CONTROL or "\ud800" <= character <= "\udfff" or character in "\ufffe\uffff":
            return f"a control character (U+{ord(character):04X}) that YAML does not allow", position, position + 1
    return "characters that YAML does not allow", 0, 0
