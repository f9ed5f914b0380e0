"""A plan as a root: its resources as planned, with the places and links of the code where that is beside it.

What the plan knows wins; what it leaves open is read in the code, or else linked by the plan's own `configuration`.
What has been deleted is not in a plan's planned values, and drift is what was before: neither is judged.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from snapguard.discovery import TERRAFORM_SUFFIXES
from snapguard.json_nodes import JsonError, JsonNode
from snapguard.lazy import lazy
from snapguard.resources import InputError
from snapguard.settings import Settings
from snapguard.source import SourceFile, Span, display_path, load
from snapguard.terraform import data_sources
from snapguard.terraform.plan_document import PlanDocument, PlanError, PlannedResource, mapping_at
from snapguard.terraform.plan_links import Expression, Linker, join_address, split_address
from snapguard.terraform.plan_recognition import is_binary_plan
from snapguard.terraform.plan_values import (
    AFTER_APPLY,
    contradictions,
    grounded,
    is_switched_on,
    planned_content,
    planned_value,
    relocated,
)
from snapguard.terraform.provider_forms import holds_elements
from snapguard.terraform.types import EvaluationError
from snapguard.values import ABSENT, Known, Reference, Unknown, Value

if TYPE_CHECKING:
    from snapguard.terraform.expand import TerraformResource
    from snapguard.terraform.modules import TerraformRoot

BINARY = (
    "this is a plan in Terraform's own format; `terraform show -json {0} > {0}.json` in the directory of the code "
    "makes one that can be read"
)
INCOMPLETE = "the plan ended with an error: what it lacks was not judged; mend the code and plan again"

# Where the AWS provider gives the account that a plan is made for.
ACCOUNT = ("aws_caller_identity", "account_id")


class PlanResource:
    """One resource instance of a plan; attributes are read when first asked for.

    `code` is the same resource as the code has it, and gives the places; None where the code is not at hand.
    """

    def __init__(self, planned: PlannedResource, root: PlanRoot, code: TerraformResource | None) -> None:
        self.address = planned.address
        self.mode = planned.mode
        self.type = planned.type
        self.name = planned.name
        self.index = planned.key
        self.module = planned.module
        self.exists: bool | None = True
        self.span = root.plan.place(*planned.stretch) if code is None else code.span
        self.header = root.plan.place(*root.plan.header_of(planned)) if code is None else code.header
        self._planned = planned
        self._root = root
        self._code = code
        self._values: dict[str, Value] = {}

    @property
    def calls(self) -> Sequence[Span]:
        """The module calls it is made by, as written; empty where the code is not at hand."""
        return () if self._code is None else self._code.calls

    @lazy
    def _entries(self) -> Mapping[str, Value]:
        """The planned values, unknown ones among them."""
        plan = self._root.plan
        try:
            node, base = plan.node_of(self._planned)
        except JsonError as error:
            at = self._planned.stretch[0] + error.offset
            self._root.report(error.message, plan.place(at, at + 1))
            return {}
        values = node.value.get("values")
        if values is None:  # a plan leaves them out where all of them are known only after it is applied
            values = JsonNode({}, node.start, node.end)
        elif not isinstance(values.value, dict):
            return {}
        tree = planned_value(values, self._planned.unknown, lambda start, end: plan.place(base + start, base + end))
        return tree.known_map or {}

    @lazy
    def _expressions(self) -> Mapping[str, Expression]:
        return mapping_at(self._root.linker.configuration_of(self._planned), "expressions")

    def get(self, name: str) -> Value:
        """The value of an attribute, or of a nested block as a list of objects; absent where not set."""
        value = self._values.get(name)
        if value is None:
            value = self._values[name] = self._with_own_account(self._read(name))
        return value

    def at(self, *path: str) -> Value:
        """The value at a path, entering single blocks on the way."""
        return self.get(path[0]).at(*path[1:])

    def attribute_names(self) -> Sequence[str]:
        """What the code sets, and what was read of a data source."""
        names = dict.fromkeys(
            (*self._entries, *(data_sources.computed_names(self.type) if self.mode == "data" else ()))
        )
        return [name for name in names if not self.get(name).is_absent]

    def _read(self, name: str) -> Value:
        planned = self._entries.get(name, ABSENT)
        code = ABSENT if self._code is None else self._code.get(name)
        if not code.is_absent and self._root.has_links_of(code):
            return grounded(planned, code, keeps_true=not self._planned.is_new)
        configured = self._configured(planned, name)
        if self._code is None or configured.is_absent:
            return configured
        return relocated(configured, code.place or self.header, configured.via)

    def _configured(self, planned: Value, name: str) -> Value:
        """A planned value with what the plan's configuration says of it."""
        expression = self._expressions.get(name)
        if self.mode != "data" or expression is not None:
            return self._by_expression(planned, expression, name)
        if planned.is_known:
            return planned
        try:
            return data_sources.computed(self, name) or ABSENT
        except EvaluationError:
            return planned

    def _by_expression(self, planned: Value, expression: Expression, name: str = "") -> Value:
        if expression is None:
            return planned if self._is_written(planned) else ABSENT
        if isinstance(expression, list):
            return self._blocks(planned, expression)
        if not _is_leaf(expression):
            if planned.known_map is None:
                return self._linked(planned, expression, name)
            return self._block(planned, expression)
        return self._linked(planned, expression, name)

    def _is_written(self, planned: Value) -> bool:
        """Whether a value without an expression is one of the code: of a dynamic block, which a plan says nothing of.

        All others are the provider's defaults, but for what a resource that exists has switched on.
        """
        elements = planned.known_list
        if elements:
            return all(element.known_map is not None for element in elements)
        return not self._planned.is_new and is_switched_on(planned)

    def _blocks(self, planned: Value, expressions: Sequence[Expression]) -> Value:
        """Blocks of one type; those without an expression are made by a dynamic one."""
        elements = planned.known_list
        if elements is None:
            return self._linked(planned, expressions, "")
        left = [expression for expression in expressions if isinstance(expression, dict)]
        found: list[Value] = []
        for element in elements:
            costs = [_contradicted(element, expression) for expression in left]
            match = costs.index(0) if 0 in costs else None
            found.append(element if match is None else self._block(element, left.pop(match)))
        return Known(found, planned.span)

    def _block(self, planned: Value, expressions: Mapping[str, Expression]) -> Value:
        entries = planned.known_map
        if entries is None:
            return planned
        found = {name: self._by_expression(child, expressions.get(name)) for name, child in entries.items()}
        return Known({name: child for name, child in found.items() if not child.is_absent}, planned.span)

    def _linked(self, planned: Value, expression: Expression, name: str) -> Value:
        """A planned value with the resources that its expression comes from."""
        if not isinstance(planned, Unknown):
            links = self._root.linker.links(expression, self._planned).references
            return self._with_sources(planned, links) if links else planned
        if self._root.linker.is_null(expression, self._planned):
            return ABSENT
        references, is_opaque = self._root.linker.links(expression, self._planned)
        if len(references) == 1 and not is_opaque:
            read = self._root.read_later(references[0])
            if read is not None and planned.span is not None:
                return read.through(planned.span, _dotted(references[0]), references[0])
        each = [Unknown(AFTER_APPLY, (reference,), span=planned.span) for reference in references]
        if is_opaque:
            each.append(Unknown(AFTER_APPLY, span=planned.span))
        elif holds_elements(self.mode, self.type, name) and len({reference.attribute for reference in references}) == 1:
            # A choice would name what it hangs on: a list that names ids of resources and nothing else has them all.
            return Known(each, planned.span)
        return Unknown(AFTER_APPLY, tuple(references), tuple(each) if len(each) > 1 else (), planned.span)

    def _with_sources(self, planned: Value, links: Sequence[Reference]) -> Value:
        """A known value, or list of such, with the way to the attribute of another resource that it is equal to."""
        elements = planned.known_list
        if elements is not None:
            found = [
                Unknown(AFTER_APPLY, tuple(links), span=element.span)
                if isinstance(element, Unknown)
                else self._with_sources(element, links)
                for element in elements
            ]
            return Known(found, planned.span)
        if not isinstance(planned, Known) or planned.value is None or planned.span is None:
            return planned
        for reference in links:
            if planned.known_map is None and self._root.planned_scalar(reference) == planned.value:
                return planned.through(planned.span, f"{reference.address}.{reference.attribute}", reference)
        return planned

    def _with_own_account(self, value: Value) -> Value:
        """A value in which the ids and ARNs of the account that the plan is made for say that they are its own."""
        own = self._root.own_account
        return value if own is None or value.is_absent else _marked(value, *own)


def _is_leaf(expression: Expression) -> bool:
    return isinstance(expression, dict) and expression.keys() <= {"constant_value", "references"}


def _contradicted(planned: Value, expressions: Mapping[str, Expression]) -> int:
    """How many constants of a block's expressions a planned block contradicts."""
    constants = {
        name: _constant(expression["constant_value"])
        for name, expression in expressions.items()
        if isinstance(expression, dict) and isinstance(expression.get("constant_value"), str | bool)
    }
    texts = {name: _constant(_plain(child)) for name, child in (planned.known_map or {}).items()}
    return contradictions(Known(texts), Known(constants))


def _constant(content: Any) -> Value:
    """A scalar as text: a plan's constants are not converted to the attribute's type yet."""
    return Known(str(content).lower()) if isinstance(content, str | bool | int) else Unknown("")


def _plain(value: Value) -> Any:
    return value.value if isinstance(value, Known) else None


def _marked(value: Value, account: str, reference: Reference) -> Value:
    if not isinstance(value, Known):
        return value
    content = value.value
    if isinstance(content, str):
        found = value
        if value.decoded is not None:
            decoded = _marked(value.decoded, account, reference)
            if decoded is not value.decoded:
                found = value.copy()
                found.decoded = decoded
        is_own = content == account or (content.startswith("arn:") and content.split(":", 5)[4:5] == [account])
        return found.through(found.place, _dotted(reference), reference) if is_own and not found.refs else found
    if isinstance(content, dict):
        entries = {name: _marked(child, account, reference) for name, child in content.items()}
        if all(entries[name] is child for name, child in content.items()):
            return value
        return Known(type(content)(entries), value.span, value.via)
    if isinstance(content, list):
        elements = [_marked(child, account, reference) for child in content]
        if all(new is old for new, old in zip(elements, content, strict=True)):
            return value
        return Known(type(content)(elements), value.span, value.via)
    return value


def _dotted(reference: Reference) -> str:
    return f"{reference.address}.{reference.attribute}"


class PlanRoot:
    """What a plan builds: a `Root` as every reader gives it."""

    language = "terraform"
    assumption = ""

    def __init__(self, plan: PlanDocument, source: TerraformRoot | None) -> None:
        self.plan = plan
        self.name = plan.file.display
        self.linker = Linker(plan)
        self._source = source
        self._problems: list[InputError] = []
        self._found: dict[str, PlanResource] = {}
        if plan.is_incomplete:
            self.report(INCOMPLETE, plan.place(0, 1))

    def report(self, message: str, span: Span) -> None:
        """Notes an input error."""
        self._problems.append(InputError(message, span))

    @lazy
    def own_account(self) -> tuple[str, Reference] | None:
        """The id of the account that the plan is made for, and what it was read from; None where it was not read."""
        type, attribute = ACCOUNT
        for resource in self.plan.resources.values():
            account = resource.values.get(attribute) if resource.type == type and resource.mode == "data" else None
            if isinstance(account, str) and account:
                return account, Reference(resource.address, attribute)
        return None

    def planned_scalar(self, reference: Reference) -> Any:
        """What the plan knows of an attribute that is referred to; None where that is nothing, or no scalar."""
        resource = self.plan.resources.get(reference.address)
        value = None if resource is None else resource.values.get(reference.attribute)
        return value if isinstance(value, str) else None

    def read_later(self, reference: Reference) -> Value | None:
        """What is known of an attribute of a data source that is read only when the plan is applied: a document."""
        resource = self.find(reference.address)
        if resource is None or resource.mode != "data":
            return None
        value = resource.get(reference.attribute)
        return None if value.decoded is None else value

    def has_links_of(self, value: Value) -> bool:
        """Whether all that a value of the code refers to is in the plan, which may index what the code leaves open."""
        if isinstance(value, Unknown) and any(not self._is_listed(ref) for ref in value.links):
            return False
        children = value.known_list or (value.known_map or {}).values()
        return all(self.has_links_of(child) for child in children)

    def _is_listed(self, reference: Reference) -> bool:
        return reference.address in self.plan.resources or reference.address not in self._indexed

    @lazy
    def _indexed(self) -> frozenset[str]:
        """The addresses of what has an index in the plan, or stands in a module that has one, without the indexes."""
        split = (split_address(address) for address in self.plan.resources if "[" in address)
        return frozenset(join_address([step for step in steps if not step.startswith("[")]) for steps in split)

    def resources(self) -> Iterator[PlanResource]:
        """Every resource, in the order of the plan."""
        return (self._resource(planned) for planned in self.plan.resources.values())

    def resources_of(self, *types: str) -> Sequence[PlanResource]:
        """The planned resources of the given types."""
        return self._of("managed", types)

    def data_sources_of(self, *types: str) -> Sequence[PlanResource]:
        """The data sources of the given types."""
        return self._of("data", types)

    def _of(self, mode: str, types: Sequence[str]) -> list[PlanResource]:
        wanted = frozenset(types)
        planned = self.plan.resources.values()
        return [self._resource(each) for each in planned if each.mode == mode and each.type in wanted]

    def find(self, address: str) -> PlanResource | None:
        """The resource at an address, or None."""
        planned = self.plan.resources.get(address)
        return None if planned is None else self._resource(planned)

    def _resource(self, planned: PlannedResource) -> PlanResource:
        found = self._found.get(planned.address)
        if found is None:
            found = self._found[planned.address] = PlanResource(planned, self, self._code_of(planned))
        return found

    def _code_of(self, planned: PlannedResource) -> TerraformResource | None:
        """The resource in the code; where that can't tell how many there are, the one that stands for them all."""
        if self._source is None:
            return None
        steps = split_address(planned.address)
        own = steps[:-1] if steps[-1].startswith("[") else steps
        plain = [step for step in own if not step.startswith("[")]
        for candidate in (steps, own, plain):
            found = self._source.find(join_address(candidate))
            if found is not None:
                return found
        return None

    def errors(self) -> Sequence[InputError]:
        """What could not be read of the plan; the code beside it has been read by Terraform already."""
        return self._problems

    def files(self) -> Sequence[SourceFile]:
        """The plan, and the files of the code that it is held against."""
        return [self.plan.file, *(self._source.files() if self._source is not None else ())]


class UnreadPlan:
    """A plan that could not be read: a root without resources, and with the reason."""

    language = "terraform"
    assumption = ""

    def __init__(self, file: SourceFile, error: InputError) -> None:
        self.name = file.display
        self._file = file
        self._error = error

    def resources(self) -> Iterator[PlanResource]:
        """Nothing."""
        return iter(())

    def resources_of(self, *types: str) -> Sequence[PlanResource]:
        """Nothing."""
        return []

    def data_sources_of(self, *types: str) -> Sequence[PlanResource]:
        """Nothing."""
        return []

    def find(self, address: str) -> PlanResource | None:
        """Nothing."""
        return None

    def errors(self) -> Sequence[InputError]:
        """Why it could not be read."""
        return [self._error]

    def files(self) -> Sequence[SourceFile]:
        """The plan itself."""
        return [self._file]


def read_plan(path: str, settings: Settings) -> PlanRoot | UnreadPlan:
    """The root of a plan file; what can't be read is among its errors.

    The code is looked for in `settings.source`, by default in the directory of the plan.
    """
    try:
        file = load(path)
    except OSError as error:
        file = SourceFile(path, display_path(path), b"")
        message = f"the plan can't be read: {error.strerror or error}"
        return UnreadPlan(file, InputError(message, Span(file, 0, 0)))
    if is_binary_plan(file.data):
        shown = SourceFile(file.path, file.display, b"")
        return UnreadPlan(shown, InputError(BINARY.format(os.path.basename(path)), Span(shown, 0, 0)))
    try:
        plan = PlanDocument(file)
    except PlanError as error:
        at = len(file.data.decode("utf-8", "replace")[: error.offset].encode("utf-8"))
        return UnreadPlan(file, InputError(error.message, Span(file, at, at + 1)))
    return PlanRoot(plan, _source_of(plan, settings.source or os.path.dirname(path) or ".", settings))


def _source_of(plan: PlanDocument, directory: str, settings: Settings) -> TerraformRoot | None:
    """The code that a plan was made from, with the values that its variables had then; None where none is there."""
    try:
        if not any(name.endswith(TERRAFORM_SUFFIXES) for name in os.listdir(directory)):
            return None
    except OSError:
        return None
    from snapguard.terraform.modules import read_root

    root = read_root(directory, settings)
    given: dict[str, Value] = {}
    for name, content in plan.variables.items():
        value = planned_content(content)
        try:
            known = root.module.variable(name)
        except EvaluationError:
            continue
        if isinstance(known, Unknown) or contradictions(value, known) or contradictions(known, value):
            given[name] = value
    if not given:
        return root
    root = read_root(directory, settings)
    root.inputs.override(given)
    return root
