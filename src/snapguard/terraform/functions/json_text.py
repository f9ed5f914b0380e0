"""JSON as Terraform writes and reads it."""

from __future__ import annotations

from decimal import Decimal

from snapguard.terraform.functions.signature import check_text
from snapguard.terraform.types import EvaluationError, number_of, number_text
from snapguard.values import Known, Unknown, Value

_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
_TABLE = str.maketrans({chr(code): f"\\u{code:04x}" for code in range(32)} | _ESCAPES)


def quoted(text: str) -> str:
    """A text as a JSON string, byte for byte as Go's encoder makes it."""
    return f'"{text.translate(_TABLE)}"'


def encode(value: Value) -> str:
    """A wholly known value as JSON: keys in order, no space between. Raises EvaluationError where it grows too long."""
    pieces: list[str] = []
    _write(value, pieces)
    text = "".join(pieces)
    check_text(len(text))
    return text


def _write(value: Value, pieces: list[str]) -> None:
    content = value.value if isinstance(value, Known) else None
    if isinstance(content, dict):
        _write_entries(content, pieces)
    elif isinstance(content, list):
        pieces.append("[")
        for index, element in enumerate(content):
            if index:
                pieces.append(",")
            _write(element, pieces)
        pieces.append("]")
    elif isinstance(content, str):
        pieces.append(quoted(content))
    elif isinstance(content, bool):
        pieces.append("true" if content else "false")
    else:
        pieces.append("null" if content is None else number_text(content))


def _write_entries(content: dict[str, Value], pieces: list[str]) -> None:
    separator = "{"
    for name in sorted(content):
        pieces.append(f"{separator}{quoted(name)}:")
        _write(content[name], pieces)
        separator = ","
    pieces.append("}" if content else "{}")


def decode(text: Value) -> Value:
    """The value that a JSON text stands for; its elements stand where the text does.

    Raises EvaluationError for what is not JSON.
    """
    import json

    def refuse(constant: str) -> None:
        raise EvaluationError(f"{constant} is not JSON")

    try:
        content = json.loads(
            text.known_text or "", parse_float=_read_number, parse_int=_read_number, parse_constant=refuse
        )
        return _lift(content, text)
    except json.JSONDecodeError as error:
        raise EvaluationError(f"this is not JSON: {error.msg.lower()} (line {error.lineno} of the text)") from None
    except RecursionError:
        raise EvaluationError("the JSON is nested too deeply") from None


def _read_number(text: str) -> int | Decimal:
    return number_of(text)


def _lift(content: object, text: Value) -> Value:
    if isinstance(content, list):
        content = [_lift(item, text) for item in content]
    elif isinstance(content, dict):
        content = {_whole(name): _lift(content[name], text) for name in sorted(content)}
    elif isinstance(content, str):
        content = _whole(content)
    return Known(content, text.span, text.via)


def _whole(text: str) -> str:
    """A text in which half of a surrogate pair, which is no character, is replaced as Go does it."""
    if text.isascii():
        return text
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)


def reread(value: Value) -> Value:
    """A value as it comes back from its JSON text: lists and sets as tuples, maps as objects; places are kept."""
    if isinstance(value, Unknown):
        return value
    content = value.value if isinstance(value, Known) else None
    if isinstance(content, list):
        content = [reread(item) for item in content]
    elif isinstance(content, dict):
        content = {name: reread(item) for name, item in content.items()}
    return Known(content, value.span, value.via)
