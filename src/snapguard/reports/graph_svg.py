"""The roads out as a picture of its own in SVG 1.1: it loads nothing, and follows the reader's light or dark scheme."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from snapguard.graph.layout import Box, Layout, Route, layout
from snapguard.graph.model import RESOURCES, Graph, Kind, Mark, Node
from snapguard.graph.survey import Section

MARGIN = 24.0
HEADING = 30.0
LINE = 15.0
PADDING = 9.0
NAME_SIZE = 12.0
SMALL_SIZE = 10.0
NARROW = frozenset("ijlftrI.,:;'|!()[]/- ")
WIDE = frozenset("mwMW@%\N{HORIZONTAL ELLIPSIS}")
WIDEST = 34
"""Letters of a name that are shown; the whole of it is in the tooltip."""

STAGES = {
    Kind.PRINCIPAL: "Who",
    Kind.SCOPE: "May copy",
    Kind.SOURCE: "What there is",
    Kind.COPY: "Copies",
    Kind.RECEIVER: "Given to",
    Kind.MACHINE: "Restored",
    Kind.OPENING: "Open to",
}
"""The heading over the columns of each kind."""

LEGEND = {
    Mark.DANGER: "a finding rests on it",
    Mark.UNSURE: "the code can't tell",
    Mark.CALM: "nothing is said of it",
}

STYLE = """\
svg.roads { --ground: #ffffff; --ink: #1f2937; --faint: #5b6472; --line: #8a94a3; --box: #f4f5f7; --edge: #c3c9d2;
  --danger: #c81e1e; --danger-box: #fdecec; --danger-ink: #8a1515; --unsure: #9a6700; --unsure-box: #fdf5df;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; background: var(--ground); }
@media (prefers-color-scheme: dark) {
  svg.roads { --ground: #14171c; --ink: #e6e9ee; --faint: #a3adba; --line: #6f7a89; --box: #20252d; --edge: #3d4552;
    --danger: #ff6b6b; --danger-box: #3a1c1f; --danger-ink: #ffb3b3; --unsure: #e0b04c; --unsure-box: #33290f; }
}
.roads .ground { fill: var(--ground); }
.roads text { fill: var(--ink); font-size: 12px; }
.roads .type, .roads .note, .roads .flow, .roads .stage { fill: var(--faint); font-size: 10px; }
.roads .root { font-size: 14px; font-weight: 600; }
.roads .stage { font-weight: 600; letter-spacing: .04em; }
.roads .name { font-weight: 600; }
.roads .box { fill: var(--box); stroke: var(--edge); }
.roads .danger .box { fill: var(--danger-box); stroke: var(--danger); stroke-width: 1.5; }
.roads .unsure .box { fill: var(--unsure-box); stroke: var(--unsure); stroke-dasharray: 4 3; }
.roads .codes { font-size: 10px; font-weight: 600; fill: var(--danger-ink); }
.roads .unsure .codes { fill: var(--unsure); }
.roads .way { fill: none; stroke: var(--line); stroke-width: 1.2; }
.roads .way.danger { stroke: var(--danger); stroke-width: 1.8; }
.roads .way.unsure { stroke: var(--unsure); stroke-dasharray: 4 3; }
.roads .head { fill: var(--line); }
.roads .head.danger { fill: var(--danger); }
.roads .head.unsure { fill: var(--unsure); }
.roads .flow { paint-order: stroke; stroke: var(--ground); stroke-width: 3px; stroke-linejoin: round; }
"""


def render(sections: Sequence[Section]) -> str:
    """The picture of all roots, one below the other."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + picture(sections, STYLE)


def picture(sections: Sequence[Section], style: str) -> str:
    """The element `svg` alone, with a style sheet in it where one is given."""
    drawn = [_drawn(section.graph) for section in sections]
    width = max((each.width for each in drawn), default=0.0) + 2 * MARGIN
    width = max(width, 560.0)
    parts: list[str] = []
    y = MARGIN
    for number, (section, place) in enumerate(zip(sections, drawn, strict=True)):
        parts.append(f'<text class="root" x="{MARGIN:g}" y="{y + 10:g}">{escape(section.name)}</text>')
        y += HEADING
        parts += _stages(place, y)
        y += LINE
        parts.append(f'<g transform="translate({MARGIN:g} {_short(y)})">')
        parts += _section(place, number)
        parts.append("</g>")
        y += place.height + HEADING
    if not sections:
        parts.append(f'<text x="{MARGIN:g}" y="{y + 10:g}">There is no road.</text>')
        y += HEADING
    parts += _legend(y)
    height = y + MARGIN
    size = f'width="{_short(width)}" height="{_short(height)}" viewBox="0 0 {_short(width)} {_short(height)}"'
    sheet = f"<style>\n{style}</style>\n" if style else ""
    heads = "".join(
        f'<marker id="head-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path class="head {name}" d="M0 0 8 4 0 8z"/></marker>'
        for name in (mark.name.lower() for mark in Mark)
    )
    ground = f'<rect class="ground" width="{_short(width)}" height="{_short(height)}"/>'
    body = "\n".join([f"{sheet}<defs>{heads}</defs>", ground, *parts])
    return (
        f'<svg class="roads" xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="Roads out">\n'
        f"{body}\n</svg>\n"
    )


def size_of(node: Node) -> tuple[float, float]:
    """How wide and high the box of a thing is."""
    lines = [*_lines(node)]
    width = max(_width(text, kind) for kind, text in lines)
    return width + 2 * PADDING, len(lines) * LINE + PADDING


def _width(text: str, kind: str) -> float:
    """How wide a text is in the widest of the usual fonts (DejaVu Sans), a little more than it may be."""
    bold = kind in ("name", "codes")
    size = NAME_SIZE if kind == "name" else SMALL_SIZE
    narrow, wide, capital, other = (0.44, 1.06, 0.8, 0.72) if bold else (0.39, 0.98, 0.7, 0.64)
    return size * sum(
        narrow if letter in NARROW else wide if letter in WIDE else capital if letter.isupper() else other
        for letter in text
    )


def _drawn(graph: Graph) -> Layout:
    return layout(graph, size_of)


def _stages(place: Layout, y: float) -> Iterator[str]:
    """The heading over the first column of each kind."""
    firsts: dict[Kind, Box] = {}
    for box in place.boxes:
        known = firsts.get(box.node.kind)
        if known is None or box.column < known.column:
            firsts[box.node.kind] = box
    for kind, box in sorted(firsts.items()):
        yield f'<text class="stage" x="{_short(MARGIN + box.x)}" y="{_short(y)}">{STAGES[kind]}</text>'


def _section(place: Layout, number: int) -> Iterator[str]:
    names = {box.node.key: f"r{number}n{index}" for index, box in enumerate(place.boxes)}
    calm_first = sorted(place.routes, key=lambda route: route.edge.mark)
    for route in calm_first:
        yield _way(route, names)
    yield from _flows(place.routes)
    for box in place.boxes:
        yield _box(box, names[box.node.key])


def _way(route: Route, names: dict[str, str]) -> str:
    """A road as a curve that leaves and enters level."""
    (x, y), *points = route.points
    path = [f"M{_short(x)} {_short(y)}"]
    for next_x, next_y in points:
        middle = (x + next_x) / 2
        points_of_curve = [(middle, y), (middle, next_y), (next_x, next_y)]
        curve = " ".join(f"{_short(one)} {_short(other)}" for one, other in points_of_curve)
        path.append(f"H{_short(next_x)}" if y == next_y else f"C{curve}")
        x, y = next_x, next_y
    edge, mark = route.edge, route.edge.mark.name.lower()
    ends = f'data-from="{names[edge.source]}" data-to="{names[edge.target]}"'
    title = f"<title>{escape(edge.label)}</title>" if edge.label else ""
    return f'<path class="way {mark}" {ends} marker-end="url(#head-{mark})" d="{"".join(path)}">{title}</path>'


def _flows(routes: Sequence[Route]) -> Iterator[str]:
    """What happens on the roads, once at each place where they arrive; what the boxes say themselves is left out."""
    labels: dict[tuple[float, float], dict[str, None]] = {}
    for route in routes:
        edge = route.edge
        if edge.label and not edge.label.startswith(("may ", "lets ")):
            labels.setdefault(route.points[-1], {})[edge.label] = None
    for (x, y), found in labels.items():
        text = escape(", ".join(found))
        yield f'<text class="flow" text-anchor="end" x="{_short(x - 10)}" y="{_short(y - 5)}">{text}</text>'


def _box(box: Box, name: str) -> str:
    node = box.node
    rows = []
    for number, (kind, text) in enumerate(_lines(node)):
        y = box.y + PADDING / 2 + LINE * (number + 1) - 4
        rows.append(f'<text class="{kind}" x="{_short(box.x + PADDING)}" y="{_short(y)}">{escape(text)}</text>')
    corner = _short(box.height / 2) if node.kind is Kind.PRINCIPAL else "5"
    shape = (
        f'<rect class="box" x="{_short(box.x)}" y="{_short(box.y)}" width="{_short(box.width)}" '
        f'height="{_short(box.height)}" rx="{min(float(corner), 14):g}"/>'
    )
    title = escape(_title(node))
    classes = f"thing {node.kind.name.lower()} {node.mark.name.lower()}"
    return f'<g class="{classes}" id="{name}"><title>{title}</title>{shape}{"".join(rows)}</g>'


def _lines(node: Node) -> Iterator[tuple[str, str]]:
    """The lines of a box, each with its class: what it is, what it is called, what is said of it."""
    if node.kind in RESOURCES:
        yield "type", _cut(node.type, WIDEST + 6)
    elif node.kind is Kind.OPENING and node.addresses:
        more = f" and {node.size - 1} more" if node.size > 1 else ""
        yield "type", _cut(node.addresses[0], WIDEST + 6 - len(more)) + more
    yield "name", _cut(node.caption, WIDEST)
    if node.note:
        yield "note", _cut(node.note, WIDEST + 12)
    if node.codes:
        yield "codes", _cut(", ".join(node.codes), WIDEST + 12)


def _title(node: Node) -> str:
    """All that is known of a thing, for its tooltip."""
    shown = node.addresses[:20]
    more = [f"and {len(node.addresses) - 20} more"] if len(node.addresses) > 20 else []
    heading = [node.name] if node.kind not in RESOURCES else []
    return "\n".join(filter(None, [*heading, *shown, *more, node.note, ", ".join(node.codes), node.where]))


def _cut(text: str, most: int) -> str:
    """A text of so many letters at most, with its middle left out where it is longer."""
    if len(text) <= most:
        return text
    head = (most - 1) // 2
    return f"{text[:head]}…{text[head + 1 - most :]}"


def _legend(y: float) -> Iterator[str]:
    x = MARGIN
    for mark, text in LEGEND.items():
        yield (
            f'<g class="{mark.name.lower()}"><rect class="box" x="{_short(x)}" y="{_short(y - 10)}" width="22" '
            f'height="14" rx="4"/><text class="note" x="{_short(x + 30)}" y="{_short(y + 1)}">{escape(text)}</text></g>'
        )
        x += 30 + _width(text, "note") + 24


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
