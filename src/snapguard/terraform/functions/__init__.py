"""Terraform's and OpenTofu's functions: `call` finds one by its name and runs it.

What a function does is read from the language reference of Terraform 1.11 and OpenTofu 1.9 and from the answers of
`terraform console`. A module of this package is loaded when one of its functions is first called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from snapguard.source import Span
from snapguard.terraform.arithmetic import COUNTED_BITS, FLOAT_BITS
from snapguard.terraform.functions.partial_lists import sure_members
from snapguard.terraform.functions.signature import Call, CallContext, Function, apply, unknown
from snapguard.terraform.types import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    CollectionType,
    EvaluationError,
    ListOf,
    MapOf,
    SetOf,
    ShortNumber,
    Type,
    TypedUnknown,
)
from snapguard.values import Known, Step, TypedList, TypedMap, Unknown, Value, ValueSet

__all__ = ["CallContext", "call", "is_function"]

_NAMES: Mapping[str, str] = {
    "collection": (
        "chunklist coalesce coalescelist compact concat contains distinct element flatten index keys length lookup"
        " matchkeys merge one range reverse setintersection setproduct setsubtract setunion slice sort transpose"
        " values zipmap alltrue anytrue"
    ),
    "string": (
        "chomp endswith format formatlist indent join lower regex regexall replace split startswith strcontains strrev"
        " substr title trim trimprefix trimspace trimsuffix upper templatestring"
    ),
    "conversion": ("ephemeralasnull issensitive nonsensitive sensitive tobool tolist tomap tonumber toset tostring"),
    "numeric": "abs ceil floor log max min parseint pow signum sum",
    "encoding": (
        "base64decode base64encode base64gunzip base64gzip csvdecode jsondecode jsonencode textdecodebase64"
        " textencodebase64 urldecode urlencode yamldecode yamlencode"
    ),
    "hashing": "base64sha256 base64sha512 bcrypt md5 rsadecrypt sha1 sha256 sha512 uuid uuidv5",
    "dates": "formatdate plantimestamp timeadd timecmp timestamp",
    "network": "cidrcontains cidrhost cidrnetmask cidrsubnet cidrsubnets",
    "filesystem": (
        "abspath basename dirname file filebase64 filebase64sha256 filebase64sha512 fileexists filemd5 fileset"
        " filesha1 filesha256 filesha512 pathexpand templatefile"
    ),
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}
_CORE = "core::"
_TYPES: Mapping[Type, str] = {
    BOOL: "alltrue anytrue cidrcontains contains endswith fileexists issensitive startswith strcontains tobool",
    NUMBER: "abs ceil floor index length log max min parseint pow signum sum timecmp tonumber",
    STRING: (
        "abspath base64decode base64encode base64gunzip base64gzip base64sha256 base64sha512 basename bcrypt chomp"
        " cidrhost cidrnetmask cidrsubnet dirname file filebase64 filebase64sha256 filebase64sha512 filemd5 filesha1"
        " filesha256 filesha512 format formatdate indent join jsonencode lower md5 pathexpand plantimestamp replace"
        " rsadecrypt sha1 sha256 sha512 strrev substr textdecodebase64 textencodebase64 timeadd timestamp title"
        " tostring trim trimprefix trimspace trimsuffix upper urldecode urlencode uuid uuidv5 yamlencode"
    ),
    ListOf(STRING): "cidrsubnets compact formatlist sort split",
    ListOf(NUMBER): "range",
    SetOf(STRING): "fileset",
    MapOf(ListOf(STRING)): "transpose",
    ListOf(ANY): "tolist",
    SetOf(ANY): "toset",
    MapOf(ANY): "tomap",
}
_COUNTING = frozenset(("index", "length", "parseint", "signum", "timecmp"))
_CALCULATING = frozenset(("log", "pow"))
_MAYBE_NULL = (
    *("element", "one", "strcontains", "timeadd", "tobool", "tolist", "tomap", "tonumber", "toset", "tostring"),
    "yamlencode",
)
_NEVER_NULL = (
    *(name for names in _TYPES.values() for name in names.split()),
    *("chunklist", "coalesce", "distinct", "keys", "matchkeys", "reverse", "setintersection", "setproduct"),
    *("setsubtract", "setunion", "values"),
)
_RESULT_NULLNESS = {**dict.fromkeys(_NEVER_NULL, True), **dict.fromkeys(_MAYBE_NULL, False)}
"""Whether it is told of an unknown result of a function that it is not null; else that hangs on the arguments."""
_RESULTS = {name: type for type, names in _TYPES.items() for name in names.split()}


def is_function(name: str) -> bool:
    """Whether the language has a function of this name; `try` and `can` are the evaluator's."""
    return name.removeprefix(_CORE) in _MODULES


def call(name: str, arguments: Sequence[Value], context: CallContext, span: Span) -> Value:
    """What a call gives, with `span` as its place; elements that it only passes on keep their own.

    The result is unknown where an argument is that decides it. What is made of an argument has come by the way that the
    argument came, through the call. Raises EvaluationError where Terraform would refuse the call, for an unknown name
    too.
    """
    if name.startswith("provider::"):
        return unknown(arguments, span, f"{name}() is only known to its provider")
    plain_name = name.removeprefix(_CORE)
    if plain_name not in _MODULES:
        raise EvaluationError(f'there is no function named "{name}"{_nearest(plain_name)}')
    try:
        result = apply(_function(plain_name), Call(plain_name, context, span), arguments)
    except EvaluationError as error:
        raise type(error)(f"{name}(): {error}") from None
    except UnicodeEncodeError:
        raise EvaluationError(f"{name}(): the text holds half of a surrogate pair, which is no character") from None
    if isinstance(result, Known):
        if plain_name in _COUNTING:
            result = ShortNumber(result.value, max(COUNTED_BITS, result.value.bit_length()), result.span, result.via)
        elif plain_name in _CALCULATING:
            result = ShortNumber(result.value, FLOAT_BITS, result.span, result.via)
        return _with_way(_with_element_type(result, plain_name), name, arguments, span)
    if isinstance(result, TypedUnknown) and plain_name in _RESULT_NULLNESS:
        result = TypedUnknown(result, result.type, _RESULT_NULLNESS[plain_name])
    return _with_members(result, plain_name, arguments)


def _with_members(result: Value, name: str, arguments: Sequence[Value]) -> Value:
    """An unknown list or set with the elements that it surely has."""
    if not isinstance(result, Unknown):
        return result
    members = sure_members(name, arguments)
    if not members:
        return result
    other = result.copy()
    other.members = members
    return other


def _with_element_type(result: Known, name: str) -> Known:
    """An empty list, set or map with the type that its elements would have."""
    content = result.value
    if isinstance(content, TypedList | ValueSet | TypedMap) and content.element is None and not content:
        type = _RESULTS.get(name)
        content.element = type.element if isinstance(type, CollectionType) else None
    return result


def _with_way(result: Known, name: str, arguments: Sequence[Value], span: Span) -> Known:
    """A result that is new with the way of the argument it was made of; without links, since it is another value."""
    if result.via or result.parts is not None or result.decoded is not None or _has_way(result):
        return result
    for argument in arguments:
        source = argument if argument.via else next((one for one in argument.known_list or () if one.via), None)
        if source is not None:
            way = (Step(step.span, step.note) for step in source.via)
            made = result.copy()
            made.value = _set_at(source.span, result.value)
            made.span, made.via = source.span, (Step(span, f"{name}()"), *way)
            return made
    return result


def _set_at(span: Span | None, content: Any) -> Any:
    """What a result holds, with the place where the argument is written as that of new elements."""
    if not isinstance(content, list):
        return content
    made: Any = type(content)(Known(one.value, span) if _is_scalar(one) else one for one in content)
    if isinstance(content, TypedList | ValueSet):
        made.element = content.element
    return made


def _is_scalar(value: Value) -> bool:
    is_plain = isinstance(value, Known) and not isinstance(value.value, dict | list) and value.value is not None
    return is_plain and value.decoded is None


def _has_way(result: Known) -> bool:
    """Whether the elements tell themselves where they come from."""
    children = result.known_list or (result.known_map or {}).values()
    return any(child.via for child in children)


@cache
def _function(name: str) -> Function:
    module = import_module(f"{__name__}.{_MODULES[name]}")
    functions: Mapping[str, Function] = module.FUNCTIONS
    function = functions[name]
    return function._replace(result=_RESULTS[name]) if name in _RESULTS and function.result is ANY else function


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    found = get_close_matches(name, _MODULES, n=1)
    return f'; did you mean "{found[0]}"?' if found else ""
