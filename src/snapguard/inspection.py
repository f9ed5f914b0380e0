"""The resources as resolved, in the shape of a plan: what SnapGuard believes that a plan would show."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from snapguard.discovery import Target, discover
from snapguard.judging import ErrorLog, InternalError, read
from snapguard.resources import InputError, Resource, Root
from snapguard.settings import Settings
from snapguard.source import Span
from snapguard.values import Known, Value, ValueSet

FORMAT_VERSION = 1

_MAX_EXPONENT = 300
"""The largest power of ten that a double holds, roughly."""

_UNKNOWN = object()


class Inspection(NamedTuple):
    """What is under some paths: the resources as JSON has them, and what could not be read, is missing, or failed."""

    resources: Sequence[dict[str, Any]]
    unread: Sequence[InputError]
    missing: Sequence[str]
    errors: Sequence[InternalError]

    @property
    def exit_status(self) -> int:
        """0 where all was read, 1 where something could not be, 2 where the run is incomplete."""
        return 2 if self.missing or self.errors else int(bool(self.unread))

    def as_json(self) -> str:
        """The resources, in `inspect`'s format."""
        document = {"version": FORMAT_VERSION, "resources": self.resources}
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def inspect(paths: Sequence[str], settings: Settings) -> Inspection:
    """Resolve every resource under the paths, sorted by file, line and address."""
    found = discover(paths, settings)
    resources: list[dict[str, Any]] = []
    unread = [InputError(message, Span(file, 0, 0)) for file, message in found.unreadable]
    errors: list[InternalError] = []
    for target in found.targets:
        log = ErrorLog(target.path)
        resources += _resources_of(target, settings, unread, log)
        errors += log.all
    resources.sort(key=lambda resource: (resource["file"], resource["line"]))
    return Inspection(resources, unread, found.missing, errors)


def _resources_of(target: Target, settings: Settings, unread: list[InputError], log: ErrorLog) -> list[dict[str, Any]]:
    try:
        roots = read(target, settings)
        resources = described(roots)
        if target.language == "terraform":
            for resource in resources:
                _complete_blocks(resource)
        places = {(error.span, error.message): error for root in roots for error in root.errors()}
        unread += [error for error in places.values() if error.check == "SNAP001"]
        return resources
    except Exception as error:  # noqa: BLE001 - the other targets go on
        log.note("the reader", error)
        return []


def _complete_blocks(description: dict[str, Any]) -> None:
    """Adds to the nested blocks that the code writes what a plan always shows of what is not set in them.

    A data source of which something is unknown is read only later, and until then shows what the code sets.
    """
    if description["mode"] == "data" and description["unknown"]:
        return
    from snapguard.terraform.provider_forms import block_defaults

    defaults = block_defaults(description["mode"], description["type"])
    _complete(description["values"], "", defaults, frozenset(description["unknown"]))


def _complete(values: dict[str, Any], path: str, defaults: Mapping[str, Any], unknown: frozenset[str]) -> None:
    for name, default in defaults.items():
        if isinstance(default, dict):
            content = values.get(name)
            for number, block in enumerate(content if isinstance(content, list) else ()):
                if isinstance(block, dict):
                    _complete(block, f"{path}{name}[{number}].", default, unknown)
        elif f"{path}{name}" not in unknown:
            values.setdefault(name, default)


def described(roots: Sequence[Root]) -> list[dict[str, Any]]:
    """The resources of a target's roots; `assumption` is there where one is not the same in all of them."""
    found: dict[str, dict[str, Any]] = {}
    outcomes: dict[str, list[str]] = {}
    for root in roots:
        for resource in root.resources():
            description = describe(resource)
            identity = json.dumps(description)
            found.setdefault(identity, description)
            outcomes.setdefault(identity, []).append(root.assumption)
    for identity, description in found.items():
        assumptions = outcomes[identity]
        if len(assumptions) < len(roots) and any(assumptions):
            description["assumption"] = ", or ".join(assumptions)
    return list(found.values())


def describe(resource: Resource) -> dict[str, Any]:
    """One resource: its known values, the paths of its unknown ones, and the addresses that it refers to."""
    values: dict[str, Any] = {}
    unknown: list[str] = []
    references: set[str] = set()
    for name in resource.attribute_names():
        value = resource.get(name)
        references.update(_references(value))
        content = _content(value, name, unknown)
        if content is not _UNKNOWN and content is not None:
            values[name] = content
    return {
        "address": resource.address,
        "mode": resource.mode,
        "type": resource.type,
        "name": resource.name,
        "index": resource.index,
        "module": resource.module,
        "file": resource.span.file.display,
        "line": resource.span.line,
        "end_line": resource.span.end_line,
        "exists": resource.exists,
        "values": values,
        "unknown": unknown,
        "references": sorted(references),
    }


def _content(value: Value, path: str, unknown: list[str]) -> Any:
    """A value as JSON has it; what is unknown goes into `unknown` by its path and is left out of maps and objects.

    An unknown element of a list is null, as a plan has it; a set that has one, and a list in which one may stand for
    several objects, are unknown as a whole.
    """
    if not isinstance(value, Known):
        if value.is_absent:
            return None
        unknown.append(path)
        return _UNKNOWN
    entries = value.known_map
    if entries is not None:
        contents = {name: _content(child, f"{path}.{name}", unknown) for name, child in entries.items()}
        return {name: content for name, content in contents.items() if content is not _UNKNOWN}
    elements = value.known_list
    if elements is None:
        return _scalar(value.value)
    inside: list[str] = []
    listed = [_content(element, f"{path}[{number}]", inside) for number, element in enumerate(elements)]
    if isinstance(elements, ValueSet) and inside:
        unknown.append(path)
        return _UNKNOWN
    if _UNKNOWN in listed and all(content is _UNKNOWN or isinstance(content, dict) for content in listed):
        unknown.append(path)
        return _UNKNOWN
    unknown.extend(inside)
    return [None if content is _UNKNOWN else content for content in listed]


def _scalar(value: Any) -> Any:
    """A scalar as JSON has it; a number that no reader of JSON could hold stays a text."""
    if not isinstance(value, Decimal):
        return value
    if value.adjusted() > _MAX_EXPONENT:
        return str(value)
    return int(value) if value == value.to_integral_value() else float(value)


def _references(value: Value) -> Iterator[str]:
    """The addresses that a value comes from, at any depth."""
    for reference in value.refs:
        yield reference.address
    for part in value.parts or ():
        yield from _references(part)
    if value.decoded is not None:
        yield from _references(value.decoded)
    children = value.known_list or (value.known_map or {}).values()
    for child in children:
        yield from _references(child)
