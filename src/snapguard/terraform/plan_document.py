"""The text of a plan, as `terraform show -json` and `tofu show -json` write it: what it lists, and where that stands.

The format is Terraform's "JSON Output Format", versions 1.x. A plan may be large, and few of its resources are ever
asked about: the standard library's parser finds the parts, and only a resource that is wanted is read with places.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from snapguard.json_nodes import MAX_DEPTH, JsonError, JsonNode, parse, places_in
from snapguard.source import SourceFile, Span
from snapguard.terraform.json_syntax import fraction

FORMAT = "1"
"""The major version of the format that is read."""

_match_colon = re.compile(r"[ \t\n\r]*:[ \t\n\r]*").match
_BLANKED = re.compile(rb'[^\s"{}\[\],:]')
_search_address = re.compile(r'"address"\s*:\s*"(?:[^"\\]|\\.)*"').search
_match_space = re.compile(r"[ \t\n\r]*").match
_Stretch = tuple[int, int]


class PlanError(Exception):
    """A plan that can't be used: what is wrong, and at which character of it."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class PlannedResource(NamedTuple):
    """A resource or data source that a plan lists.

    `key` is its index, `module` the address of its module ("" for the root module), `values` what is known of it,
    `stretch` where its object stands in the text. `unknown` marks what is known only after it is applied, in the shape
    of the values; `is_new` tells that it does not exist yet.
    """

    address: str
    mode: str
    type: str
    name: str
    key: str | int | None
    module: str
    values: Mapping[str, Any]
    stretch: _Stretch
    unknown: Mapping[str, Any]
    is_new: bool


class PlanDocument:
    """A plan, in its parts. Raises PlanError where the text is no plan, or one of a format that is not known.

    `configuration` is the root module's as the plan has it, `variables` are the values of its variables.
    """

    def __init__(self, file: SourceFile) -> None:
        text = file.data.decode("utf-8-sig" if file.data[:2] not in (b"\xff\xfe", b"\xfe\xff") else "utf-16", "replace")
        if len(text.encode("utf-8")) != len(file.data):
            file = SourceFile(file.path, file.display, text.encode("utf-8"))
        self.file = file
        self.text = text
        self._place = places_in(file, text)
        self._parts = self._read_parts()
        self._check_format()
        self.configuration = mapping_at(self._part("configuration"), "root_module")
        self.variables = {name: mapping_at(entry).get("value") for name, entry in self._part("variables").items()}
        self.is_incomplete = self._parts.get("errored", (False, 0, 0))[0] is True
        self._changes = self._read_changes()
        self._secret: list[_Stretch] = []
        self.resources: Mapping[str, PlannedResource] = {found.address: found for found in self._read_resources()}
        self._hide_secrets()

    def _hide_secrets(self) -> None:
        """Blank what the plan marks as sensitive in the text that reports quote: Terraform doesn't show it either."""
        declared = mapping_at(self.configuration, "variables")
        if self._part("variables"):
            for name, _, start, end in _members(self.text, self._parts["variables"][1]):
                if mapping_at(declared, name).get("sensitive") is True:
                    self._secret.append((start, end))
        if not self._secret:
            return
        data = bytearray(self.file.data)
        for stretch in self._secret:
            span = self._place(*stretch)
            data[span.start : span.end] = _BLANKED.sub(b"*", bytes(data[span.start : span.end]))
        self.file = SourceFile(self.file.path, self.file.display, bytes(data))
        self._place = places_in(self.file, self.text)

    def _note_secrets(self, stretch: _Stretch, marks: Any) -> None:
        """Notes where the values of a resource stand that are marked as sensitive."""
        start, end = stretch
        try:
            values = parse(self.text[start:end]).value.get("values")
        except JsonError:
            return
        pending = [(values, marks)]
        while pending:
            node, mark = pending.pop()
            if not isinstance(node, JsonNode):
                continue
            if mark is True:
                self._secret.append((start + node.start, start + node.end))
            elif isinstance(mark, dict) and isinstance(node.value, dict):
                pending += [(node.value.get(name), inner) for name, inner in mark.items()]
            elif isinstance(mark, list) and isinstance(node.value, list):
                pending += zip(node.value, mark, strict=False)

    def place(self, start: int, end: int) -> Span:
        """The span of a stretch of the text."""
        return self._place(start, end)

    def node_of(self, resource: PlannedResource) -> tuple[JsonNode, int]:
        """The object of a resource with the places of all that is in it, and what to add to those places."""
        start, end = resource.stretch
        return parse(self.text[start:end], fraction), start

    def header_of(self, resource: PlannedResource) -> _Stretch:
        """Where the address of a resource is told."""
        start, end = resource.stretch
        match = _search_address(self.text, start, end)
        return resource.stretch if match is None else match.span()

    def _part(self, name: str) -> Mapping[str, Any]:
        return mapping_at(self._parts.get(name, (None, 0, 0))[0])

    def _read_parts(self) -> dict[str, tuple[Any, int, int]]:
        try:
            return {name: (value, start, end) for name, value, start, end in _members(self.text, 0)}
        except (ValueError, RecursionError):
            raise self._syntax_error() from None

    def _syntax_error(self) -> PlanError:
        try:
            parse(self.text)
        except JsonError as error:
            return PlanError(error.message, error.offset)
        return PlanError("it is no JSON object as `terraform show -json` writes it")

    def _check_format(self) -> None:
        version = self._parts.get("format_version", ("", 0, 0))[0]
        if str(version).partition(".")[0] != FORMAT:
            message = f"a plan of format {version} is not known, only {FORMAT}.x; write it by a Terraform that has that"
            raise PlanError(message, self._parts.get("format_version", ("", 0, 0))[1])
        if not isinstance(self._parts.get("planned_values", (None, 0, 0))[0], dict):
            raise PlanError("it has no planned_values; write it by `terraform show -json`, given a file of a plan")

    def _read_changes(self) -> Mapping[str, Mapping[str, Any]]:
        """The change of each resource by its address, without those of objects that were left over."""
        changes = self._parts.get("resource_changes", ([], 0, 0))[0]
        listed = changes if isinstance(changes, list) else []
        return {
            change["address"]: mapping_at(change, "change")
            for change in listed
            if isinstance(change, dict) and isinstance(change.get("address"), str) and "deposed" not in change
        }

    def _read_resources(self) -> Iterator[PlannedResource]:
        """The data sources that were read for the plan, then all that is planned."""
        if "prior_state" in self._parts:
            values = self._members_at(self._parts["prior_state"][1]).get("values")
            if values is not None:
                found = self._resources_in(values[1])
                yield from (resource for resource in found if resource.mode == "data")
        yield from self._resources_in(self._parts["planned_values"][1])

    def _members_at(self, at: int) -> Mapping[str, tuple[Any, int]]:
        """The members of the object at a place, each with where it begins; none where no object stands there."""
        if self.text[at] != "{":
            return {}
        return {name: (value, start) for name, value, start, _ in _members(self.text, at)}

    def _resources_in(self, at: int) -> Iterator[PlannedResource]:
        module = self._members_at(at).get("root_module")
        if module is not None:
            yield from self._resources_of_module(module[1], 0)

    def _resources_of_module(self, at: int, depth: int) -> Iterator[PlannedResource]:
        if depth > MAX_DEPTH:
            raise PlanError(f"modules are nested deeper than {MAX_DEPTH}", at)
        members = self._members_at(at)
        address = members.get("address", ("", 0))[0]
        resources, start = members.get("resources", (None, 0))
        for entry, first, last in _elements(self.text, start) if isinstance(resources, list) else ():
            resource = self._resource(entry, address if isinstance(address, str) else "", (first, last))
            if resource is not None:
                yield resource
        children, start = members.get("child_modules", (None, 0))
        for _, first, _ in _elements(self.text, start) if isinstance(children, list) else ():
            yield from self._resources_of_module(first, depth + 1)

    def _resource(self, entry: Any, module: str, stretch: _Stretch) -> PlannedResource | None:
        if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in _KEYS):
            return None
        address, mode, type, name = (entry[key] for key in _KEYS)
        change = self._changes.get(address, {})
        actions = change.get("actions")
        if actions == ["delete"] or actions == ["forget"]:
            return None
        values, unknown = mapping_at(entry, "values"), mapping_at(change, "after_unknown")
        is_new = isinstance(actions, list) and "create" in actions
        secret = entry.get("sensitive_values")
        if has_mark(secret):
            self._note_secrets(stretch, secret)
        key = entry.get("index")
        key = key if isinstance(key, str | int) else None
        return PlannedResource(address, mode, type, name, key, module, values, stretch, unknown, is_new)


_KEYS = ("address", "mode", "type", "name")


def mapping_at(content: Any, *names: str) -> Mapping[str, Any]:
    """The object at a path of names; an empty one where there is none."""
    for name in names:
        content = content.get(name) if isinstance(content, dict) else None
    return content if isinstance(content, dict) else {}


def list_at(content: Mapping[str, Any], name: str) -> Sequence[Any]:
    """The list that is a member of an object; an empty one where there is none."""
    listed = content.get(name)
    return listed if isinstance(listed, list) else ()


def has_mark(marks: Any) -> bool:
    """Whether anything is marked, in a tree of marks as plans have them of unknown and sensitive values."""
    pending = [marks]
    while pending:
        mark = pending.pop()
        if mark is True:
            return True
        if isinstance(mark, dict):
            pending.extend(mark.values())
        elif isinstance(mark, list):
            pending.extend(mark)
    return False


_decode = json.JSONDecoder().raw_decode


def _members(text: str, at: int) -> Iterator[tuple[str, Any, int, int]]:
    """The members of the object at a place: name, content and the stretch of it. Raises ValueError for what is none."""
    at = _after(text, at, "{")
    while text[at] != "}":
        name, end = _decode(text, at)
        colon = _match_colon(text, end)
        if not isinstance(name, str) or colon is None:
            raise ValueError(text[at : at + 1])
        start = colon.end()
        value, end = _decode(text, start)
        yield name, value, start, end
        at = _next(text, end, "}")


def _elements(text: str, at: int) -> Iterator[tuple[Any, int, int]]:
    """The elements of the list at a place: content and stretch."""
    at = _after(text, at, "[")
    while text[at] != "]":
        value, end = _decode(text, at)
        yield value, at, end
        at = _next(text, end, "]")


def _after(text: str, at: int, mark: str) -> int:
    at = _skipped(text, at)
    if text[at : at + 1] != mark:
        raise ValueError(mark)
    return _skipped(text, at + 1, must_go_on=True)


def _next(text: str, at: int, closer: str) -> int:
    """Where the next member begins, or the closing mark stands."""
    at = _skipped(text, at, must_go_on=True)
    if text[at] == closer:
        return at
    if text[at] != ",":
        raise ValueError(text[at])
    at = _skipped(text, at + 1, must_go_on=True)
    if text[at] == closer:
        raise ValueError(closer)
    return at


def _skipped(text: str, at: int, *, must_go_on: bool = False) -> int:
    match = _match_space(text, at)
    at = at if match is None else match.end()
    if must_go_on and at >= len(text):
        raise ValueError("the text ends")
    return at
