"""Links in a plan: the resources that an expression of its `configuration` comes from.

A plan tells of an unknown value only which names its expression holds. They are followed here through variables,
module calls, outputs and for_each to the resources behind them. Locals stand nowhere in a plan: what comes from one
is opaque.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from snapguard.terraform.plan_document import PlanDocument, PlannedResource, list_at, mapping_at
from snapguard.values import Reference

MAX_FOLLOWED = 64
"""How many variables and outputs an expression is followed through."""

MAX_LINKS = 1_000
"""More than any attribute of a resource names."""

Expression = Any
"""As a plan has it: {"constant_value": …}, {"references": […]}, a list of blocks, or an object of attributes."""

_OWN_INDEX = (["each", "key"], ["count", "index"])
"""What an expression names right behind a resource of which it takes the instance of its own index."""

_WITHOUT_LINK = frozenset({"count", "path", "terraform", "tofu", "self"})


class Links(NamedTuple):
    """What an expression comes from; `is_opaque` where it also comes from what a plan doesn't tell."""

    references: Sequence[Reference] = ()
    is_opaque: bool = False


class _Scope(NamedTuple):
    """A module instance: its address with a dot behind it, what the plan says of it, and of the call that makes it."""

    prefix: str
    module: Mapping[str, Any]
    call: Mapping[str, Any]
    key: str
    parent: _Scope | None


class _Each(NamedTuple):
    """What `each` is in an expression: the for_each of a block, in its scope, and the index of the instance."""

    for_each: Expression
    scope: _Scope
    key: str


class Linker:
    """Follows the names in the configuration of one plan."""

    def __init__(self, plan: PlanDocument) -> None:
        self._plan = plan
        self._root = _Scope("", plan.configuration, {}, "", None)
        self._scopes: dict[str, _Scope] = {"": self._root}
        self._instances: dict[str, list[str]] = {}
        self._modules: dict[str, list[str]] = {}
        self._declared: dict[int, Mapping[str, Mapping[str, Any]]] = {}
        for resource in plan.resources.values():
            self._instances.setdefault(_without_index(resource), []).append(resource.address)
            self._note_modules(resource.module)

    def _note_modules(self, address: str) -> None:
        steps = split_address(address)
        for end in range(2, len(steps) + 1):
            if end == len(steps) or not steps[end].startswith("["):
                own, called = join_address(steps[:end]), steps[:end]
                called = called[:-1] if called[-1].startswith("[") else called
                known = self._modules.setdefault(join_address(called), [])
                if own not in known and steps[end - 1] != "module":
                    known.append(own)

    def configuration_of(self, resource: PlannedResource) -> Mapping[str, Any]:
        """What the plan says of the block that a resource comes from; empty where it says nothing."""
        module = self._scope_of(resource.module).module
        declared = self._declared.get(id(module))
        if declared is None:
            listed = [mapping_at(entry) for entry in list_at(module, "resources")]
            declared = self._declared[id(module)] = {str(entry.get("address")): entry for entry in listed}
        prefix = "data." if resource.mode == "data" else ""
        return declared.get(f"{prefix}{resource.type}.{resource.name}", {})

    def links(self, expression: Expression, resource: PlannedResource) -> Links:
        """What an expression in the block of a resource comes from."""
        scope = self._scope_of(resource.module)
        for_each = self.configuration_of(resource).get("for_each_expression")
        each = _Each(for_each, scope, _index_text(resource.key))
        return self._follow(expression, scope, each, 0)

    def is_null(self, expression: Expression, resource: PlannedResource) -> bool:
        """Whether an expression is null: written so, or a variable that is."""
        scope: _Scope | None = self._scope_of(resource.module)
        for _ in range(MAX_FOLLOWED):
            if not isinstance(expression, dict):
                return False
            if "constant_value" in expression:
                return expression["constant_value"] is None
            names = list(_names(expression))
            steps = split_address(names[0]) if len(names) == 1 else []
            if scope is None or len(steps) != 2 or steps[0] != "var":
                return False
            if scope.parent is None:
                return steps[1] in self._plan.variables and self._plan.variables[steps[1]] is None
            declared = mapping_at(scope.module, "variables", steps[1])
            default = {"constant_value": declared.get("default", "")}
            expression = mapping_at(scope.call, "expressions").get(steps[1], default)
            scope = scope.parent
        return False

    def _scope_of(self, address: str) -> _Scope:
        found = self._scopes.get(address)
        if found is None:
            steps = split_address(address)
            key = steps.pop() if steps and steps[-1].startswith("[") else ""
            parent = self._scope_of(join_address(steps[:-2]))
            call = mapping_at(parent.module, "module_calls", steps[-1] if steps else "")
            module = mapping_at(call, "module")
            found = self._scopes[address] = _Scope(f"{address}.", module, call, key, parent)
        return found

    def _follow(self, expression: Expression, scope: _Scope, each: _Each, depth: int) -> Links:
        if depth > MAX_FOLLOWED:
            return Links((), True)
        found: dict[Reference, None] = {}
        is_opaque = False
        names = [split_address(name) for name in _names(expression)]
        for steps, following in zip(names, [*names[1:], []], strict=False):
            key = each.key if following in _OWN_INDEX else ""
            links = self._named(steps, scope, each, depth + 1, key)
            found.update(dict.fromkeys(links.references))
            is_opaque = is_opaque or links.is_opaque or len(found) > MAX_LINKS
            if len(found) > MAX_LINKS:
                break
        return Links(tuple(found), is_opaque)

    def _named(self, steps: Sequence[str], scope: _Scope, each: _Each, depth: int, key: str) -> Links:
        head = steps[0] if steps else ""
        if head in _WITHOUT_LINK:
            return Links()
        if head == "local" or len(steps) < 2:
            return Links((), True)
        if head == "var":
            return _beneath(self._argument(steps[1], scope, depth), steps[2:])
        if head == "each":
            return self._each(steps, each, depth)
        if head == "module":
            return self._output(steps, scope, each, depth)
        return Links(tuple(self._resource(steps, scope, key)))

    def _argument(self, name: str, scope: _Scope, depth: int) -> Links:
        """What the caller gives for a variable; what the user gives for one of the root module links to nothing."""
        if scope.parent is None:
            return Links()
        each = _Each(scope.call.get("for_each_expression"), scope.parent, scope.key)
        return self._follow(mapping_at(scope.call, "expressions").get(name), scope.parent, each, depth)

    def _each(self, steps: Sequence[str], each: _Each, depth: int) -> Links:
        if steps[1] != "value":
            return Links()
        names = [split_address(name) for name in _names(each.for_each)]
        if len(names) == 1 and len(names[0]) == 2 and names[0][0] == "module":
            return self._output([*names[0], each.key, *steps[2:]], each.scope, each, depth)
        links = self._follow(each.for_each, each.scope, each._replace(for_each=None), depth)
        chained = [
            Reference(ref.address, ref.attribute)
            for ref in links.references
            if ref.attribute or ref.address.endswith(each.key)
        ]
        return _beneath(Links(chained, links.is_opaque), steps[2:])

    def _output(self, steps: Sequence[str], scope: _Scope, each: _Each, depth: int) -> Links:
        call = f"{scope.prefix}module.{steps[1]}"
        key = steps[2] if len(steps) > 2 and steps[2].startswith("[") else ""
        rest = steps[3:] if key else steps[2:]
        if not rest:
            return Links((), True)
        found: dict[Reference, None] = {}
        is_opaque = False
        for address in [call + key] if key else self._modules.get(call, [call]):
            inner = self._scope_of(address)
            output = mapping_at(inner.module, "outputs", rest[0])
            links = _beneath(self._follow(output.get("expression"), inner, each, depth), rest[1:])
            found.update(dict.fromkeys(links.references))
            is_opaque = is_opaque or links.is_opaque
        return Links(tuple(found), is_opaque)

    def _resource(self, steps: Sequence[str], scope: _Scope, key: str) -> Iterator[Reference]:
        """The instances that a name stands for: all, or the one of `key` where the name has none and there is one."""
        length = 3 if steps[0] == "data" else 2
        base = scope.prefix + join_address(steps[:length])
        rest = steps[length:]
        if rest and rest[0].startswith("["):
            yield Reference(base + rest[0], _attribute(rest[1:]))
            return
        instances = self._instances.get(base, [base])
        if key and not rest and base + key in self._plan.resources:
            instances = [base + key]
        for address in instances:
            yield Reference(address, _attribute(rest))


def _names(expression: Expression) -> Iterator[str]:
    """The references of an expression and of all that is nested in it, without the shorter ones behind each."""
    if isinstance(expression, list):
        for element in expression:
            yield from _names(element)
    elif isinstance(expression, dict):
        references = expression.get("references")
        if isinstance(references, list):
            kept = ""
            for name in references:
                if isinstance(name, str) and not kept.startswith((f"{name}.", f"{name}[")):
                    kept = name
                    yield name
        elif "constant_value" not in expression:
            for child in expression.values():
                yield from _names(child)


def _beneath(links: Links, steps: Sequence[str]) -> Links:
    """The links of an attribute of what has links: a whole resource gives the link to its attribute."""
    if not steps:
        return links
    references = [ref if ref.attribute else Reference(ref.address, _attribute(steps)) for ref in links.references]
    return Links(references, links.is_opaque)


def _attribute(steps: Sequence[str]) -> str:
    return ".".join(step.strip('[]"') for step in steps)


def _without_index(resource: PlannedResource) -> str:
    prefix = f"{resource.module}." if resource.module else ""
    return f"{prefix}{'data.' if resource.mode == 'data' else ''}{resource.type}.{resource.name}"


def _index_text(index: str | int | None) -> str:
    return "" if index is None else f"[{json.dumps(index, ensure_ascii=False)}]"


def split_address(address: str) -> list[str]:
    """The steps of an address or reference: names, and indexes with their brackets."""
    steps: list[str] = []
    start = at = 0
    is_quoted = False
    while at < len(address):
        mark = address[at]
        if mark == "\\" and is_quoted:
            at += 1
        elif mark == '"':
            is_quoted = not is_quoted
        elif not is_quoted and mark in ".[":
            steps.append(address[start:at])
            start = at if mark == "[" else at + 1
        at += 1
    steps.append(address[start:])
    return [step for step in steps if step]


def join_address(steps: Sequence[str]) -> str:
    """The address that steps make."""
    return "".join(step if step.startswith("[") else f".{step}" for step in steps).removeprefix(".")
