"""The roads out as a flowchart of Mermaid, which GitHub and GitLab draw where it stands in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from snapguard.graph.model import Graph, Kind, Mark, Node
from snapguard.graph.survey import Section

_SHAPES = {
    Kind.PRINCIPAL: ("([", "])"),
    Kind.SCOPE: ("{{", "}}"),
    Kind.SOURCE: ("[(", ")]"),
    Kind.COPY: ("[", "]"),
    Kind.RECEIVER: (">", "]"),
    Kind.MACHINE: ("[", "]"),
    Kind.OPENING: ("[/", "/]"),
}
_STYLES = (
    "classDef danger fill:#fde8e8,stroke:#c81e1e,stroke-width:2px,color:#771d1d",
    "classDef unsure fill:#fdf6e3,stroke:#b7791f,stroke-dasharray:4 3,color:#5f3d0a",
    "classDef calm fill:#f3f4f6,stroke:#6b7280,color:#1f2937",
)
_LINES = {Mark.DANGER: "stroke:#c81e1e,stroke-width:2px", Mark.UNSURE: "stroke:#b7791f,stroke-dasharray:4 3"}

# What Mermaid reads as its own in a quoted text, as its entity codes (https://mermaid.js.org/syntax/flowchart.html).
_ENTITIES = {
    '"': "#quot;",
    "#": "#35;",
    "&": "#amp;",
    "<": "#lt;",
    ">": "#gt;",
    "`": "#96;",
    "\\": "#92;",
    "\n": " ",
    "\r": " ",
}


def render(sections: Sequence[Section]) -> str:
    """One flowchart; where there are several roots, each stands in a frame of its own."""
    lines = ["flowchart LR"]
    links: list[Mark] = []
    for number, section in enumerate(sections):
        prefix = f"r{number}n" if len(sections) > 1 else "n"
        inner = _lines(section.graph, prefix, links)
        if len(sections) > 1:
            lines.append(f'  subgraph r{number}["{_escaped(section.name)}"]')
            lines.append("    direction LR")
            lines += [f"  {line}" for line in inner]
            lines.append("  end")
        else:
            lines += inner
    lines += [f"  {style}" for style in _STYLES]
    for mark, style in _LINES.items():
        numbers = [str(number) for number, each in enumerate(links) if each is mark]
        if numbers:
            lines.append(f"  linkStyle {','.join(numbers)} {style}")
    return "\n".join(lines) + "\n"


def _lines(graph: Graph, prefix: str, links: list[Mark]) -> Iterator[str]:
    names = {node.key: f"{prefix}{number}" for number, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        begin, end = _SHAPES[node.kind]
        yield f'  {names[node.key]}{begin}"{_text(node)}"{end}:::{node.mark.name.lower()}'
    for edge in graph.edges:
        label = f'|"{_escaped(edge.label)}"|' if edge.label else ""
        links.append(edge.mark)
        yield f"  {names[edge.source]} -->{label} {names[edge.target]}"


def _text(node: Node) -> str:
    codes = f"<br>{', '.join(node.codes)}" if node.codes else ""
    return f"{_escaped(node.label)}{codes}"


def _escaped(text: str) -> str:
    return "".join(_ENTITIES.get(character, character) for character in text)
