"""Whether Terraform marks a value as sensitive, told from the expression that it comes from.

Marks decide nothing but what issensitive() gives, so values don't carry them: where somebody asks, the expression is
followed to the variables, outputs and calls of sensitive() that it rests on. What providers mark is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from snapguard.terraform.syntax import (
    Access,
    Accessor,
    Binary,
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
from snapguard.terraform.types import EvaluationError

if TYPE_CHECKING:
    from snapguard.terraform.modules import ModuleScope

_MAX_DEPTH = 50

Answer = bool | None


class Marks(NamedTuple):
    """Whether a value is marked as a whole, and whether something inside it is; None where that can't be told."""

    whole: Answer
    inside: Answer

    @property
    def anywhere(self) -> Answer:
        """Whether there is a mark at all."""
        return _any((self.whole, self.inside))


_NONE = Marks(False, False)
_OPEN = Marks(None, None)
_WITHOUT_MARKS = frozenset(("path", "terraform", "tofu", "count"))
_COUNTING = frozenset(("length", "keys"))
_PASSING = frozenset(
    ("concat", "merge", "values", "reverse", "slice", "zipmap", "chunklist", "tolist", "tomap", "ephemeralasnull")
)
_CHOOSING = frozenset(("element", "lookup", "flatten", "setproduct", "try"))


def is_sensitive(expression: Expression, scope: ModuleScope) -> bool | None:
    """Whether the value of an expression is marked as a whole; None where that can't be told."""
    return _Reader(scope, {}, 0).marks(expression).whole


def _any(answers: Iterable[Answer]) -> Answer:
    found = set(answers)
    return True if True in found else None if None in found else False


class _Reader:
    """Follows expressions in one scope; `bound` are the names that a for expression binds."""

    def __init__(self, scope: ModuleScope, bound: Mapping[str, Marks], depth: int) -> None:
        self.scope = scope
        self.bound = bound
        self.depth = depth

    def marks(self, expression: Expression) -> Marks:
        if isinstance(expression, Literal):
            return _NONE
        if isinstance(expression, Variable):
            return self.bound.get(expression.name, _OPEN)
        if isinstance(expression, Access):
            return self._access(expression)
        if isinstance(expression, Unary):
            return Marks(self.marks(expression.operand).anywhere, False)
        if isinstance(expression, Binary):
            return self._made_of((expression.left, expression.right))
        if isinstance(expression, Conditional):
            return self._conditional(expression)
        if isinstance(expression, TupleExpression):
            return Marks(False, _any(self.marks(element).anywhere for element in expression.elements))
        if isinstance(expression, ObjectExpression):
            keys = _any(self.marks(key).anywhere for key, _ in expression.items)
            return Marks(keys, _any(self.marks(value).anywhere for _, value in expression.items))
        if isinstance(expression, For):
            return self._for(expression)
        if isinstance(expression, Template):
            return Marks(self._parts(expression.parts), False)
        return self._call(expression) if isinstance(expression, Call) else _OPEN

    def _made_of(self, expressions: Iterable[Expression]) -> Marks:
        return Marks(_any(self.marks(one).anywhere for one in expressions), False)

    def _conditional(self, expression: Conditional) -> Marks:
        condition, then, otherwise = map(self.marks, (expression.condition, expression.then, expression.otherwise))
        whole = _any((condition.anywhere, then.whole, otherwise.whole))
        return Marks(whole, then.inside if then.inside is otherwise.inside else None)

    def _for(self, expression: For) -> Marks:
        collection = self.marks(expression.collection)
        names = {expression.value: self._part_of(collection)}
        if expression.key is not None:
            names[expression.key] = _NONE
        inner = _Reader(self.scope, {**self.bound, **names}, self.depth)
        deciding = [one for one in (expression.condition, expression.result_key) if one is not None]
        whole = _any((collection.whole, *(inner.marks(one).anywhere for one in deciding)))
        return Marks(whole, inner.marks(expression.result).anywhere)

    def _part_of(self, value: Marks) -> Marks:
        return _NONE if value.inside is False else _OPEN

    def _parts(self, parts: Sequence[TemplatePart]) -> Answer:
        answers: list[Answer] = []
        for part in parts:
            if isinstance(part, Expression):
                answers.append(self.marks(part).anywhere)
            elif isinstance(part, TemplateIf):
                answers.append(self.marks(part.condition).anywhere)
                answers += (self._parts(part.then), self._parts(part.otherwise))
            elif isinstance(part, TemplateFor):
                collection = self.marks(part.collection)
                names = dict.fromkeys((part.value, part.key or part.value), self._part_of(collection))
                inner = _Reader(self.scope, {**self.bound, **names}, self.depth)
                answers += (collection.anywhere, inner._parts(part.body))
        return _any(answers)

    def _call(self, expression: Call) -> Marks:
        name = expression.name.removeprefix("core::")
        arguments = list(map(self.marks, expression.arguments))
        if name in ("issensitive", "can"):
            return _NONE
        if name == "sensitive":
            return Marks(True, arguments[0].inside if arguments else False)
        if name == "nonsensitive":
            return Marks(False, arguments[0].inside if arguments else False)
        if "::" in name:
            return _OPEN
        wholes, insides = _any(one.whole for one in arguments), _any(one.inside for one in arguments)
        if wholes is False and insides is False:
            return _NONE
        if name in _CHOOSING or (name in _PASSING and expression.is_expanding):
            return _OPEN
        if name in _COUNTING:
            return Marks(wholes, False)
        return Marks(wholes, insides) if name in _PASSING else Marks(_any((wholes, insides)), False)

    def _access(self, expression: Access) -> Marks:
        base, accessors = expression.base, expression.accessors
        if not isinstance(base, Variable):
            return self._taken(self.marks(base), accessors)
        if base.name in self.bound:
            return self._taken(self.bound[base.name], accessors)
        if base.name in _WITHOUT_MARKS:
            return _NONE
        if self.depth > _MAX_DEPTH or base.name in self.scope.names:
            return _OPEN
        names = [accessor.name for accessor in accessors if isinstance(accessor, GetAttribute)]
        if not names:
            return _OPEN
        if base.name == "var":
            return self._taken(self._variable(names[0]), accessors[1:])
        if base.name == "local":
            attribute = self.scope.module.files.locals.get(names[0])
            found = _OPEN if attribute is None else self._within(self.scope.module.scope, attribute.expression)
            return self._taken(found, accessors[1:])
        if base.name == "module":
            return self._output(accessors)
        if base.name == "terraform_data" and len(names) > 1:
            return self._input_of(names[0], names[1])
        return _OPEN

    def _within(self, scope: ModuleScope, expression: Expression) -> Marks:
        return _Reader(scope, {}, self.depth + 1).marks(expression)

    def _taken(self, value: Marks, accessors: Sequence[Accessor]) -> Marks:
        """The marks of what accessors take of a value."""
        for accessor in accessors:
            if isinstance(accessor, GetIndex | GetAttribute):
                key = self.marks(accessor.key).anywhere if isinstance(accessor, GetIndex) else False
                part = self._part_of(value)
                value = Marks(_any((value.whole, key, part.whole)), part.inside)
            else:
                part = self._taken(self._part_of(value), accessor.accessors)
                value = Marks(value.whole, part.anywhere)
        return value

    def _variable(self, name: str) -> Marks:
        module = self.scope.module
        block = module.files.variables.get(name)
        if block is None:
            return _OPEN
        given = module.arguments.get(name)
        marks = _NONE if module.caller is None or given is None else self._within(module.caller, given)
        sensitive = block.body.expression("sensitive")
        if sensitive is None:
            return marks
        answer = module.scope.value_of(sensitive).verdict(lambda content: content is True)
        return Marks(_any((answer, marks.whole)), marks.inside)

    def _output(self, accessors: Sequence[Accessor]) -> Marks:
        first, *others = accessors
        if others and isinstance(others[0], GetIndex):
            del others[0]
        if not isinstance(first, GetAttribute) or not others or not isinstance(others[0], GetAttribute):
            return _OPEN
        if first.name not in self.scope.module.files.calls:
            return _OPEN
        try:
            _, modules = self.scope.module.call(first.name)
        except EvaluationError:
            return _OPEN
        found = []
        for module in modules:
            block = module.files.outputs.get(others[0].name)
            value = block.body.expression("value") if block is not None else None
            if block is None or value is None:
                return _OPEN
            found.append(self._within(module.scope, value))  # "sensitive" of an output itself marks nothing
        return self._taken(found[0], others[1:]) if found and len(set(found)) == 1 else _OPEN

    def _input_of(self, name: str, attribute: str) -> Marks:
        """The marks of an attribute of terraform_data, the one resource that no provider of its own marks."""
        declared = self.scope.module.files.resources.get(("managed", "terraform_data", name))
        given = declared.block.body.expression("input") if declared is not None else None
        if attribute == "id" or given is None:
            return _NONE
        return _NONE if self._within(self.scope.module.scope, given).anywhere is False else _OPEN
