"""The parameters of a template as declared, and what their types make of a value."""

from __future__ import annotations

import re

from snapguard.cloudformation.nodes import MappingNode, Node, ScalarNode, SequenceNode, as_text, bare, scalar_value
from snapguard.values import Known, Unknown, Value, text_of

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
