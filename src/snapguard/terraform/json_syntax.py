"""Terraform's JSON syntax: from bytes to the same blocks and expressions that the native syntax gives.

How JSON stands for HCL: https://developer.hashicorp.com/terraform/language/syntax/json. JSON can't tell a nested
block from an argument; so what stands in a block is read as arguments, save for blocks that every resource may have
and for those that hold a `dynamic` block, and `Body.blocks_of` gives an object, or a list of objects, as blocks to
those who know better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from snapguard.json_nodes import JsonError, JsonNode, parse, places_in, values_from_json
from snapguard.resources import InputError
from snapguard.source import SourceFile, Span
from snapguard.terraform.parsing import parse_expression_text, parse_template_text
from snapguard.terraform.syntax import (
    BLOCK_LABELS,
    Attribute,
    Block,
    Body,
    Broken,
    Expression,
    Literal,
    ObjectExpression,
    TerraformFile,
    TupleExpression,
)
from snapguard.terraform.types import BoundError, number_of
from snapguard.values import Value

_NESTED: Mapping[str, int] = {
    "connection": 0,
    "dynamic": 1,
    "lifecycle": 0,
    "postcondition": 0,
    "precondition": 0,
    "provisioner": 1,
    "validation": 0,
}
"""The nested blocks that belong to the language and not to a provider."""

_REFERENCES: Mapping[str, frozenset[str]] = {
    "data": frozenset({"depends_on", "provider"}),
    "dynamic": frozenset({"iterator"}),
    "ephemeral": frozenset({"depends_on", "provider"}),
    "import": frozenset({"provider", "to"}),
    "lifecycle": frozenset({"ignore_changes", "replace_triggered_by"}),
    "module": frozenset({"depends_on", "providers"}),
    "moved": frozenset({"from", "to"}),
    "output": frozenset({"depends_on"}),
    "removed": frozenset({"from"}),
    "resource": frozenset({"depends_on", "provider"}),
    "variable": frozenset({"type"}),
}
"""The arguments of each kind of block whose texts are references or types instead of templates."""

_NO_REFERENCES: frozenset[str] = frozenset()


def parse_json(file: SourceFile) -> TerraformFile:
    """Parse a .tf.json file. What is wrong is listed with its place, and the rest is kept."""
    read = _read(file)
    if isinstance(read, InputError):
        return TerraformFile(file, Body({}, [], is_damaged=True, from_json=True), [read])
    reader = _Reader(file, read[1])
    blocks = list(reader.top_level(read[0]))
    return TerraformFile(file, Body({}, blocks, is_damaged=bool(reader.errors), from_json=True), reader.errors)


def read_json_values(file: SourceFile) -> tuple[dict[str, Value], list[InputError]]:
    """The variables of a .tfvars.json file by name, and what is wrong with it. Texts are plain: no templates."""
    text = _text(file)
    if isinstance(text, InputError):
        return {}, [text]
    place = places_in(file, text)
    try:
        content = values_from_json(text, place, fraction)
    except JsonError as error:
        return {}, [InputError(error.message, place(error.offset, error.offset + 1))]
    if content.known_map is None:
        return {}, [InputError("expected an object: the variables by name", content.span or place(0, 0))]
    return dict(content.known_map), []


def _text(file: SourceFile) -> str | InputError:
    try:
        return file.data.decode("utf-8")
    except UnicodeDecodeError as error:
        return InputError("not UTF-8 from here on: save the file as UTF-8", Span(file, error.start, error.end))


def _read(file: SourceFile) -> tuple[JsonNode, Callable[[int, int], Span]] | InputError:
    text = _text(file)
    if isinstance(text, InputError):
        return text
    place = places_in(file, text)
    try:
        return parse(text, fraction), place
    except JsonError as error:
        return InputError(error.message, place(error.offset, error.offset + 1))


def fraction(text: str) -> int | Decimal:
    """A number with a fraction or an exponent; whole ones are int. Raises JsonError for one beyond all bounds."""
    try:
        return number_of(text)
    except BoundError as error:
        raise JsonError(str(error), 0) from None


class _Reader:
    """Turns nodes of JSON into blocks and expressions; `errors` are what could not be turned."""

    def __init__(self, file: SourceFile, place: Callable[[int, int], Span]) -> None:
        self.file = file
        self.place = place
        self.errors: list[InputError] = []

    def report(self, message: str, span: Span) -> None:
        self.errors.append(InputError(message, span))

    def span(self, node: JsonNode) -> Span:
        return self.place(node.start, node.end)

    # Blocks

    def top_level(self, root: JsonNode) -> Iterator[Block]:
        """The blocks of a file."""
        for node in self.objects(root, "of blocks by their types"):
            for name, child in self.entries(node):
                if name in BLOCK_LABELS:
                    yield from self.blocks(name, child, BLOCK_LABELS[name], (), node.key_spans[name])
                else:
                    known = ", ".join(BLOCK_LABELS)
                    message = f'"{name}" is no block of Terraform; expected one of {known}'
                    self.report(message, self.place(*node.key_spans[name]))

    def objects(self, node: JsonNode, what: str) -> Iterator[JsonNode]:
        """The object that a node is, or the objects of the list that it is."""
        if isinstance(node.value, dict):
            yield node
        elif isinstance(node.value, list):
            for child in node.value:
                yield from self.objects(child, what)
        elif node.value is not None:
            self.report(f"expected an object {what}, found {_kind(node.value)}", self.span(node))

    def entries(self, node: JsonNode) -> Iterator[tuple[str, JsonNode]]:
        """The entries of an object that stands for a block's body or labels: without comments, none twice."""
        for name, span in node.duplicates:
            if name != "//":
                self.report(f'"{name}" stands twice in this object; write it once', self.place(*span))
        for name, child in node.value.items():
            if name != "//":
                yield name, child

    def blocks(
        self, type: str, node: JsonNode, labels_left: int, labels: tuple[str, ...], key: tuple[int, int]
    ) -> Iterator[Block]:
        """The blocks of a type that a node stands for; `key` is the place of the name that leads to it."""
        names = " ".join([type, *(f'"{label}"' for label in labels)])
        for child in self.objects(node, f"by label for {names}" if labels_left else f"for the block {names}"):
            if labels_left == 0:
                header = self.place(key[0], child.start + 1)
                yield Block(type, list(labels), self.place(key[0], child.end), header, self.body(type, child))
                continue
            for label, inner in self.entries(child):
                yield from self.blocks(type, inner, labels_left - 1, (*labels, label), child.key_spans[label])

    def body(self, type: str, node: JsonNode) -> Body:
        """What stands in a block."""
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        references = _REFERENCES.get(type, _NO_REFERENCES)
        for name, child in self.entries(node):
            key = node.key_spans[name]
            if child.value is None:
                continue
            labels = self.labels_of(type, name, child)
            if labels is not None:
                blocks.extend(self.blocks(name, child, labels, (), key))
                continue
            if name in references:
                expression = self.reference(child)
            elif type == "variable" and name == "default":
                expression = self.literal(child)
            else:
                expression = self.expression(child)
            attributes[name] = Attribute(name, self.place(key[0], child.end), expression, name_span=self.place(*key))
        return Body(attributes, blocks, from_json=True)

    def labels_of(self, type: str, name: str, node: JsonNode) -> int | None:
        """How many labels the nested blocks have that an entry stands for; None where it is an argument."""
        if type in ("locals", "module", "moved", "import"):
            return None
        if type == "dynamic":
            return 0 if name == "content" else None
        if name in _NESTED and isinstance(node.value, dict | list):
            return _NESTED[name]
        if type == "check" and name == "data":
            return 2
        return 0 if _holds_dynamic(node) else None

    # Expressions

    def expression(self, node: JsonNode) -> Expression:
        """A value whose texts, and whose keys, are templates."""
        return self.convert(node, self.template)

    def literal(self, node: JsonNode) -> Expression:
        """A value whose texts are just that."""
        return self.convert(node, lambda text, span: Literal(span, text))

    def reference(self, node: JsonNode) -> Expression:
        """A value whose texts are references or types."""
        return self.convert(node, self.bare, lambda text, span: Literal(span, text))

    def convert(
        self,
        node: JsonNode,
        text: Callable[[str, Span], Expression],
        key: Callable[[str, Span], Expression] | None = None,
    ) -> Expression:
        value = node.value
        span = self.span(node)
        if isinstance(value, str):
            return text(value, span)
        if isinstance(value, list):
            return TupleExpression(span, [self.convert(child, text, key) for child in value])
        if isinstance(value, dict):
            items = []
            for name, child in value.items():
                name_span = self.place(*node.key_spans[name])
                items.append(((key or text)(name, name_span), self.convert(child, text, key)))
            return ObjectExpression(span, items)
        return Literal(span, value)

    def template(self, text: str, span: Span) -> Expression:
        """A text as a template."""
        if "${" not in text and "%{" not in text:
            return Literal(span, text)
        expression = parse_template_text(text, span)
        if isinstance(expression, Broken):
            from snapguard.terraform.syntax_errors import template_problem

            self.report(f"this text is no template: {template_problem(text)}", span)
        return expression

    def bare(self, text: str, span: Span) -> Expression:
        """A text as an expression of its own: `aws_kms_key.a`, `list(string)`; `${ }` around it is allowed."""
        inner = text[2:-1] if text.startswith("${") and text.endswith("}") else text
        expression = parse_expression_text(inner, Span(self.file, span.start + 1, span.end - 1))
        if isinstance(expression, Broken):
            self.report(f'expected a reference or a type, found "{text}"', span)
        return expression


def _holds_dynamic(node: JsonNode) -> bool:
    """Whether a dynamic block stands anywhere within: then it is a block, since no argument can hold one."""
    pending = [node]
    while pending:
        value = pending.pop().value
        if isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            if "dynamic" in value and _is_dynamic(value["dynamic"]):
                return True
            pending.extend(value.values())
    return False


def _is_dynamic(node: JsonNode) -> bool:
    """Whether an entry named `dynamic` holds such blocks by their labels, rather than data of that name."""
    blocks = (block for labelled in _objects(node) for child in labelled.values() for block in _objects(child))
    return any("for_each" in block for block in blocks)


def _objects(node: JsonNode) -> Iterator[dict[str, JsonNode]]:
    for child in node.value if isinstance(node.value, list) else [node]:
        if isinstance(child.value, dict):
            yield child.value


def _kind(scalar: bool | int | Decimal | str) -> str:
    """What a JSON value is, in words."""
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    return "a text" if isinstance(scalar, str) else "a number"
