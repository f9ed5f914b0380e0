"""The verbs of format and formatlist, which are those of Go's fmt package as far as Terraform's manual lists them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from snapguard.terraform.functions.json_text import encode, quoted
from snapguard.terraform.functions.signature import unknown
from snapguard.terraform.functions.text import graphemes
from snapguard.terraform.types import (
    ARITHMETIC,
    EvaluationError,
    exact_binary,
    is_wholly_known,
    to_bool,
    to_number,
    to_text,
)
from snapguard.values import Known, Unknown, Value

_VERB = re.compile(
    r"%(?P<flags>[ +#0-]*)(?P<width>\d{1,9})?(?:\.(?P<precision>\d{0,9}))?"
    r"(?:\[(?P<index>\d{1,9})\])?(?P<mode>[a-zA-Z%])",
    re.ASCII,
)
_MAX_WIDTH = 10_000


class _Verb(NamedTuple):
    """One verb of a format: `precision` is None where it is not written."""

    mode: str
    flags: str
    width: int
    precision: int | None

    def pad(self, text: str, is_number: bool = False) -> str:
        """The text in the verb's width."""
        missing = self.width - len(graphemes(text))
        if missing <= 0:
            return text
        if "-" in self.flags:
            return text + " " * missing
        if "0" not in self.flags:
            return " " * missing + text
        sign = text[:1] if is_number and text[:1] in ("+", "-", " ") else ""
        return sign + "0" * missing + text[len(sign) :]


def format_parts(pattern: str, arguments: Sequence[Value]) -> list[Value]:
    """The pieces of a formatted text in order; an unknown argument is an unknown piece.

    Raises EvaluationError for a malformed pattern, a missing or superfluous argument, one of the wrong type.
    """
    parts: list[Value] = []
    position = used = at = 0
    while (start := pattern.find("%", at)) >= 0:
        parts.append(Known(pattern[at:start]))
        match = _VERB.match(pattern, start)
        if match is None:
            raise EvaluationError(f'"{pattern[start : start + 10]}" is no verb of a format; a lone % is written %%')
        at = match.end()
        if match["mode"] == "%":
            parts.append(Known(_percent(match)))
            continue
        position = int(match["index"]) if match["index"] else position + 1
        if not 1 <= position <= len(arguments):
            raise EvaluationError(f"the format asks for argument {position}, but {len(arguments)} follow it")
        used = max(used, position)
        parts.extend(_pieces(_verb(match), arguments[position - 1]))
    if used < len(arguments):
        raise EvaluationError(f"the format uses {used} arguments, but {len(arguments)} follow it")
    parts.append(Known(pattern[at:]))
    return [part for part in parts if part.known_text != ""]


def _percent(match: re.Match[str]) -> str:
    if match[0] != "%%":
        raise EvaluationError(f'"{match[0]}" is no verb of a format')
    return "%"


def _verb(match: re.Match[str]) -> _Verb:
    flags, mode = match["flags"], match["mode"]
    precision = match["precision"]
    width = int(match["width"] or "0")
    digits = None if precision is None else int(precision or "0")
    if width > _MAX_WIDTH or (digits or 0) > _MAX_WIDTH:
        raise EvaluationError(f"the format asks for more than {_MAX_WIDTH} characters")
    return _Verb("#v" if mode == "v" and "#" in flags else mode, flags, width, digits)


def _pieces(verb: _Verb, argument: Value) -> list[Value]:
    if verb.mode in ("v", "#v"):
        return _any_pieces(verb, argument)
    if argument.is_absent:
        raise EvaluationError(f"%{verb.mode} can't write null")
    if verb.mode == "t":
        flag = to_bool(argument)
        return [to_text(flag)]
    if verb.mode in ("s", "q"):
        return _text_pieces(verb, to_text(argument))
    if verb.mode not in "bdoxXeEfgG":
        raise EvaluationError(f"%{verb.mode} is no verb of a format")
    value = to_number(argument)
    return [Known(_number_text(verb, value.value))] if isinstance(value, Known) else [value]


def _any_pieces(verb: _Verb, argument: Value) -> list[Value]:
    if isinstance(argument, Unknown):
        return [argument]
    if not is_wholly_known(argument):
        return [unknown([argument], argument.span)]
    content = argument.value if isinstance(argument, Known) else None
    if verb.mode == "v" and isinstance(content, str):
        return [Known(verb.pad(content))] if verb.width else [argument]
    if verb.mode == "v" and isinstance(content, int | Decimal) and not isinstance(content, bool):
        return [Known(_number_text(verb._replace(mode="g", flags=verb.flags.replace("+", "")), content))]
    return [Known(verb.pad(encode(argument)))]


def _text_pieces(verb: _Verb, argument: Value) -> list[Value]:
    text = argument.known_text
    if text is None:
        return [argument] if verb.mode == "s" else [Known('"'), argument, Known('"')]
    if verb.mode == "s" and not verb.width and verb.precision is None:
        return [argument]
    if verb.precision is not None:
        text = "".join(graphemes(text)[: verb.precision])
    return [Known(verb.pad(quoted(text) if verb.mode == "q" else text))]


def _number_text(verb: _Verb, value: int | Decimal) -> str:
    size = Decimal(value).copy_abs()
    if verb.precision is not None or verb.mode in "eEf":
        size = exact_binary(size)
    if verb.mode in "bdoxX":
        value = value or 0
        if not isinstance(value, int):
            raise EvaluationError(f"%{verb.mode} needs a whole number, but this is {value}")
        text = _whole_text(verb, abs(value))
    elif verb.mode == "f":
        text = format(size, f".{6 if verb.precision is None else verb.precision}f")
    elif verb.mode in "eE":
        text = _scientific(size, 6 if verb.precision is None else verb.precision)
    else:
        text = _general(size, verb.precision)
    is_negative = value < 0 or (isinstance(value, Decimal) and value.is_signed())
    sign = "-" if is_negative else "+" if "+" in verb.flags else " " if " " in verb.flags else ""
    return verb.pad(sign + (text.upper() if verb.mode in "EG" else text), is_number=True)


def _whole_text(verb: _Verb, value: int) -> str:
    code = verb.mode
    text = format(value, code).zfill(verb.precision or 0)
    if "#" not in verb.flags or code == "d":
        return text
    return {"b": "0b", "o": "0", "x": "0x", "X": "0X"}[code] + text


def _scientific(value: Decimal, digits: int) -> str:
    if value == 0:
        return f"{value.quantize(Decimal(1).scaleb(-digits)):f}e+00"
    mantissa, _, exponent = format(value, f".{digits}e").partition("e")
    return f"{mantissa}e{exponent[0]}{exponent[1:].zfill(2)}"


def _general(value: Decimal, precision: int | None) -> str:
    """Without a precision, as many digits as there are; with an exponent where there are too many zeros."""
    if value == 0:
        return "0"
    if precision is not None:
        value = Decimal(format(value, f".{max(precision, 1) - 1}e"))
    digits = len(value.normalize(ARITHMETIC).as_tuple().digits)
    exponent = value.adjusted()
    covered = 6 if precision is None else max(precision, 1)
    if precision is not None and covered > digits >= exponent + 1:
        covered = digits
    if exponent < -4 or exponent >= covered:
        return _scientific(value, digits - 1)
    return format(value, f".{max(digits - exponent - 1, 0)}f")
