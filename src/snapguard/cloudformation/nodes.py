"""The nodes of a template: what was written, and where, in YAML and JSON alike."""

from __future__ import annotations

import re
from bisect import bisect_left

from snapguard.resources import InputError
from snapguard.source import SourceFile, Span

MAX_DEPTH = 150
"""How deep a template may nest; CloudFormation's own limit on size leaves real ones far below."""

SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")
"""The sections of a template that are mappings of names."""

TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep; split the template or write it flatter"

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


class Document:
    """One document of a file: its root node, what it was read from, and what was wrong with it."""

    __slots__ = ("_extra", "_positions", "_shift", "choices", "errors", "file", "root")

    def __init__(self, file: SourceFile, text: str, shift: int) -> None:
        self.file = file
        self.root: Node | None = None
        self.errors: list[InputError] = []
        self.choices: list[Call] = []
        """Every Fn::If."""
        self._shift = shift
        self._positions: list[int] = []
        self._extra: list[int] = [0]
        if not text.isascii():
            self._measure(text)

    def _measure(self, text: str) -> None:
        extra = 0
        for match in _BEYOND_ASCII.finditer(text):
            character = match[0]
            extra += 1 if character < "\u0800" else 2 if character < "\U00010000" else 3
            self._positions.append(match.start())
            self._extra.append(extra)

    def span(self, start: int, end: int) -> Span:
        """The bytes of the file from one character of the text up to, not including, another."""
        positions = self._positions
        if positions:
            start += self._extra[bisect_left(positions, start)]
            end += self._extra[bisect_left(positions, end)]
        return Span(self.file, start + self._shift, end + self._shift)


class Node:
    """Base of the nodes: where it stands (in characters), and where its key stands if it is the value of one."""

    __slots__ = ("document", "end", "key_end", "key_start", "start")

    document: Document
    start: int
    end: int
    key_start: int
    key_end: int

    def __init__(self, document: Document, start: int, end: int) -> None:
        self.document = document
        self.start = start
        self.end = end

    @property
    def span(self) -> Span:
        """The text of the node."""
        return self.document.span(self.start, self.end)

    @property
    def key_span(self) -> Span:
        """The key that the node is the value of."""
        return self.document.span(self.key_start, self.key_end)

    @property
    def whole_span(self) -> Span:
        """The key and the node."""
        return self.document.span(self.key_start, max(self.end, self.key_end))


class ScalarNode(Node):
    """A text, number, boolean or null, as `value`."""

    __slots__ = ("value",)

    def __init__(self, document: Document, start: int, end: int, value: str | int | float | bool | None) -> None:
        self.document = document
        self.start = start
        self.end = end
        self.value = value


class SequenceNode(Node):
    """A list of nodes."""

    __slots__ = ("items",)

    def __init__(self, document: Document, start: int, end: int) -> None:
        self.document = document
        self.start = start
        self.end = end
        self.items: list[Node] = []


class MappingNode(Node):
    """Nodes by key, in the order of the file."""

    __slots__ = ("entries", "expands")

    def __init__(self, document: Document, start: int, end: int) -> None:
        self.document = document
        self.start = start
        self.end = end
        self.entries: dict[str, Node] = {}
        self.expands = False
        """Whether a key is a function that adds entries: Fn::ForEach::NAME or Fn::Transform."""

    def put(self, key: str, key_start: int, key_end: int, node: Node) -> None:
        """Set an entry, and tell its node where the key stands."""
        node.key_start = key_start
        node.key_end = key_end
        self.entries[key] = node
        if key[:4] == "Fn::":
            self.expands = True


class Call(Node):
    """An intrinsic function, in its short (`!GetAtt`) or long (`Fn::GetAtt`) form, by its bare name."""

    __slots__ = ("argument", "name")

    def __init__(self, document: Document, start: int, end: int, name: str, argument: Node) -> None:
        super().__init__(document, start, end)
        self.name = name
        self.argument = argument


class Alias(Node):
    """Another node, named by `*anchor` or merged with `<<`."""

    __slots__ = ("anchor", "target")

    def __init__(self, document: Document, start: int, end: int, anchor: str, target: Node) -> None:
        super().__init__(document, start, end)
        self.anchor = anchor
        self.target = target


def bare(node: Node | None) -> Node | None:
    """The node itself, behind any aliases."""
    while isinstance(node, Alias):
        node = node.target
    return node


def as_mapping(node: Node | None) -> MappingNode | None:
    """The node where it is a mapping, also behind an alias, else None."""
    found = bare(node)
    return found if isinstance(found, MappingNode) else None


def as_text(node: Node | None) -> str | None:
    """The text of a scalar that is a text, or a word that is a boolean (`On`), also behind an alias; else None."""
    found = bare(node)
    if isinstance(found, ScalarNode) and isinstance(found.value, bool):
        return found.span.text.split()[-1]  # a tag or an anchor may stand before it
    return found.value if isinstance(found, ScalarNode) and isinstance(found.value, str) else None


def call(node: Node, name: str, argument: Node) -> Call:
    """The call of a function by its name with or without `Fn::`, in place of a node."""
    made = Call(node.document, node.start, node.end, name.removeprefix("Fn::"), argument)
    if made.name == "If":
        node.document.choices.append(made)
    return made


def long_form(node: MappingNode) -> Node:
    """The call that a mapping of one entry spells out, or else the mapping."""
    if len(node.entries) == 1:
        for key, argument in node.entries.items():
            if key == "Ref" or (key[:4] == "Fn::" and not key.startswith("Fn::ForEach::")):
                return call(node, key, argument)
    return node


_SWITCHES = {
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), False),
}


def scalar_value(text: str) -> str | int | float | bool | None:
    """What a plain YAML scalar means in a template.

    Booleans are those of YAML 1.1, which CloudFormation reads, but for `y` and `n`, which it takes for texts. Only what
    is written back the same way is a number: account ids with a leading zero, dates, versions such as `8.0` and octal
    modes stay the text that they are.
    """
    first = text[:1]
    if not first or first in "~nNyYoO":
        if text in {"", "~", "null", "Null", "NULL"}:
            return None
        return _SWITCHES.get(text, text)
    if first in "tTfF":
        lowered = text.lower()
        return lowered == "true" if lowered in {"true", "false"} else text
    if first in "-0123456789" and len(text) <= 18:
        if text.isdigit() or text[1:].isdigit():
            number = int(text)
            return number if str(number) == text else text
        if "." in text and text.replace(".", "", 1).replace("-", "", 1).isdigit():
            fraction = float(text)
            return fraction if repr(fraction) == text and not fraction.is_integer() else text
    return text


def duplicate_key(key: str) -> str:
    """What to say of a key that was there before."""
    return f"the key {key} is there twice; only the last one counts"
