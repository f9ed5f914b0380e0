"""Where the things of a graph stand in a picture: in columns from left to right, by the stages of the road.

Roads that pass a column without stopping there are given a place in it, so that they run between the boxes. The order
within the columns is found by barycentres, the heights by what each thing is joined to: both after Sugiyama, Tagawa
and Toda ("Methods for Visual Understanding of Hierarchical System Structures", 1981).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from snapguard.graph.model import Edge, Graph, Node

COLUMN_GAP = 84.0
ROW_GAP = 16.0
PASSING_HEIGHT = 10.0
SWEEPS = 12
"""How often the columns are put in order after each other; more changes little."""


class Box(NamedTuple):
    """A thing with its place: the upper left corner, the size, and the number of its column."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    column: int


class Route(NamedTuple):
    """A road with the points that it passes, from its source to its target."""

    edge: Edge
    points: Sequence[tuple[float, float]]


class Layout(NamedTuple):
    """A picture: boxes, roads between them, and the size of the whole."""

    boxes: Sequence[Box]
    routes: Sequence[Route]
    width: float
    height: float


def layout(graph: Graph, size_of: Callable[[Node], tuple[float, float]]) -> Layout:
    """A place for everything; `size_of` tells how wide and high the box of a thing is."""
    columns = columns_of(graph)
    places = _Places(graph, columns, {node.key: size_of(node) for node in graph.nodes})
    places.put_in_order()
    places.set_heights()
    return places.layout()


def columns_of(graph: Graph) -> dict[str, int]:
    """The column of each thing: by its kind, and within that by how long the way to it is."""
    kinds = {node.key: _stage(node) for node in graph.nodes}
    within: dict[str, list[str]] = {}
    for edge in graph.edges:
        if kinds[edge.source] == kinds[edge.target]:
            within.setdefault(edge.target, []).append(edge.source)
    depths: dict[str, int] = {}
    for node in graph.nodes:
        _find_depth(node.key, within, depths)
    used = sorted({(kinds[key], depths[key]) for key in kinds})
    numbers = {place: number for number, place in enumerate(used)}
    return {key: numbers[kinds[key], depths[key]] for key in kinds}


def _stage(node: Node) -> int:
    return int(node.kind)


def _find_depth(key: str, within: Mapping[str, Sequence[str]], depths: dict[str, int]) -> None:
    """The length of the longest way to a thing, without recursion; a way that goes round in a circle ends there."""
    opened: set[str] = set()
    waiting = [key]
    while waiting:
        current = waiting[-1]
        if current in depths:
            waiting.pop()
        elif current in opened:
            depths[current] = max((depths.get(one, -1) + 1 for one in within.get(current, ())), default=0)
            waiting.pop()
        else:
            opened.add(current)
            waiting += [one for one in within.get(current, ()) if one not in depths and one not in opened]


class _Slot:
    """A place in a column: that of a thing, or of a road that passes by."""

    __slots__ = ("column", "height", "key", "left", "order", "right", "y")

    def __init__(self, key: str, column: int, height: float) -> None:
        self.key = key
        self.column = column
        self.height = height
        self.left: list[_Slot] = []
        self.right: list[_Slot] = []
        self.order = 0.0
        self.y = 0.0


class _Places:
    def __init__(self, graph: Graph, columns: Mapping[str, int], sizes: Mapping[str, tuple[float, float]]) -> None:
        self._graph = graph
        self._column_of = columns
        self._sizes = sizes
        self._columns: list[list[_Slot]] = [[] for _ in range(max(columns.values(), default=-1) + 1)]
        self._slots = {key: self._slot(key, column, sizes[key][1]) for key, column in columns.items()}
        self._ways = [self._way(edge) for edge in graph.edges]

    def _slot(self, key: str, column: int, height: float) -> _Slot:
        slot = _Slot(key, column, height)
        self._columns[column].append(slot)
        return slot

    def _way(self, edge: Edge) -> list[_Slot]:
        """The slots that a road passes, those at its ends among them."""
        first, last = self._slots[edge.source], self._slots[edge.target]
        if first.column == last.column:
            return [first, last]
        step = 1 if first.column < last.column else -1
        passed = [self._slot("", column, PASSING_HEIGHT) for column in range(first.column + step, last.column, step)]
        way = [first, *passed, last]
        for one, other in pairwise(way):
            low, high = (one, other) if one.column < other.column else (other, one)
            low.right.append(high)
            high.left.append(low)
        return way

    def put_in_order(self) -> None:
        """Put the slots of each column in an order in which few roads cross: the best of some tries."""
        self._number()
        best, order = self._crossings(), self._orders()
        for sweep in range(SWEEPS):
            columns = self._columns if sweep % 2 == 0 else self._columns[::-1]
            for column in columns:
                middles = {id(slot): _middle(slot, sweep % 2 == 0) for slot in column}
                column.sort(key=lambda slot: middles[id(slot)])
                self._number_in(column)
            crossings = self._crossings()
            if crossings < best:
                best, order = crossings, self._orders()
        for column in self._columns:
            column.sort(key=lambda slot: order[id(slot)])
        self._number()

    def _number(self) -> None:
        for column in self._columns:
            self._number_in(column)

    def _number_in(self, column: Sequence[_Slot]) -> None:
        for number, slot in enumerate(column):
            slot.order = float(number)

    def _orders(self) -> dict[int, float]:
        return {id(slot): slot.order for column in self._columns for slot in column}

    def _crossings(self) -> int:
        """How many pairs of roads between neighbouring columns cross."""
        total = 0
        for column in self._columns:
            ends = [other.order for slot in column for other in sorted(slot.right, key=lambda one: one.order)]
            total += _inversions(ends)
        return total

    def set_heights(self) -> None:
        """Move everything to the height of what it is joined to, as far as there is room."""
        for column in self._columns:
            _stack(column, [0.0] * len(column))
        for sweep in range(SWEEPS * 2):
            columns = self._columns if sweep % 2 == 0 else self._columns[::-1]
            for column in columns:
                _stack(column, [_wanted(slot, sweep) for slot in column])
        top = min((slot.y for column in self._columns for slot in column), default=0.0)
        for column in self._columns:
            for slot in column:
                slot.y -= top

    def layout(self) -> Layout:
        """The boxes and roads as they stand now."""
        lefts, widths = [], []
        x = 0.0
        for column in self._columns:
            width = max((self._sizes[slot.key][0] for slot in column if slot.key), default=0.0)
            lefts.append(x)
            widths.append(width)
            x += width + COLUMN_GAP
        boxes = []
        for node in self._graph.nodes:
            slot = self._slots[node.key]
            boxes.append(Box(node, lefts[slot.column], slot.y, widths[slot.column], slot.height, slot.column))
        routes = [
            Route(edge, list(_points(way, lefts, widths)))
            for edge, way in zip(self._graph.edges, self._ways, strict=True)
        ]
        height = max((slot.y + slot.height for column in self._columns for slot in column), default=0.0)
        return Layout(boxes, routes, max(0.0, x - COLUMN_GAP), height)


def _middle(slot: _Slot, looks_left: bool) -> float:
    """Where a slot would stand among those that it is joined to on one side; where it stands if it is to none."""
    others = slot.left if looks_left else slot.right
    return sum(other.order for other in others) / len(others) if others else slot.order


def _inversions(numbers: Sequence[float]) -> int:
    """How many pairs are in the wrong order, counted by merging."""

    def count(part: list[float]) -> tuple[int, list[float]]:
        if len(part) < 2:
            return 0, part
        half = len(part) // 2
        (first, left), (second, right) = count(part[:half]), count(part[half:])
        merged: list[float] = []
        found, at = first + second, 0
        for number in right:
            while at < len(left) and left[at] <= number:
                merged.append(left[at])
                at += 1
            found += len(left) - at
            merged.append(number)
        return found, merged + left[at:]

    return count(list(numbers))[0]


def _wanted(slot: _Slot, sweep: int) -> float:
    """The height at which the middle of a slot would be level with what it is joined to."""
    others = [*slot.left, *slot.right] if sweep >= SWEEPS else slot.left if sweep % 2 == 0 else slot.right
    if not others:
        return slot.y
    return sum(other.y + other.height / 2 for other in others) / len(others) - slot.height / 2


def _stack(column: Sequence[_Slot], wanted: Iterable[float]) -> None:
    """Give each slot of a column the height nearest to the wanted one (least squares), in order and without overlap.

    Neighbours that want to be in each other's place share the mean of their wishes (the pool adjacent violators
    algorithm).
    """
    pools: list[tuple[float, int]] = []
    offsets: list[float] = []
    below = 0.0
    for slot, height in zip(column, wanted, strict=True):
        offsets.append(below)
        mean, size = height - below, 1
        below += slot.height + ROW_GAP
        while pools and pools[-1][0] > mean:
            other, number = pools.pop()
            mean, size = (other * number + mean * size) / (number + size), number + size
        pools.append((mean, size))
    bases = [mean for mean, size in pools for _ in range(size)]
    for slot, base, offset in zip(column, bases, offsets, strict=True):
        slot.y = base + offset


def _points(way: Sequence[_Slot], lefts: Sequence[float], widths: Sequence[float]) -> Iterable[tuple[float, float]]:
    """The points that a road passes: the sides of the boxes at its ends, and both sides of each column between."""
    is_forward = way[0].column < way[-1].column
    for number, slot in enumerate(way):
        left, right = lefts[slot.column], lefts[slot.column] + widths[slot.column]
        y = slot.y + slot.height / 2
        if number == 0:
            yield (right if is_forward or way[0].column == way[-1].column else left), y
        elif number == len(way) - 1:
            yield (left if is_forward else right), y
        else:
            yield from ((left, y), (right, y)) if is_forward else ((right, y), (left, y))
