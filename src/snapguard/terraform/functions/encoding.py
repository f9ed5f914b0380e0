"""Functions that write values as text, or read them back."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import quote_plus, unquote_plus

from snapguard.terraform.functions.signature import (
    ANYTHING,
    MAX_TEXT,
    TEXT,
    Call,
    Function,
    Parameter,
    Tolerance,
    Undecided,
    check_elements,
    check_text,
    plain,
    unknown,
)
from snapguard.terraform.types import STRING, EvaluationError, ObjectOf, is_wholly_known, typed_list
from snapguard.values import Known, Unknown, Value


def _base64_decode(text: str) -> str:
    try:
        return _bytes_of_base64(text).decode()
    except UnicodeDecodeError:
        raise EvaluationError("what the text encodes is not UTF-8") from None


def _bytes_of_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        raise EvaluationError("this is not base64") from None


def _base64_encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _base64_gunzip(text: str) -> str:
    import zlib

    unpacking = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacking.decompress(_bytes_of_base64(text), MAX_TEXT + 1).decode()
    except (zlib.error, UnicodeDecodeError):
        unpacked = ""
    check_text(len(unpacked))
    if not unpacking.eof:
        raise EvaluationError("what the text encodes is not a text packed by gzip")
    return unpacked


def _base64_gzip(call: Call, text: Value) -> Value:
    return unknown([text], call.span, "the bytes that gzip makes depend on its version")


def _csv_decode(call: Call, text: Value) -> Value:
    names, records = _csv_table(text.known_text or "")
    made = [Known({name: Known(field) for name, field in zip(names, record, strict=True)}) for record in records]
    return Known(typed_list(made, ObjectOf(dict.fromkeys(names, STRING))), call.span)


def _csv_table(text: str) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, sorted, and the fields of each record in that order."""
    names, *records = _csv_rows(text) or [[]]
    if not names:
        raise EvaluationError("the first line must name the columns")
    if len(set(names)) < len(names):
        raise EvaluationError("two columns have the same name")
    check_elements(len(records) * len(names))
    for record in records:
        if len(record) != len(names):
            raise EvaluationError(f"a line has {len(record)} fields, but there are {len(names)} columns")
    order = sorted(range(len(names)), key=names.__getitem__)
    return [names[at] for at in order], [[record[at] for at in order] for record in records]


def _csv_rows(text: str) -> list[list[str]]:
    """The fields of each line as RFC 4180 has them; empty lines don't count."""
    rows: list[list[str]] = []
    row: list[str] = []
    text = text.replace("\r\n", "\n").removesuffix("\n") + "\n"
    at = 0
    while at < len(text):
        if not row and text[at] == "\n":
            at += 1
            continue
        field, at = _quoted_field(text, at) if text.startswith('"', at) else _plain_field(text, at)
        row.append(field)
        if text[at] == "\n":
            rows.append(row)
            row = []
        at += 1
    return rows


def _plain_field(text: str, at: int) -> tuple[str, int]:
    end = text.index("\n", at)
    comma = text.find(",", at, end)
    end = comma if comma >= 0 else end
    if '"' in text[at:end]:
        raise EvaluationError("there is a quote within a field that is not quoted")
    return text[at:end], end


def _quoted_field(text: str, at: int) -> tuple[str, int]:
    pieces: list[str] = []
    while True:
        end = text.find('"', at + 1)
        if end < 0:
            raise EvaluationError("a quoted field has no end")
        pieces.append(text[at + 1 : end])
        if not text.startswith('"', end + 1):
            break
        pieces.append('"')
        at = end + 1
    if text[end + 1] not in ",\n":
        raise EvaluationError("something follows a quoted field")
    return "".join(pieces), end + 1


def _json_decode(call: Call, text: Value) -> Value:
    from snapguard.terraform.functions.json_text import decode, reread

    if text.decoded is not None:
        structure = reread(text.decoded).within(text)
        if isinstance(text, Known):
            return structure
        return Unknown(text.why, text.refs, (structure,), call.span) if isinstance(text, Unknown) else structure
    if not isinstance(text, Known):
        raise Undecided
    return decode(text).within(text)


def _json_encode(call: Call, value: Value) -> Value:
    from snapguard.terraform.functions.json_text import encode

    if is_wholly_known(value):
        return Known(encode(value), call.span, decoded=value)
    made = unknown([value], call.span)
    made.decoded = value
    if isinstance(value, Unknown):
        made.candidates = tuple(_json_encode(call, candidate) for candidate in value.candidates)
    return made


_ENCODINGS = {
    "utf-8": "utf-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "us-ascii": "ascii",
    **{f"iso-8859-{part}": f"iso-8859-{part}" for part in (*range(1, 12), *range(13, 17))},
    **{f"windows-{page}": f"cp{page}" for page in (874, *range(1250, 1259))},
    **{name: name for name in ("big5", "euc-jp", "euc-kr", "gb18030", "gbk", "koi8-r", "koi8-u", "shift_jis")},
}
"""Python's names of the encodings of the IANA registry that both can be told to treat alike."""


def _encoding(name: str) -> str:
    found = _ENCODINGS.get(name.lower())
    if found is None:
        raise Undecided(f"the encoding {name} is not known to SnapGuard")
    return found


def _text_decode(text: str, encoding: str) -> str:
    content = _bytes_of_base64(text)
    try:
        return content.decode(_encoding(encoding))
    except UnicodeDecodeError:
        raise EvaluationError(f"what the text encodes is not {encoding}") from None


def _text_encode(text: str, encoding: str) -> str:
    try:
        return base64.b64encode(text.encode(_encoding(encoding))).decode()
    except UnicodeEncodeError:
        raise EvaluationError(f"the text can't be written in {encoding}") from None


def _url_decode(text: str) -> str:
    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        raise EvaluationError("what the text encodes is not UTF-8") from None


def _yaml_decode(_call: Call, text: Value) -> Value:
    from snapguard.terraform.functions.yaml_text import decode

    return decode(text)


def _yaml_encode(call: Call, value: Value) -> Value:
    from snapguard.terraform.functions.yaml_text import encode

    if is_wholly_known(value):
        return Known(encode(value), call.span, decoded=value)
    made = unknown([value], call.span)
    made.decoded = value
    return made


_STRUCTURED = Parameter("text", STRING, tolerance=Tolerance.ALL)

FUNCTIONS = {
    "base64decode": plain(_base64_decode, TEXT),
    "base64encode": plain(_base64_encode, TEXT),
    "base64gunzip": plain(_base64_gunzip, TEXT),
    "base64gzip": Function(_base64_gzip, [TEXT]),
    "csvdecode": Function(_csv_decode, [TEXT]),
    "jsondecode": Function(_json_decode, [_STRUCTURED]),
    "jsonencode": Function(_json_encode, [ANYTHING]),
    "textdecodebase64": plain(_text_decode, TEXT, TEXT),
    "textencodebase64": plain(_text_encode, TEXT, TEXT),
    "urldecode": plain(_url_decode, TEXT),
    "urlencode": plain(quote_plus, TEXT),
    "yamldecode": Function(_yaml_decode, [TEXT]),
    "yamlencode": Function(_yaml_encode, [ANYTHING]),
}
