"""Functions on text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product
from math import prod

from snapguard.source import SourceFile
from snapguard.terraform.functions.signature import (
    AMOUNT,
    ANY_TYPED,
    TEXT,
    Call,
    Function,
    Parameter,
    Tolerance,
    Undecided,
    check_elements,
    check_text,
    outcomes,
    plain,
    unknown,
)
from snapguard.terraform.functions.text import graphemes
from snapguard.terraform.types import (
    ANY,
    MAX_COMBINATIONS,
    STRING,
    EvaluationError,
    ListOf,
    SetOf,
    TupleOf,
    Type,
    describe,
    has_no_type,
    has_open_order,
    is_wholly_known,
    type_of,
    typed,
    typed_list,
    whole,
)
from snapguard.values import Known, Unknown, Value

_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def _cut(call: Call, text: Value, *, from_start: bool, characters: str) -> Value:
    """A text without the characters at its end, and also at its start; a partly unknown text is cut in its parts."""
    if text.parts is not None:
        parts = list(text.parts)
        _cut_parts(parts, -1, characters)
        if from_start:
            _cut_parts(parts, 0, characters)
        return text_of_parts(parts, call)
    if not isinstance(text, Known):
        raise Undecided
    cut = text.value.rstrip(characters)
    return Known(cut.lstrip(characters) if from_start else cut, call.span, decoded=text.decoded)


def _cut_parts(parts: list[Value], index: int, characters: str) -> None:
    while parts and (written := parts[index].known_text) is not None:
        cut = written.rstrip(characters) if index else written.lstrip(characters)
        if cut:
            parts[index] = Known(cut, parts[index].span, parts[index].via)
            return
        parts.pop(index)


def _chomp(call: Call, text: Value) -> Value:
    return _cut(call, text, from_start=False, characters="\r\n")


def _trim_space(call: Call, text: Value) -> Value:
    return _cut(call, text, from_start=True, characters=_SPACE)


def _indent(spaces: int | Decimal, text: str) -> str:
    lines = text.count("\n")
    width = whole(spaces, "number of spaces")
    if width < 0:
        raise EvaluationError("the number of spaces must not be negative")
    check_text(len(text) + lines * width)
    return text.replace("\n", "\n" + " " * width)


def _join(call: Call, separator: Value, *lists: Value) -> Value:
    if not lists:
        raise EvaluationError("it takes at least 2 arguments, but 1 is given")
    parts: list[Value] = []
    if any(element.is_absent for texts in lists for element in texts.known_list or ()) and not all(
        map(is_wholly_known, lists)
    ):
        raise Undecided
    for texts in lists:
        for element in texts.known_list or ():
            if element.is_absent:
                raise EvaluationError("an element is null")
            parts.extend([separator, element.within(texts)] if parts else [element.within(texts)])
    return text_of_parts(parts, call)


class _Unannounced(tuple[Value, ...]):
    """Parts of an unknown text of which Terraform does not tell the beginning before it is known."""

    __slots__ = ()


def text_of_parts(parts: list[Value], call: Call, *, is_announced: bool = False) -> Value:
    """The text that parts make together: unknown, but with its parts, where one of them is.

    `is_announced` where Terraform tells how it begins.
    """
    if all(isinstance(part, Known) for part in parts):
        check_text(sum(len(part.known_text or "") for part in parts))
        return Known("".join(part.known_text or "" for part in parts), call.span, parts=_kept(parts))
    made = unknown(parts, call.span)
    made.parts = tuple(parts) if is_announced else _Unannounced(parts)
    choices = [outcomes(part) for part in parts]
    if 1 < prod(map(len, choices)) <= MAX_COMBINATIONS:
        made.candidates = tuple(text_of_parts(list(chosen), call) for chosen in product(*choices))
    return made


def _kept(parts: list[Value]) -> tuple[Value, ...] | None:
    """Parts that know more than their text does."""
    has_origin = any(part.via or part.parts or part.decoded for part in parts)
    return tuple(parts) if has_origin else None


def _format(call: Call, pattern: Value, *arguments: Value) -> Value:
    from snapguard.terraform.functions.formatting import format_parts

    try:
        parts = format_parts(pattern.known_text or "", arguments)
    except EvaluationError:
        if all(map(is_wholly_known, arguments)):
            raise
        raise Undecided from None  # Terraform looks at no argument before it knows them all
    return text_of_parts(parts, call, is_announced=call.name == "format")


def _format_list(call: Call, pattern: Value, *arguments: Value) -> Value:
    """Arguments that are lists are walked side by side; the others are the same in every round."""
    lists: list[list[Value] | None] = []
    for argument in arguments:
        if isinstance(argument, Unknown) and argument.parts is None and not _is_no_sequence(argument):
            raise Undecided
        content = argument.known_list
        if content is not None and has_open_order(argument):
            raise Undecided
        lists.append(None if content is None else [element.within(argument) for element in content])
    lengths = {len(elements) for elements in lists if elements is not None}
    if len(lengths) > 1:
        raise EvaluationError("its lists must be of one length")
    rounds = lengths.pop() if lengths else 1
    check_elements(rounds)
    made = []
    for index in range(rounds):
        row = [argument if items is None else items[index] for argument, items in zip(arguments, lists, strict=True)]
        made.append(typed(_row(call, pattern, row), STRING))
    return Known(typed_list(made, STRING), call.span)


def _row(call: Call, pattern: Value, arguments: Sequence[Value]) -> Value:
    try:
        return _format(call, pattern, *arguments)
    except Undecided:
        return unknown(arguments, call.span)


def _is_no_sequence(value: Value) -> bool:
    return not has_no_type(value) and not isinstance(type_of(value), ListOf | SetOf | TupleOf)


def _is_pattern(text: str) -> bool:
    return len(text) > 1 and text.startswith("/") and text.endswith("/")


def _replace(text: str, searched: str, replacement: str) -> str:
    if _is_pattern(searched):
        from snapguard.terraform.functions.regular import substitute

        return substitute(searched[1:-1], text, replacement)
    count = text.count(searched)
    check_text(len(text) + count * len(replacement))
    return text.replace(searched, replacement)


def _regex(call: Call, pattern: Value, text: Value) -> Value:
    from snapguard.terraform.functions.regular import first_match

    return first_match(pattern.known_text or "", text.known_text or "", call.span)


def _regex_all(call: Call, pattern: Value, text: Value) -> Value:
    from snapguard.terraform.functions.regular import all_matches

    return all_matches(pattern.known_text or "", text.known_text or "", call.span)


def _match_type(arguments: Sequence[Value]) -> Type:
    from snapguard.terraform.functions.regular import match_type

    pattern = arguments[0].known_text
    try:
        return ANY if pattern is None else match_type(pattern)
    except Undecided:
        return ANY


def _split(separator: str, text: str) -> list[str]:
    return text.split(separator) if separator else graphemes(text)


def _starts_with(call: Call, text: Value, prefix: Value) -> Value:
    """Whether a text begins so; the known beginning of a partly unknown text may settle it."""
    wanted = prefix.known_text or ""
    beginning = _known_end(text, 0)
    certain = beginning if isinstance(text, Known) else _certain_prefix(beginning)
    if isinstance(text.parts, _Unannounced):
        certain = ""
    if isinstance(text, Known) or len(certain) >= len(wanted):
        return Known(certain.startswith(wanted), call.span)
    if beginning.startswith(wanted):
        return _foreseen(True, text, call)
    if wanted.startswith(beginning):
        raise Undecided
    return _foreseen(False, text, call)


_COMPLETE = frozenset(" !#$%&'()*+,-./:;?@[\\]^_`{|}~\t")
"""What nothing that follows can be combined with, as Terraform has it."""


def _certain_prefix(beginning: str) -> str:
    """The beginning without its last character, with which what follows may become another one."""
    return beginning if beginning[-1:] in _COMPLETE else "".join(graphemes(beginning)[:-1])


def _ends_with(call: Call, text: Value, suffix: Value) -> Value:
    wanted = suffix.known_text or ""
    end = _known_end(text, -1)
    if isinstance(text, Known):
        return Known(end.endswith(wanted), call.span)
    if len(end) < len(wanted) and wanted.endswith(end):
        raise Undecided
    return _foreseen(end.endswith(wanted), text, call)


def _foreseen(answer: bool, text: Value, call: Call) -> Value:
    """The one thing that an answer can be which a plan does not know yet."""
    made = unknown([text], call.span)
    made.candidates = (Known(answer, call.span),)
    return made


def _known_end(text: Value, index: int) -> str:
    if isinstance(text, Known):
        return text.known_text or ""
    return _known_end(text.parts[index], index) if text.parts else ""


def _substr(text: str, first: int | Decimal, count: int | Decimal) -> str:
    offset, length = whole(first, "offset"), whole(count, "length")
    characters = graphemes(text)
    if offset < 0:
        start = max(offset + len(characters), 0)
        return "".join(characters[start : start + length if length > 0 else None])
    return "".join(characters[offset : offset + length if length >= 0 else None])


def _title(text: str) -> str:
    """Each letter after something that is neither letter, digit nor underscore, in title case."""
    made = []
    before = " "
    for character in text:
        is_first = not (before.isalnum() or before == "_")
        made.append(character.title() if is_first and len(character.title()) == 1 else character)
        before = character
    return "".join(made)


def _upper(text: str) -> str:
    return "".join(character if len(character.upper()) > 1 else character.upper() for character in text)


def _lower(text: str) -> str:
    if text.isascii():
        return text.lower()
    return "".join(_LOWER.get(character) or character.lower() for character in text)


_LOWER = {"İ": "i"}


def _template_string(call: Call, template: Value, variables: Value) -> Value:
    if call.context.is_template:
        raise EvaluationError("a template can't render another template")
    names: Mapping[str, Value] | None = variables.known_map
    if names is None:
        raise EvaluationError(f"the variables must be an object, but this is {describe(variables)}")
    span = template.span or call.span
    file = SourceFile(span.file.path, span.file.display, (template.known_text or "").encode())
    made = call.context.render(file, names).copy()
    made.span = call.span
    return made


_OPEN_TEXT = Parameter("text", STRING, tolerance=Tolerance.ALL)
_OPEN_TEXTS = Parameter("list of strings", ListOf(STRING), tolerance=Tolerance.INSIDE)
_VARIABLES = Parameter("variables", tolerance=Tolerance.INSIDE)

FUNCTIONS = {
    "chomp": Function(_chomp, [_OPEN_TEXT]),
    "endswith": Function(_ends_with, [_OPEN_TEXT, TEXT]),
    "format": Function(_format, [TEXT], ANY_TYPED),
    "formatlist": Function(_format_list, [TEXT], ANY_TYPED),
    "indent": plain(_indent, AMOUNT, TEXT),
    "join": Function(_join, [TEXT], _OPEN_TEXTS),
    "lower": plain(_lower, TEXT),
    "regex": Function(_regex, [TEXT, TEXT], result=_match_type),
    "regexall": Function(_regex_all, [TEXT, TEXT], result=lambda arguments: ListOf(_match_type(arguments))),
    "replace": plain(_replace, TEXT, TEXT, TEXT),
    "split": plain(_split, TEXT, TEXT),
    "startswith": Function(_starts_with, [_OPEN_TEXT, TEXT]),
    "strcontains": plain(lambda text, part: part in text, TEXT, TEXT),
    "strrev": plain(lambda text: "".join(reversed(graphemes(text))), TEXT),
    "substr": plain(_substr, TEXT, AMOUNT, AMOUNT),
    "templatestring": Function(_template_string, [TEXT, _VARIABLES]),
    "title": plain(_title, TEXT),
    "trim": plain(lambda text, characters: text.strip(characters), TEXT, TEXT),
    "trimprefix": plain(lambda text, prefix: text.removeprefix(prefix), TEXT, TEXT),
    "trimspace": Function(_trim_space, [_OPEN_TEXT]),
    "trimsuffix": plain(lambda text, suffix: text.removesuffix(suffix), TEXT, TEXT),
    "upper": plain(_upper, TEXT),
}
