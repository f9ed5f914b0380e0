"""The roads out as a tree of text: each thing once, under what it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from snapguard.graph.model import Edge, Graph, Kind, Mark, Node
from snapguard.graph.survey import Section

_COLOURS = {Mark.DANGER: "31", Mark.UNSURE: "33"}
_FAINT = "2"
_BOLD = "1"

SHOWN_RULES = 2
"""How many of the rules that open a way are named."""

ENTERS = frozenset({"lets in"})
"""Roads that are told at their end: what gets into a machine stands under the machine."""


def render(sections: Sequence[Section], *, has_colour: bool = False) -> str:
    """The roads of each root, under its name."""
    if not sections:
        return "there is no road: nothing that can be copied, no copy, nobody who may make one\n"
    return "\n".join("".join(f"{line}\n" for line in _Tree(section, has_colour).lines()) for section in sections)


class _Tree:
    def __init__(self, section: Section, has_colour: bool) -> None:
        self._name = section.name
        self._graph = section.graph
        self._has_colour = has_colour
        self._nodes = {node.key: node for node in section.graph.nodes}
        self._children = _children(section.graph)
        self._told: set[str] = set()

    def lines(self) -> Iterator[str]:
        yield self._paint(_BOLD, self._name)
        below = {child for children in self._children.values() for child, _ in children}
        tops = [node for node in self._graph.nodes if node.key not in below]
        for node in sorted(tops, key=lambda node: node.kind):
            yield from self._branch(node, "", "", "")
        for node in self._graph.nodes:  # what is left goes round in circles
            if node.key not in self._told:
                yield from self._branch(node, "", "", "")

    def _branch(self, node: Node, lead: str, indent: str, label: str) -> Iterator[str]:
        children = self._children.get(node.key, ())
        is_told = node.key in self._told
        self._told.add(node.key)
        more = " …" if is_told and children else ""
        yield f"{lead}{label}{self._described(node)}{more}"
        for number, (key, edge) in enumerate(() if is_told else children):
            is_last = number == len(children) - 1
            arrow = "← " if edge.label in ENTERS else f"{edge.label}: " if edge.label else ""
            arrow = self._paint(_FAINT, arrow) if edge.mark is Mark.CALM else self._paint(_COLOURS[edge.mark], arrow)
            branch = "└─ " if is_last else "├─ "
            yield from self._branch(
                self._nodes[key], f"{indent}{branch}", indent + ("   " if is_last else "│  "), arrow
            )

    def _described(self, node: Node) -> str:
        text = node.label
        if node.mark is not Mark.CALM:
            text = self._paint(_COLOURS[node.mark], text)
        if node.codes:
            doubt = "? " if node.mark is Mark.UNSURE else ""
            text += " " + self._paint(_COLOURS[node.mark], f"[{doubt}{', '.join(node.codes)}]")
        details = [detail for detail in (_by(node), node.note, node.where) if detail]
        return text + (self._paint(_FAINT, f"  ({'; '.join(details)})") if details else "")

    def _paint(self, colour: str, text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._has_colour and text else text


def _by(node: Node) -> str:
    if node.kind is not Kind.OPENING or not node.addresses:
        return ""
    if len(node.addresses) <= SHOWN_RULES:
        return f"by {' and '.join(node.addresses)}"
    return f"by {', '.join(node.addresses[:SHOWN_RULES])} and {len(node.addresses) - SHOWN_RULES} more"


def _children(graph: Graph) -> Mapping[str, Sequence[tuple[str, Edge]]]:
    """What stands under each thing, with the road to it: receivers first, then what is made, then what gets in."""
    kinds = {node.key: node.kind for node in graph.nodes}
    found: dict[str, list[tuple[str, Edge]]] = {}
    for edge in graph.edges:
        above, below = (edge.target, edge.source) if edge.label in ENTERS else (edge.source, edge.target)
        found.setdefault(above, []).append((below, edge))
    for children in found.values():
        children.sort(key=lambda child: kinds[child[0]])
    return found
