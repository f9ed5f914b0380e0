"""Resources as a plan would list them: count and for_each expanded, dynamic blocks written out, values on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from snapguard.source import Span
from snapguard.terraform import data_sources
from snapguard.terraform.arithmetic import counted, from_provider
from snapguard.terraform.evaluate import iterate, unknown_of
from snapguard.terraform.provider_forms import ALWAYS_TEXTS, provider_form
from snapguard.terraform.syntax import Access, Block, Body, Expression, Literal, TupleExpression, Variable
from snapguard.terraform.types import STRING, EvaluationError, TypedUnknown, to_number, to_text, type_of, typed
from snapguard.values import ABSENT, Known, Reference, Unknown, Value, ValueSet

if TYPE_CHECKING:
    from snapguard.terraform.module_files import ResourceBlock
    from snapguard.terraform.modules import Module, ModuleScope

MAX_INSTANCES = 50_000
"""How many instances one count or for_each may make."""

META_ARGUMENTS = frozenset({"count", "for_each", "provider", "depends_on"})
META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection"})


class Instances:
    """What count or for_each of a block comes out as.

    `keys` are the indexes in Terraform's order with what `each` and `count` are there; [None] where the block has
    neither; None where it can't be told, and then `unknown` says why.
    """

    __slots__ = ("entries", "is_single", "unknown")

    def __init__(
        self, entries: Sequence[tuple[str | int | None, Mapping[str, Value]]], unknown: Unknown | None, is_single: bool
    ) -> None:
        self.entries = entries
        self.unknown = unknown
        self.is_single = is_single

    def beside(self, known: Sequence[tuple[str | int | None, Mapping[str, Value]]]) -> Instances:
        """These instances, with others that are there for certain."""
        return Instances([*self.entries, *known], self.unknown, self.is_single)

    def exist(self, index: str | int | None) -> bool | None:
        """Whether the instance at an index is there; None where that can't be told."""
        return True if self.unknown is None or index is not None else None


ONE = Instances([(None, {})], None, True)
"""What a block without count and for_each comes out as."""


def instances_of(body: Body, scope: ModuleScope) -> Instances:
    """The instances that a block's count or for_each makes."""
    count, for_each = body.expression("count"), body.expression("for_each")
    if count is not None:
        return _counted(scope.value_of(count), scope)
    if for_each is not None:
        return _each(scope.value_of(for_each), scope)
    return ONE


def _counted(value: Value, scope: ModuleScope) -> Instances:
    try:
        total = to_number(value)
    except EvaluationError as error:
        total = Unknown(str(error))
    if not isinstance(total, Known) or not isinstance(total.value, int):
        unknown = unknown_of((total,), value.span, "" if isinstance(total, Unknown) else "count is no whole number")
        index = Unknown("the count is not known", unknown.refs)
        return Instances([(None, {"count": Known({"index": index})})], unknown, False)
    if total.value > MAX_INSTANCES:
        return _too_many(total.value, value, scope)
    return Instances([(i, {"count": Known({"index": counted(i)})}) for i in range(total.value)], None, False)


def _each(value: Value, scope: ModuleScope) -> Instances:
    content = value.value if isinstance(value, Known) else None
    if isinstance(content, dict | ValueSet):
        if len(content) > MAX_INSTANCES:
            return _too_many(len(content), value, scope)
        entries: list[tuple[str | int | None, Mapping[str, Value]]] = []
        unknown: Instances | None = None
        for key, element in iterate(value) or ():
            name = to_text(key)
            if isinstance(name, Known):
                entries.append((name.value, {"each": Known({"key": name, "value": element})}))
            elif unknown is None:
                unknown = _unknown_each(unknown_of((name,), value.span))
        return Instances(entries, None, False) if unknown is None else unknown.beside(entries)
    if content == []:  # what a conditional makes an empty set or map of
        return Instances([], None, False)
    if isinstance(value, Unknown) and value.members:
        names = [element for element in value.elements()[:-1] if element.known_text is not None]
        sure = [(name.known_text, {"each": Known({"key": name, "value": name})}) for name in names]
        return _unknown_each(unknown_of((value,), value.span)).beside(sure)
    why = "" if isinstance(value, Unknown) else "for_each takes a map, or a set of texts"
    return _unknown_each(unknown_of((value,), value.span, why))


def _unknown_each(unknown: Unknown) -> Instances:
    part = Unknown(unknown.why, unknown.refs)
    return Instances([(None, {"each": Known({"key": part, "value": part})})], unknown, False)


def _too_many(total: int, value: Value, scope: ModuleScope) -> Instances:
    message = f"{total:,} instances; at most {MAX_INSTANCES:,} are followed"
    scope.module.root.report(message, value.place)
    return _unknown_each(Unknown(message, span=value.span))


def index_suffix(index: str | int | None) -> str:
    """How an index stands in an address: `[0]`, `["a"]`, or nothing."""
    if index is None:
        return ""
    if isinstance(index, int):
        return f"[{index}]"
    text = (
        index.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    )
    return f'["{text.replace("${", "$${").replace("%{", "%%{")}"]'


def waits_for_apply(body: Body) -> bool:
    """Whether depends_on names a resource or a module: data sources are then read only after these are applied."""
    expression = body.expression("depends_on")
    elements = expression.elements if isinstance(expression, TupleExpression) else ()
    bases = (element.base if isinstance(element, Access) else element for element in elements)
    return any(isinstance(base, Variable) and base.name not in ("data", "var", "local") for base in bases)


class TerraformResource:
    """One instance of a resource or data source; attributes are evaluated when first asked for."""

    __slots__ = (
        "_values",
        "address",
        "block",
        "exists",
        "header",
        "index",
        "mode",
        "module",
        "name",
        "owner",
        "scope",
        "span",
        "type",
    )

    def __init__(
        self,
        declared: ResourceBlock,
        owner: Module,
        index: str | int | None,
        names: Mapping[str, Value],
        exists: bool | None,
    ) -> None:
        self.mode, self.type, self.name, self.block = declared
        self.owner = owner
        self.module = owner.address
        self.index = index
        self.exists = exists and owner.exists
        self.span = self.block.span
        self.header = self.block.header
        prefix = "data." if self.mode == "data" else ""
        self.address = f"{owner.prefix}{prefix}{self.type}.{self.name}{index_suffix(index)}"
        self.scope = owner.scope.bind(names)
        self._values: dict[str, Value] = {}

    @property
    def calls(self) -> tuple[Span, ...]:
        """The module calls it is made by, as written, the innermost first."""
        return self.owner.calls

    def get(self, name: str) -> Value:
        """The value of an attribute, or of a nested block as a list of objects; absent where not set."""
        value = self._values.get(name)
        if value is None:
            body = self.block.body
            attribute = body.attributes.get(name)
            if attribute is not None and isinstance(attribute.expression, Literal):
                value = self._read(name)
            elif attribute is None and self._is_silent_on(name, body):
                value = ABSENT
            else:
                with self.owner.root.resolving((self.address, name), self.header):
                    value = self._read(name)
            self._values[name] = value
        return value

    def _is_silent_on(self, name: str, body: Body) -> bool:
        """Whether the code has no blocks of a name, and nothing is computed: so it is with most that are asked for."""
        if body.is_damaged or self.mode == "data":
            return False
        return not body.blocks or name not in map(made_type, body.blocks)

    def _read(self, name: str) -> Value:
        value = block_value(self.block.body, name, self.scope)
        if not value.is_absent:
            return provider_form(self.mode, self.type, name, value)
        if self.mode != "data":
            return value
        try:
            computed = data_sources.computed(self, name) or value
        except EvaluationError as error:
            return Unknown(str(error), span=self.header)
        if computed.is_known and (self.owner.is_deferred or waits_for_apply(self.block.body)):
            why = f"{self.address} is read only after what it depends on is applied"
            link = (Reference(self.address, name),)
            return Unknown(why, link, (computed,), computed.span, decoded=computed.decoded)
        return computed

    def has_block(self, name: str) -> bool:
        """Whether nested blocks of a name are written, and no attribute."""
        body = self.block.body
        return name not in body.attributes and any(made_type(block) == name for block in body.blocks)

    def at(self, *path: str) -> Value:
        """The value at a path, entering single blocks on the way."""
        return self.get(path[0]).at(*path[1:])

    def attribute_names(self) -> Sequence[str]:
        """What the code sets, in its order, and what is computed of a data source."""
        body = self.block.body
        names = [name for name in body.attributes if name not in META_ARGUMENTS]
        names.extend(made for made in map(made_type, body.blocks) if made not in META_BLOCKS)
        if self.mode == "data":
            names.extend(data_sources.computed_names(self.type))
        return list(dict.fromkeys(names))

    def planned(self, name: str, span: Span) -> Value:
        """What a reference to an attribute gives: what the code sets, else what only the provider knows."""
        reference = Reference(self.address, name)
        note = f"{self.address}.{name}"
        if name not in META_ARGUMENTS:
            value = self.get(name)
            if not value.is_absent and not self.has_block(name) and self.exists is not None:
                if self.mode != "data" and self.type != "terraform_data":
                    value = from_provider(value)
                return value.through(span, note, reference)
        if self.mode == "data":
            return Unknown(f"{note} is read when the plan is made", (reference,), span=span)
        unknown = Unknown(f"{note} is known only after it is applied", (reference,), span=span)
        if name == "output" and self.type == "terraform_data":
            given = self.get("input")
            return given if given.is_absent else typed(unknown, type_of(given))
        if name in ALWAYS_TEXTS:
            return TypedUnknown(unknown, STRING, is_never_null=self.type == "terraform_data")
        return unknown


class ResourceObject(Unknown):
    """A whole resource as a value: unknown as a whole, its attributes known as far as the code sets them."""

    __slots__ = ("resource",)

    stands_for_one = True

    def __init__(self, resource: TerraformResource, span: Span) -> None:
        super().__init__(
            f"{resource.address} is known only after it is applied", (Reference(resource.address),), span=span
        )
        self.resource = resource

    def copy(self) -> ResourceObject:
        assert self.span is not None
        other = ResourceObject(self.resource, self.span)
        other.via = self.via
        return other

    def get(self, name: str) -> Value:
        assert self.span is not None
        return self.resource.planned(name, self.span).within(self)


def made_type(block: Block) -> str:
    """The type of the blocks that a block stands for: a dynamic one makes those of its label."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def block_value(body: Body, name: str, scope: ModuleScope) -> Value:
    """The value of an attribute, or the list of the nested blocks of that name; absent where neither is written."""
    expression = body.expression(name)
    if expression is not None:
        return scope.value_of(expression)
    blocks = [block for block in body.blocks if made_type(block) == name]
    if not blocks:
        return Unknown("a syntax error stands in this block", span=None) if body.is_damaged else ABSENT
    elements: list[Value] = []
    for block in blocks:
        elements.extend(
            _dynamic(block, scope) if block.type == "dynamic" else [block_object(block.body, block.span, scope)]
        )
    return Known(elements, blocks[0].span)


def block_object(body: Body, span: Span, scope: ModuleScope) -> Value:
    """A nested block as an object."""
    if body.is_damaged:
        return Unknown("a syntax error stands in this block", span=span)
    entries: dict[str, Value] = {}
    for name, attribute in body.attributes.items():
        entries[name] = scope.value_of(attribute.expression)
    for name in dict.fromkeys(map(made_type, body.blocks)):
        entries[name] = block_value(body, name, scope)
    return Known(entries, span)


def _dynamic(block: Block, scope: ModuleScope) -> Iterator[Value]:
    """The blocks that a dynamic block makes; an unknown one, behind those that are sure, where others may be.

    What they will be if the collection comes out as foreseen (by `try`, say) are candidates.
    """
    body = block.body
    for_each = body.expression("for_each")
    contents = body.blocks_of("content")
    collection = scope.value_of(for_each) if for_each is not None else Unknown("a dynamic block without for_each")
    foreseen = isinstance(collection, Unknown) and len(collection.candidates) == 1
    try:
        entries = iterate(collection.candidates[0] if isinstance(collection, Unknown) and foreseen else collection)
    except EvaluationError as error:
        collection, entries = Unknown(str(error)), None
    iterator = _iterator_name(body.expression("iterator"), block)
    if entries is None or not contents:
        if isinstance(collection, Unknown) and contents:
            place = Unknown("its place is not known")
            for element in collection.elements()[:-1]:
                inner = scope.bind({iterator: Known({"key": place, "value": element})})
                yield block_object(contents[0].body, contents[0].span, inner)
        yield unknown_of((collection,), block.span, "" if isinstance(collection, Unknown) else "it has no content")
        return
    for count, (key, element) in enumerate(entries):
        if count > MAX_INSTANCES:
            scope.module.root.report(f"a dynamic block makes more than {MAX_INSTANCES:,} blocks", block.header)
            return
        inner = scope.bind({iterator: Known({"key": key, "value": element})})
        made = block_object(contents[0].body, contents[0].span, inner)
        yield Unknown(collection.why, collection.refs, (made,), made.span) if isinstance(collection, Unknown) else made


def _iterator_name(expression: Expression | None, block: Block) -> str:
    if expression is not None:
        return expression.span.text.strip()
    return block.labels[0] if block.labels else ""
