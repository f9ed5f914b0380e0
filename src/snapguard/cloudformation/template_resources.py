"""The resources of a template, resolved property by property when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from snapguard.cloudformation.intrinsics import Scope
from snapguard.cloudformation.nodes import Call, MappingNode, Node, as_mapping, as_text, bare
from snapguard.cloudformation.template import SERVERLESS
from snapguard.cloudformation.transforms import Entry, entries
from snapguard.source import Span
from snapguard.values import ABSENT, Value


class TemplateResource:
    """A resource of a template, under one outcome of its conditions; values are resolved when asked for."""

    __slots__ = (
        "_entries",
        "_properties",
        "_scope",
        "_values",
        "_whole",
        "address",
        "exists",
        "header",
        "index",
        "mode",
        "module",
        "name",
        "span",
        "type",
    )

    address: str
    mode: str
    type: str
    name: str
    index: str | int | None
    module: str
    span: Span
    header: Span
    exists: bool | None

    def __init__(self, name: str, type: str, node: Node, scope: Scope, exists: bool | None) -> None:
        deployment = scope.deployment
        mapping = as_mapping(node)
        self.address = deployment.prefix + name
        self.mode = "managed"
        self.type = type
        self.name = name
        self.index = None
        self.module = deployment.prefix.rstrip("/")
        self.span = node.whole_span
        self.header = node.key_span
        self.exists = exists
        self._scope = scope
        self._entries: dict[str, Node] = {} if mapping is None else mapping.entries
        self._properties = self._entries.get("Properties")
        if mapping is not None and type.startswith(SERVERLESS):
            from snapguard.cloudformation.sam import with_globals

            self._properties = with_globals(type, mapping, deployment.template)
        self._values: dict[str, Value] = {}
        self._whole: Value | None = None

    def get(self, name: str) -> Value:
        """The value of a property; absent where not set."""
        value = self._values.get(name)
        if value is None:
            value = self._values[name] = self._get(name)
        return value

    def _get(self, name: str) -> Value:
        properties = self._properties
        if type(properties) is MappingNode and not properties.expands:
            node = properties.entries.get(name)
            return ABSENT if node is None else self._resolved(name, node)
        return self._all().get(name)

    def _resolved(self, name: str, node: Node) -> Value:
        """The value of a property, resolved once for all outcomes if it is the same in all."""
        deployment = self._scope.deployment
        common = None if self._scope.bindings else deployment.common
        value = None if common is None else common.get((self.name, name))
        if value is None:
            choices = deployment.choices
            value = self._scope.resolve(node)
            if value.is_absent:
                value = ABSENT
            if common is not None and choices == deployment.choices:
                common[self.name, name] = value
        return value

    def _all(self) -> Value:
        if self._whole is None:
            self._whole = ABSENT if self._properties is None else self._scope.resolve(self._properties)
        return self._whole

    @property
    def calls(self) -> tuple[Span, ...]:
        """The nested stacks it is part of, as written, the innermost first."""
        found = []
        deployment = self._scope.deployment
        while deployment.parent is not None:
            name = deployment.prefix[len(deployment.parent.prefix) :].rstrip("/")
            section = as_mapping(deployment.parent.template.sections.get("Resources"))
            stack = None if section is None else section.entries.get(name)
            if stack is not None:
                found.append(stack.whole_span)
            deployment = deployment.parent
        return tuple(found)

    def at(self, *path: str) -> Value:
        """The value at a path of names, entering lists of one element on the way."""
        first, *rest = path
        return self.get(first).at(*rest)

    def attribute_names(self) -> Sequence[str]:
        """The properties that are set, in the order of the template."""
        properties = self._properties
        if type(properties) is MappingNode and not properties.expands:
            return [name for name in properties.entries if not self.get(name).is_absent]
        return list(self._all().known_map or ())

    def attribute(self, name: str) -> Value:
        """An attribute beside the properties, such as DeletionPolicy; absent where not set."""
        node = self._entries.get(name)
        return ABSENT if node is None else self._scope.resolve(node)

    def metadata(self, name: str) -> Value:
        """An entry of the resource's Metadata; absent where not set."""
        return self.attribute("Metadata").get(name)

    @property
    def may_have_more(self) -> bool:
        """Whether a macro of the whole template may set what is not written."""
        return self._scope.deployment.template.has_macro

    @property
    def construct(self) -> str:
        """The path of the CDK construct that made it (AWS CDK API reference, `PATH_METADATA_KEY`), else empty."""
        return self.metadata("aws:cdk:path").known_text or ""

    def arguments(self) -> Mapping[str, Entry] | None:
        """The parameters that a nested stack is given, as written; None where nobody can tell which."""
        properties = as_mapping(self._properties)
        given = None if properties is None else properties.entries.get("Parameters")
        found = bare(given)
        if found is None and not isinstance(self._properties, Call):
            return {}
        if not isinstance(found, MappingNode):
            return None
        return {entry.key: entry for entry in entries(found, self._scope)}

    def role(self, node: Node) -> TemplateResource | None:
        """The role that SAM makes for a function or state machine that is given none; it shares the address.

        `node` is the one that the resource itself was made from.
        """
        if not self.type.startswith(SERVERLESS):
            return None
        from snapguard.cloudformation import sam

        own = self.get("Role")
        if not any(outcome.is_absent for outcome in own.outcomes or ()):
            return None
        made = sam.role_of(self.name, self.type, node, self._properties)
        if made is None:
            return None
        name = sam.role_name(self.name)
        role = TemplateResource(name, "AWS::IAM::Role", made, self._scope, self.exists if own.is_absent else None)
        role.address = self.address
        role.header = self.header
        role.span = self.span
        return role

    def __repr__(self) -> str:
        return f"TemplateResource({self.address!r}, {self.type!r})"


def resource_of(name: str, node: Node, scope: Scope) -> TemplateResource | None:
    """The resource of an entry; None where it does not exist in this outcome, or is none."""
    mapping = as_mapping(node)
    kind_node = None if mapping is None else mapping.entries.get("Type")
    kind = None if kind_node is None else scope.resolve(kind_node).known_text
    if mapping is None or kind is None:
        scope.deployment.complain(f"the resource {name} must be a mapping with a Type", node.key_span)
        return None
    condition = mapping.entries.get("Condition")
    exists: bool | None = True
    if condition is not None:
        named = scope.resolve(condition).known_text or as_text(condition)
        exists = scope.deployment.truth(named)
        if exists is False:
            return None
    if not scope.certain:
        exists = None
    return TemplateResource(name, kind, node, scope, exists)
