"""The roads out in the language of Graphviz (https://graphviz.org/doc/info/lang.html)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from snapguard.graph.model import Graph, Kind, Mark, Node
from snapguard.graph.survey import Section

_SHAPES = {
    Kind.PRINCIPAL: "oval",
    Kind.SCOPE: "hexagon",
    Kind.SOURCE: "cylinder",
    Kind.COPY: "folder",
    Kind.RECEIVER: "cds",
    Kind.MACHINE: "box",
    Kind.OPENING: "house",
}
_COLOURS = {Mark.CALM: "#6b7280", Mark.UNSURE: "#b7791f", Mark.DANGER: "#c81e1e"}
_FILLS = {Mark.CALM: "#f3f4f6", Mark.UNSURE: "#fdf6e3", Mark.DANGER: "#fde8e8"}
_STYLES = {Mark.CALM: "filled", Mark.UNSURE: "filled,dashed", Mark.DANGER: "filled,bold"}


def render(sections: Sequence[Section]) -> str:
    """One directed graph; where there are several roots, each is a cluster."""
    lines = ["digraph roads {", "  rankdir=LR", '  node [fontname="Helvetica" fontsize=11]']
    lines.append('  edge [fontname="Helvetica" fontsize=9]')
    for number, section in enumerate(sections):
        prefix = f"r{number}n" if len(sections) > 1 else "n"
        inner = _lines(section.graph, prefix)
        if len(sections) > 1:
            lines += [f"  subgraph cluster_{number} {{", f"    label={_quoted(section.name)}"]
            lines += [f"  {line}" for line in inner]
            lines.append("  }")
        else:
            lines += inner
    return "\n".join([*lines, "}"]) + "\n"


def _lines(graph: Graph, prefix: str) -> Iterator[str]:
    names = {node.key: f"{prefix}{number}" for number, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        look = f'shape={_SHAPES[node.kind]} style="{_STYLES[node.mark]}"'
        colours = f'color="{_COLOURS[node.mark]}" fillcolor="{_FILLS[node.mark]}"'
        yield f"  {names[node.key]} [label={_quoted(_text(node))} tooltip={_quoted(_tip(node))} {look} {colours}]"
    for edge in graph.edges:
        label = f"label={_quoted(edge.label)} " if edge.label else ""
        ends = f"{names[edge.source]} -> {names[edge.target]}"
        yield f'  {ends} [{label}color="{_COLOURS[edge.mark]}"]'


def _text(node: Node) -> str:
    return f"{node.label}\n{', '.join(node.codes)}" if node.codes else node.label


def _tip(node: Node) -> str:
    return "\n".join(filter(None, [*node.addresses, node.note, node.where])) or node.label


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "")
    return '"' + escaped.replace("\n", "\\n") + '"'
