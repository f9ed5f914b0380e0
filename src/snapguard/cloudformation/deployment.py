"""A deployment of a template: the template with all that was chosen for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from snapguard.cloudformation.nodes import ScalarNode, bare
from snapguard.cloudformation.parameters import Parameter, scalar_text
from snapguard.cloudformation.template import Template
from snapguard.resources import InputError
from snapguard.source import Span
from snapguard.values import ABSENT, Known, Reference, Unknown, Value

if TYPE_CHECKING:
    from snapguard.cloudformation.transforms import Entry


class Deployment:
    """A template with what was chosen for it: parameters, and how its conditions come out.

    `overrides` are parameters set by the user, which beat every default; `arguments` those that the parent of a nested
    stack sets (None where nobody can tell which). `pinned` are what an outcome of the conditions leaves possible for a
    parameter, with None for any other text; `truths` the conditions that are decided, by their name with the prefix.
    `nest` finds the stacks nested in a deployment, by their logical id; `imports` the values that other templates
    export by a name.
    """

    def __init__(
        self,
        template: Template,
        nest: Nest,
        *,
        parent: Deployment | None = None,
        prefix: str = "",
        overrides: Mapping[str, Value] | None = None,
        arguments: Mapping[str, Entry] | None = None,
        pinned: Mapping[str, tuple[str | None, ...]] | None = None,
        truths: Mapping[str, bool] | None = None,
        imports: Imports | None = None,
    ) -> None:
        self.template = template
        self.parent = parent
        self.prefix = prefix
        """What comes before logical ids: "Parent/" in a nested stack, else empty."""
        self.overrides = overrides or {}
        self.arguments = arguments
        self.pinned = pinned or {}
        self.truths = truths or {}
        self.budget = 0
        """How many entries loops have produced so far."""
        self.stacks = 0
        """How many stacks have been found in it, at any depth."""
        self.common: dict[tuple[str, str], Value] | None = None
        """The values that are the same in every outcome, by resource and property; None where there is one outcome."""
        self.varying: frozenset[str] = frozenset()
        """The parameters that are not the same in every outcome."""
        self.choices = 0
        """How often something was asked for that is not the same in every outcome."""
        self._nest = nest
        self._imports = imports
        self._nested: Mapping[str, Deployment] | None = None
        self._parameters: dict[str, Value] = {}

    @property
    def nested(self) -> Mapping[str, Deployment]:
        """The nested stacks whose templates lie on disk, by their logical id."""
        self.choices += 1
        if self._nested is None:
            self._nested = {}
            self._nested = self._nest(self)
        return self._nested

    def tree(self) -> Iterator[Deployment]:
        """The deployment itself and all that are nested in it."""
        yield self
        for child in self.nested.values():
            yield from child.tree()

    def assuming(self, pinned: Mapping[str, tuple[str | None, ...]], truths: Mapping[str, bool]) -> Deployment:
        """The same deployment under an outcome of its conditions."""
        return Deployment(
            self.template, self._nest, overrides=self.overrides, pinned=pinned, truths=truths, imports=self._imports
        )

    def imported(self, name: str) -> Sequence[Value]:
        """The values that other templates export by a name; empty where they are not known."""
        top = self
        while top.parent is not None:
            top = top.parent
        return () if top._imports is None else top._imports(name)

    def truth(self, condition: str | None) -> bool | None:
        """How a condition comes out; None where it is not decided or there is none of that name."""
        self.choices += 1
        return None if condition is None else self.truths.get(self.prefix + condition)

    def parameter(self, name: str) -> Value:
        """The value of a declared parameter; KeyError for one that is not declared."""
        if name in self.varying:
            self.choices += 1
        value = self._parameters.get(name)
        if value is None:
            parameter = self.template.parameters[name]
            self._parameters[name] = Unknown(f"parameter {name} is set from itself", span=parameter.span)
            value = self._parameters[name] = self._parameter(parameter)
        return value

    def stored_name(self, parameter: Parameter) -> Value:
        """Which entry of the parameter store a parameter takes its value from; absent where nothing says so."""
        given = self._given(parameter)
        if given is not None and not given.is_absent:
            return given
        default = bare(parameter.default)
        return Known(scalar_text(default), default.span) if isinstance(default, ScalarNode) else ABSENT

    def _parameter(self, parameter: Parameter) -> Value:
        refs = (Reference(self.prefix + parameter.name),)
        if parameter.is_stored:
            return Unknown(f"parameter {parameter.name} is read from the parameter store", refs, span=parameter.span)
        given = self._given(parameter)
        if given is not None and not given.is_absent:
            return parameter.converted(given)
        possible = self.pinned.get(parameter.name)
        if possible is not None:
            return self._pinned(parameter, possible)
        default = bare(parameter.default)
        if isinstance(default, ScalarNode):
            return parameter.converted(Known(scalar_text(default), default.span))
        allowed = tuple(parameter.converted(value) for value in parameter.allowed or ())
        if len(allowed) == 1:
            return allowed[0]
        return Unknown(f"parameter {parameter.name} has no default", refs, allowed, span=parameter.span)

    def _given(self, parameter: Parameter) -> Value | None:
        if self.parent is None:
            return self.overrides.get(parameter.name)
        if self.arguments is None:
            return Unknown("the parameters of the nested stack are not known", span=parameter.span)
        entry = self.arguments.get(parameter.name)
        return None if entry is None or entry.node is None else entry.scope.resolve(entry.node)

    def _pinned(self, parameter: Parameter, possible: tuple[str | None, ...]) -> Value:
        texts = [text for text in possible if text is not None]
        values = tuple(parameter.converted(Known(text, parameter.span)) for text in texts)
        is_complete = len(values) == len(possible)
        if is_complete and len(values) == 1:
            return values[0]
        return Unknown(
            f"parameter {parameter.name} can be set to {'several texts' if is_complete else 'anything'}",
            (Reference(self.prefix + parameter.name),),
            values if is_complete else (),
            span=parameter.span,
        )

    def complain(self, message: str, span: Span) -> None:
        """Report something wrong with the template, once."""
        errors = self.template.errors
        if not any(error.span == span and error.message == message for error in errors):
            errors.append(InputError(message, span))


Nest = Callable[[Deployment], Mapping[str, Deployment]]
Imports = Callable[[str], Sequence[Value]]
