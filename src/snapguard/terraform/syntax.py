"""Terraform's native syntax: from bytes to blocks, attributes and expressions with their places.

tree-sitter parses; what it gives is turned into the classes below only where somebody asks for it, so that a block
that no check looks at costs next to nothing. The grammar that the classes follow is HCL's native syntax
specification; text of templates is taken from the bytes between the nodes, since the grammar drops white space there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser, Range

from snapguard.resources import InputError
from snapguard.source import SourceFile, Span
from snapguard.terraform.types import BoundError, number_of

_LANGUAGE = Language(tree_sitter_hcl.language())
_PARSER = Parser(_LANGUAGE)

MAX_NESTING = 200
"""How deep expressions may nest; deeper ones are an input error, not a crash."""


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
    """`.name`; `span` is its place, or that of the whole reference where it is a plain one (`var.a.b`)."""

    name: str
    span: Span


class GetIndex(NamedTuple):
    """`[key]`, or the old `.0` (legacy)."""

    key: Expression
    span: Span
    is_legacy: bool = False


class GetSplat(NamedTuple):
    """`[*]` (full) or `.*`, with the accessors that apply to each element."""

    accessors: Sequence[Accessor]
    is_full: bool
    span: Span


Accessor = GetAttribute | GetIndex | GetSplat


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
    """`name = expression`; the expression is converted when it is first asked for."""

    __slots__ = ("_converter", "_expression", "_name_span", "_node", "name", "span")

    def __init__(
        self,
        name: str,
        name_span: Span | None,
        span: Span,
        node: Node | None = None,
        converter: _Converter | None = None,
        expression: Expression | None = None,
    ) -> None:
        self.name = name
        self._name_span = name_span
        self.span = span
        self._node = node
        self._converter = converter
        self._expression = expression

    @property
    def name_span(self) -> Span:
        """Where the name stands: at the beginning, unless it was told otherwise."""
        span = self.span
        return self._name_span or Span(span.file, span.start, span.start + len(self.name.encode("utf-8")))

    @property
    def expression(self) -> Expression:
        """The expression behind the `=`."""
        if self._expression is None:
            node, converter = self._node, self._converter
            self._expression = Broken(self.span) if node is None or converter is None else converter.expression(node)
            self._node = self._converter = None
        return self._expression


class Block:
    """A block: its type, its labels, and its body, which is read when it is first asked for.

    `header` reaches from the type to the opening brace, `span` to the closing one. A block of the top level of a long
    file is parsed once more for its body, by itself: the tree of a file takes seventy times the room of its text.
    """

    __slots__ = ("_body", "_converter", "_node", "header", "labels", "span", "type")

    def __init__(
        self,
        type: str,
        labels: Sequence[str],
        span: Span,
        header: Span,
        body: Body | None = None,
        node: Node | None = None,
        converter: _Converter | None = None,
    ) -> None:
        self.type = type
        self.labels = labels
        self.span = span
        self.header = header
        self._body = body
        self._node = node
        self._converter = converter

    @property
    def body(self) -> Body:
        """What stands between the braces."""
        body = self._body
        if body is None:
            node, converter = self._node, self._converter
            if node is None or converter is None:
                file, start = self.span.file, self.span.start
                converter = _Converter(file, -start, data=file.data[start : self.span.end])
                root = _PARSER.parse(converter.data).root_node
                if root.has_error:
                    from snapguard.terraform.syntax_errors import readable

                    root = _PARSER.parse(readable(converter.data)).root_node
                node = _first(root, "block")
            body = self._body = Body({}, []) if node is None else converter.block_body(node)
            self._node = self._converter = None
        return body


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
            attributes[name] = Attribute(name, key.span, value.span, expression=value)
        header = attribute.name_span
        blocks.append(Block(attribute.name, [], element.span, header, body=Body(attributes, [], from_json=True)))
    return blocks


class TerraformFile(NamedTuple):
    """A file as parsed: its top-level body, and what is wrong with it."""

    file: SourceFile
    body: Body
    errors: Sequence[InputError]


def parse(file: SourceFile) -> TerraformFile:
    """Parse a file in native syntax. Syntax errors are listed, and what stands around them is kept."""
    data = file.data
    roots = _parse_in_pieces(data) if len(data) > _MAX_WHOLE else [_PARSER.parse(data).root_node]
    if not any(root.has_error for root in roots) and not _is_suspect(data, roots[0]):
        return TerraformFile(file, _top_level(file, roots), ())
    from snapguard.terraform.syntax_errors import readable, syntax_errors, unexplained_error

    mended = readable(data)
    errors = syntax_errors(file)
    if not errors:
        whole = _PARSER.parse(mended).root_node
        if not whole.has_error:
            return TerraformFile(file, _top_level(file, [whole], is_mended=True), ())
        errors = [unexplained_error(file, whole)]
    return TerraformFile(file, _top_level(file, _parse_in_pieces(mended), is_mended=True), errors)


_MAX_WHOLE = 100_000
"""Larger files are parsed in pieces: behind an unclosed bracket, the parser takes the square of the rest in time."""

MAX_KEPT = 50_000
"""The tree of a longer file is let go after a look at its top level; the blocks that are asked for are parsed again."""

_LABELS = rb'(?:"[^"\n]*"|[\w-]+)(?:[ \t]+(?:"[^"\n]*"|[\w-]+))*[ \t]*'
_match_labels = re.compile(rb"[ \t]*" + _LABELS + rb"\r?\Z").match
_match_header_end = re.compile(rb"\s*(?:" + _LABELS + rb")?\{").match
_NOT_AFTER_LABELS = frozenset(b"{}[](),")
_NOT_QUOTES_OF_LINES = bytes(set(range(256)) - set(b'"\n'))


def _is_suspect(data: bytes, root: Node) -> bool:
    """Whether a file that parses may be wrong: JSON, no text, a block's header or a string over several lines.

    The parser takes line ends for space, and so a word that was left on a line of its own for the next block's type,
    and lets them stand in strings, and so swallows what lies between two strings that are unclosed.
    """
    if root.children and root.children[0].type == "object":
        return True
    try:
        if "\0" in data.decode("utf-8"):
            return True
    except UnicodeDecodeError:
        return True
    if any(len(quotes) % 2 for quotes in set(data.translate(None, _NOT_QUOTES_OF_LINES).split(b"\n"))):
        return True
    lines = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        if b"=" in line or not line or line[-1] in _NOT_AFTER_LABELS or not _match_labels(line):
            continue
        if _match_header_end(b"\n".join(lines[number : number + 4])):
            return True
    return False


_TOP_LEVEL_START = re.compile(rb"^[a-z]+[ \t]*(?:[\"{]|[\w-]+[ \t]*[\"{])", re.MULTILINE)


def _parse_in_pieces(data: bytes) -> list[Node]:
    """Each block that begins in the first column parsed by itself, so that a broken one takes no other with it."""
    starts = [0, *(match.start() for match in _TOP_LEVEL_START.finditer(data) if match.start()), len(data)]
    lines = [data.count(b"\n", start, end) for start, end in pairwise(starts)]
    roots: list[Node] = []
    line = 0
    parser = Parser(_LANGUAGE)
    for (start, end), count in zip(pairwise(starts), lines, strict=True):
        # The column of the last point does not matter: pieces end at a line's beginning or at the end of the file.
        parser.included_ranges = [Range((line, 0), (line + count, 0), start, end)]
        roots.append(parser.parse(data).root_node)
        line += count
    return roots


def _top_level(file: SourceFile, roots: Sequence[Node], *, is_mended: bool = False) -> Body:
    """What stands at the top level, also what the parser could not put into one body.

    Nodes of a text that was mended for the parser are kept: what stands in the file is not what they came from. So are
    those of a short file, since parsing it twice takes longer than reading a node.
    """
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    converter = _Converter(file)
    keeps_nodes = is_mended or len(file.data) <= MAX_KEPT
    for root in roots:
        for node in (root, *(child for child in root.children if child.type == "body")):
            part = converter.body(node, is_damaged=root.has_error, keeps_nodes=keeps_nodes)
            attributes.update(part.attributes)
            blocks.extend(part.blocks)
    return Body(attributes, blocks, is_damaged=any(root.has_error for root in roots))


def offsets_in_comments(file: SourceFile, offsets: Sequence[int]) -> set[int]:
    """Those of the byte offsets that lie in a comment, not in code or in a text."""
    root = _PARSER.parse(file.data).root_node
    nodes = ((offset, root.descendant_for_byte_range(offset, offset + 1)) for offset in offsets)
    return {offset for offset, node in nodes if node is not None and node.type == "comment"}


def parse_template(file: SourceFile) -> Expression:
    """A whole file as a template, as templatefile() reads it; Broken where it can't be parsed."""
    return _parse_template(_Converter(file, len(_TEMPLATE_START)), file.data)


def parse_template_text(text: str, span: Span) -> Expression:
    """A template in a text without bytes of its own in a file (a JSON string with escapes); all is at `span`."""
    data = text.encode("utf-8")
    return _parse_template(_Converter(SourceFile(span.file.path, span.file.display, data), 0, span), data)


def parse_expression_text(text: str, span: Span) -> Expression:
    """An expression in a text (a reference or a type in a JSON string), all at `span`; Broken where it is none."""
    data = b"x = " + text.encode("utf-8") + b"\n"
    root = _PARSER.parse(data).root_node
    node = None if root.has_error else _first(root, "attribute")
    if node is None:
        return Broken(span)
    return _Converter(SourceFile(span.file.path, span.file.display, data), 0, span).expression(node.children[-1])


_TEMPLATE_START = b"t = <<END_OF_SNAPGUARD_TEMPLATE\n"
_TEMPLATE_END = b"\nEND_OF_SNAPGUARD_TEMPLATE\n"


def _parse_template(converter: _Converter, data: bytes) -> Expression:
    """A template without its quotes is parsed as the content of a heredoc."""
    if b"${" not in data and b"%{" not in data:
        return Literal(converter.whole(len(data)), data.decode("utf-8", "replace"))
    wrapped = _TEMPLATE_START + data + _TEMPLATE_END
    root = _PARSER.parse(wrapped).root_node
    node = None if root.has_error else _first(root, "heredoc_template")
    if node is None:
        return Broken(converter.whole(len(data)))
    converter.data = wrapped
    start = len(_TEMPLATE_START)
    parts = converter.parts(node.children, start, start + len(data), by_line=True)
    return Template(converter.whole(len(data)), parts)


def _first(node: Node, type: str) -> Node | None:
    """The first descendant of a type, in depth first order."""
    if node.type == type:
        return node
    for child in node.children:
        found = _first(child, type)
        if found is not None:
            return found
    return None


_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def _unescape(text: str) -> str:
    """The text that a quoted literal stands for: backslash escapes and the doubled template markers."""
    if "\\" in text:
        out = []
        at = 0
        while True:
            slash = text.find("\\", at)
            if slash < 0 or slash + 1 >= len(text):
                out.append(text[at:])
                break
            out.append(text[at:slash])
            mark = text[slash + 1]
            at = slash + 2
            if mark in "uU":
                digits = text[at : at + (4 if mark == "u" else 8)]
                at += len(digits)
                out.append(_character(digits))
            else:
                out.append(_SIMPLE_ESCAPES.get(mark, mark))
        text = "".join(out)
    return _undouble(text)


def _character(digits: str) -> str:
    """The character of a code point in hexadecimal; the replacement character where there is none."""
    try:
        code = int(digits, 16)
    except ValueError:
        return "\ufffd"
    return "\ufffd" if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)


def _undouble(text: str) -> str:
    return text.replace("$${", "${").replace("%%{", "%{") if "{" in text else text


def _is_dotted(accessor: Accessor) -> bool:
    return isinstance(accessor, GetAttribute) or (isinstance(accessor, GetIndex) and accessor.is_legacy)


class _Piece:
    """A piece of a template in the flat order of its text: a literal, an expression, or a directive's mark."""

    __slots__ = ("content", "kind", "node", "trims_left", "trims_right")

    def __init__(self, kind: str, content: str, node: Node | None, trims_left: bool, trims_right: bool) -> None:
        self.kind = kind
        self.content = content
        self.node = node
        self.trims_left = trims_left
        self.trims_right = trims_right


_DIRECTIVES = frozenset({"template_directive", "template_if", "template_for"})
_DIRECTIVE_MARKS = {
    "template_if_intro": "if",
    "template_else_intro": "else",
    "template_if_end": "endif",
    "template_for_start": "for",
    "template_for_end": "endfor",
}


class _Converter:
    """Turns nodes of one parse into bodies and expressions.

    `data` are the bytes that were parsed (those of the file, if not told); `shift` is taken from every offset into
    them to get one into the file, and `fixed`, where given, stands for every place.
    """

    __slots__ = ("data", "depth", "file", "fixed", "shift")

    def __init__(self, file: SourceFile, shift: int = 0, fixed: Span | None = None, data: bytes | None = None) -> None:
        self.file = file
        self.data = file.data if data is None else data
        self.shift = shift
        self.fixed = fixed
        self.depth = 0

    def span(self, node: Node) -> Span:
        """Where a node stands in the file."""
        return self.fixed or Span(self.file, node.start_byte - self.shift, node.end_byte - self.shift)

    def whole(self, length: int) -> Span:
        """The whole file as a place."""
        return self.fixed or Span(self.file, 0, length)

    def text(self, node: Node) -> str:
        """The text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def body(self, node: Node, *, is_damaged: bool, keeps_nodes: bool = True) -> Body:
        """The attributes and blocks among the children of a node.

        Blocks are read on from their nodes, unless `keeps_nodes` is false: then they are parsed once more.
        """
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        for child in node.children:
            kind = child.type
            if kind == "block":
                blocks.append(self.block(child, keeps_nodes))
            elif kind == "attribute":
                parts = child.children
                name = self.text(parts[0])
                last = parts[-1]
                expression = last if last.type == "expression" and not last.has_error else None
                attribute = Attribute(name, None, self.span(child), expression, self)
                attributes.setdefault(name, attribute)
        return Body(attributes, blocks, is_damaged=is_damaged)

    def block(self, node: Node, keeps_nodes: bool) -> Block:
        """A block without its body."""
        children = node.children
        labels: list[str] = []
        opening = children[0]
        for child in children[1:]:
            kind = child.type
            if kind == "identifier":
                labels.append(self.text(child))
            elif kind == "string_lit":
                labels.append(_unescape(self.text(child)[1:-1]))
            elif kind == "block_start":
                opening = child
                break
        header = Span(self.file, node.start_byte - self.shift, opening.end_byte - self.shift)
        kept = (node, self) if keeps_nodes else (None, None)
        return Block(self.text(children[0]), labels, self.span(node), header, None, *kept)

    def block_body(self, node: Node) -> Body:
        """The body of a block."""
        damaged = node.has_error
        body = next((child for child in node.children if child.type == "body"), None)
        return Body({}, [], is_damaged=damaged) if body is None else self.body(body, is_damaged=damaged)

    def expression(self, node: Node) -> Expression:
        """The expression of an `expression` node."""
        start, end = node.start_byte, node.end_byte
        simple = _match_simple(self.data, start, end)
        if simple is not None:
            return self.simple(simple, start, end)
        self.depth += 1
        try:
            if self.depth > MAX_NESTING:
                return Broken(self.span(node))
            return self.sequence(node.children)
        finally:
            self.depth -= 1

    def simple(self, match: re.Match[bytes], start: int, end: int) -> Expression:
        """What most expressions are, without a look at their nodes: a plain text, a number, a word, `var.name`."""
        file, shift = self.file, self.shift
        span = self.fixed or Span(file, start - shift, end - shift)
        text, digits, word, rest = match.groups()
        if text is not None:
            return Literal(span, text.decode("utf-8", "replace"))
        if digits is not None:
            return Literal(span, int(digits))
        name = word.decode()
        if not rest:
            return Literal(span, _WORDS[name]) if name in _WORDS else Variable(span, name)
        accessors = [GetAttribute(attribute, span) for attribute in rest[1:].decode().split(".")]
        return Access(span, Variable(span, name), accessors)

    def sequence(self, nodes: Sequence[Node]) -> Expression:
        """A primary expression followed by accessors: siblings in the grammar."""
        if len(nodes) == 1:
            return self.primary(nodes[0], nodes[0].type)
        first: Expression | None = None
        accessors: list[Accessor] = []
        start = nodes[0] if nodes else None
        last = start
        for node in nodes:
            kind = node.type
            if kind in ("comment", "(", ")"):
                if first is None or kind == ")":
                    last = node
                continue
            last = node
            if first is None:
                first = self.primary(node, kind)
            else:
                accessors.extend(self.accessor(node, kind))
        if first is None or start is None or last is None:
            raise ValueError("an expression without content")
        if not accessors:
            return first
        span = self.fixed or Span(self.file, start.start_byte - self.shift, last.end_byte - self.shift)
        return self.access(span, first, accessors)

    def access(self, span: Span, base: Expression, accessors: list[Accessor]) -> Expression:
        """`[*]` takes all that follows; `.*` takes `.name` and the old `.0`, and what follows applies to its result."""
        for position, accessor in enumerate(accessors):
            if isinstance(accessor, GetSplat) and accessor.is_full:
                nested = [*accessor.accessors, *accessors[position + 1 :]]
                return Access(span, base, [*accessors[:position], GetSplat(nested, True, accessor.span)])
            if isinstance(accessor, GetSplat):
                count = next(
                    (i for i, inner in enumerate(accessor.accessors) if not _is_dotted(inner)),
                    len(accessor.accessors),
                )
                rest = [*accessor.accessors[count:], *accessors[position + 1 :]]
                splat = GetSplat(accessor.accessors[:count], False, accessor.span)
                inner_access = Access(span, base, [*accessors[:position], splat])
                return self.access(span, inner_access, rest) if rest else inner_access
        return Access(span, base, accessors)

    def primary(self, node: Node, kind: str) -> Expression:
        """An expression without the accessors behind it."""
        if kind == "variable_expr":
            return Variable(self.span(node), self.text(node))
        if kind == "expression":
            return self.expression(node)
        if kind == "literal_value":
            return self.literal(node.children[0])
        if kind == "template_expr":
            return self.template(node.children[0])
        if kind in ("collection_value", "operation", "for_expr"):
            inner = node.children[0]
            return self.primary(inner, inner.type)
        method = _PRIMARIES.get(kind)
        return Broken(self.span(node)) if method is None else method(self, node)

    def literal(self, node: Node) -> Expression:
        """A number, text, bool or null."""
        kind = node.type
        text = self.text(node)
        value: bool | int | Decimal | str | None
        if kind == "string_lit":
            value = _unescape(text[1:-1])
        elif kind == "numeric_lit":
            number = _number(text)
            if number is None:
                return Broken(self.span(node))
            value = number
        elif kind == "bool_lit":
            value = text == "true"
        else:
            value = None
        return Literal(self.span(node), value)

    def template(self, node: Node) -> Expression:
        """A quoted template or a heredoc."""
        span = self.span(node)
        children = node.children
        if node.type == "quoted_template":
            parts = self.parts(children[1:-1], node.start_byte + 1, node.end_byte - 1)
            if all(isinstance(part, str) for part in parts):
                return Literal(span, "".join(part for part in parts if isinstance(part, str)))
            return Template(span, parts)
        start = self.data.find(b"\n", node.start_byte) + 1
        end = max(start, self.data.rfind(b"\n", 0, node.end_byte) + 1)
        is_indented = children[0].end_byte - children[0].start_byte == 3
        parts = self.parts(children[2:-1], start, end, by_line=True, is_indented=is_indented)
        if all(isinstance(part, str) for part in parts):
            return Literal(span, "".join(part for part in parts if isinstance(part, str)))
        return Template(span, parts, is_heredoc=True)

    def parts(
        self, nodes: Sequence[Node], start: int, end: int, *, by_line: bool = False, is_indented: bool = False
    ) -> list[TemplatePart]:
        """The parts of a template between two offsets, with strip markers and indentation applied as HCL does.

        HCL reads heredocs line by line, so a strip marker takes white space up to the end of one line only.
        """
        pieces: list[_Piece] = []
        self.flatten(nodes, start, end, by_line, pieces)
        for position, piece in enumerate(pieces):
            if piece.trims_left and position and pieces[position - 1].kind == "text":
                before = pieces[position - 1]
                before.content = before.content.rstrip()
            if piece.trims_right and position + 1 < len(pieces) and pieces[position + 1].kind == "text":
                after = pieces[position + 1]
                after.content = after.content.lstrip()
        if is_indented:
            _dedent(pieces)
        return self.nest(pieces, iter(range(len(pieces))), ())[0]

    def flatten(self, nodes: Sequence[Node], start: int, end: int, by_line: bool, pieces: list[_Piece]) -> int:
        """Lists the pieces between two offsets in order; gives the offset behind the last."""
        at = start
        for node in nodes:
            kind = node.type
            if self.data[node.start_byte - 1 : node.start_byte + 1] in (b"$$", b"%%"):
                continue
            if kind == "template_interpolation":
                self.plain(at, node.start_byte, by_line, pieces)
                at = node.end_byte
                pieces.append(self.piece("expression", node))
            elif kind in _DIRECTIVES:
                at = self.flatten(node.children, at, -1, by_line, pieces)
            elif kind in _DIRECTIVE_MARKS:
                self.plain(at, node.start_byte, by_line, pieces)
                at = node.end_byte
                pieces.append(self.piece(_DIRECTIVE_MARKS[kind], node))
        if end >= 0:
            self.plain(at, end, by_line, pieces)
        return at

    def piece(self, kind: str, node: Node) -> _Piece:
        """A piece with its strip markers."""
        start, end = node.start_byte, node.end_byte
        return _Piece(kind, "", node, self.data[start + 2 : start + 3] == b"~", self.data[end - 2 : end - 1] == b"~")

    def plain(self, start: int, end: int, by_line: bool, pieces: list[_Piece]) -> None:
        """Adds the text between two offsets as literal pieces."""
        if start >= end:
            return
        text = self.data[start:end].decode("utf-8", "replace")
        if by_line:
            lines = _undouble(text).split("\n")
            pieces.extend(_Piece("text", line + "\n", None, False, False) for line in lines)
            last = pieces[-1]
            last.content = last.content[:-1]
            if not last.content:
                pieces.pop()
        else:
            pieces.append(_Piece("text", _unescape(text), None, False, False))

    def nest(
        self, pieces: Sequence[_Piece], positions: Iterator[int], ends: Sequence[str]
    ) -> tuple[list[TemplatePart], str]:
        """Builds parts up to one of the closing marks; gives them and the mark that was met."""
        parts: list[TemplatePart] = []
        for position in positions:
            piece = pieces[position]
            kind = piece.kind
            if kind == "text":
                parts.append(piece.content)  # also where nothing is left of it: an expression beside it gives a text
            elif kind in ends:
                return parts, kind
            elif piece.node is not None:
                expressions = [self.expression(child) for child in piece.node.children if child.type == "expression"]
                if kind == "expression":
                    parts.append(expressions[0] if expressions else Broken(self.span(piece.node)))
                elif kind == "if":
                    then, met = self.nest(pieces, positions, ("else", "endif"))
                    otherwise = self.nest(pieces, positions, ("endif",))[0] if met == "else" else []
                    parts.append(TemplateIf(expressions[0], then, otherwise))
                elif kind == "for":
                    names = [self.text(child) for child in piece.node.children if child.type == "identifier"]
                    body, _ = self.nest(pieces, positions, ("endfor",))
                    key = names[0] if len(names) > 1 else None
                    parts.append(TemplateFor(key, names[-1], expressions[0], body))
        return parts, ""

    def accessor(self, node: Node, kind: str) -> list[Accessor]:
        """What one accessor node stands for; none for what the grammar puts between them."""
        span = self.span(node)
        if kind == "get_attr":
            return [GetAttribute(self.text(node.children[-1]), span)]
        if kind == "index":
            inner = node.children[0]
            if inner.type == "legacy_index":
                number = self.text(inner)[1:]
                return [GetIndex(Literal(span, int(number) if number.isdecimal() else 0), span, is_legacy=True)]
            keys = [child for child in inner.children if child.type == "expression"]
            return [GetIndex(self.expression(keys[0]) if keys else Broken(span), span)]
        if kind == "splat":
            inner = node.children[0]
            nested: list[Accessor] = []
            for child in inner.children[1:]:
                nested.extend(self.accessor(child, child.type))
            return [GetSplat(nested, inner.type == "full_splat", span)]
        return []

    def tuple(self, node: Node) -> Expression:
        """`[a, b]`"""
        elements = [self.expression(child) for child in node.children if child.type == "expression"]
        return TupleExpression(self.span(node), elements)

    def object(self, node: Node) -> Expression:
        """`{ a = 1 }`"""
        items = []
        for child in node.children:
            if child.type == "object_elem":
                pair = [part for part in child.children if part.type == "expression"]
                if len(pair) == 2:
                    items.append((self.object_key(pair[0]), self.expression(pair[1])))
        return ObjectExpression(self.span(node), items)

    def object_key(self, node: Node) -> Expression:
        """A key; a bare word stands for itself."""
        children = node.children
        if len(children) == 1 and children[0].type == "variable_expr":
            return Literal(self.span(node), self.text(node))
        if len(children) == 1 and children[0].type == "literal_value":
            inner = children[0].children[0]
            if inner.type in ("bool_lit", "null_lit"):
                return Literal(self.span(node), self.text(node))
        return self.expression(node)

    def call(self, node: Node) -> Expression:
        """`name(arguments)`"""
        name = ""
        arguments: list[Expression] = []
        is_expanding = False
        for child in node.children:
            if child.type == "identifier":
                name = self.text(child).replace(" ", "").replace("\t", "")
            elif child.type == "function_arguments":
                for argument in child.children:
                    if argument.type == "expression":
                        arguments.append(self.expression(argument))
                    elif argument.type == "ellipsis":
                        is_expanding = True
        return Call(self.span(node), name, arguments, is_expanding)

    def conditional(self, node: Node) -> Expression:
        """`a ? b : c`; the grammar nests a chain to the left, the language to the right."""
        condition, then, otherwise = (child for child in node.children if child.type == "expression")
        chain: list[tuple[Node, Node]] = [(then, otherwise)]
        inner = condition
        while len(inner.children) == 1 and inner.children[0].type == "conditional":
            condition, then, otherwise = (child for child in inner.children[0].children if child.type == "expression")
            chain.append((then, otherwise))
            inner = condition
        span = self.span(node)
        result = self.expression(chain[0][1])
        for position, (then, _) in enumerate(chain):
            test = self.expression(inner if position + 1 == len(chain) else chain[position + 1][1])
            result = Conditional(span, test, self.expression(then), result)
        return result

    def binary(self, node: Node) -> Expression:
        """Two operands around an operator; each may be several sibling nodes."""
        children = [child for child in node.children if child.type != "comment"]
        at = next(i for i, child in enumerate(children) if child.type in _BINARY_OPERATORS)
        left, right = self.sequence(children[:at]), self.sequence(children[at + 1 :])
        return Binary(self.span(node), children[at].type, left, right)

    def unary(self, node: Node) -> Expression:
        """An operator before an operand."""
        children = [child for child in node.children if child.type != "comment"]
        return Unary(self.span(node), children[0].type, self.sequence(children[1:]))

    def comprehension(self, node: Node) -> Expression:
        """A `for` expression of either kind."""
        names: list[str] = []
        collection: Expression | None = None
        results: list[Expression] = []
        condition: Expression | None = None
        is_grouping = False
        for child in node.children:
            kind = child.type
            if kind == "for_intro":
                for part in child.children:
                    if part.type == "identifier":
                        names.append(self.text(part))
                    elif part.type == "expression":
                        collection = self.expression(part)
            elif kind == "expression":
                results.append(self.expression(child))
            elif kind == "for_cond":
                condition = self.expression(child.children[-1])
            elif kind == "ellipsis":
                is_grouping = True
        span = self.span(node)
        if collection is None or not results or not names:
            return Broken(span)
        return For(
            span,
            names[0] if len(names) > 1 else None,
            names[-1],
            collection,
            results[0] if node.type == "for_object_expr" else None,
            results[-1],
            condition,
            is_grouping,
        )


_match_simple = re.compile(
    rb'"([^"\\$%\n]*)"|(\d{1,18})|([A-Za-z_][A-Za-z0-9_-]*)((?:\.[A-Za-z_][A-Za-z0-9_-]*)*)'
).fullmatch
_WORDS = {"true": True, "false": False, "null": None}

_BINARY_OPERATORS = frozenset({"+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"})

_PRIMARIES: dict[str, Callable[[_Converter, Node], Expression]] = {
    "tuple": _Converter.tuple,
    "object": _Converter.object,
    "function_call": _Converter.call,
    "conditional": _Converter.conditional,
    "binary_operation": _Converter.binary,
    "unary_operation": _Converter.unary,
    "for_tuple_expr": _Converter.comprehension,
    "for_object_expr": _Converter.comprehension,
}


def _dedent(pieces: Sequence[_Piece]) -> None:
    """Takes the common indentation off the lines of an indented heredoc; blank lines don't count for it."""
    first_of_line: list[_Piece] = []
    least: int | None = None
    begins_line = True
    for piece in pieces:
        content = piece.content
        if begins_line:
            begins_line = False
            indentation = len(content) - len(content.lstrip()) if piece.kind == "text" else 0
            if not (piece.kind == "text" and content.endswith("\n") and indentation == len(content)):
                least = indentation if least is None else min(least, indentation)
                if piece.kind == "text":
                    first_of_line.append(piece)
        begins_line = begins_line or (piece.kind == "text" and content.endswith("\n"))
    for piece in first_of_line:
        piece.content = piece.content[least or 0 :]


def _number(text: str) -> int | Decimal | None:
    """A number as written; whole ones are int, however they were written. None for one beyond all bounds."""
    if text.isdecimal() and len(text) < 100:
        return int(text)
    with suppress(BoundError):
        return number_of(text)
    return None
