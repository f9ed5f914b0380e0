"""Data sources whose result the code alone decides: policy documents, and names that AWS fixes.

The shape of a policy document is that of the AWS provider (hashicorp/aws 5.100, aws_iam_policy_document): a single
value stands alone, several in reverse order, `&{` stands for `${`, statements of one Sid replace one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from snapguard.terraform.types import EvaluationError
from snapguard.values import Known, Reference, Unknown, Value

if TYPE_CHECKING:
    from snapguard.terraform.expand import TerraformResource


def computed(resource: TerraformResource, name: str) -> Value | None:
    """A computed attribute of a data source, or None where only AWS can tell."""
    compute = _COMPUTED.get(resource.type, {}).get(name)
    return None if compute is None else compute(resource)


def computed_names(type: str) -> Sequence[str]:
    """The computed attributes of a type of data source."""
    return list(_COMPUTED.get(type, ()))


def _policy_json(resource: TerraformResource) -> Value:
    from snapguard.terraform import functions

    document = _document(resource)
    text = functions.call("jsonencode", [document], resource.owner.call_context, resource.span)
    text.decoded = document
    return text


def _document(resource: TerraformResource) -> Value:
    merged: list[Value] = []
    for source in resource.get("source_policy_documents").elements():
        for statement in _statements_of(source):
            _refuse_repeated(merged, statement)
            merged.append(statement)
    own = [_statement(element) for element in resource.get("statement").elements()]
    for statement in own:
        _replace_or_append(merged, statement)
    for override in resource.get("override_policy_documents").elements():
        for statement in _statements_of(override):
            _replace_or_append(merged, statement)
    entries: dict[str, Value] = {}
    version = resource.get("version")
    entries["Version"] = Known("2012-10-17", resource.header) if version.is_absent else version
    identifier = resource.get("policy_id")
    if not identifier.is_absent:
        entries["Id"] = identifier
    if merged:
        entries["Statement"] = Known(merged, resource.span)
    return Known(entries, resource.span)


def _statements_of(document: Value) -> Iterator[Value]:
    """The statements of a document that is merged in; one unknown statement where it can't be read."""
    decoded = document.decoded
    if decoded is None:
        text = document.known_text
        if text is None:
            yield Unknown("a merged policy document is not known", document.refs, span=document.place)
            return
        from snapguard.json_nodes import JsonError, values_from_json

        try:
            decoded = values_from_json(text, lambda *_: document.place)
        except JsonError as error:
            raise EvaluationError(f"a merged policy document is no JSON: {error.message}") from None
    for statement in decoded.get("Statement").elements():
        yield statement.within(document)


def _sid(statement: Value) -> str:
    return statement.get("Sid").known_text or ""


def _refuse_repeated(statements: Sequence[Value], statement: Value) -> None:
    sid = _sid(statement)
    if sid and any(_sid(other) == sid for other in statements):
        raise EvaluationError(f"two source policy documents hold a statement with the Sid {sid!r}")


def _replace_or_append(statements: list[Value], statement: Value) -> None:
    sid = _sid(statement)
    for position, other in enumerate(statements):
        if sid and _sid(other) == sid:
            statements[position] = statement
            return
    statements.append(statement)


def _statement(block: Value) -> Value:
    """A statement block as the object that stands in the document; an unknown one stays unknown."""
    if not isinstance(block, Known):
        return block
    entries: dict[str, Value] = {}
    sid = block.get("sid")
    if not sid.is_absent and sid.known_text != "":
        entries["Sid"] = sid
    effect = block.get("effect")
    entries["Effect"] = Known("Allow", block.span) if effect.is_absent else effect
    for attribute, element in _LISTS:
        values = block.get(attribute)
        if not values.is_absent and values.known_list != []:
            entries[element] = _single_or_sorted(values, has_variables="esource" in element)
    for attribute, element in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        principals = block.get(attribute)
        if not principals.is_absent:
            entries[element] = _principals(principals)
    conditions = block.get("condition")
    if not conditions.is_absent:
        entries["Condition"] = _conditions(conditions)
    return Known(entries, block.span, block.via)


_LISTS = (
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
)


def _single_or_sorted(values: Value, *, has_variables: bool) -> Value:
    content = values.known_list
    if content is None:
        return values
    elements = [_with_policy_variables(element) if has_variables else element for element in content]
    if len(elements) == 1:
        return elements[0].within(values)
    if all(element.known_text is not None for element in elements):
        elements.sort(key=lambda element: element.known_text or "", reverse=True)
    return Known(elements, values.span, values.via)


def _with_policy_variables(value: Value) -> Value:
    text = value.known_text
    if text is None or "&{" not in text:
        return value
    return Known(text.replace("&{", "${"), value.span, value.via)


def _principals(blocks: Value) -> Value:
    merged: dict[str, list[Value]] = {}
    for block in blocks.elements():
        kind, identifiers = block.get("type").known_text, block.get("identifiers")
        if kind is None:
            return Unknown("who the principals are is not known", block.refs, span=blocks.span)
        merged.setdefault(kind, []).extend(identifiers.elements())
    if list(merged) == ["*"] and all(one.known_text == "*" for one in merged["*"]):
        return Known("*", blocks.span)
    entries = {
        kind: _single_or_sorted(Known(members, blocks.span), has_variables=True) for kind, members in merged.items()
    }
    return Known(entries, blocks.span)


def _conditions(blocks: Value) -> Value:
    merged: dict[str, dict[str, list[Value]]] = {}
    for block in blocks.elements():
        test, variable = block.get("test").known_text, block.get("variable").known_text
        if test is None or variable is None:
            return Unknown("a condition is not known", block.refs, span=blocks.span)
        merged.setdefault(test, {}).setdefault(variable, []).extend(block.get("values").elements())
    entries: dict[str, Value] = {}
    for test, variables in merged.items():
        tested: dict[str, Value] = {}
        for variable, members in variables.items():
            rendered = [_with_policy_variables(member) for member in members]
            tested[variable] = rendered[0] if len(rendered) == 1 else Known(rendered, blocks.span)
        entries[test] = Known(tested, blocks.span)
    return Known(entries, blocks.span)


def _managed_policy_arn(resource: TerraformResource) -> Value:
    """The ARN of an AWS managed policy that is looked up by name; any other is unknown."""
    name = resource.get("name").known_text
    if name in _AWS_MANAGED_BY_NAME:
        return Known(f"arn:aws:iam::aws:policy/{_AWS_MANAGED_BY_NAME[name]}{name}", resource.get("name").span)
    reference = Reference(resource.address, "arn")
    return Unknown(f"the policy of {resource.address} is not in this code", (reference,), span=resource.span)


_AWS_MANAGED_BY_NAME = {
    "AdministratorAccess": "",
    "PowerUserAccess": "",
    "AmazonEC2FullAccess": "",
    "AmazonRDSFullAccess": "",
    "AWSBackupFullAccess": "",
    "SystemAdministrator": "job-function/",
    "DatabaseAdministrator": "job-function/",
    "ReadOnlyAccess": "",
}
"""Policies that only AWS can have under this name together with their path, from the list of AWS managed policies."""

_COMPUTED: dict[str, dict[str, Callable[[TerraformResource], Value]]] = {
    "aws_iam_policy_document": {"json": _policy_json, "minified_json": _policy_json},
    "aws_iam_policy": {"arn": _managed_policy_arn},
}
