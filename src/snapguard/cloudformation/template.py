"""A template: its sections, and one deployment of it with all that was chosen for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from snapguard.cloudformation.nodes import (
    SECTIONS,
    Document,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    as_mapping,
    as_text,
    bare,
    scalar_value,
)
from snapguard.cloudformation.syntax import parse
from snapguard.resources import InputError
from snapguard.source import Span, load
from snapguard.values import Known, Reference, Unknown, Value, text_of

if TYPE_CHECKING:
    from snapguard.cloudformation.transforms import Entry

MAX_TRIED = 6
"""How long a text may be to be held against the pattern of a parameter."""

MAX_PATTERN = 200
"""How long such a pattern may be."""


class Parameter:
    """A parameter as declared. `allowed` are the texts of AllowedValues, None where everything is allowed."""

    __slots__ = ("_longest", "_pattern", "_shortest", "allowed", "default", "name", "span", "type")

    def __init__(self, name: str, node: MappingNode) -> None:
        self.name = name
        self.span = node.key_span
        self.type = as_text(node.entries.get("Type")) or "String"
        self.default = node.entries.get("Default")
        values = bare(node.entries.get("AllowedValues"))
        self.allowed: list[Known] | None = None
        if isinstance(values, SequenceNode):
            scalars = [item for item in map(bare, values.items) if isinstance(item, ScalarNode)]
            self.allowed = [Known(scalar_text(item), item.span) for item in scalars]
        self._shortest = _number(node.entries.get("MinLength"), 0)
        self._longest = _number(node.entries.get("MaxLength"), 1 << 30)
        self._pattern = as_text(node.entries.get("AllowedPattern"))

    @property
    def is_list(self) -> bool:
        """Whether its value is a list, given as a text with commas."""
        return self.type == "CommaDelimitedList" or self.type.startswith("List<")

    @property
    def is_stored(self) -> bool:
        """Whether its value names an entry of the parameter store, which holds the value itself."""
        return self.type.startswith("AWS::SSM::Parameter::Value<")

    @property
    def default_text(self) -> str | None:
        """The text of the default, None where there is none."""
        found = bare(self.default)
        return scalar_text(found) if isinstance(found, ScalarNode) else None

    def accepts(self, text: str) -> bool:
        """Whether a text is long enough, short enough and of the allowed pattern, as far as that can be told.

        A pattern is tried on short texts alone: it comes from the template and may take for ever on long ones.
        """
        if not self._shortest <= len(text) <= self._longest:
            return False
        if self._pattern is None or len(self._pattern) > MAX_PATTERN or len(text) > MAX_TRIED:
            return True
        try:
            return re.fullmatch(self._pattern, text) is not None
        except re.error:
            return True

    def converted(self, value: Value) -> Value:
        """A given value as the type makes it: a list of texts or numbers, a number, or a text."""
        content = value.known_list
        if content is not None and any(
            isinstance(item, Known) and isinstance(item.value, (list, dict)) for item in content
        ):
            return Unknown(f"parameter {self.name} is set to lists within a list", span=value.span)
        if not isinstance(value, Known) or value.value is None or isinstance(value.value, (list, dict)):
            return value
        text = text_of(value.value)
        number = "Number" in self.type
        if self.is_list:
            items = [piece.strip() for piece in text.split(",")]
            return Known(
                [Known(scalar_value(item) if number else item, value.span) for item in items], value.span, value.via
            )
        return Known(scalar_value(text) if number else text, value.span, value.via)


def scalar_text(node: ScalarNode) -> str:
    """A scalar as CloudFormation compares it: as text."""
    return "" if node.value is None else text_of(node.value)


def _number(node: Node | None, default: int) -> int:
    found = bare(node)
    if isinstance(found, ScalarNode):
        text = scalar_text(found)
        if text.isdigit():
            return int(text[:9])
    return default


class Template:
    """A document read as a template. `errors` gathers what is wrong with it, also what is found later."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.errors: list[InputError] = document.errors
        root = as_mapping(document.root)
        self.snippets: dict[str, Document | None] = {}
        """Included files by their path."""
        self.sections: dict[str, Node] = {} if root is None else root.entries
        if root is None and document.root is not None:
            self._complain(document.root, "expected a template with Resources, found no mapping")
        for name in SECTIONS:
            section = self.sections.get(name)
            if section is not None and not self._is_section(section):
                self._complain(section, f"{name} must be a mapping of names")
        self.parameters = self._parameters()

    def _is_section(self, node: Node) -> bool:
        found = bare(node)
        return not isinstance(found, SequenceNode) and not (isinstance(found, ScalarNode) and found.value is not None)

    def _parameters(self) -> dict[str, Parameter]:
        section = as_mapping(self.sections.get("Parameters"))
        found = {}
        for name, node in section.entries.items() if section is not None else ():
            declaration = as_mapping(node)
            if declaration is None:
                self._complain(node, f"the parameter {name} must be a mapping with a Type")
            else:
                declaration.key_start, declaration.key_end = node.key_start, node.key_end
                found[name] = Parameter(name, declaration)
        return found

    def snippet(self, path: str) -> Node | None:
        """The content of an included file, read once; None where it can't be read."""
        if path not in self.snippets:
            try:
                documents = parse(load(path))
            except OSError:
                documents = []
            for document in documents:
                self.errors.extend(document.errors)
            self.snippets[path] = documents[0] if documents else None
        snippet = self.snippets[path]
        return None if snippet is None else snippet.root

    def _complain(self, node: Node, message: str) -> None:
        self.errors.append(InputError(message, node.span))


class Deployment:
    """A template with what was chosen for it: parameters, and how its conditions come out.

    `overrides` are parameters set by the user, which beat every default; `arguments` those that the parent of a nested
    stack sets (None where nobody can tell which). `pinned` are what an outcome of the conditions leaves possible for a
    parameter, with None for any other text; `truths` the conditions that are decided, by their name with the prefix.
    `nest` finds the stacks nested in a deployment, by their logical id.
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
        return Deployment(self.template, self._nest, overrides=self.overrides, pinned=pinned, truths=truths)

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
