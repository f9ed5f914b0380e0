"""A graph that a person can read: what lies on no road left out, and what is alike drawn once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

from snapguard.graph.model import RESOURCES, Edge, Graph, Kind, Mark, Node, block_of, joined

Likeness = Mapping[str, Hashable]
"""What each thing is taken for, by its key: things of one likeness are drawn as one."""

MOST_ALIKE = 3
"""Up to so many things that differ in nothing but their names are drawn one by one."""

MOST_MARKED_ALIKE = 8
"""The same for what findings rest on."""


def condensed(graph: Graph) -> Graph:
    """The roads alone, with the instances of a block as one thing, and many that are alike as one."""
    graph = _on_roads(graph)
    graph = _together(graph, _instances(graph))
    graph = _together(graph, _crowds(graph, _shapes(graph, tells_marked_apart=True), MOST_ALIKE))
    graph = _together(graph, _crowds(graph, _places(graph), MOST_ALIKE))
    graph = _together(graph, _crowds(graph, _shapes(graph, tells_marked_apart=False), MOST_MARKED_ALIKE))
    return _in_order(_readable(graph))


def _on_roads(graph: Graph) -> Graph:
    """What leads to a copy, a receiver, an opening or a machine that is restored, or away from a copy."""
    forth: dict[str, list[str]] = {}
    back: dict[str, list[str]] = {}
    for edge in graph.edges:
        forth.setdefault(edge.source, []).append(edge.target)
        back.setdefault(edge.target, []).append(edge.source)
    copies = [node.key for node in graph.nodes if node.is_copy]
    ends = [node.key for node in graph.nodes if node.kind in (Kind.SCOPE, Kind.RECEIVER, Kind.OPENING)]
    made = _reached(copies, forth)
    kept = _reached([*copies, *ends], back) | made
    scopes = [node.key for node in graph.nodes if node.kind is Kind.SCOPE]
    kept |= _reached(scopes, forth)
    kept -= {node.key for node in graph.nodes if node.kind is Kind.COPY and node.key not in made}
    return Graph(
        [node for node in graph.nodes if node.key in kept],
        [edge for edge in graph.edges if edge.source in kept and edge.target in kept],
    )


def _reached(keys: Iterable[str], ways: Mapping[str, Iterable[str]]) -> set[str]:
    found = set(keys)
    waiting = list(found)
    while waiting:
        for key in ways.get(waiting.pop(), ()):
            if key not in found:
                found.add(key)
                waiting.append(key)
    return found


def _instances(graph: Graph) -> Likeness:
    """All instances of a block of which the same is said are alike."""

    def likeness(node: Node) -> Hashable:
        blocks = tuple(block_of(address) for address in node.addresses)
        name = "" if node.kind in RESOURCES else node.name
        return (node.kind, node.type, blocks, name, node.mark, tuple(node.codes), node.note) if blocks else node.key

    return {node.key: likeness(node) for node in graph.nodes}


def _shapes(graph: Graph, *, tells_marked_apart: bool) -> Likeness:
    """Things are alike where the roads through them look alike, however far one follows them.

    That is the coarsest partition in which things of one class are joined to the same classes, found by refining
    until no class falls apart any more. Where marked things are told apart, each that a finding rests on is a class.
    """
    roads = _roads(graph)
    classes: dict[str, Hashable] = {
        node.key: node.key if tells_marked_apart and node.mark is Mark.DANGER else _looks(node) for node in graph.nodes
    }
    number = len(set(classes.values()))
    while True:
        numbers: dict[Hashable, int] = {}
        refined: dict[str, Hashable] = {}
        for key, known in classes.items():
            around = frozenset((way, classes[other]) for way, other in roads.get(key, ()))
            refined[key] = numbers.setdefault((known, around), len(numbers))
        if len(numbers) == number:
            return refined
        classes, number = refined, len(numbers)


def _places(graph: Graph) -> Likeness:
    """What is joined to the same things by the same roads is alike, whatever is said of it."""
    roads = _roads(graph)
    return {node.key: (_looks(node), frozenset(roads.get(node.key, ()))) for node in graph.nodes}


def _looks(node: Node) -> Hashable:
    """What a thing is, apart from its name."""
    name = node.name if node.kind in (Kind.OPENING, Kind.SCOPE) else ""
    return node.kind, node.type, name, node.mark, tuple(node.codes), node.note


def _roads(graph: Graph) -> Mapping[str, Sequence[tuple[Hashable, str]]]:
    """The roads of each thing, as what tells their kind, and the thing at the other end."""
    roads: dict[str, list[tuple[Hashable, str]]] = {}
    for source, target, label, mark in graph.edges:
        roads.setdefault(source, []).append((("to", label, mark), target))
        roads.setdefault(target, []).append((("from", label, mark), source))
    return roads


def _crowds(graph: Graph, likeness: Likeness, most: int) -> Likeness:
    """The same, but for so few that they may as well stand one by one."""
    sizes: dict[Hashable, int] = {}
    for node in graph.nodes:
        sizes[likeness[node.key]] = sizes.get(likeness[node.key], 0) + 1
    return {key: each if sizes[each] > most else key for key, each in likeness.items()}


def _together(graph: Graph, likeness: Likeness) -> Graph:
    """The same graph, with all things of one likeness as the first of them."""
    first: dict[Hashable, str] = {}
    keys = {node.key: first.setdefault(likeness[node.key], node.key) for node in graph.nodes}
    nodes = [node._replace(key=keys[node.key]) for node in graph.nodes]
    edges = [Edge(keys[edge.source], keys[edge.target], edge.label, edge.mark) for edge in graph.edges]
    return joined(nodes, edges)


def _readable(graph: Graph) -> Graph:
    """The same with a mark in place of what is no text, such as control characters in names that the code gives."""

    def readable(text: str) -> str:
        if text.isprintable():
            return text
        return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)

    nodes = [
        node._replace(name=readable(node.name), addresses=[*map(readable, node.addresses)], note=readable(node.note))
        for node in graph.nodes
    ]
    return Graph(nodes, graph.edges)


def _in_order(graph: Graph) -> Graph:
    """Things in the order in which the road passes them, and roads in that of the things."""
    nodes = sorted(graph.nodes, key=lambda node: node.kind)
    numbers = {node.key: number for number, node in enumerate(nodes)}
    return Graph(nodes, sorted(graph.edges, key=lambda edge: (numbers[edge.source], numbers[edge.target])))
