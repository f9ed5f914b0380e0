"""Functions that turn one type into another, and those that mark a value."""

from __future__ import annotations

from collections.abc import Callable

from snapguard.terraform.functions.signature import ANYTHING, Call, Function, unknown
from snapguard.terraform.types import ANY, BOOL, NUMBER, STRING, ListOf, MapOf, SetOf, Type, convert
from snapguard.values import Value


def _to(type: Type) -> Callable[..., Value]:
    def run(_call: Call, value: Value) -> Value:
        return convert(value, type)

    return run


def _same(_call: Call, value: Value) -> Value:
    return value


def _is_sensitive(call: Call, value: Value) -> Value:
    return unknown([value], call.span, "what is sensitive depends on the providers")


FUNCTIONS = {
    "tostring": Function(_to(STRING), [ANYTHING]),
    "tonumber": Function(_to(NUMBER), [ANYTHING]),
    "tobool": Function(_to(BOOL), [ANYTHING]),
    "tolist": Function(_to(ListOf(ANY)), [ANYTHING]),
    "toset": Function(_to(SetOf(ANY)), [ANYTHING]),
    "tomap": Function(_to(MapOf(ANY)), [ANYTHING]),
    "sensitive": Function(_same, [ANYTHING]),
    "nonsensitive": Function(_same, [ANYTHING]),
    "ephemeralasnull": Function(_same, [ANYTHING]),
    "issensitive": Function(_is_sensitive, [ANYTHING]),
}
