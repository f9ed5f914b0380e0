"""The roads out as one page of HTML that needs nothing else: the picture, with search, and the road of each thing."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from html import escape

from snapguard import __version__
from snapguard.graph.model import Kind, Mark
from snapguard.graph.survey import Section
from snapguard.reports.graph_svg import STYLE, picture
from snapguard.reports.page_policy import security_policy

_PAGE = os.path.join(os.path.dirname(__file__), "graph_page.html")

COUNTED = {
    Kind.PRINCIPAL: "who may make or give away copies",
    Kind.COPY: "copies, and what makes them",
    Kind.RECEIVER: "that copies are given to",
    Kind.MACHINE: "restored, and on the way there",
    Kind.OPENING: "ways in and out",
}


def render(sections: Sequence[Section]) -> str:
    """The page. It loads nothing, and its policy lets no script run but its own."""
    with open(_PAGE, encoding="utf-8") as stream:
        page = stream.read().replace("@STYLE@", STYLE)
    content = {
        "POLICY": security_policy(page),
        "TILES": "".join(_tile(sections, kind, label) for kind, label in COUNTED.items()),
        "PICTURE": picture(sections, ""),
        "TOOL": f"SnapGuard {escape(__version__)}",
    }
    return re.sub(r"@([A-Z]+)@", lambda mark: content[mark[1]], page)


def _tile(sections: Sequence[Section], kind: Kind, label: str) -> str:
    """A number that a reader looks at first, and how much of it is a finding's."""
    nodes = [node for section in sections for node in section.graph.nodes if node.kind is kind]
    total = sum(node.size for node in nodes)
    marked = sum(node.size for node in nodes if node.mark is Mark.DANGER)
    note = f"<em>{marked} in findings</em>" if marked else ""
    return f'<div class="tile"><b>{total}</b><span>{escape(label)}</span>{note}</div>'
