"""Data sources whose result the code alone decides: policy documents, and names that AWS fixes.

The shape of a policy document is that of the AWS provider (hashicorp/aws 5.100, aws_iam_policy_document): a single
value stands alone, several in reverse order, `&{` stands for `${`, statements of one Sid replace one another, the
last Id and the highest version win.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from snapguard.resources import Resource
from snapguard.terraform.types import EvaluationError, all_refs, is_wholly_known
from snapguard.values import ABSENT, Known, Reference, Unknown, Value

_Order = Mapping[str, Any]
"""The names of an object in the order in which they are written, each with the order of what it holds, or None."""


def computed(resource: Resource, name: str) -> Value | None:
    """A computed attribute of a data source, or None where only AWS can tell."""
    compute = _COMPUTED.get(resource.type, {}).get(name)
    return None if compute is None else compute(resource)


def computed_names(type: str) -> Sequence[str]:
    """The computed attributes of a type of data source."""
    return list(_COMPUTED.get(type, ()))


def _policy_json(resource: Resource) -> Value:
    return _text(resource, is_minified=False)


def _minified_policy_json(resource: Resource) -> Value:
    return _text(resource, is_minified=True)


def _text(resource: Resource, *, is_minified: bool) -> Value:
    """The document as text, which an unknown part makes unknown as a whole; `decoded` keeps what is known."""
    document = _document(resource)
    if not is_wholly_known(document):
        why = f"a part of {resource.address} is not known"
        return Unknown(why, all_refs([document]), span=resource.span, decoded=document)
    writer = _Writer()
    writer.write(document, None if is_minified else "\n", _DOCUMENT)
    return Known("".join(writer.pieces), resource.span, decoded=document)


_STATEMENT: _Order = dict.fromkeys(
    (
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "NotPrincipal",
        "Condition",
    )
)
_DOCUMENT: _Order = {"Version": None, "Id": None, "Statement": _STATEMENT}


class _Writer:
    """Writes JSON as the provider does: fixed names in their order, others sorted, indented unless `line` is None."""

    def __init__(self) -> None:
        from snapguard.terraform.functions.json_text import encode, quoted

        self.pieces: list[str] = []
        self._encode = encode
        self._quoted = quoted

    def write(self, value: Value, line: str | None, order: _Order | None = None) -> None:
        """Writes a value; `line` is what a line within it begins with."""
        pieces = self.pieces
        content = value.value if isinstance(value, Known) else None
        inner = None if line is None else line + "  "
        if isinstance(content, dict):
            names = sorted(content) if order is None else [name for name in order if _is_written(content.get(name))]
            mark = "{"
            for name in names:
                pieces.append(f"{mark}{inner or ''}{self._quoted(name)}:{'' if line is None else ' '}")
                self.write(content[name], inner, order.get(name) if order is not None else None)
                mark = ","
            pieces.append(f"{line or ''}}}" if names else "{}")
        elif isinstance(content, list):
            mark = "["
            for element in content:
                pieces.append(f"{mark}{inner or ''}")
                self.write(element, inner, order)
                mark = ","
            pieces.append(f"{line or ''}]" if content else "[]")
        else:
            pieces.append(self._encode(value))


def _document(resource: Resource) -> Value:
    """The documents merged: the sources, then the statements written here, then what overrides both."""
    merged: list[Value] = []
    sources = [_decoded(source) for source in resource.get("source_policy_documents").elements()]
    overrides = [_decoded(override) for override in resource.get("override_policy_documents").elements()]
    for source in sources:
        for statement in _statements_of(source):
            _refuse_repeated(merged, statement)
            merged.append(statement)
    for block in resource.get("statement").elements():
        _replace_or_append(merged, _statement(block))
    replaceable: set[int] = set()
    for override in overrides:
        if isinstance(override, Unknown):
            replaceable |= {id(statement) for statement in merged if _sid(statement)}
        for statement in _statements_of(override):
            _replace_or_append(merged, statement)
    merged = [_perhaps(statement) if id(statement) in replaceable else statement for statement in merged]
    version = resource.get("version")
    own = Known(_VERSION, resource.header) if version.is_absent else version
    versions = [*(source.get("Version") for source in sources), own, *(each.get("Version") for each in overrides)]
    entries: dict[str, Value] = {"Version": max(versions, key=lambda each: each.known_text or "")}
    identifiers = [source.get("Id") for source in sources]
    identifiers += [resource.get("policy_id"), *(override.get("Id") for override in overrides)]
    for identifier in identifiers:
        if not identifier.is_absent and identifier.known_text != "":
            entries["Id"] = identifier
    if merged:
        entries["Statement"] = Known(merged, resource.span)
    elif any(not resource.get(name).is_absent for name in _SOURCES_OF_STATEMENTS):
        entries["Statement"] = Known(_LEFT_OUT, resource.span)
    return Known(entries, resource.span)


_SOURCES_OF_STATEMENTS = ("statement", "source_policy_documents", "override_policy_documents")


_VERSION = "2012-10-17"


def _decoded(document: Value) -> Value:
    """A document that is merged in, as structure; unknown where it can't be read."""
    if document.decoded is not None:
        return document.decoded.within(document)
    text = document.known_text
    if text is None:
        return Unknown("a merged policy document is not known", document.refs, span=document.place)
    if not text:
        return Known({}, document.span)
    from snapguard.json_nodes import JsonError, values_from_json

    try:
        return values_from_json(text, lambda *_: document.place).within(document)
    except JsonError as error:
        raise EvaluationError(f"a merged policy document is no JSON: {error.message}") from None


def _statements_of(document: Value) -> Iterator[Value]:
    """The statements of a document that is merged in; one unknown statement where it can't be read."""
    if isinstance(document, Unknown):
        yield document
        return
    yield from document.get("Statement").elements()


def _perhaps(statement: Value) -> Value:
    """A statement that a document which is not known may replace by its Sid."""
    return Unknown("an override that is not known may replace it", (), (statement, ABSENT), statement.span)


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
    empty: list[tuple[str, Value]] = []
    effect = block.get("effect")
    entries["Effect"] = Known("Allow", block.span) if effect.is_absent else effect
    for attribute, element in _LISTS:
        values = block.get(attribute)
        if values.known_list == []:
            empty.append((element, Known(_LEFT_OUT, values.span, values.via)))
        elif not values.is_absent:
            entries[element] = _single_or_sorted(values, has_variables="esource" in element)
    for attribute, element in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        principals = block.get(attribute)
        if principals.elements():
            entries[element] = _principals(principals)
        elif not principals.is_absent:
            empty.append((element, Known(_LEFT_OUT, block.span)))
    conditions = block.get("condition")
    if conditions.elements():
        entries["Condition"] = _conditions(conditions)
    for element, nothing in empty:
        if element not in entries and element.removeprefix("Not") not in entries and f"Not{element}" not in entries:
            entries[element] = nothing
    return Known(entries, block.span, block.via)


_LEFT_OUT: list[Value] = []
"""What is set and turns out empty: the text leaves it out, and nobody forgot to write it."""


def _is_written(value: Value | None) -> bool:
    return value is not None and value.known_list is not _LEFT_OUT


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
    for block in _in_order(blocks.elements(), _principals_text):
        kind, identifiers = block.get("type").known_text, block.get("identifiers")
        if kind is None:
            return Unknown("who the principals are is not known", block.refs, span=blocks.span)
        merged.setdefault(kind, []).extend(_single_or_sorted(identifiers, has_variables=True).elements())
    if list(merged) == ["*"] and all(one.known_text == "*" for one in merged["*"]):
        return Known("*", blocks.span)
    entries = {
        kind: members[0] if len(members) == 1 else Known(members, blocks.span) for kind, members in merged.items()
    }
    return Known(entries, blocks.span)


def _in_order(blocks: Sequence[Value], text_of: Callable[[Value], str | None]) -> Sequence[Value]:
    """The blocks of a set in the order in which the provider walks it: by the checksum of their text, as digits."""
    texts = [text_of(block) for block in blocks]
    if len(blocks) < 2 or None in texts:
        return blocks
    by_checksum = {_checksum(text): block for text, block in zip(texts, blocks, strict=True) if text is not None}
    return [by_checksum[checksum] for checksum in sorted(by_checksum)]


def _checksum(text: str) -> str:
    from zlib import crc32

    return str(crc32(text.encode("utf-8", "surrogatepass")))


def _principals_text(block: Value) -> str | None:
    kind, members = block.get("type").known_text, _texts(block.get("identifiers"))
    if kind is None or members is None:
        return None
    members.sort(key=lambda member: _checksum(f"{member};"))
    return f"identifiers:{{{''.join(f'{member};' for member in members)}}};type:{kind};"


def _condition_text(block: Value) -> str | None:
    test, variable, members = (
        block.get("test").known_text,
        block.get("variable").known_text,
        _texts(block.get("values")),
    )
    if test is None or variable is None or members is None:
        return None
    return f"test:{test};values:({''.join(f'{member};' for member in members)});variable:{variable};"


def _texts(values: Value) -> list[str] | None:
    """The known texts of a list; None where one is not known."""
    found = [member.known_text for member in values.known_list or ()]
    return None if values.known_list is None or None in found else [text for text in found if text is not None]


def _conditions(blocks: Value) -> Value:
    merged: dict[str, dict[str, list[Value]]] = {}
    for block in _in_order(blocks.elements(), _condition_text):
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


def _managed_policy_arn(resource: Resource) -> Value:
    """The ARN of an AWS managed policy that is looked up by name; any other is unknown."""
    name = resource.get("name")
    if name.known_text is not None:
        from snapguard.iam.managed import managed_path_of

        path = managed_path_of(name.known_text)
        if path is not None:
            return Known(f"arn:aws:iam::aws:policy/{path}", name.span, name.via)
    reference = Reference(resource.address, "arn")
    return Unknown(f"the policy of {resource.address} is not in this code", (reference,), span=resource.span)


def _arn_field(position: int) -> Callable[[Resource], Value]:
    """What aws_arn cuts out of an ARN (arn:partition:service:region:account:resource)."""

    def field(resource: Resource) -> Value:
        arn = resource.get("arn")
        fields = (arn.known_text or "").split(":", 5)
        if len(fields) == 6:
            return Known(fields[position], arn.span, arn.via)
        return Unknown(f"the ARN of {resource.address} is not known", arn.refs, span=resource.span)

    return field


def _arn(resource: Resource) -> Value:
    return resource.get("arn")


_COMPUTED: dict[str, dict[str, Callable[[Resource], Value]]] = {
    "aws_iam_policy_document": {"json": _policy_json, "minified_json": _minified_policy_json},
    "aws_iam_policy": {"arn": _managed_policy_arn},
    "aws_arn": {
        "id": _arn,
        "partition": _arn_field(1),
        "service": _arn_field(2),
        "region": _arn_field(3),
        "account": _arn_field(4),
        "resource": _arn_field(5),
    },
}
