"""A small graph: things, and the roads between them along which data goes."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from snapguard.source import Span

TIMES = "\N{MULTIPLICATION SIGN}"

_INDEX = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')


class Kind(enum.IntEnum):
    """What a thing is on the road, in the order in which the road passes them."""

    PRINCIPAL = 0
    SCOPE = 1
    SOURCE = 2
    COPY = 3
    RECEIVER = 4
    MACHINE = 5
    OPENING = 6


RESOURCES = frozenset({Kind.PRINCIPAL, Kind.SOURCE, Kind.COPY, Kind.MACHINE})
"""What is a resource, and not said by one."""


class Mark(enum.IntEnum):
    """What is said of a thing or a road: nothing, that the code can't tell, or that a finding rests on it."""

    CALM = 0
    UNSURE = 1
    DANGER = 2


class Node(NamedTuple):
    """A thing, or several that are alike.

    `key` tells it from all others; `type` is the type of its resource, or a word for what has none; `name` is what
    people call it, without module and index; `addresses` are those of all that it stands for. `place` is where it is
    written. `note` says more, such as what a principal may do; `codes` are the checks whose findings rest on it.
    `is_copy` says that it holds, or may hold, a copy of a disk or database.
    """

    key: str
    kind: Kind
    type: str
    name: str
    addresses: Sequence[str] = ()
    place: Span | None = None
    note: str = ""
    mark: Mark = Mark.CALM
    codes: Sequence[str] = ()
    is_copy: bool = False

    @property
    def size(self) -> int:
        """How many things it stands for."""
        return max(1, len(self.addresses))

    @property
    def label(self) -> str:
        """What it is called in a text: its address, that of a block for all of its instances, or its name."""
        if self.kind not in RESOURCES:
            is_one = self.kind is not Kind.RECEIVER or self.size == 1
            return self.name if is_one else f"{self.name} and {self.size - 1} more"
        if self.size == 1:
            return self.addresses[0] if self.addresses else self.name
        blocks = list(dict.fromkeys(block_of(address) for address in self.addresses))
        return f"{blocks[0]} {TIMES}{self.size}" if len(blocks) == 1 else f"{blocks[0]} and {self.size - 1} more"

    @property
    def caption(self) -> str:
        """The same in few letters: without type and module, with how many there are."""
        if self.kind is Kind.OPENING:
            return self.name
        if self.size == 1:
            index = self.addresses[0][len(block_of(self.addresses[0])) :] if self.addresses else ""
            is_instance = self.addresses and self.addresses[0].endswith(f"{self.name}{index}")
            return f"{self.name}{index}" if is_instance else self.name
        is_block = len({block_of(address) for address in self.addresses}) == 1
        return f"{self.name} {TIMES}{self.size}" if is_block else f"{self.name} and {self.size - 1} more"

    @property
    def where(self) -> str:
        """The file and line where it is written; empty for what is only named."""
        return "" if self.place is None else f"{self.place.file.display}:{self.place.line}"


class Edge(NamedTuple):
    """A road from one thing to another, by their keys; `label` says what happens on it."""

    source: str
    target: str
    label: str = ""
    mark: Mark = Mark.CALM


class Graph(NamedTuple):
    """Things and roads, each in the order in which they were found."""

    nodes: Sequence[Node]
    edges: Sequence[Edge]


def joined(nodes: Iterable[Node], edges: Iterable[Edge]) -> Graph:
    """A graph in which each thing and each road between two is there once; of two marks the graver one counts."""
    things: dict[str, Node] = {}
    for node in nodes:
        known = things.get(node.key)
        things[node.key] = node if known is None else _both(known, node)
    roads: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        ends = edge.source, edge.target
        if edge.source != edge.target and edge.source in things and edge.target in things:
            known_edge = roads.get(ends)
            roads[ends] = edge if known_edge is None else _both_roads(known_edge, edge)
    return Graph(list(things.values()), list(roads.values()))


def _both(first: Node, second: Node) -> Node:
    return first._replace(
        addresses=list(dict.fromkeys((*first.addresses, *second.addresses))),
        place=first.place or second.place,
        note=first.note or second.note,
        mark=max(first.mark, second.mark),
        is_copy=first.is_copy or second.is_copy,
        codes=sorted({*first.codes, *second.codes}),
    )


def _both_roads(first: Edge, second: Edge) -> Edge:
    labels = dict.fromkeys(label for edge in (first, second) for label in edge.label.split(", ") if label)
    return first._replace(label=", ".join(labels), mark=max(first.mark, second.mark))


def block_of(address: str) -> str:
    """The address without its indexes: the same for all instances of a block."""
    return _INDEX.sub("", address)


def short_name(address: str, type: str) -> str:
    """The last name in an address, without type, module and index."""
    block = block_of(address)
    return block.rpartition(f"{type}.")[2] if f"{type}." in block else block.rpartition("/")[2]
