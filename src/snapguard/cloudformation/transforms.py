"""What a template leaves to be written out: Fn::ForEach loops and included snippets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from snapguard.cloudformation.local_files import local_path
from snapguard.cloudformation.nodes import Call, MappingNode, Node, SequenceNode, as_mapping, as_text, bare
from snapguard.cloudformation.template import INCLUDE
from snapguard.values import Known, Unknown, Value, text_of

if TYPE_CHECKING:
    from snapguard.cloudformation.intrinsics import Scope

MAX_EXPANSION = 10_000
"""How many entries the loops of a template may produce; one counts once more for every 1,000 characters."""

_VARIABLE = re.compile(r"([$&])\{([A-Za-z0-9:.]+)\}")


class Entry(NamedTuple):
    """An entry of a mapping as written out. `node` is None where a macro adds what nobody can tell."""

    key: str
    node: Node | None
    scope: Scope


def entries(node: Node | None, scope: Scope) -> Iterator[Entry]:
    """The entries of a mapping, with loops and includes written out."""
    found = bare(node)
    if isinstance(found, Call) and found.name == "Transform":
        yield from _transformed(found.argument, scope)
    if not isinstance(found, MappingNode):
        return
    for key, child in found.entries.items():
        if key.startswith("Fn::ForEach::"):
            yield from _loop(key, child, scope)
        elif key == "Fn::Transform":
            yield from _transformed(child, scope)
        else:
            yield Entry(substituted(key, scope), child, scope)


def _loop(key: str, node: Node, scope: Scope) -> Iterator[Entry]:
    """Fn::ForEach::NAME: [variable, collection, {key with ${variable}: value}]."""
    listed = bare(node)
    items = listed.items if isinstance(listed, SequenceNode) else []
    variable = as_text(items[0]) if len(items) == 3 else None
    body = as_mapping(items[2]) if len(items) == 3 else None
    if variable is None or body is None:
        scope.deployment.complain(f"{key} takes [variable, collection, {{key: value}}]", node.span)
        return
    for element, certain in _elements(scope.resolve(items[1])):
        inner = scope.bind(variable, element, certain)
        for name, child, within in entries(body, inner):
            scope.deployment.budget += 1 if child is None else 1 + (child.end - child.start) // 1000
            if scope.deployment.budget > MAX_EXPANSION:
                scope.deployment.complain(
                    f"the loops of this template produce more than {MAX_EXPANSION:,} entries", node.key_span
                )
                return
            yield Entry(name, child, within)


def _elements(collection: Value) -> list[tuple[Value, bool]]:
    """What a loop runs over, and whether it does so for certain."""
    lists = [one.known_list for one in collection.outcomes or ()]
    if not lists or None in lists:
        return [(element, not isinstance(element, Unknown)) for element in collection.elements()]
    possible = [{one.known_text or repr(one): one for one in found} for found in lists if found is not None]
    union = {text: one for found in reversed(possible) for text, one in found.items()}
    return [(one, all(text in found for found in possible)) for text, one in union.items()]


def substituted(text: str, scope: Scope) -> str:
    """A text with the loop variables that are known put in; `&{X}` takes only letters and digits of the value."""
    if not scope.bindings or "{" not in text:
        return text

    def put(match: re.Match[str]) -> str:
        value = scope.bindings.get(match[2])
        if not isinstance(value, Known) or isinstance(value.value, (list, dict)) or value.value is None:
            return match[0]
        known = text_of(value.value)
        return known if match[1] == "$" else "".join(filter(str.isalnum, known))

    return _VARIABLE.sub(put, text)


def pieces(text: str, scope: Scope) -> list[str | Value]:
    """A text cut at the loop variables whose value is unknown; the known ones are put in."""
    text = substituted(text, scope)
    found: list[str | Value] = []
    at = 0
    for match in _VARIABLE.finditer(text):
        value = scope.bindings.get(match[2])
        if isinstance(value, Unknown):
            found += [text[at : match.start()], value]
            at = match.end()
    return [*found, text[at:]]


def _transformed(argument: Node, scope: Scope) -> Iterator[Entry]:
    snippet = included(argument, scope)
    if snippet is None:
        yield Entry("Fn::Transform", None, scope)
    else:
        yield from entries(snippet, scope)


def included(argument: Node, scope: Scope) -> Node | None:
    """The content of a snippet that AWS::Include names and that lies beside the template, else None."""
    macro = as_mapping(argument)
    parameters = as_mapping(macro.entries.get("Parameters")) if macro is not None else None
    if macro is None or parameters is None or as_text(macro.entries.get("Name")) != INCLUDE:
        return None
    location = parameters.entries.get("Location")
    name = scope.resolve(location).known_text if location is not None else None
    path = local_path(argument.document.file.path, name)
    if path is None:
        return None
    return scope.deployment.template.snippet(path)
