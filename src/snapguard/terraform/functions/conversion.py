"""Functions that turn one type into another, and those that mark a value."""

from __future__ import annotations

from collections.abc import Callable

from snapguard.terraform.functions.signature import ANYTHING, Call, Function, Undecided, unknown
from snapguard.terraform.types import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    ListOf,
    MapOf,
    MarkedNull,
    SetOf,
    Type,
    convert,
    has_no_type,
)
from snapguard.values import Known, Unknown, Value


def _to(type: Type) -> Callable[..., Value]:
    def run(_call: Call, value: Value) -> Value:
        converted = convert(value, type)
        if isinstance(value, Unknown) and isinstance(converted, Known):
            raise Undecided
        return converted

    return run


def _same(_call: Call, value: Value) -> Value:
    return value


def _marked(_call: Call, value: Value) -> Value:
    return MarkedNull(None, value.span, value.via) if value.is_absent and has_no_type(value) else value


def _is_sensitive(call: Call, value: Value) -> Value:
    return unknown([value], call.span, "what is sensitive depends on the providers")


FUNCTIONS = {
    "tostring": Function(_to(STRING), [ANYTHING]),
    "tonumber": Function(_to(NUMBER), [ANYTHING]),
    "tobool": Function(_to(BOOL), [ANYTHING]),
    "tolist": Function(_to(ListOf(ANY)), [ANYTHING]),
    "toset": Function(_to(SetOf(ANY)), [ANYTHING]),
    "tomap": Function(_to(MapOf(ANY)), [ANYTHING]),
    "sensitive": Function(_marked, [ANYTHING]),
    "nonsensitive": Function(_same, [ANYTHING]),
    "ephemeralasnull": Function(_same, [ANYTHING]),
    "issensitive": Function(_is_sensitive, [ANYTHING]),
}
