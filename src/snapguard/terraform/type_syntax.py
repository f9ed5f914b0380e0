"""Type constraints as they are written: from expressions to types."""

from __future__ import annotations

from collections.abc import Callable

from snapguard.terraform.parsing import parse_expression_text
from snapguard.terraform.syntax import (
    Call,
    Expression,
    Literal,
    ObjectExpression,
    TupleExpression,
    Variable,
)
from snapguard.terraform.types import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    EvaluationError,
    ListOf,
    MapOf,
    ObjectOf,
    SetOf,
    TupleOf,
    Type,
)
from snapguard.values import Value

_SIMPLE: dict[str, Type] = {
    "any": ANY,
    "bool": BOOL,
    "list": ListOf(ANY),
    "map": MapOf(ANY),
    "number": NUMBER,
    "set": SetOf(ANY),
    "string": STRING,
}
_COLLECTIONS: dict[str, Callable[[Type], Type]] = {"list": ListOf, "map": MapOf, "set": SetOf}


def parse_type(expression: Expression, value_of: Callable[[Expression], Value]) -> Type:
    """The type that an expression names; `value_of` gives the defaults of optional attributes.

    Quoted types, as Terraform 0.11 had them and as JSON writes them, are understood. Raises EvaluationError for what
    is no type.
    """
    if isinstance(expression, Variable) and expression.name in _SIMPLE:
        return _SIMPLE[expression.name]
    if isinstance(expression, Literal) and isinstance(expression.value, str):
        inner = parse_expression_text(expression.value, expression.span)
        if not isinstance(inner, Literal):
            return parse_type(inner, value_of)
    if isinstance(expression, Call) and len(expression.arguments) == 1:
        argument = expression.arguments[0]
        if expression.name in _COLLECTIONS:
            return _COLLECTIONS[expression.name](parse_type(argument, value_of))
        if expression.name == "object" and isinstance(argument, ObjectExpression):
            return _object(argument, value_of)
        if expression.name == "tuple" and isinstance(argument, TupleExpression):
            return TupleOf([parse_type(element, value_of) for element in argument.elements])
    raise EvaluationError("this is no type; one is string, number, bool, list(…), set(…), map(…), object({…}) or any")


def _object(expression: ObjectExpression, value_of: Callable[[Expression], Value]) -> Type:
    attributes: dict[str, Type] = {}
    optional: list[str] = []
    defaults: dict[str, Value] = {}
    for key, written in expression.items:
        if not isinstance(key, Literal) or not isinstance(key.value, str):
            raise EvaluationError("the attributes of object({…}) are plain names")
        if isinstance(written, Call) and written.name == "optional" and written.arguments:
            optional.append(key.value)
            if len(written.arguments) > 1:
                defaults[key.value] = value_of(written.arguments[1])
            attributes[key.value] = parse_type(written.arguments[0], value_of)
        else:
            attributes[key.value] = parse_type(written, value_of)
    return ObjectOf(attributes, optional, defaults)
