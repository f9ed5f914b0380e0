"""Terraform code that is damaged, or rare, by way of tree-sitter: what stands around the damage is kept.

The grammar drops white space in templates, so their text is taken from the bytes between the nodes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import pairwise

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser, Range

from snapguard.source import SourceFile, Span
from snapguard.terraform.syntax import (
    MAX_NESTING,
    Access,
    Accessor,
    Attribute,
    Binary,
    Block,
    Body,
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
    TemplatePart,
    TupleExpression,
    Unary,
    Variable,
    nest_splats,
)
from snapguard.terraform.template_pieces import Piece, assemble, text_pieces, unescape
from snapguard.terraform.types import BoundError, number_of

_LANGUAGE = Language(tree_sitter_hcl.language())
_PARSER = Parser(_LANGUAGE)


def parse_whole(text: bytes) -> Node:
    """The root of the tree of a text."""
    return _PARSER.parse(text).root_node


_TOP_LEVEL_START = re.compile(rb"^[a-z]+[ \t]*(?:[\"{]|[\w-]+[ \t]*[\"{])", re.MULTILINE)


def parse_in_pieces(text: bytes) -> list[Node]:
    """The trees of each block that begins in the first column, so that a broken one takes no other with it.

    Behind an unclosed bracket, the parser takes the square of the rest in time, too.
    """
    starts = [0, *(match.start() for match in _TOP_LEVEL_START.finditer(text) if match.start()), len(text)]
    lines = [text.count(b"\n", start, end) for start, end in pairwise(starts)]
    roots: list[Node] = []
    line = 0
    parser = Parser(_LANGUAGE)
    for (start, end), count in zip(pairwise(starts), lines, strict=True):
        # The column of the last point does not matter: pieces end at a line's beginning or at the end of the file.
        parser.included_ranges = [Range((line, 0), (line + count, 0), start, end)]
        roots.append(parser.parse(text).root_node)
        line += count
    return roots


def top_level(file: SourceFile, roots: Sequence[Node]) -> Body:
    """What stands at the top level of a file, also what the parser could not put into one body.

    Places in the trees are places in the file, even where another text was parsed in its stead.
    """
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    converter = _Converter(file)
    for root in roots:
        for node in (root, *(child for child in root.children if child.type == "body")):
            part = converter.body(node, is_damaged=root.has_error)
            attributes.update(part.attributes)
            blocks.extend(part.blocks)
    return Body(attributes, blocks, is_damaged=any(root.has_error for root in roots))


def offsets_in_comments(file: SourceFile, offsets: Sequence[int]) -> set[int]:
    """Those of the byte offsets that lie in a comment, not in code or in a text."""
    root = _PARSER.parse(file.data).root_node
    nodes = ((offset, root.descendant_for_byte_range(offset, offset + 1)) for offset in offsets)
    return {offset for offset, node in nodes if node is not None and node.type == "comment"}


def read_template(file: SourceFile) -> Expression:
    """A whole file as a template, as templatefile() reads it; Broken where it can't be parsed."""
    return _parse_template(_Converter(file, len(_TEMPLATE_START)), file.data)


def read_template_text(text: str, span: Span) -> Expression:
    """A template in a text without bytes of its own in a file (a JSON string with escapes); all is at `span`."""
    data = text.encode("utf-8")
    return _parse_template(_Converter(SourceFile(span.file.path, span.file.display, data), 0, span), data)


def read_expression_text(text: str, span: Span) -> Expression:
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

    def body(self, node: Node, *, is_damaged: bool) -> Body:
        """The attributes and blocks among the children of a node."""
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        for child in node.children:
            kind = child.type
            if kind == "block":
                blocks.append(self.block(child))
            elif kind == "attribute":
                parts = child.children
                name = self.text(parts[0])
                last = parts[-1]
                span = self.span(child)
                is_sound = last.type == "expression" and not last.has_error
                attributes.setdefault(name, Attribute(name, span, self.expression(last) if is_sound else Broken(span)))
        return Body(attributes, blocks, is_damaged=is_damaged)

    def block(self, node: Node) -> Block:
        """A block with its body."""
        children = node.children
        labels: list[str] = []
        opening = children[0]
        body = Body({}, [], is_damaged=node.has_error)
        for child in children[1:]:
            kind = child.type
            if kind == "identifier":
                labels.append(self.text(child))
            elif kind == "string_lit":
                labels.append(unescape(self.text(child)[1:-1]))
            elif kind == "block_start":
                opening = child
            elif kind == "body":
                body = self.body(child, is_damaged=node.has_error)
                break
        header = Span(self.file, node.start_byte - self.shift, opening.end_byte - self.shift)
        return Block(self.text(children[0]), labels, self.span(node), header, body)

    def expression(self, node: Node) -> Expression:
        """The expression of an `expression` node."""
        return self.nested(node, node.children)

    def nested(self, node: Node, inner: Sequence[Node]) -> Expression:
        """What stands within a node, unless that is too deep."""
        self.depth += 1
        try:
            return self.sequence(inner) if self.depth <= MAX_NESTING else Broken(self.span(node))
        finally:
            self.depth -= 1

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
        return Access(span, first, nest_splats(accessors))

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
            value = unescape(text[1:-1])
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
        pieces: list[Piece] = []
        self.flatten(nodes, start, end, by_line, pieces)
        return assemble(pieces, is_indented=is_indented)

    def flatten(self, nodes: Sequence[Node], start: int, end: int, by_line: bool, pieces: list[Piece]) -> int:
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

    def piece(self, kind: str, node: Node) -> Piece:
        """A piece with its strip markers."""
        start, end = node.start_byte, node.end_byte
        trims = self.data[start + 2 : start + 3] == b"~", self.data[end - 2 : end - 1] == b"~"
        expressions = [self.expression(child) for child in node.children if child.type == "expression"]
        names = [self.text(child) for child in node.children if child.type == "identifier"]
        if kind == "expression" and not expressions:
            expressions = [Broken(self.span(node))]
        return Piece(kind, "", expressions, names, *trims)

    def plain(self, start: int, end: int, by_line: bool, pieces: list[Piece]) -> None:
        """Adds the text between two offsets as literal pieces."""
        if start < end:
            pieces.extend(text_pieces(self.data[start:end].decode("utf-8", "replace"), is_heredoc=by_line))

    def accessor(self, node: Node, kind: str) -> list[Accessor]:
        """What one accessor node stands for; none for what the grammar puts between them."""
        span = self.span(node)
        if kind == "get_attr":
            return [GetAttribute(self.text(node.children[-1]))]
        if kind == "index":
            inner = node.children[0]
            if inner.type == "legacy_index":
                number = self.text(inner)[1:]
                return [GetIndex(Literal(span, int(number) if number.isdecimal() else 0), is_legacy=True)]
            keys = [child for child in inner.children if child.type == "expression"]
            return [GetIndex(self.expression(keys[0]) if keys else Broken(span))]
        if kind == "splat":
            inner = node.children[0]
            accessors: list[Accessor] = [GetSplat((), inner.type == "full_splat")]
            for child in inner.children[1:]:
                accessors.extend(self.accessor(child, child.type))
            return accessors
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
        return Unary(self.span(node), children[0].type, self.nested(node, children[1:]))

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


def _number(text: str) -> int | Decimal | None:
    """A number as written; whole ones are int, however they were written. None for one beyond all bounds."""
    if text.isdecimal() and len(text) < 100:
        return int(text)
    with suppress(BoundError):
        return number_of(text)
    return None
