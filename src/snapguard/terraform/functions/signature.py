"""How a function of the language is declared, and how its arguments are made ready for it.

Terraform checks and converts the arguments of every function in one way, and one of them being null or unknown decides
most calls before the function itself is asked. That way is here; the functions state only how they differ.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from math import prod
from typing import NamedTuple

from snapguard.source import SourceFile, Span
from snapguard.terraform.types import (
    ANY,
    MAX_COMBINATIONS,
    NUMBER,
    STRING,
    BoundError,
    EvaluationError,
    ListOf,
    Type,
    all_refs,
    check_size,
    convert,
    has_no_type,
    is_wholly_known,
    make_set,
    typed,
)
from snapguard.values import Known, TypedList, TypedMap, Unknown, Value, ValueSet

MAX_ELEMENTS = 100_000
"""How many elements a call may make."""

MAX_TEXT = 4_000_000
"""How many characters a call may make."""


class CallContext:
    """What functions need of the world around them.

    `base_directory` is Terraform's working directory, from which relative paths go; no file outside `boundary` is
    read; `render` makes a text of a template and its variables; `is_template` inside such a template, which may not
    render another.
    """

    __slots__ = ("base_directory", "boundary", "is_template", "render")

    def __init__(
        self,
        base_directory: str,
        boundary: str,
        render: Callable[[SourceFile, Mapping[str, Value]], Value],
        is_template: bool = False,
    ) -> None:
        self.base_directory = base_directory
        self.boundary = boundary
        self.render = render
        self.is_template = is_template


class Call(NamedTuple):
    """One call: the function's name, what surrounds it, and where it stands."""

    name: str
    context: CallContext
    span: Span


class Undecided(Exception):  # noqa: N818, it is no error
    """Raised by a function that can't tell its result; the message, if any, says why to a person."""


class Tolerance(enum.Enum):
    """Which unknown values a parameter takes; any other makes the result of the call unknown."""

    NONE = "none"
    INSIDE = "inside"  # elements of a collection that is itself known
    ALL = "all"


class Parameter(NamedTuple):
    """One parameter; null is refused unless `takes_null`.

    A null or unknown argument that has no type yet makes the result of the call unknown unless `takes_untyped`.
    """

    name: str
    type: Type = ANY
    takes_null: bool = False
    tolerance: Tolerance = Tolerance.NONE
    takes_untyped: bool = False


class Function(NamedTuple):
    """A function: `rest` takes the arguments after those that `parameters` name, `optional` of which may be left out.

    `implementation` gets the call and the arguments as Values. `result` is the type of what it gives, or tells it of
    the arguments where not all of them are known; it raises EvaluationError for those that are refused all the same.
    """

    implementation: Callable[..., Value]
    parameters: Sequence[Parameter]
    rest: Parameter | None = None
    optional: int = 0
    result: Type | Callable[[Sequence[Value]], Type] = ANY


TEXT = Parameter("text", STRING)
AMOUNT = Parameter("number", NUMBER)
TEXTS = Parameter("list of strings", ListOf(STRING))
WHOLE_LIST = Parameter("list", ListOf(ANY))
OPEN_LIST = Parameter("list", ListOf(ANY), tolerance=Tolerance.INSIDE)
WHOLE = Parameter("value")
OPEN = Parameter("value", tolerance=Tolerance.INSIDE)
ANY_TYPED = Parameter("value", takes_null=True, tolerance=Tolerance.ALL)
ANYTHING = Parameter("value", takes_null=True, tolerance=Tolerance.ALL, takes_untyped=True)


def plain(implementation: Callable[..., object], *parameters: Parameter, rest: Parameter | None = None) -> Function:
    """A function on Python's own text, numbers and bools; what it gives becomes a Value as `lift` has it."""

    def run(call: Call, *arguments: Value) -> Value:
        contents = [argument.value for argument in arguments if isinstance(argument, Known)]
        return lift(implementation(*contents), call.span)

    return Function(run, parameters, rest)


def lift(content: object, span: Span | None) -> Value:
    """Python's own value as Terraform's: a list is a list, a dict an object."""
    if isinstance(content, list):
        return Known(TypedList(lift(item, span) for item in content), span)
    if isinstance(content, dict):
        return Known({name: lift(content[name], span) for name in sorted(content)}, span)
    if isinstance(content, str):
        check_text(len(content))
    return Known(content, span)


def check_text(length: int) -> None:
    """Raises BoundError where a call would make too long a text."""
    if length > MAX_TEXT:
        raise BoundError(f"it would make a text of more than {MAX_TEXT:,} characters")


def check_elements(count: int) -> None:
    """Raises BoundError where a call would make too many elements."""
    if count > MAX_ELEMENTS:
        raise BoundError(f"it would make more than {MAX_ELEMENTS:,} elements")


def unknown(arguments: Sequence[Value], span: Span | None, why: str = "") -> Unknown:
    """The result of a call that can't be told: it refers to all that its arguments refer to."""
    return Unknown(why or _reason(arguments), all_refs(arguments), span=span)


def _reason(arguments: Sequence[Value]) -> str:
    for argument in arguments:
        if isinstance(argument, Unknown):
            return argument.why
        if isinstance(argument, Known) and isinstance(argument.value, list | dict):
            content = argument.value
            reason = _reason(content if isinstance(content, list) else list(content.values()))
            if reason:
                return reason
    return ""


def apply(function: Function, call: Call, arguments: Sequence[Value]) -> Value:
    """Call a function: check and convert the arguments, settle unknown ones, and run it.

    Raises EvaluationError where Terraform would refuse the call. Its order decides what comes out: first all arguments
    are converted; then they are looked at one by one, until one is null that must not be, or has no type; then
    come the types of all of them, and at last what the function itself has to say.
    """
    parameters = _parameters(function, len(arguments))
    ready = [_converted(parameter, argument) for parameter, argument in zip(parameters, arguments, strict=True)]
    result = function.result
    is_decided = True
    for parameter, value in zip(parameters, ready, strict=True):
        if value.is_absent and not parameter.takes_null:
            raise EvaluationError(f"its argument ({parameter.name}) must not be null")
        is_decided = is_decided and _takes(parameter, value)
        if parameter.type is ANY and not parameter.takes_untyped and has_no_type(value):
            result, is_decided = ANY, is_decided and not value.is_absent
            break
    why = ""
    if is_decided:
        try:
            made = function.implementation(call, *ready)
            return typed(made, _told(result, ready)) if isinstance(made, Unknown) else made
        except Undecided as undecided:
            why = str(undecided)
    open_result = unknown(ready, call.span, why)
    open_result.candidates = _candidates(function, call, ready)
    return typed(open_result, _told(result, ready))


def _told(result: Type | Callable[[Sequence[Value]], Type], arguments: Sequence[Value]) -> Type:
    return result if isinstance(result, Type) else result(arguments)


def _parameters(function: Function, count: int) -> list[Parameter]:
    parameters = list(function.parameters)
    least = len(parameters) - function.optional
    if count < least or (count > len(parameters) and function.rest is None):
        wanted = "at least " if function.rest or function.optional else ""
        raise EvaluationError(f"it takes {wanted}{least} argument{'' if least == 1 else 's'}, but {count} are given")
    if function.rest is not None:
        parameters.extend([function.rest] * (count - len(parameters)))
    return parameters[:count]


def _converted(parameter: Parameter, argument: Value) -> Value:
    """An argument as the parameter's type."""
    if parameter.type is ANY:
        check_size(argument)
    if argument.is_absent and not isinstance(argument, Known):
        argument = Known(None, argument.span, argument.via)
    return convert(argument, parameter.type)


def _takes(parameter: Parameter, value: Value) -> bool:
    """Whether a function can be run on an argument."""
    if parameter.tolerance is Tolerance.ALL:
        return True
    return isinstance(value, Known) if parameter.tolerance is Tolerance.INSIDE else is_wholly_known(value)


def _candidates(function: Function, call: Call, arguments: Sequence[Value]) -> tuple[Value, ...]:
    """What a call can give where only the choice among its arguments' candidates is unknown."""
    choices = [_choices(argument) for argument in arguments]
    count = prod(map(len, choices))
    if count == 1 or count > MAX_COMBINATIONS:
        return ()
    try:
        return tuple(apply(function, call, combination) for combination in product(*choices))
    except EvaluationError:
        return ()


def outcomes(value: Value) -> Sequence[Value]:
    """What a value can be in the end, each without candidates of its own; itself where that would be too many."""
    found = list(islice(_followed(value), MAX_COMBINATIONS + 1))
    return found if len(found) <= MAX_COMBINATIONS else (value,)


def _followed(value: Value) -> Iterator[Value]:
    if not isinstance(value, Unknown) or not value.candidates:
        yield value
        return
    for candidate in value.candidates:
        yield from _followed(candidate)


def _choices(value: Value) -> Sequence[Value]:
    """What a value can be by the candidates in it, at any depth; itself where there are none, or too many."""
    if isinstance(value, Unknown):
        return outcomes(value)
    content = value.value if isinstance(value, Known) else None
    if not isinstance(content, list | dict):
        return (value,)
    options = [_choices(item) for item in (content if isinstance(content, list) else content.values())]
    if not 1 < prod(map(len, options)) <= MAX_COMBINATIONS:
        return (value,)
    return [Known(_filled(content, items), value.span, value.via) for items in product(*options)]


def _filled(content: list[Value] | dict[str, Value], items: Sequence[Value]) -> object:
    """A collection of the same kind with other elements."""
    made = type(content)(zip(content, items, strict=True)) if isinstance(content, dict) else type(content)(items)
    if isinstance(content, TypedList | TypedMap):
        made.element = content.element  # type: ignore[union-attr]
    return make_set(items) if isinstance(content, ValueSet) else made
