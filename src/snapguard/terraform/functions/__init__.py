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
from snapguard.terraform.functions.signature import Call, CallContext, Function, apply, unknown
from snapguard.terraform.types import EvaluationError
from snapguard.values import Known, Step, Value

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
    return _with_way(result, name, arguments, span) if isinstance(result, Known) else result


def _with_way(result: Known, name: str, arguments: Sequence[Value], span: Span) -> Value:
    """A result that is new with the way of the argument it was made of; without links, since it is another value."""
    if result.via or result.parts is not None or result.decoded is not None or _has_way(result):
        return result
    for argument in arguments:
        source = argument if argument.via else next((one for one in argument.known_list or () if one.via), None)
        if source is not None:
            way = (Step(step.span, step.note) for step in source.via)
            return Known(_set_at(source.span, result.value), source.span, (Step(span, f"{name}()"), *way))
    return result


def _set_at(span: Span | None, content: Any) -> Any:
    """What a result holds, with the place where the argument is written as that of new elements."""
    if not isinstance(content, list):
        return content
    return type(content)(Known(one.value, span) if _is_scalar(one) else one for one in content)


def _is_scalar(value: Value) -> bool:
    return isinstance(value, Known) and not isinstance(value.value, dict | list) and value.decoded is None


def _has_way(result: Known) -> bool:
    """Whether the elements tell themselves where they come from."""
    children = result.known_list or (result.known_map or {}).values()
    return any(child.via for child in children)


@cache
def _function(name: str) -> Function:
    module = import_module(f"{__name__}.{_MODULES[name]}")
    functions: Mapping[str, Function] = module.FUNCTIONS
    return functions[name]


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    found = get_close_matches(name, _MODULES, n=1)
    return f'; did you mean "{found[0]}"?' if found else ""
