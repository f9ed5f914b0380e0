"""Terraform's native syntax as classes: files, bodies, blocks, attributes and expressions, with their places.

The grammar that they follow is HCL's native syntax specification. `parsing` makes them of a text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from snapguard.resources import InputError
from snapguard.source import SourceFile, Span

MAX_NESTING = 100
"""How deep expressions may nest; deeper ones are an input error, not a crash."""


BLOCK_LABELS: Mapping[str, int] = {
    "action": 2,
    "check": 1,
    "data": 2,
    "ephemeral": 2,
    "import": 0,
    "list": 2,
    "locals": 0,
    "module": 1,
    "moved": 0,
    "output": 1,
    "provider": 1,
    "removed": 0,
    "resource": 2,
    "terraform": 0,
    "variable": 1,
}
"""How many labels a block of the top level has."""


class Expression:
    """Base of all expressions; `span` is where it stands."""

    __slots__ = ("span",)

    span: Span


class Literal(Expression):
    """A value written out: None, bool, int, Decimal or str."""

    __slots__ = ("value",)

    def __init__(self, span: Span, value: bool | int | Decimal | str | None) -> None:
        self.span = span
        self.value = value


class Template(Expression):
    """A text put together from parts: plain text, expressions and directives.

    `is_heredoc` tells a heredoc from a quoted template: only the latter, holding a single interpolation, stands for
    the value itself instead of its text.
    """

    __slots__ = ("is_heredoc", "parts")

    def __init__(self, span: Span, parts: Sequence[TemplatePart], is_heredoc: bool = False) -> None:
        self.span = span
        self.parts = parts
        self.is_heredoc = is_heredoc


class TemplateIf(NamedTuple):
    """`%{ if }`: one of two sequences of parts."""

    condition: Expression
    then: Sequence[TemplatePart]
    otherwise: Sequence[TemplatePart]


class TemplateFor(NamedTuple):
    """`%{ for }`: parts repeated over a collection."""

    key: str | None
    value: str
    collection: Expression
    body: Sequence[TemplatePart]


TemplatePart = str | Expression | TemplateIf | TemplateFor


class Variable(Expression):
    """The name that a reference begins with: `var`, `local`, `each`, a resource type, a name that a `for` binds."""

    __slots__ = ("name",)

    def __init__(self, span: Span, name: str) -> None:
        self.span = span
        self.name = name


class GetAttribute(NamedTuple):
    """`.name`"""

    name: str


class GetIndex(NamedTuple):
    """`[key]`, or the old `.0` (legacy)."""

    key: Expression
    is_legacy: bool = False


class GetSplat(NamedTuple):
    """`[*]` (full) or `.*`, with the accessors that apply to each element."""

    accessors: Sequence[Accessor]
    is_full: bool


Accessor = GetAttribute | GetIndex | GetSplat


def nest_splats(accessors: Sequence[Accessor]) -> Sequence[Accessor]:
    """Accessors as they follow each other, with those in each splat that apply to its elements.

    `[*]` takes all that follows; `.*` takes `.name` and the old `.0`, and what follows applies to its result.
    """
    for position, accessor in enumerate(accessors):
        if isinstance(accessor, GetSplat):
            before, following = accessors[:position], accessors[position + 1 :]
            if accessor.is_full:
                return [*before, GetSplat(nest_splats(following), True)]
            count = next((n for n, inner in enumerate(following) if not _is_dotted(inner)), len(following))
            return [*before, GetSplat(following[:count], False), *nest_splats(following[count:])]
    return accessors


def _is_dotted(accessor: Accessor) -> bool:
    return isinstance(accessor, GetAttribute) or (isinstance(accessor, GetIndex) and accessor.is_legacy)


class Access(Expression):
    """Accessors applied to a base one after another: `var.m["k"].id`."""

    __slots__ = ("accessors", "base")

    def __init__(self, span: Span, base: Expression, accessors: Sequence[Accessor]) -> None:
        self.span = span
        self.base = base
        self.accessors = accessors


class Unary(Expression):
    """`-x` or `!x`"""

    __slots__ = ("operand", "operator")

    def __init__(self, span: Span, operator: str, operand: Expression) -> None:
        self.span = span
        self.operator = operator
        self.operand = operand


class Binary(Expression):
    """Arithmetic, comparison or logic on two operands."""

    __slots__ = ("left", "operator", "right")

    def __init__(self, span: Span, operator: str, left: Expression, right: Expression) -> None:
        self.span = span
        self.operator = operator
        self.left = left
        self.right = right


class Conditional(Expression):
    """`condition ? then : otherwise`"""

    __slots__ = ("condition", "otherwise", "then")

    def __init__(self, span: Span, condition: Expression, then: Expression, otherwise: Expression) -> None:
        self.span = span
        self.condition = condition
        self.then = then
        self.otherwise = otherwise


class TupleExpression(Expression):
    """`[a, b]`"""

    __slots__ = ("elements",)

    def __init__(self, span: Span, elements: Sequence[Expression]) -> None:
        self.span = span
        self.elements = elements


class ObjectExpression(Expression):
    """`{ a = 1 }`; a bare word as key is a Literal."""

    __slots__ = ("items",)

    def __init__(self, span: Span, items: Sequence[tuple[Expression, Expression]]) -> None:
        self.span = span
        self.items = items


class For(Expression):
    """A `for` expression: a tuple where `result_key` is None, else an object; `is_grouping` for `...`."""

    __slots__ = ("collection", "condition", "is_grouping", "key", "result", "result_key", "value")

    def __init__(
        self,
        span: Span,
        key: str | None,
        value: str,
        collection: Expression,
        result_key: Expression | None,
        result: Expression,
        condition: Expression | None,
        is_grouping: bool,
    ) -> None:
        self.span = span
        self.key = key
        self.value = value
        self.collection = collection
        self.result_key = result_key
        self.result = result
        self.condition = condition
        self.is_grouping = is_grouping


class Call(Expression):
    """A function call; `is_expanding` where the last argument is followed by `...`."""

    __slots__ = ("arguments", "is_expanding", "name")

    def __init__(self, span: Span, name: str, arguments: Sequence[Expression], is_expanding: bool) -> None:
        self.span = span
        self.name = name
        self.arguments = arguments
        self.is_expanding = is_expanding


class Broken(Expression):
    """An expression that could not be parsed; the syntax error is reported elsewhere."""

    __slots__ = ()

    def __init__(self, span: Span) -> None:
        self.span = span


class Attribute:
    """`name = expression`; an expression that is as simple as most are is read from `begin` on when it is asked for."""

    __slots__ = ("_begin", "_expression", "_name_span", "name", "span")

    def __init__(
        self,
        name: str,
        span: Span,
        expression: Expression | None = None,
        begin: int = 0,
        name_span: Span | None = None,
    ) -> None:
        self.name = name
        self.span = span
        self._expression = expression
        self._begin = begin
        self._name_span = name_span

    @property
    def name_span(self) -> Span:
        """Where the name stands: at the beginning, unless it was told otherwise."""
        span = self.span
        return self._name_span or Span(span.file, span.start, span.start + len(self.name.encode("utf-8")))

    @property
    def expression(self) -> Expression:
        """The expression behind the `=`."""
        expression = self._expression
        if expression is None:
            span = self.span
            expression = self._expression = simple_expression(Span(span.file, self._begin, span.end))
        return expression


SIMPLE = r'"[^"\\$%\n]*"|[0-9]{1,18}|[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*'
"""What most expressions are: a plain text, a number, a word, a reference by names alone."""

WORDS = {"true": True, "false": False, "null": None}


def simple_expression(span: Span) -> Expression:
    """The expression that stands at a place, which is SIMPLE."""
    text = span.file.data[span.start : span.end].decode("utf-8")
    first = text[0]
    if first == '"':
        return Literal(span, text[1:-1])
    if first.isdecimal():
        return Literal(span, int(text))
    if "." in text:
        name, *rest = text.split(".")
        return Access(span, word_expression(span, name), [GetAttribute(attribute) for attribute in rest])
    return word_expression(span, text)


def word_expression(span: Span, word: str) -> Expression:
    """What a word alone stands for."""
    return Literal(span, WORDS[word]) if word in WORDS else Variable(span, word)


class Block(NamedTuple):
    """A block: its type, its labels and its body.

    `header` reaches from the type to the opening brace, `span` to the closing one.
    """

    type: str
    labels: Sequence[str]
    span: Span
    header: Span
    body: Body


class Body:
    """The attributes by name and the nested blocks in order.

    `is_damaged` where a syntax error stands inside: what is not there may only be unreadable. `from_json` where
    attributes may as well stand for blocks, since JSON can't tell them apart.
    """

    __slots__ = ("attributes", "blocks", "from_json", "is_damaged")

    def __init__(
        self,
        attributes: dict[str, Attribute],
        blocks: list[Block],
        *,
        is_damaged: bool = False,
        from_json: bool = False,
    ) -> None:
        self.attributes = attributes
        self.blocks = blocks
        self.is_damaged = is_damaged
        self.from_json = from_json

    def expression(self, name: str) -> Expression | None:
        """The expression of an attribute, or None where it is not written."""
        attribute = self.attributes.get(name)
        return None if attribute is None else attribute.expression

    def blocks_of(self, type: str) -> list[Block]:
        """The nested blocks of a type, in order; of a JSON body also an argument that can stand for them."""
        found = [block for block in self.blocks if block.type == type]
        attribute = self.attributes.get(type) if self.from_json and not found else None
        return found if attribute is None else _blocks_of_argument(attribute)


def _blocks_of_argument(attribute: Attribute) -> list[Block]:
    """The blocks that an argument of a JSON body stands for: an object, or a list of objects; none for others."""
    expression = attribute.expression
    elements = expression.elements if isinstance(expression, TupleExpression) else [expression]
    blocks: list[Block] = []
    for element in elements:
        if not isinstance(element, ObjectExpression):
            return []
        attributes: dict[str, Attribute] = {}
        for key, value in element.items:
            if not isinstance(key, Literal):
                return []
            name = str(key.value)
            attributes[name] = Attribute(name, value.span, value, name_span=key.span)
        body = Body(attributes, [], from_json=True)
        blocks.append(Block(attribute.name, [], element.span, attribute.name_span, body))
    return blocks


class TerraformFile(NamedTuple):
    """A file as parsed: its top-level body, and what is wrong with it."""

    file: SourceFile
    body: Body
    errors: Sequence[InputError]
