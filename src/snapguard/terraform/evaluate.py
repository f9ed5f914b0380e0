"""Expressions to values, as Terraform evaluates them.

What an expression may name comes through a `Scope`; nothing here knows of files or resources. Errors are
`EvaluationError`s, which `try` and `can` catch as Terraform's do; whoever asks for a value turns the rest into unknown
values that say why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import product
from typing import Protocol

from snapguard.source import Span
from snapguard.terraform.functions.signature import check_text, unknown
from snapguard.terraform.syntax import (
    Access,
    Accessor,
    Binary,
    Broken,
    Call,
    Conditional,
    Expression,
    For,
    GetAttribute,
    GetIndex,
    Literal,
    ObjectExpression,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
    TupleExpression,
    Unary,
    Variable,
)
from snapguard.terraform.types import (
    ANY,
    ARITHMETIC,
    BOOL,
    NEGATIVE_ZERO,
    NUMBER,
    STRING,
    BoundError,
    EvaluationError,
    ListOf,
    MapOf,
    ObjectOf,
    SetOf,
    ShortNumber,
    Simple,
    TupleOf,
    Type,
    TypedUnknown,
    beside,
    describe,
    element_type_of,
    equal,
    exact_binary,
    has_attribute,
    has_no_type,
    is_wholly_known,
    number,
    to_bool,
    to_number,
    to_text,
    type_of,
    typed,
    untyped,
)
from snapguard.values import Known, Step, TypedList, Unknown, Value, ValueSet

MAX_CANDIDATES = 16
"""How many values an unknown one may be followed through; beyond it is unknown without candidates."""

MAX_PARTS = 2_000
"""How many parts a text keeps that is not wholly known."""

MAX_TEXT = 4_000_000
"""How long a text may grow, in characters."""


_SHORT = 2**53
_SHORT_DIGITS = 15


class Scope(Protocol):
    """What names mean where an expression stands."""

    names: Mapping[str, Value]
    """Names bound around the expression: by `for`, by a dynamic block, `each`, `count`, `self`."""

    def resolve(self, name: str, accessors: Sequence[Accessor], span: Span) -> tuple[Value, int]:
        """The value of a reference that begins with `name`, and how many of the accessors it took."""
        ...

    def bind(self, names: Mapping[str, Value]) -> Scope:
        """The same scope with further names."""
        ...

    def call(self, name: str, arguments: Sequence[Value], span: Span) -> Value:
        """The result of a function; raises EvaluationError."""
        ...

    def spend(self, steps: int) -> None:
        """Counts the elements that are walked or made; raises BoundError where they are too many in all."""
        ...


def evaluate(expression: Expression, scope: Scope) -> Value:
    """The value of an expression; raises EvaluationError where a plan would fail."""
    return _EVALUATORS[type(expression)](expression, scope)


def _literal(expression: Literal, _: Scope) -> Value:
    return Known(expression.value, expression.span)


def _broken(expression: Broken, _: Scope) -> Value:
    return Unknown("it can't be parsed", span=expression.span)


def _variable(expression: Variable, scope: Scope) -> Value:
    bound = scope.names.get(expression.name)
    if bound is not None:
        return bound
    return scope.resolve(expression.name, (), expression.span)[0]


def _access(expression: Access, scope: Scope) -> Value:
    base = expression.base
    accessors = expression.accessors
    if isinstance(base, Variable):
        bound = scope.names.get(base.name)
        if bound is not None:
            return _apply(bound, accessors, scope, expression.span)
        value, taken = scope.resolve(base.name, accessors, expression.span)
        return _apply(value, accessors[taken:], scope, expression.span)
    return _apply(evaluate(base, scope), accessors, scope, expression.span)


def _apply(value: Value, accessors: Sequence[Accessor], scope: Scope, span: Span) -> Value:
    for position, accessor in enumerate(accessors):
        if isinstance(accessor, GetAttribute):
            value = get_attribute(value, accessor.name)
        elif isinstance(accessor, GetIndex):
            value = get_index(value, evaluate(accessor.key, scope))
        else:
            result = _splat(value, accessor.accessors, scope, span)
            return _apply(result, accessors[position + 1 :], scope, span)
    return value


def get_attribute(value: Value, name: str) -> Value:
    """The attribute of an object, as `.name` gives it; raises EvaluationError where there is none."""
    if isinstance(value, Unknown):
        return _attribute_of_unknown(value, name)
    content = value.value if isinstance(value, Known) else None
    if isinstance(content, dict):
        if name in content:
            child: Value = content[name]
            return child.within(value)
        raise EvaluationError(f"the object has no attribute {name!r}")
    if isinstance(content, list) and name.isdecimal():
        return get_index(value, Known(int(name)))
    raise EvaluationError(f"{describe(value)} has no attribute {name!r}")


def _attribute_of_unknown(value: Unknown, name: str) -> Value:
    if isinstance(value, TypedUnknown) and not has_attribute(value.type, name):
        raise EvaluationError(f"a value of the type {value.type} has no attribute {name!r}")
    found = value.get(name)
    if isinstance(found, Unknown) and value.candidates:
        taken = each_candidate(value, lambda candidate: get_attribute(candidate, name), None)
        found.candidates = taken.candidates
    return found


def get_index(value: Value, key: Value) -> Value:
    """The element that `[key]` gives; raises EvaluationError where there is none."""
    if isinstance(value, Unknown):
        if isinstance(value, TypedUnknown) and isinstance(value.type, Simple | SetOf):
            raise EvaluationError(f"a value of the type {value.type} has no elements to take by a key")
        return value.get(str(key.value) if isinstance(key, Known) and isinstance(key.value, str | int) else "*")
    content = value.value if isinstance(value, Known) else None
    if isinstance(key, Unknown):
        return _by_unknown_key(content, key)
    if isinstance(content, dict):
        name = to_text(key)
        if isinstance(name, Known) and name.value in content:
            child: Value = content[name.value]
            return child.within(value)
        raise EvaluationError(f"the collection has no element {_quoted(key)}")
    if isinstance(content, list) and not isinstance(content, ValueSet):
        index = to_number(key)
        position = (index.value or 0) if isinstance(index, Known) and index.value is not None else None
        if isinstance(position, int) and 0 <= position < len(content):
            element: Value = content[position]
            return element.within(value)
        raise EvaluationError(f"the list has no element {_quoted(key)}; it has {len(content)}")
    raise EvaluationError(f"{describe(value)} has no elements to take by a key")


def _by_unknown_key(content: object, key: Unknown) -> Value:
    """Any of the elements: which one depends on what is not known."""
    elements: list[Value] = []
    if isinstance(content, dict):
        keys = [to_text(outcome) for outcome in key.outcomes or ()]
        names = [name.value for name in keys if isinstance(name, Known) and name.value in content] or list(content)
        elements = [content[name] for name in names]
    elif isinstance(content, list):
        elements = list(content)
    candidates = tuple(elements) if len(elements) <= MAX_CANDIDATES else ()
    return Unknown(key.why, key.refs, candidates, key.span, key.via)


def _splat(value: Value, accessors: Sequence[Accessor], scope: Scope, span: Span) -> Value:
    if isinstance(value, Known):
        content = value.value
        if content is None:
            if isinstance(type_of(value), ListOf | SetOf | TupleOf):
                raise EvaluationError("[*] can't be applied to a list that is null")
            return Known([], span)
        elements = [element.within(value) for element in content] if isinstance(content, list) else [value]
        results = [_apply(element, accessors, scope, span) for element in elements]
        if isinstance(content, TypedList | ValueSet):
            made = TypedList(results)
            if not results:
                made.element = _type_at(element_type_of(value), accessors)
            return Known(made, span, value.via)
        return Known(results, span, value.via)
    if isinstance(value, Unknown) and value.stands_for_one:
        return Known([_apply(value, accessors, scope, span)], span, value.via)
    if isinstance(value, TypedUnknown) and isinstance(value.type, TupleOf):
        value = untyped(value)  # the accessors are for its elements, each of a type of its own
    return _apply(value, accessors, scope, span)


def _type_at(type: Type, accessors: Sequence[Accessor]) -> Type | None:
    """The type of what accessors take of a value; None where it takes more than names to tell."""
    for accessor in accessors:
        if isinstance(accessor, GetAttribute) and isinstance(type, ObjectOf):
            type = type.attributes.get(accessor.name, ANY)
        elif not isinstance(accessor, GetAttribute) or not isinstance(type, MapOf):
            return None
        else:
            type = type.element
    return type


def _quoted(key: Value) -> str:
    content = key.value if isinstance(key, Known) else None
    return f'"{content}"' if isinstance(content, str) else str(content)


def unknown_of(values: Iterable[Value], span: Span | None, why: str = "") -> Unknown:
    """An unknown value that rests on the unknown ones among `values`."""
    unknowns = [value for value in values if isinstance(value, Unknown)]
    refs = tuple(dict.fromkeys(ref for value in unknowns for ref in value.refs))
    return Unknown(unknowns[0].why if unknowns and not why else why, refs, span=span)


def each_candidate(unknown: Unknown, follow: Callable[[Value], Value], span: Span | None) -> Unknown:
    """What becomes of an unknown value, also of each of its candidates; those that fail are left out."""
    results: list[Value] = []
    for candidate in unknown.candidates[:MAX_CANDIDATES]:
        with suppress(EvaluationError):
            results.append(follow(candidate))
    return Unknown(unknown.why, unknown.refs, tuple(results), span, unknown.via)


def _unary(expression: Unary, scope: Scope) -> Value:
    operand = evaluate(expression.operand, scope)

    def apply(value: Value) -> Value:
        if expression.operator == "!":
            truth = to_bool(value)
            negation = not _content(truth, "!") if isinstance(truth, Known) else None
            return truth if negation is None else _made_of(Known(negation, expression.span), operand)
        negated = to_number(value)
        if not isinstance(negated, Known):
            return negated
        return _made_of(Known(_negative(_content(negated, "-")), expression.span), operand)

    if isinstance(operand, Unknown):
        unknown = each_candidate(operand, apply, expression.span)
        return TypedUnknown(unknown, BOOL if expression.operator == "!" else NUMBER)
    return apply(operand)


def _negative(value: int | Decimal) -> int | Decimal:
    if isinstance(value, int):
        return -value if value else NEGATIVE_ZERO
    return value.copy_negate() if value else 0


def _content(value: Known, operator: str) -> bool | int | Decimal:
    content: bool | int | Decimal | None = value.value
    if content is None:
        raise EvaluationError(f"{operator} can't be applied to null")
    return content


def _binary(expression: Binary, scope: Scope) -> Value:
    operator = expression.operator
    if operator in ("&&", "||"):
        return _logic(expression, scope)
    left, right = evaluate(expression.left, scope), evaluate(expression.right, scope)
    outcomes = _outcome_pairs(left, right)
    if outcomes is None:
        if operator in ("==", "!="):
            verdict = equal(left, right)
            if verdict is not None:
                return Known(verdict == (operator == "=="), expression.span)
        else:
            _check_numbers(operator, left, right)
        return TypedUnknown(unknown_of((left, right), expression.span), _result_type(operator))
    if isinstance(left, Known) and isinstance(right, Known):
        made = _operate(operator, left, right, expression.span)
        if isinstance(left, ShortNumber) and isinstance(right, ShortNumber) and isinstance(made, Known):
            return _shortened(made, left, right)
        return _made_of(made, left, right)
    results: list[Value] = []
    for a, b in outcomes:
        with suppress(EvaluationError):
            results.append(_operate(operator, a, b, expression.span))
    merged = unknown_of((left, right), expression.span)
    return TypedUnknown(Unknown(merged.why, merged.refs, tuple(results), expression.span), _result_type(operator))


def _shortened(made: Known, *operands: ShortNumber) -> Value:
    """What two counted numbers make: a fraction has fewer digits in Terraform than here, but it is not told how few."""
    if isinstance(made.value, bool):
        return _made_of(made, *operands)
    if abs(made.value) > _SHORT or (
        isinstance(made.value, Decimal) and len(made.value.as_tuple().digits) > _SHORT_DIGITS
    ):
        return TypedUnknown(Unknown("its last digits are Terraform's own", span=made.span), NUMBER)
    return _made_of(ShortNumber(made.value, made.span), *operands)


def _made_of(value: Value, *operands: Value) -> Value:
    """A known value with the way of the first operand that came by one; without links, since it is another value."""
    if not isinstance(value, Known) or value.decoded is not None:
        return value
    for operand in operands:
        if operand.via:
            made = value.copy()
            made.via = tuple(Step(step.span, step.note) for step in operand.via)
            return made
    return value


def _result_type(operator: str) -> Type:
    return NUMBER if operator in "+-*/%" else BOOL


def _check_numbers(operator: str, *operands: Value) -> None:
    """What is known of the operands must be numbers, though the others are unknown."""
    for operand in map(to_number, operands):
        if isinstance(operand, Known):
            _content(operand, operator)


def _outcome_pairs(left: Value, right: Value) -> Sequence[tuple[Value, Value]] | None:
    lefts, rights = left.outcomes, right.outcomes
    if lefts is None or rights is None or len(lefts) * len(rights) > MAX_CANDIDATES:
        return None
    return list(product(lefts, rights))


def _operate(operator: str, left: Value, right: Value, span: Span) -> Value:
    if operator in ("==", "!="):
        verdict = equal(left, right)
        if verdict is None:
            why = "a part of what is compared is not known"
            return TypedUnknown(unknown_of((*left.elements(), *right.elements()), span, why), BOOL)
        return Known(verdict == (operator == "=="), span)
    a, b = to_number(left), to_number(right)
    if not isinstance(a, Known) or not isinstance(b, Known):
        return TypedUnknown(unknown_of((a, b), span), _result_type(operator))
    x, y = _content(a, operator), _content(b, operator)
    if operator in _COMPARISONS:
        return Known(_COMPARISONS[operator](x, y), span)
    if y == 0 and operator == "%":
        return Known(x, span)
    if y == 0 and operator == "/":
        if x != 0:
            return TypedUnknown(Unknown("division by zero gives infinity", span=span), NUMBER)
        raise EvaluationError("division by zero")
    return Known(_calculated(operator, x, y), span)


_COMPARISONS: dict[str, Callable[[int | Decimal, int | Decimal], bool]] = {
    "<": lambda x, y: x < y,
    ">": lambda x, y: x > y,
    "<=": lambda x, y: x <= y,
    ">=": lambda x, y: x >= y,
}


def _calculated(operator: str, x: int | Decimal, y: int | Decimal) -> int | Decimal:
    if isinstance(x, int) and isinstance(y, int):
        if operator == "%":
            return abs(x) % abs(y) * (1 if x >= 0 else -1)
        if (x == 0 or y == 0) and operator in "*/" and (x < 0 or y < 0):
            return NEGATIVE_ZERO
        if operator != "/":
            return number(_WHOLE[operator](x, y))
        if x % y == 0:
            return x // y
    return number(_FRACTIONS[operator](exact_binary(x), exact_binary(y)))


def _remainder(x: Decimal, y: Decimal) -> Decimal:
    """What Terraform has left of a division whose quotient is rounded before its fraction is cut off."""
    whole = Decimal(int(exact_binary(ARITHMETIC.divide(x, y))))
    return ARITHMETIC.subtract(x, exact_binary(ARITHMETIC.multiply(whole, y)))


_WHOLE: dict[str, Callable[[int, int], int]] = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
}

_FRACTIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": ARITHMETIC.add,
    "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply,
    "/": ARITHMETIC.divide,
    "%": _remainder,
}


def _logic(expression: Binary, scope: Scope) -> Value:
    """`&&` and `||`: unknown in a plan where an operand is, though the other may leave one candidate only."""
    operator = expression.operator
    decisive = operator == "||"
    operands = [to_bool(evaluate(operand, scope)) for operand in (expression.left, expression.right)]
    known = [_content(operand, operator) for operand in operands if isinstance(operand, Known)]
    is_decided = decisive in known
    if len(known) == len(operands):
        return _made_of(Known(decisive if is_decided else not decisive, expression.span), *operands)
    unknown = unknown_of(operands, expression.span)
    candidates = (Known(decisive, expression.span),) if is_decided else ()
    return TypedUnknown(Unknown(unknown.why, unknown.refs, candidates, expression.span), BOOL)


def _conditional(expression: Conditional, scope: Scope) -> Value:
    condition = evaluate(expression.condition, scope)
    if isinstance(condition, Known) and condition.value is None:
        raise EvaluationError("the condition is null")
    truth = to_bool(condition)
    if isinstance(truth, Known):
        chosen, other = (
            (expression.then, expression.otherwise) if truth.value else (expression.otherwise, expression.then)
        )
        value = evaluate(chosen, scope)
        if not _is_one_kind(value, other):
            value = _as_branch(value, _or_failure(other, scope))
        return _made_of(value, condition) if condition.via and not value.via else value
    candidates = [_or_failure(branch, scope) for branch in (expression.then, expression.otherwise)]
    with suppress(EvaluationError):
        candidates = [_as_branch(*candidates), _as_branch(*reversed(candidates))]
    merged = unknown_of((truth,), expression.span)
    if _rests_on_variables(merged) and equal(*candidates) and all(map(is_wholly_known, candidates)):
        return candidates[0]
    unknown = Unknown(merged.why, merged.refs, tuple(candidates), expression.span)
    kind = type_of(candidates[0])
    return typed(unknown, kind) if kind == type_of(candidates[1]) else unknown


def _as_branch(value: Value, other: Value) -> Value:
    """A branch of a conditional as the type of both; a null that has none yet takes that of the other."""
    if has_no_type(value):
        return typed(value, type_of(other)) if value.is_absent else value
    return value if has_no_type(other) else beside(value, other)


def _rests_on_variables(unknown: Unknown) -> bool:
    """Whether nothing but variables without a value makes it unknown: a plan, which has their values, knows it."""
    return bool(unknown.refs) and all(".var." in f".{ref.address}" for ref in unknown.refs)


def _is_one_kind(value: Value, other: Expression) -> bool:
    """Whether a value is plainly of the kind that another expression gives: then nothing is to be converted."""
    content = value.value if isinstance(value, Known) else None
    if content is None:
        return False
    if type(other) is Literal:
        return other.value is None or isinstance(content, str) or type(content) is type(other.value)
    return isinstance(content, str) and type(other) is Template and (len(other.parts) != 1 or other.is_heredoc)


def _or_failure(expression: Expression, scope: Scope) -> Value:
    """A branch that may never be taken: its failure is no failure yet, but it has the type that it would have."""
    try:
        return evaluate(expression, scope)
    except EvaluationError as error:
        failed = Unknown(str(error), span=expression.span)
    with suppress(EvaluationError):
        if isinstance(expression, For):
            return _walk(expression, evaluate(expression.collection, scope), scope, _or_failure)
        if isinstance(expression, ObjectExpression):
            keys = [to_text(evaluate(key, scope)).known_text for key, _ in expression.items]
            entries = {key: _or_failure(item, scope) for key, (_, item) in zip(keys, expression.items, strict=True)}
            return failed if None in entries else Known(entries, expression.span)
        if isinstance(expression, Conditional):
            branches = [_or_failure(branch, scope) for branch in (expression.then, expression.otherwise)]
            then, otherwise = type_of(_as_branch(*branches)), type_of(_as_branch(*reversed(branches)))
            return typed(failed, then) if then == otherwise else failed
    if isinstance(expression, TupleExpression):
        return Known([_or_failure(element, scope) for element in expression.elements], expression.span)
    if isinstance(expression, Binary | Unary):
        return TypedUnknown(failed, _result_type(expression.operator))
    is_text = isinstance(expression, Template) and (len(expression.parts) != 1 or expression.is_heredoc)
    return TypedUnknown(failed, STRING) if is_text else failed


def _tuple(expression: TupleExpression, scope: Scope) -> Value:
    return Known([evaluate(element, scope) for element in expression.elements], expression.span)


def _object(expression: ObjectExpression, scope: Scope) -> Value:
    entries: dict[str, Value] = {}
    for key_expression, value_expression in expression.items:
        key = to_text(evaluate(key_expression, scope))
        if isinstance(key, Unknown):
            values = [_or_failure(item, scope) for _, item in expression.items]
            return unknown_of((key, *values), expression.span)
        if not isinstance(key, Known) or key.value is None:
            raise EvaluationError("a key of an object is null")
        entries[key.value] = evaluate(value_expression, scope)
    return Known(entries, expression.span)


def iterate(collection: Value) -> Iterator[tuple[Value, Value]] | None:
    """The keys and values of a collection in Terraform's order; None where it is not known.

    Raises EvaluationError for what is no collection.
    """
    is_simple = isinstance(collection, TypedUnknown) and collection.type in (STRING, NUMBER, BOOL)
    if isinstance(collection, Unknown) and not is_simple:
        return None
    content = collection.value if isinstance(collection, Known) else None
    if isinstance(content, dict):
        entries = content
        return ((Known(key), entries[key].within(collection)) for key in sorted(entries))
    if isinstance(content, ValueSet):
        return ((element, element.within(collection)) for element in content)
    if isinstance(content, list):
        return ((Known(index), element.within(collection)) for index, element in enumerate(content))
    raise EvaluationError(f"{describe(collection)} can't be walked; a list, a set, a map or an object is needed")


def _for(expression: For, scope: Scope) -> Value:
    collection = evaluate(expression.collection, scope)
    entries = iterate(collection)
    if entries is None:
        unknown = unknown_of((collection,), expression.span)
        if not isinstance(collection, Unknown) or not collection.candidates:
            return unknown
        return each_candidate(collection, lambda candidate: _walk(expression, candidate, scope), expression.span)
    return _walk(expression, collection, scope)


def _walk(
    expression: For,
    collection: Value,
    scope: Scope,
    result_of: Callable[[Expression, Scope], Value] = evaluate,
) -> Value:
    entries = iterate(collection)
    if entries is None:
        return unknown_of((collection,), expression.span)
    results: list[Value] = []
    mapping: dict[str, Value] = {}
    groups: dict[str, list[Value]] = {}
    names: dict[str, Value] = {}
    for key, value in entries:
        scope.spend(1)
        names = {expression.value: value} if expression.key is None else {expression.key: key, expression.value: value}
        inner = scope.bind(names)
        if expression.condition is not None:
            test = to_bool(evaluate(expression.condition, inner))
            if isinstance(test, Unknown):
                return unknown_of((test,), expression.span)
            if not isinstance(test, Known) or not _content(test, "if"):
                continue
        if expression.result_key is None:
            results.append(result_of(expression.result, inner))
            continue
        name = to_text(evaluate(expression.result_key, inner))
        if isinstance(name, Unknown):
            return unknown_of((name,), expression.span)
        if not isinstance(name, Known) or name.value is None:
            raise EvaluationError("a key of a for expression is null")
        result = result_of(expression.result, inner)
        if expression.is_grouping:
            groups.setdefault(name.value, []).append(result)
        elif name.value in mapping:
            raise EvaluationError(f"a for expression makes the key {name.value!r} twice; `...` groups them")
        else:
            mapping[name.value] = result
    if not names and expression.condition is not None:
        _check_condition(expression, expression.condition, scope)
    if expression.result_key is None:
        return Known(results, expression.span)
    if expression.is_grouping:
        mapping = {name: Known(members, expression.span) for name, members in groups.items()}
    return Known(dict(sorted(mapping.items())), expression.span)


def _check_condition(expression: For, condition: Expression, scope: Scope) -> None:
    """Terraform looks at a condition also where there is no element to ask it of."""
    nothing = Unknown("there is no element")
    names = [expression.value] if expression.key is None else [expression.key, expression.value]
    test = to_bool(evaluate(condition, scope.bind(dict.fromkeys(names, nothing))))
    if isinstance(test, Known):
        _content(test, "if")


def _template(expression: Template, scope: Scope) -> Value:
    parts = expression.parts
    if len(parts) == 1 and not expression.is_heredoc and isinstance(parts[0], Expression):
        return evaluate(parts[0], scope)
    return join_parts(list(_render(parts, scope, expression.span)), expression.span)


def _render(parts: Sequence[TemplatePart], scope: Scope, span: Span) -> Iterator[Value]:
    for part in parts:
        if isinstance(part, str):
            yield Known(part)
        elif isinstance(part, Expression):
            value = evaluate(part, scope)
            if isinstance(value, Known) and value.value is None:
                raise EvaluationError("a template holds null")
            yield to_text(value)
        elif isinstance(part, TemplateIf):
            yield from _render_if(part, scope, span)
        else:
            yield from _render_for(part, scope, span)


def _render_if(part: TemplateIf, scope: Scope, span: Span) -> Iterator[Value]:
    test = to_bool(evaluate(part.condition, scope))
    if isinstance(test, Known):
        yield from _render(part.then if _content(test, "if") else part.otherwise, scope, span)
        return
    branches = [join_parts(list(_render(branch, scope, span)), span) for branch in (part.then, part.otherwise)]
    unknown = unknown_of((test,), span)
    yield Unknown(unknown.why, unknown.refs, tuple(branches), span)


def _render_for(part: TemplateFor, scope: Scope, span: Span) -> Iterator[Value]:
    collection = evaluate(part.collection, scope)
    entries = iterate(collection)
    if entries is None:
        yield unknown_of((collection,), span)
        return
    for key, value in entries:
        scope.spend(1)
        names = {part.value: value} if part.key is None else {part.key: key, part.value: value}
        yield from _render(part.body, scope.bind(names), span)


def join_parts(parts: Sequence[Value], span: Span) -> Value:
    """A text from its parts: known where all are; with candidates where each part has few; else unknown with parts."""
    if len(parts) == 1 and isinstance(parts[0], Known):
        return Known(parts[0].value, span, parts[0].via, parts[0].parts, parts[0].decoded)
    texts = [part.value for part in parts if isinstance(part, Known)]
    check_text(sum(map(len, texts)))
    if len(texts) == len(parts):
        text = "".join(texts)
        if len(text) > MAX_TEXT:
            raise BoundError(f"a text of more than {MAX_TEXT:,} characters")
        linked = any(part.via for part in parts)
        return Known(text, span, parts=_flat(parts) if linked else None)
    unknown = unknown_of(parts, span)
    unknown.candidates = _joined_candidates(parts, span)
    unknown.parts = _flat(parts)
    return TypedUnknown(unknown, STRING)


def _flat(parts: Sequence[Value]) -> tuple[Value, ...] | None:
    """The innermost parts, in order; None where there are too many, as where each of a chain of texts doubles one."""
    pieces: list[Value] = []
    for part in parts:
        if part.parts is None:
            pieces.append(part)
        else:
            pieces.extend(piece.within(part) for piece in part.parts)
    return tuple(pieces) if len(pieces) <= MAX_PARTS else None


def _joined_candidates(parts: Sequence[Value], span: Span) -> tuple[Value, ...]:
    total = 1
    options: list[Sequence[Value]] = []
    for part in parts:
        outcomes = [outcome for outcome in part.outcomes or () if outcome.known_text is not None]  # null is refused
        if not outcomes:
            return ()
        total *= len(outcomes)
        if total > MAX_CANDIDATES:
            return ()
        options.append(outcomes)
    return tuple(join_parts(combination, span) for combination in product(*options))


def _call(expression: Call, scope: Scope) -> Value:
    name = expression.name
    if name in ("try", "can"):
        return _guarded(expression, scope)
    if expression.is_expanding and expression.arguments:
        *others, expanded = expression.arguments
        last = evaluate(expanded, scope)
        if isinstance(last, Unknown):
            _check_expandable(last, name)
            return unknown_of((last, *(_or_failure(argument, scope) for argument in others)), expression.span)
        arguments = [*(evaluate(argument, scope) for argument in others), *_expanded(last, name)]
    else:
        arguments = [evaluate(argument, scope) for argument in expression.arguments]
    result = scope.call(name, arguments, expression.span)
    if isinstance(result, Known) and isinstance(result.value, (list, dict)):
        scope.spend(len(result.value))
    return result


def _check_expandable(last: Unknown, name: str) -> None:
    if not has_no_type(last) and not isinstance(type_of(last), ListOf | SetOf | TupleOf):
        raise EvaluationError(f"`...` in the call of {name}() needs a list, not a value of the type {type_of(last)}")


def _expanded(last: Value, name: str) -> list[Value]:
    """The arguments that `...` makes of the last one."""
    content = last.value if isinstance(last, Known) else None
    if not isinstance(content, list):
        raise EvaluationError(f"`...` in the call of {name}() needs a list, not {describe(last)}")
    return [element.within(last) for element in content]


def _guarded(expression: Call, scope: Scope) -> Value:
    """`try` gives the first argument that does not fail, `can` whether its argument does not.

    What is unknown in part is unknown as a whole to both: another argument may be chosen once it is known.
    """
    failure = EvaluationError(f"{expression.name}() needs an argument")
    arguments: list[Expression | Value] = [*expression.arguments]
    if expression.is_expanding and arguments:
        last = evaluate(expression.arguments[-1], scope)
        if isinstance(last, Unknown):
            _check_expandable(last, expression.name)
            return unknown_of((last,), expression.span)
        arguments[-1:] = _expanded(last, expression.name)
    if expression.name == "can" and len(arguments) != 1:
        raise EvaluationError("can() takes one argument")
    for argument in arguments:
        try:
            value = evaluate(argument, scope) if isinstance(argument, Expression) else argument
        except BoundError as error:
            return Unknown(str(error), span=expression.span)
        except EvaluationError as error:
            failure = error
            continue
        if is_wholly_known(value):
            return value if expression.name == "try" else Known(True, expression.span)
        if isinstance(value, Unknown) and expression.name == "try":
            found = value if value.stands_for_one else untyped(value)
            if isinstance(argument, Access) and found is not value:
                found.candidates = ()  # where one of them has no such attribute, another argument is taken
            return found
        partly = unknown((value,), expression.span)
        if expression.name == "try":
            partly.candidates = (value,)
        return partly
    if expression.name == "can":
        return Known(False, expression.span)
    raise EvaluationError(f"none of the arguments of try() can be evaluated; the last: {failure}")


_EVALUATORS: dict[type[Expression], Callable[..., Value]] = {
    Literal: _literal,
    Broken: _broken,
    Variable: _variable,
    Access: _access,
    Unary: _unary,
    Binary: _binary,
    Conditional: _conditional,
    TupleExpression: _tuple,
    ObjectExpression: _object,
    For: _for,
    Template: _template,
    Call: _call,
}
