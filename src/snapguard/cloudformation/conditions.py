"""How the conditions of a template can come out together.

A condition compares texts. Where a text depends on something that is not fixed (a parameter that can be
overridden, a pseudo parameter), the search below takes it for each text that it is compared with, for its default,
and for any other text where it is free; each way in which all conditions can come out together is an outcome.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from snapguard.cloudformation.deployment import Deployment
from snapguard.cloudformation.intrinsics import Scope
from snapguard.cloudformation.nodes import Call, MappingNode, Node, ScalarNode, SequenceNode, as_mapping, as_text, bare
from snapguard.cloudformation.template import Template
from snapguard.cloudformation.transforms import entries, substituted
from snapguard.values import Known, Value, text_of

MAX_OUTCOMES = 32
"""How many outcomes of a template are judged each on its own; conditions beyond them stay undecided."""

MAX_RUNS = 1_000
"""How many assignments are tried for the conditions that hang together."""

MAX_DEPTH = 150
"""How deep conditions may nest, those that they name included."""

_NAMES = re.compile(r"\$\{([^}!]+)\}")
_LOGIC = frozenset({"And", "Or", "Not", "Equals", "Condition"})

_BOOKKEEPING = "AWS::CDK::Metadata"
"""What the CDK adds to every template, under a condition on the region that decides on nothing else."""

Assignment = dict[str, "str | None"]
"""A text for each variable; None for any text but those that it is compared with."""


class Outcome(NamedTuple):
    """One way in which the conditions come out, and what it leaves possible for parameters (None: another text)."""

    truths: Mapping[str, bool]
    pinned: Mapping[str, tuple[str | None, ...]]


class _Choice(NamedTuple):
    """What an evaluation must know to go on: a variable, and what it can be."""

    variable: str
    domain: tuple[str | None, ...]


_Truth = bool | _Choice | None


class _Formula(NamedTuple):
    node: Node
    scope: Scope


class _Conditions:
    """The conditions of a deployment and of those nested in it, and what their variables are compared with."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.formulas: dict[str, _Formula] = {}
        for part in deployment.tree():
            for key, node, scope in entries(part.template.sections.get("Conditions"), Scope(part)):
                if node is not None:
                    self.formulas[part.prefix + key] = _Formula(node, scope)
        self.compared: dict[str, list[str]] = {}
        """The texts that each variable is compared with."""
        self.variables = {name: self._variables(name) for name in self.formulas}

    def _variables(self, name: str) -> set[str]:
        """The variables and conditions that a condition rests on directly; texts compared with are noted."""
        found: set[str] = set()
        formula = self.formulas[name]
        stack = [formula.node]
        while stack:
            node = bare(stack.pop())
            logic = _logic(node)
            if logic is None:
                continue
            function, argument = logic
            if function == "Condition":
                found.add(f"condition {_condition_name(argument, formula.scope)}")
            elif function == "Equals":
                found |= self._compare(argument, formula.scope)
            else:
                listed = bare(argument)
                stack += listed.items if isinstance(listed, SequenceNode) else [argument]
        return found

    def _compare(self, argument: Node, scope: Scope) -> set[str]:
        listed = bare(argument)
        operands = listed.items if isinstance(listed, SequenceNode) else []
        found: set[str] = set()
        texts: list[str] = []
        for operand in operands:
            parameters = set(self.parameters_in(operand, scope))
            text = None if parameters else _text(scope.resolve(operand))
            if text is None:
                found |= {canonical(operand, scope), *parameters}
            else:
                texts.append(text)
        for variable in found:
            self.compared.setdefault(variable, []).extend(texts)
        return found

    def parameters_in(self, node: Node, scope: Scope) -> Iterator[str]:
        """The free parameters that a value rests on; the keys of a mapping count as texts compared with."""
        stack: list[tuple[Node, Scope]] = [(node, scope)]
        seen: set[tuple[str, str]] = set()
        while stack:
            waiting, within = stack.pop()
            found = bare(waiting)
            if isinstance(found, SequenceNode):
                stack += [(item, within) for item in found.items]
            elif isinstance(found, MappingNode):
                stack += [(item, within) for item in found.entries.values()]
            elif isinstance(found, Call):
                if found.name == "FindInMap":
                    self._note_keys(found, within)
                for name in _names(found, within):
                    argument = _argument(name, within)
                    if argument is not None and (within.deployment.prefix, name) not in seen:
                        seen.add((within.deployment.prefix, name))
                        stack.append(argument)
                    elif within.deployment.parent is None and self.is_free(name):
                        yield name
                if found.name != "Ref":
                    stack.append((found.argument, within))

    def _note_keys(self, call: Call, scope: Scope) -> None:
        listed = bare(call.argument)
        items = listed.items if isinstance(listed, SequenceNode) else []
        mappings = as_mapping(scope.deployment.template.sections.get("Mappings"))
        table = as_mapping(mappings.entries.get(as_text(items[0]) or "")) if mappings is not None and items else None
        if table is None:
            return
        rows = [row for row in map(as_mapping, table.entries.values()) if row is not None]
        keys = [list(table.entries), list(dict.fromkeys(key for row in rows for key in row.entries))]
        for item, texts in zip(items[1:3], keys, strict=False):
            key = bare(item)
            if isinstance(key, Call) and key.name == "Ref":
                for name in self.parameters_in(key, scope):
                    self.compared.setdefault(name, []).extend(texts)

    def is_free(self, name: str) -> bool:
        """Whether a name is a parameter that can be set to more than one text."""
        parameter = self.deployment.template.parameters.get(name)
        if parameter is None or parameter.is_stored or name in self.deployment.overrides:
            return False
        return parameter.allowed is None or len(parameter.allowed) > 1

    def domain(self, variable: str) -> tuple[str | None, ...]:
        """What a variable can be, its default first."""
        compared = self.compared.get(variable, [])
        parameter = self.deployment.template.parameters.get(variable)
        if parameter is None:
            return (*dict.fromkeys(compared), None)
        default = [] if parameter.default_text is None else [parameter.default_text]
        if parameter.allowed is not None:
            allowed = [str(value.value) for value in parameter.allowed]
            return tuple(dict.fromkeys([*(text for text in default if text in allowed), *allowed]))
        return (*dict.fromkeys([*default, *filter(parameter.accepts, compared)]), None)

    def groups(self) -> list[list[str]]:
        """The conditions that matter, in groups that share no variable."""
        leader: dict[str, str] = {}

        def find(item: str) -> str:
            while leader.setdefault(item, item) != item:
                item = leader[item]
            return item

        reached = self._reached()
        for name in reached:
            for variable in self.variables[name]:
                leader[find(variable)] = find(f"condition {name}")
        found: dict[str, list[str]] = {}
        for name in reached:
            found.setdefault(find(f"condition {name}"), []).append(name)
        return list(found.values())

    def _reached(self) -> list[str]:
        """The conditions that decide on a resource or value, with those that they name, in the order of the file."""
        reached = set()
        stack: list[str] = []
        for part in self.deployment.tree():
            used = used_conditions(part.template)
            if used is None:
                stack += [name for name, formula in self.formulas.items() if formula.scope.deployment is part]
            else:
                stack += [part.prefix + name for name in used]
        while stack:
            name = stack.pop()
            if name in self.formulas and name not in reached:
                reached.add(name)
                stack += [item.removeprefix("condition ") for item in self.variables[name]]
        return [name for name in self.formulas if name in reached]


class _Run:
    """One evaluation under an assignment."""

    def __init__(self, conditions: _Conditions, assignment: Assignment) -> None:
        self.conditions = conditions
        self.assignment = assignment
        base = conditions.deployment
        pinned = {name: (text,) for name, text in assignment.items() if name in base.template.parameters}
        self.deployments = {part.prefix: part for part in base.assuming(pinned, {}).tree()}
        self.known: dict[str, _Truth] = {}
        self.open: set[str] = set()
        self.depth = 0

    def truth(self, name: str) -> _Truth:
        """How a condition comes out; a choice that must be made first; None where nobody can tell."""
        if name not in self.known:
            formula = self.conditions.formulas.get(name)
            if formula is None or name in self.open:
                return None
            self.open.add(name)
            deployment = self.deployments[formula.scope.deployment.prefix]
            self.known[name] = self._evaluate(formula.node, Scope(deployment, formula.scope.bindings))
            self.open.discard(name)
        return self.known[name]

    def _evaluate(self, node: Node, scope: Scope) -> _Truth:
        if self.depth > MAX_DEPTH:
            return None
        self.depth += 1
        truth = self._outcome(node, scope)
        self.depth -= 1
        return truth

    def _outcome(self, node: Node, scope: Scope) -> _Truth:
        logic = _logic(node)
        if logic is None:
            return None
        function, argument = logic
        if function == "Condition":
            return self.truth(_condition_name(argument, scope))
        listed = bare(argument)
        items = listed.items if isinstance(listed, SequenceNode) else [argument]
        if function == "Equals":
            return self._equals(items[0], items[1], scope) if len(items) == 2 else None
        if function == "Not":
            return _negated(self._evaluate(items[0], scope)) if len(items) == 1 else None
        return self._combined(items, scope, decisive=function == "Or")

    def _combined(self, items: list[Node], scope: Scope, decisive: bool) -> _Truth:
        """And and Or: one decisive member decides; else what is not known yet stays so."""
        truths = [self._evaluate(item, scope) for item in items]
        if decisive in truths:
            return decisive
        for truth in truths:
            if isinstance(truth, _Choice):
                return truth
        return None if None in truths else not decisive

    def _equals(self, left: Node, right: Node, scope: Scope) -> _Truth:
        found: list[str | None] = []
        for operand in (left, right):
            text = self._operand(operand, scope)
            if isinstance(text, _Choice):
                return text
            found.append(text)
        if found[0] is not None and found[1] is not None:
            return found[0] == found[1]
        names = sorted(canonical(operand, scope) for operand in (left, right))
        if names[0] == names[1]:
            return True
        if found[0] is not None or found[1] is not None:
            return False
        variable = " = ".join(names)
        if variable in self.assignment:
            return self.assignment[variable] == "true"
        return _Choice(variable, ("true", "false"))

    def _operand(self, node: Node, scope: Scope) -> str | _Choice | None:
        """The text of an operand; None for one that differs from all that it is compared with."""
        conditions = self.conditions
        for name in conditions.parameters_in(node, scope):
            if name not in self.assignment:
                return _Choice(name, conditions.domain(name))
        text = _text(scope.resolve(node))
        if text is not None:
            return text
        variable = canonical(node, scope)
        if variable in self.assignment:
            return self.assignment[variable]
        return _Choice(variable, conditions.domain(variable))


def _negated(truth: _Truth) -> _Truth:
    return not truth if isinstance(truth, bool) else truth


def _logic(node: Node | None) -> tuple[str, Node] | None:
    """The logic function that a node calls, and its argument."""
    found = bare(node)
    if isinstance(found, Call):
        return (found.name, found.argument) if found.name in _LOGIC else None
    if isinstance(found, MappingNode) and len(found.entries) == 1:
        argument = found.entries.get("Condition")
        return None if argument is None else ("Condition", argument)
    return None


def _condition_name(node: Node, scope: Scope) -> str:
    return scope.deployment.prefix + substituted(as_text(node) or "", scope)


def _argument(name: str, scope: Scope) -> tuple[Node, Scope] | None:
    """What the parent of a nested stack sets a parameter to."""
    entry = (scope.deployment.arguments or {}).get(name)
    return None if entry is None or entry.node is None else (entry.node, entry.scope)


def _names(call: Call, scope: Scope) -> list[str]:
    text = as_text(call.argument)
    if call.name == "Ref":
        return [substituted(text or "", scope)]
    if call.name == "Sub":
        listed = bare(call.argument)
        if isinstance(listed, SequenceNode) and listed.items:
            text = as_text(listed.items[0])
        return [name.strip() for name in _NAMES.findall(text or "")]
    return []


def _text(value: Value) -> str | None:
    if isinstance(value, Known) and not isinstance(value.value, (list, dict)):
        return "" if value.value is None else text_of(value.value)
    return None


def canonical(node: Node, scope: Scope) -> str:
    """A name for the value of a node: the same for the same text and calls."""
    found = bare(node)
    prefix = scope.deployment.prefix
    if isinstance(found, ScalarNode):
        return substituted(str(found.value), scope)
    if isinstance(found, SequenceNode):
        return f"[{', '.join(canonical(item, scope) for item in found.items)}]"
    if isinstance(found, MappingNode):
        return f"{{{', '.join(f'{key}: {canonical(item, scope)}' for key, item in found.entries.items())}}}"
    assert isinstance(found, Call)
    inner = canonical(found.argument, scope)
    if found.name != "Ref":
        return f"{prefix}{found.name}({inner})"
    argument = _argument(inner, scope)
    if argument is not None:
        return canonical(*argument)
    return inner if inner.startswith("AWS::") else f"{prefix}{inner}"


def _solutions(conditions: _Conditions, names: list[str]) -> dict[tuple[bool | None, ...], list[Assignment]] | None:
    """How the conditions of a group come out, with the assignments that bring it about; None past the bound."""
    found: dict[tuple[bool | None, ...], list[Assignment]] = {}
    stack: list[Assignment] = [{}]
    for _ in range(MAX_RUNS):
        if not stack:
            return found
        if len(found) > MAX_OUTCOMES:
            return None
        assignment = stack.pop()
        run = _Run(conditions, assignment)
        truths = [run.truth(name) for name in names]
        choice = next((truth for truth in truths if isinstance(truth, _Choice)), None)
        if choice is None:
            vector = tuple(truth if isinstance(truth, bool) else None for truth in truths)
            found.setdefault(vector, []).append(assignment)
        else:
            stack += [{**assignment, choice.variable: text} for text in reversed(choice.domain)]
    return None


def _pinned(conditions: _Conditions, solutions: list[Assignment]) -> dict[str, tuple[str | None, ...]]:
    """What the solutions leave possible for each parameter; one that can keep its default keeps it."""
    parameters = conditions.deployment.template.parameters
    pinned: dict[str, tuple[str | None, ...]] = {}
    names = dict.fromkeys(name for solution in solutions for name in solution if name in parameters)
    for name in names:
        default = parameters[name].default_text
        keeping = [one for one in solutions if name not in one or (default is not None and one[name] == default)]
        if keeping and default is not None:
            solutions = keeping
        elif not any(name not in solution for solution in solutions):
            pinned[name] = tuple(dict.fromkeys(solution[name] for solution in solutions))
    return pinned


def used_conditions(template: Template) -> set[str] | None:
    """The conditions that decide on a resource or value; None where loops or includes hide them."""
    resources = bare(template.sections.get("Resources"))
    if not isinstance(resources, MappingNode) or resources.expands:
        return None
    names = [as_text(_first(call)) for call in template.document.choices]
    for node in resources.entries.values():
        resource = as_mapping(node)
        if resource is not None and as_text(resource.entries.get("Type")) != _BOOKKEEPING:
            names.append(as_text(resource.entries.get("Condition")))
    if any(name is not None and "${" in name for name in names):
        return None
    return {name for name in names if name is not None}


def _first(call: Call) -> Node | None:
    listed = bare(call.argument)
    return listed.items[0] if isinstance(listed, SequenceNode) and listed.items else None


def outcomes(deployment: Deployment) -> list[Outcome]:
    """Every way in which the conditions can come out together; the one of the defaults comes first.

    Past MAX_OUTCOMES, and where nobody can tell, conditions are missing from `truths`.
    """
    conditions = _Conditions(deployment)
    if not conditions.formulas:
        return [Outcome({}, {})]
    found = [Outcome({}, {})]
    for names in conditions.groups():
        solutions = _solutions(conditions, names)
        if solutions is None or len(solutions) * len(found) > MAX_OUTCOMES:
            continue
        ways = [(vector, _pinned(conditions, assignments)) for vector, assignments in solutions.items()]
        found = [
            Outcome(
                {**outcome.truths, **{name: one for name, one in zip(names, vector, strict=True) if one is not None}},
                {**outcome.pinned, **pinned},
            )
            for outcome in found
            for vector, pinned in ways
        ]
    return found
