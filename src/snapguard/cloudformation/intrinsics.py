"""From nodes to values: what each intrinsic function of CloudFormation comes out as.

What a deployment alone knows stays unknown, with links to what it comes from; the functions are those of the
"Intrinsic function reference" in the CloudFormation user guide, with its language extensions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from snapguard.cloudformation.deployment import Deployment
from snapguard.cloudformation.nodes import (
    Alias,
    Call,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    as_mapping,
    as_text,
    bare,
    scalar_value,
)
from snapguard.cloudformation.texts import (
    MAX_TEXT,
    as_text_value,
    checked,
    derived,
    is_collection,
    joined,
    split_parts,
    too_long,
)
from snapguard.cloudformation.transforms import entries, included, pieces
from snapguard.source import Span
from snapguard.values import ABSENT, Absent, Known, Reference, Unknown, Value, text_of

_PLACEHOLDER = re.compile(r"\$\{([^${}]*)\}")
_DEPLOYED = "known only when deployed"


class OpenMapping(dict[str, Value]):
    """Entries beside a macro that may add others: what is not there is unknown, not absent."""

    __slots__ = ("why",)

    def __init__(self, content: dict[str, Value], why: str) -> None:
        super().__init__(content)
        self.why = why

    def get(self, key: str, default: Any = None) -> Any:
        """The entry, or what the macro may make of it."""
        found = super().get(key)
        return Unknown(self.why) if found is None else found


class Scope:
    """Where a node is resolved: in a deployment, under the variables of the loops around it."""

    __slots__ = ("bindings", "certain", "deployment")

    def __init__(self, deployment: Deployment, bindings: dict[str, Value] | None = None, certain: bool = True) -> None:
        self.deployment = deployment
        self.bindings = bindings or {}
        self.certain = certain
        """Whether what stands here is there for certain: a loop may run over fewer elements than are possible."""

    def bind(self, variable: str, value: Value, certain: bool) -> Scope:
        """The same scope with a loop variable more."""
        return Scope(self.deployment, {**self.bindings, variable: value}, self.certain and certain)

    def resolve(self, node: Node) -> Value:
        """The value of a node; absent for AWS::NoValue."""
        kind = type(node)
        if kind is ScalarNode:
            return self._scalar(node)  # type: ignore[arg-type]
        if kind is MappingNode:
            return self._mapping(node)  # type: ignore[arg-type]
        if kind is SequenceNode:
            return self._sequence(node)  # type: ignore[arg-type]
        if isinstance(node, Call):
            function = _FUNCTIONS.get(node.name)
            if function is None:
                what = node.name if " " in node.name else f"function {node.name}"
                return Unknown(f"SnapGuard does not know the {what}", span=node.span)
            return function(node, self)
        assert isinstance(node, Alias)
        return self.resolve(node.target).through(node.span, f"*{node.anchor}")

    def _scalar(self, node: ScalarNode) -> Value:
        value = node.value
        span = node.document.span(node.start, node.end)
        if type(value) is str and "{" in value:
            if self.bindings:
                cut = pieces(value, self)
                if len(cut) > 1:
                    return joined(
                        [Known(piece) if isinstance(piece, str) else piece for piece in cut], span, self.deployment
                    )
                value = str(cut[0])
            return checked(value, span)
        return Known(value, span)

    def _sequence(self, node: SequenceNode) -> Value:
        items = [self.resolve(item) for item in node.items]
        return Known([item for item in items if not item.is_absent], node.document.span(node.start, node.end))

    def _mapping(self, node: MappingNode) -> Value:
        span = node.document.span(node.start, node.end)
        if node.expands or self.bindings:
            return _opened(node, self, span)
        resolve = self.resolve
        content = {}
        for key, child in node.entries.items():
            value = resolve(child)
            if not value.is_absent:
                content[key] = value
        return Known(content, span)


def _opened(node: Node, scope: Scope, span: Span) -> Value:
    content: dict[str, Value] = {}
    is_open = False
    for key, child, within in entries(node, scope):
        if child is None:
            is_open = True
            continue
        value = within.resolve(child)
        if not value.is_absent:
            content[key] = value
    return Known(OpenMapping(content, "a macro may set it") if is_open else content, span)


def _arguments(call: Call, scope: Scope) -> list[Value]:
    """The arguments of a call, as values; a single one stands for a list."""
    listed = bare(call.argument)
    if isinstance(listed, SequenceNode):
        return [scope.resolve(item) for item in listed.items]
    return [scope.resolve(call.argument)]


def _malformed(call: Call, scope: Scope, form: str) -> Value:
    scope.deployment.complain(f"{_title(call)} takes {form}", call.span)
    return Unknown(f"{_title(call)} is not well formed", span=call.span)


def _title(call: Call) -> str:
    return call.name if call.name == "Ref" else f"Fn::{call.name}"


def named(name: str, span: Span, scope: Scope) -> Value:
    """What a name refers to: a loop variable, a parameter, a pseudo parameter or a resource."""
    bound = scope.bindings.get(name)
    if bound is not None:
        return bound.through(span, f"loop variable {name}")
    deployment = scope.deployment
    if name in deployment.template.parameters:
        return deployment.parameter(name).through(span, f"parameter {name}")
    if name == "AWS::NoValue":
        return Absent(span)
    if name.startswith("AWS::"):
        return Unknown(f"{name} is {_DEPLOYED}", (Reference(name),), span=span)
    return Unknown(f"{name} is {_DEPLOYED}", (Reference(_address(name, deployment), "Ref"),), span=span)


def attribute_of(name: str, attribute: str, span: Span, scope: Scope) -> Value:
    """An attribute of a resource, or an output of a nested stack."""
    deployment = scope.deployment
    if attribute.startswith("Outputs."):
        nested = deployment.nested.get(name)
        if nested is not None:
            output = attribute.removeprefix("Outputs.")
            return _output(nested, output).through(span, f"output {output} of {name}")
    reference = Reference(_address(name, deployment), attribute)
    return Unknown(f"{name}.{attribute} is {_DEPLOYED}", (reference,), span=span)


def _address(name: str, deployment: Deployment) -> str:
    """The address of a resource; a role that SAM makes has that of the resource that it is for."""
    if deployment.template.is_serverless:
        from snapguard.cloudformation.sam import owner_of

        name = owner_of(name, deployment.template) or name
    return deployment.prefix + name


def _output(deployment: Deployment, name: str) -> Value:
    for key, node, scope in entries(deployment.template.sections.get("Outputs"), Scope(deployment)):
        output = as_mapping(node)
        if key == name and output is not None and "Value" in output.entries:
            return scope.resolve(output.entries["Value"])
    return Unknown(f"the nested template has no output {name}")


def _ref(call: Call, scope: Scope) -> Value:
    argument = scope.resolve(call.argument)
    name = argument.known_text or as_text(call.argument)
    if name is not None:
        return named(name, call.span, scope)
    if isinstance(argument, Unknown):
        return Unknown("what is referred to is not known", span=call.span)
    return _malformed(call, scope, "the name of a parameter or resource")


def _get_att(call: Call, scope: Scope) -> Value:
    arguments = _arguments(call, scope)
    texts = [argument.known_text for argument in arguments]
    if len(texts) == 1 and texts[0] is not None:
        name, _, attribute = texts[0].partition(".")
        return attribute_of(name, attribute, call.span, scope)
    if len(texts) >= 2 and texts[0] is not None:
        rest = [text for text in texts[1:] if text is not None]
        if len(rest) == len(texts) - 1:
            return attribute_of(texts[0], ".".join(rest), call.span, scope)
        return Unknown(f"which attribute of {texts[0]} is not known", span=call.span)
    if any(isinstance(argument, Unknown) for argument in arguments):
        return Unknown("which resource is asked is not known", span=call.span)
    return _malformed(call, scope, "a resource and an attribute")


def _sub(call: Call, scope: Scope) -> Value:
    template = bare(call.argument)
    variables: MappingNode | None = None
    if isinstance(template, SequenceNode) and len(template.items) == 2:
        variables = as_mapping(template.items[1])
        template = bare(template.items[0])
    if isinstance(template, Call):
        return Unknown("the text that names are put into is not known", span=call.span)
    if not isinstance(template, ScalarNode) or not isinstance(template.value, str):
        return _malformed(call, scope, "a text, or a list of a text and a mapping of names")
    span = call.span
    text = template.value
    if "${" not in text:
        return scope.resolve(template)
    found: list[Value] = []
    values: dict[str, Value] = {}
    at = 0
    for match in _PLACEHOLDER.finditer(text):
        name = match[1].strip()
        if name not in values:
            values[name] = _placeholder(name, variables, span, scope)
        found.append(Known(text[at : match.start()], span))
        found.append(values[name])
        at = match.end()
    found.append(Known(text[at:], span))
    return as_text_value(
        joined(found, span, scope.deployment) if len(found) > 3 or text[at:] or found[0].known_text else found[1]
    )


def _placeholder(name: str, variables: MappingNode | None, span: Span, scope: Scope) -> Value:
    if name.startswith("!"):
        return Known(f"${{{name[1:]}}}", span)
    own = variables.entries.get(name) if variables is not None else None
    if own is not None:
        return scope.resolve(own)
    resource, dot, attribute = name.partition(".")
    if dot and name not in scope.bindings:
        return attribute_of(resource, attribute, span, scope)
    return named(name, span, scope)


def _join(call: Call, scope: Scope) -> Value:
    arguments = _arguments(call, scope)
    if len(arguments) != 2 or (isinstance(arguments[0], Known) and is_collection(arguments[0])):
        return _malformed(call, scope, "a delimiter and a list")
    delimiter = as_text_value(arguments[0])
    found: list[Value] = []
    for item in arguments[1].elements():
        if found:
            found.append(delimiter)
        found.append(item)
    if isinstance(arguments[1], Unknown):
        return derived("the list that is joined is not known", arguments[1], call.span)
    return as_text_value(joined(found, call.span, scope.deployment)) if len(found) != 1 else as_text_value(found[0])


def _split(call: Call, scope: Scope) -> Value:
    arguments = _arguments(call, scope)
    if len(arguments) != 2:
        return _malformed(call, scope, "a delimiter and a text")
    source = arguments[1]
    delimiter = arguments[0].known_text
    if not delimiter:
        return derived("the delimiter is not known", source, call.span)
    text = source.known_text
    if text is not None:
        return Known([Known(piece, source.span, source.via) for piece in text.split(delimiter)], call.span)
    if isinstance(source, Unknown) and source.parts is not None:
        return split_parts(source, delimiter, call.span, scope.deployment)
    return derived("the text that is split is not known", source, call.span)


def _select(call: Call, scope: Scope) -> Value:
    arguments = _arguments(call, scope)
    if len(arguments) != 2:
        return _malformed(call, scope, "an index and a list")
    index, listed = arguments
    content = listed.known_list
    if content is None:
        return derived("the list that is selected from is not known", listed, call.span)
    if isinstance(index, Known) and not is_collection(index):
        text = text_of(index.value)
        if not text.isdigit() or int(text[:9]) >= len(content):
            return Unknown(f"there is no element {text} in a list of {len(content)}", span=call.span)
        return content[int(text)].within(listed)
    return Unknown("the index is not known", candidates=tuple(content), span=call.span)


def _find_in_map(call: Call, scope: Scope) -> Value:
    arguments = _arguments(call, scope)
    if len(arguments) not in (3, 4):
        return _malformed(call, scope, "the name of a mapping and two keys")
    name = arguments[0].known_text
    if name is None:
        return Unknown("which mapping is not known", span=call.span)
    section = scope.deployment.template.sections.get("Mappings")
    found = [entry for entry in entries(section, scope) if entry.key == name]
    table = as_mapping(found[0].node) if found else None
    default = arguments[3].get("DefaultValue") if len(arguments) == 4 else ABSENT
    if table is None:
        return _missing(f"there is no mapping {name}", default, call.span)
    results: list[Value] = []
    for first, row in _chosen(table, arguments[1]):
        inner = as_mapping(row)
        if inner is None:
            continue
        for second, node in _chosen(inner, arguments[2]):
            value = scope.resolve(node)
            results.append(value.through(call.span, f"mapping {name}.{first}.{second}"))
    if isinstance(arguments[1], Known) and isinstance(arguments[2], Known):
        return results[0] if results else _missing(f"the mapping {name} has no such entry", default, call.span)
    candidates = tuple(results) if default.is_absent else (*results, default)
    return Unknown(f"which entry of the mapping {name} is {_DEPLOYED}", candidates=candidates, span=call.span)


def _missing(why: str, default: Value, span: Span) -> Value:
    return Unknown(why, span=span) if default.is_absent else default


def _chosen(table: MappingNode, key: Value) -> list[tuple[str, Node]]:
    """The entries that a key can mean: one for a known key, all for one that can be anything."""
    outcomes = key.outcomes
    if outcomes is None:
        return list(table.entries.items())
    texts = {text_of(one.value) for one in outcomes if isinstance(one, Known) and not is_collection(one)}
    return [(name, node) for name, node in table.entries.items() if name in texts or _as_value(name) in texts]


def _as_value(key: str) -> str | None:
    """A key as the text that the same word becomes where it is a value: "true" for Yes."""
    word = scalar_value(key)
    return text_of(word) if isinstance(word, bool) else None


def _if(call: Call, scope: Scope) -> Value:
    listed = bare(call.argument)
    if not isinstance(listed, SequenceNode) or len(listed.items) != 3:
        return _malformed(call, scope, "a condition and two values")
    name = scope.resolve(listed.items[0]).known_text or as_text(listed.items[0])
    truth = scope.deployment.truth(name)
    if truth is not None:
        return scope.resolve(listed.items[1 if truth else 2])
    branches = tuple(scope.resolve(item) for item in listed.items[1:])
    return Unknown(f"the condition {name} can come out either way", candidates=branches, span=call.span)


def _base64(call: Call, scope: Scope) -> Value:
    source = scope.resolve(call.argument)
    text = source.known_text
    if text is None:
        return derived("the text that is encoded is not known", source, call.span, decoded=source)
    if len(text) > MAX_TEXT:
        return too_long(call.span, scope.deployment)
    from base64 import b64encode

    return Known(b64encode(text.encode("utf-8")).decode("ascii"), call.span, decoded=source)


def _cidr(call: Call, scope: Scope) -> Value:
    arguments = _arguments(call, scope)
    block = arguments[0].known_text
    numbers = [text_of(one.value) for one in arguments[1:] if isinstance(one, Known) and not is_collection(one)]
    if block is None or len(numbers) != 2:
        return derived("the blocks that are cut are not known", arguments[0], call.span)
    from snapguard.cloudformation.cidr import subnets

    found = subnets(block, *numbers)
    if found is None:
        return _malformed(call, scope, "a block, a count from 1 to 256 and a number of bits that fit the block")
    return Known([Known(subnet, call.span) for subnet in found], call.span)


def _get_azs(call: Call, scope: Scope) -> Value:
    return derived(f"the zones of a region are {_DEPLOYED}", scope.resolve(call.argument), call.span)


def _import_value(call: Call, scope: Scope) -> Value:
    name = scope.resolve(call.argument).known_text
    if name is None:
        return Unknown("the export of another stack is read when deployed", span=call.span)
    values = [value.through(call.span, f"export {name}") for value in scope.deployment.imported(name)]
    if len(values) == 1:
        return values[0]
    why = f"export {name} is read when deployed"
    return Unknown(why, (Reference(f"export:{name}"),), tuple(values), span=call.span)


def _transform(call: Call, scope: Scope) -> Value:
    snippet = included(call.argument, scope)
    if snippet is not None:
        return scope.resolve(snippet).through(call.span, "an included file")
    return Unknown("what a macro makes of it is not known", span=call.span)


def _to_json_string(call: Call, scope: Scope) -> Value:
    source = scope.resolve(call.argument)
    import json

    try:
        text = json.dumps(plain(source), separators=(",", ":"))
    except LookupError:
        return Unknown("part of the JSON text is not known", span=call.span, decoded=source)
    if len(text) > MAX_TEXT:
        return too_long(call.span, scope.deployment)
    return Known(text, call.span, decoded=source)


def plain(value: Value) -> Any:
    """A value as plain data; LookupError where a part of it is not known."""
    if not isinstance(value, Known):
        raise LookupError
    if isinstance(value.value, list):
        return [plain(item) for item in value.value]
    if isinstance(value.value, dict):
        if isinstance(value.value, OpenMapping):
            raise LookupError
        return {key: plain(item) for key, item in value.value.items()}
    return value.value


def _length(call: Call, scope: Scope) -> Value:
    listed = scope.resolve(call.argument)
    content = listed.known_list
    if content is None:
        return Unknown("the length of the list is not known", span=call.span)
    return Known(len(content), call.span)


_FUNCTIONS: dict[str, Callable[[Call, Scope], Value]] = {
    "Base64": _base64,
    "Cidr": _cidr,
    "FindInMap": _find_in_map,
    "GetAZs": _get_azs,
    "GetAtt": _get_att,
    "If": _if,
    "ImportValue": _import_value,
    "Join": _join,
    "Length": _length,
    "Ref": _ref,
    "Select": _select,
    "Split": _split,
    "Sub": _sub,
    "ToJsonString": _to_json_string,
    "Transform": _transform,
}
