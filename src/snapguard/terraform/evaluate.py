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
from typing import Any, Protocol

from snapguard.source import Span
from snapguard.terraform.arithmetic import calculated, counted, number_value, precision_of
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
    GetSplat,
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
    BOOL,
    NEGATIVE_ZERO,
    NUMBER,
    STRING,
    BoundError,
    EvaluationError,
    ListOf,
    MapOf,
    MarkedNull,
    ObjectOf,
    SetOf,
    Simple,
    TupleOf,
    Type,
    TypedUnknown,
    beside,
    convert,
    describe,
    element_type_of,
    equal,
    has_attribute,
    has_no_type,
    is_never_null,
    is_wholly_known,
    to_bool,
    to_number,
    to_text,
    type_of,
    typed,
    typed_list,
    typed_set,
    unify_types,
    untyped,
)
from snapguard.values import Known, Step, TypedList, TypedMap, Unknown, Value, ValueSet

MAX_CANDIDATES = 16
"""How many values an unknown one may be followed through; beyond it is unknown without candidates."""

MAX_PARTS = 2_000
"""How many parts a text keeps that is not wholly known."""

MAX_TEXT = 4_000_000
"""How long a text may grow, in characters."""


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

    def is_sensitive(self, expression: Expression) -> bool | None:
        """Whether the value of an expression is marked as sensitive; None where that can't be told."""
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
        return _element_of_unknown(value, key)
    content = value.value if isinstance(value, Known) else None
    if isinstance(key, Unknown):
        return _by_unknown_key(value, content, key)
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


def _element_of_unknown(value: Unknown, key: Value) -> Value:
    if key.is_absent:
        raise EvaluationError("a key is null")
    type = type_of(value)
    name = str(key.value) if isinstance(key, Known) and isinstance(key.value, str | int) else "*"
    found = value.get(name)
    if has_no_type(value):
        return found
    if isinstance(type, ObjectOf):
        return untyped(found) if isinstance(found, Unknown) else found
    if has_no_type(key):
        return untyped(found) if isinstance(found, Unknown) else found
    if isinstance(type, Simple | SetOf):
        raise EvaluationError(f"a value of the type {type} has no elements to take by a key")
    converted = convert(key, STRING if isinstance(type, MapOf) else NUMBER)
    content = converted.value if isinstance(converted, Known) else None
    if isinstance(type, TupleOf) and content is not None:
        if not isinstance(content, int) or not 0 <= content < len(type.elements):
            raise EvaluationError(f"the tuple has no element {content}; it has {len(type.elements)}")
        return typed(found, type.elements[content])
    return found


def _by_unknown_key(value: Value, content: object, key: Unknown) -> Value:
    """Any of the elements: which one depends on what is not known."""
    elements: list[Value] = []
    if isinstance(content, dict):
        convert(key, STRING)
        keys = [to_text(outcome) for outcome in key.outcomes or ()]
        names = [name.value for name in keys if isinstance(name, Known) and name.value in content] or list(content)
        elements = [content[name] for name in names]
    elif isinstance(content, list) and not isinstance(content, ValueSet):
        convert(key, NUMBER)
        elements = list(content)
    elif has_no_type(key) and not value.is_absent:
        return Unknown(key.why, key.refs, (), key.span, key.via)
    else:
        raise EvaluationError(f"{describe(value)} has no elements to take by a key")
    candidates = tuple(elements) if len(elements) <= MAX_CANDIDATES else ()
    found = Unknown(key.why, key.refs, candidates, key.span, key.via)
    return found if has_no_type(key) else typed(found, element_type_of(value))


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
                element = typed(Unknown("there is no element"), element_type_of(value))
                made.element = type_of(_apply(element, accessors, scope, span))
            return Known(made, span, value.via)
        return Known(results, span, value.via)
    if isinstance(value, Unknown) and value.stands_for_one:
        return Known([_apply(value, accessors, scope, span)], span, value.via)
    return _splat_of_unknown(value, accessors, scope, span)


def _splat_of_unknown(value: Value, accessors: Sequence[Accessor], scope: Scope, span: Span) -> Value:
    type = type_of(value)
    if isinstance(value, Unknown) and isinstance(type, ListOf | SetOf):
        element = _apply(typed(untyped(value), type.element), accessors, scope, span)
        if not isinstance(element, Unknown):
            return element
        return TypedUnknown(untyped(element), ListOf(type_of(element)), is_never_null=True)
    if isinstance(value, TypedUnknown) and isinstance(type, TupleOf):
        value = untyped(value)  # the accessors are for its elements, each of a type of its own
    taken = _apply(value, accessors, scope, span)
    return untyped(taken) if isinstance(taken, TypedUnknown) else taken


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
        opposite = number_value(_negative(_content(negated, "-")), precision_of(negated))
        opposite.span = expression.span
        return _made_of(opposite, operand)

    if isinstance(operand, Unknown):
        convert(operand, BOOL if expression.operator == "!" else NUMBER)
        unknown = each_candidate(operand, apply, expression.span)
        return TypedUnknown(unknown, BOOL if expression.operator == "!" else NUMBER, is_never_null=True)
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
    if isinstance(left, Known) and isinstance(right, Known):
        return _made_of(_operate(operator, left, right, expression.span), left, right)
    if operator in ("==", "!="):
        verdict = equal(left, right)
        if verdict is not None:
            return Known(verdict == (operator == "=="), expression.span)
    else:
        _check_numbers(operator, left, right)
    results: list[Value] = []
    for a, b in _outcome_pairs(left, right):
        with suppress(EvaluationError):
            results.append(_operate(operator, a, b, expression.span))
    merged = unknown_of((left, right), expression.span)
    merged.candidates = tuple(results)
    return TypedUnknown(merged, _result_type(operator), is_never_null=True)


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
    """What is known of the operands, and of their types, must fit numbers, though the others are unknown."""
    for operand in operands:
        number = convert(operand, NUMBER)
        if isinstance(number, Known):
            _content(number, operator)


def _outcome_pairs(left: Value, right: Value) -> Sequence[tuple[Value, Value]]:
    """What two operands can be together; nothing where that can't be told, or is too much."""
    lefts, rights = left.outcomes, right.outcomes
    if lefts is None or rights is None or len(lefts) * len(rights) > MAX_CANDIDATES:
        return ()
    return list(product(lefts, rights))


def _operate(operator: str, left: Value, right: Value, span: Span) -> Value:
    if operator in ("==", "!="):
        verdict = equal(left, right)
        if verdict is None:
            why = "a part of what is compared is not known"
            parts = (*left.elements(), *right.elements())
            return TypedUnknown(unknown_of(parts, span, why), BOOL, is_never_null=True)
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
    made = calculated(operator, a, b)
    made.span = span
    return made


_COMPARISONS: dict[str, Callable[[int | Decimal, int | Decimal], bool]] = {
    "<": lambda x, y: x < y,
    ">": lambda x, y: x > y,
    "<=": lambda x, y: x <= y,
    ">=": lambda x, y: x >= y,
}


def _truth(value: Value) -> Value:
    return to_bool(value) if isinstance(value, Known) else convert(value, BOOL)


def _logic(expression: Binary, scope: Scope) -> Value:
    """`&&` and `||`: unknown in a plan where an operand is, though the other may leave one candidate only."""
    operator = expression.operator
    decisive = operator == "||"
    operands = [_truth(evaluate(operand, scope)) for operand in (expression.left, expression.right)]
    known = [_content(operand, operator) for operand in operands if isinstance(operand, Known)]
    is_decided = decisive in known
    if len(known) == len(operands):
        return _made_of(Known(decisive if is_decided else not decisive, expression.span), *operands)
    unknown = unknown_of(operands, expression.span)
    candidates = (Known(decisive, expression.span),) if is_decided else ()
    merged = Unknown(unknown.why, unknown.refs, candidates, expression.span)
    return TypedUnknown(merged, BOOL, is_never_null=True)


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
    kind = _type_of_both(*candidates)
    is_one_type = type_of(candidates[0]) == type_of(candidates[1])
    with suppress(EvaluationError):
        candidates = [_as_branch(*candidates), _as_branch(*reversed(candidates))]
    merged = unknown_of((truth,), expression.span)
    if _rests_on_variables(merged) and equal(*candidates) and all(map(is_wholly_known, candidates)):
        return candidates[0]
    foreseen = _settled(candidates, merged) if is_one_type else None
    if foreseen is not None:
        return foreseen
    unknown = Unknown(merged.why, merged.refs, tuple(candidates), expression.span)
    if kind is not ANY and all(map(is_never_null, candidates)):
        return TypedUnknown(unknown, kind, is_never_null=True)
    return typed(unknown, kind)


def _settled(branches: Sequence[Value], merged: Unknown) -> Value | None:
    """What a conditional gives by either branch as far as Terraform tells; None where it tells nothing."""
    then, otherwise = branches
    if not isinstance(then, Known) or not isinstance(otherwise, Known):
        return None
    a: Any = then.value
    b: Any = otherwise.value
    if a is None and b is None:
        return then
    if type(a) in (int, Decimal) and type(b) in (int, Decimal):
        return then if a == b else None
    if not isinstance(a, TypedList | ValueSet | TypedMap) or type(a) is not type(b) or len(a) != len(b):
        return None
    if not a:
        return then
    if isinstance(a, TypedList) or (isinstance(a, ValueSet) and len(a) == 1):
        kind = element_type_of(then)
        pairs = zip(then.known_list or (), otherwise.known_list or (), strict=True)
        elements = [typed(Unknown(merged.why, merged.refs, pair, merged.span), kind) for pair in pairs]
        return Known(typed_list(elements, kind) if isinstance(a, TypedList) else typed_set(elements, kind), merged.span)
    return None


def _type_of_both(then: Value, otherwise: Value) -> Type:
    """The one type of two branches; raises EvaluationError where there is none."""
    if has_no_type(then) or has_no_type(otherwise):
        given = otherwise if has_no_type(then) else then
        other = then if given is otherwise else otherwise
        return type_of(given) if other.is_absent and not isinstance(other, MarkedNull) else ANY
    kind = unify_types([type_of(then), type_of(otherwise)])
    if kind is None:
        raise EvaluationError(
            f"both branches must be of one type, but there is {type_of(then)} and {type_of(otherwise)}"
        )
    return kind


def _as_branch(value: Value, other: Value) -> Value:
    """A branch of a conditional as the type of both; a null that has none yet takes that of the other."""
    if isinstance(value, MarkedNull) or isinstance(other, MarkedNull):
        return value
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
    return isinstance(content, str) and type(other) is Template and not _is_wrapping(other)


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
            then, otherwise = (_or_failure(branch, scope) for branch in (expression.then, expression.otherwise))
            return typed(failed, _type_of_both(then, otherwise))
    if isinstance(expression, TupleExpression):
        return Known([_or_failure(element, scope) for element in expression.elements], expression.span)
    if isinstance(expression, Binary | Unary):
        return TypedUnknown(failed, _result_type(expression.operator))
    if isinstance(expression, Template) and not _is_wrapping(expression):
        return TypedUnknown(failed, STRING)
    return _failed_splat(expression, failed, scope) if isinstance(expression, Access) else failed


def _failed_splat(expression: Access, failed: Unknown, scope: Scope) -> Unknown:
    """What a splat gives that fails in its elements: as many of them, each of any type."""
    *before, last = expression.accessors
    if not isinstance(last, GetSplat):
        return failed
    with suppress(EvaluationError):
        source = type_of(_apply(evaluate(expression.base, scope), before, scope, expression.span))
        if isinstance(source, ListOf | SetOf):
            return TypedUnknown(failed, ListOf(ANY))
        if isinstance(source, TupleOf):
            return TypedUnknown(failed, TupleOf([ANY] * len(source.elements)))
    return failed


def _is_wrapping(template: Template) -> bool:
    """Whether a template is one expression in quotes, which keeps its type."""
    return len(template.parts) == 1 and isinstance(template.parts[0], Expression) and not template.is_heredoc


def _tuple(expression: TupleExpression, scope: Scope) -> Value:
    return Known([evaluate(element, scope) for element in expression.elements], expression.span)


def _object(expression: ObjectExpression, scope: Scope) -> Value:
    entries: dict[str, Value] = {}
    open_parts: list[Value] = []
    for key_expression, value_expression in expression.items:
        key = evaluate(key_expression, scope)
        key = to_text(key) if isinstance(key, Known) else convert(key, STRING)
        value = evaluate(value_expression, scope)
        if isinstance(key, Unknown):
            open_parts.extend((key, value))
            continue
        if not isinstance(key, Known) or key.value is None:
            raise EvaluationError("a key of an object is null")
        entries[key.value] = value
    if open_parts:
        return unknown_of((*open_parts, *entries.values()), expression.span)
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
        return ((counted(index), element.within(collection)) for index, element in enumerate(content))
    raise EvaluationError(f"{describe(collection)} can't be walked; a list, a set, a map or an object is needed")


def _for(expression: For, scope: Scope) -> Value:
    collection = evaluate(expression.collection, scope)
    entries = iterate(collection)
    if entries is None:
        unknown = unknown_of((collection,), expression.span)
        if isinstance(collection, Unknown) and collection.members:
            unknown.members = _sure_results(expression, collection, scope)
        if not isinstance(collection, Unknown) or not collection.candidates:
            return unknown
        return each_candidate(collection, lambda candidate: _walk(expression, candidate, scope), expression.span)
    return _walk(expression, collection, scope)


def _sure_results(expression: For, collection: Unknown, scope: Scope) -> tuple[Value, ...]:
    """What the elements come out as that a collection surely has; none where that takes their places or keys."""
    if expression.key is not None or expression.result_key is not None:
        return ()
    return tuple(_walk(expression, Known(collection.elements()[:-1]), scope).known_list or ())


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
            test = _truth(evaluate(expression.condition, inner))
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
            if result_of is not evaluate:
                continue
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
    test = _truth(evaluate(condition, scope.bind(dict.fromkeys(names, nothing))))
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
            yield to_text(value) if isinstance(value, Known) else convert(value, STRING)
        elif isinstance(part, TemplateIf):
            yield from _render_if(part, scope, span)
        else:
            yield from _render_for(part, scope, span)


def _render_if(part: TemplateIf, scope: Scope, span: Span) -> Iterator[Value]:
    test = to_bool(evaluate(part.condition, scope))
    if isinstance(test, Known):
        yield from _render(part.then if _content(test, "if") else part.otherwise, scope, span)
        return
    branches = tuple(_rendered_or_failure(branch, scope, span) for branch in (part.then, part.otherwise))
    unknown = unknown_of((test,), span)
    yield Unknown(unknown.why, unknown.refs, branches, span)


def _rendered_or_failure(parts: Sequence[TemplatePart], scope: Scope, span: Span) -> Value:
    """The text of a branch that may never be taken: its failure is no failure yet."""
    try:
        return join_parts(list(_render(parts, scope, span)), span)
    except EvaluationError as error:
        return Unknown(str(error), span=span)


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
    special = _SPECIAL.get(expression.name)
    return _plain_call(expression, scope) if special is None else special(expression, scope)


def _plain_call(expression: Call, scope: Scope) -> Value:
    name = expression.name
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


def _is_sensitive(expression: Call, scope: Scope) -> Value:
    """`issensitive` asks how its argument came to be, where the argument's value does not settle it."""
    asked = _plain_call(expression, scope)
    answer = None if expression.is_expanding else scope.is_sensitive(expression.arguments[0])
    if answer is None or (answer is False and isinstance(evaluate(expression.arguments[0], scope), Unknown)):
        return asked
    return Known(answer, expression.span)


_SPECIAL: dict[str, Callable[[Call, Scope], Value]] = {
    "try": _guarded,
    "can": _guarded,
    "issensitive": _is_sensitive,
}

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
