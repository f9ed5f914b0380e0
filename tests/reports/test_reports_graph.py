"""The roads out as text, Mermaid, DOT and SVG."""

from itertools import combinations
from xml.etree import ElementTree

import pytest

from snapguard.graph.model import Edge, Graph, Kind, Mark, Node
from snapguard.graph.survey import Section
from snapguard.reports import graph_dot, graph_mermaid, graph_svg, graph_text
from snapguard.source import SourceFile, Span

FILE = SourceFile("/p/main.tf", "main.tf", b"line\n" * 40)
SVG = "{http://www.w3.org/2000/svg}"


def at(line):
    return Span(FILE, (line - 1) * 5, (line - 1) * 5 + 4)


def resource(address, kind, line, **fields):
    type, name = address.split(".", 1)
    return Node(address, kind, type, name, [address], at(line), **fields)


NODES = [
    resource("aws_iam_role.ops", Kind.PRINCIPAL, 1, note="may create", mark=Mark.DANGER, codes=["SNAP102"]),
    Node("disks", Kind.SCOPE, "", "all disks"),
    resource("aws_ebs_volume.v", Kind.SOURCE, 5),
    resource("aws_ebs_snapshot.s", Kind.COPY, 9, mark=Mark.DANGER),
    Node("r", Kind.RECEIVER, "receiver", "account 1", ["account 1"], at(12), mark=Mark.DANGER, codes=["SNAP302"]),
    resource("aws_instance.m", Kind.MACHINE, 14, mark=Mark.UNSURE),
    Node(
        "o", Kind.OPENING, "aws_security_group", "SSH", ["aws_security_group.g"], at(20), "", Mark.UNSURE, ["SNAP401"]
    ),
]
EDGES = [
    Edge("aws_iam_role.ops", "disks", "may create", Mark.DANGER),
    Edge("disks", "aws_ebs_volume.v"),
    Edge("aws_ebs_volume.v", "aws_ebs_snapshot.s", "copied to"),
    Edge("aws_ebs_snapshot.s", "r", "given to", Mark.DANGER),
    Edge("aws_ebs_snapshot.s", "aws_instance.m", "a disk of"),
    Edge("o", "aws_instance.m", "lets in", Mark.UNSURE),
]
SECTION = Section("prod", Graph(NODES, EDGES))
OTHER = Section("test", Graph([resource("aws_ebs_snapshot.t", Kind.COPY, 30)], []))


def test_the_text_is_a_tree_from_who_may_copy_to_what_gets_in():
    assert (
        graph_text.render([SECTION])
        == """\
prod
aws_iam_role.ops [SNAP102]  (may create; main.tf:1)
└─ may create: all disks
   └─ aws_ebs_volume.v  (main.tf:5)
      └─ copied to: aws_ebs_snapshot.s  (main.tf:9)
         ├─ given to: account 1 [SNAP302]  (main.tf:12)
         └─ a disk of: aws_instance.m  (main.tf:14)
            └─ ← SSH [? SNAP401]  (by aws_security_group.g; main.tf:20)
"""
    )


def test_roots_stand_below_each_other():
    text = graph_text.render([SECTION, OTHER])

    assert text.endswith("\n\ntest\naws_ebs_snapshot.t  (main.tf:30)\n")


def test_what_is_reached_twice_is_told_once():
    nodes = [resource(f"aws_ebs_volume.{name}", Kind.SOURCE, 1) for name in "ab"]
    nodes += [resource("aws_ebs_snapshot.s", Kind.COPY, 2), resource("aws_instance.m", Kind.MACHINE, 3)]
    edges = [Edge(f"aws_ebs_volume.{name}", "aws_ebs_snapshot.s", "copied to") for name in "ab"]
    edges.append(Edge("aws_ebs_snapshot.s", "aws_instance.m", "a disk of"))
    text = graph_text.render([Section("x", Graph(nodes, edges))])

    assert text.count("aws_instance.m") == 1
    assert text.count("aws_ebs_snapshot.s  (main.tf:2)") + text.count("aws_ebs_snapshot.s …  (main.tf:2)") == 2
    assert text.count("…") == 1


def test_things_that_lead_to_each_other_in_a_circle_are_told():
    nodes = [resource(f"aws_ami.{name}", Kind.COPY, 1) for name in "ab"]
    edges = [Edge("aws_ami.a", "aws_ami.b", "made into"), Edge("aws_ami.b", "aws_ami.a", "made into")]
    text = graph_text.render([Section("x", Graph(nodes, edges))])

    assert text.splitlines()[1].startswith("aws_ami.a")
    assert "made into: aws_ami.b" in text


@pytest.mark.parametrize(("number", "told"), [(1, "by g0;"), (2, "by g0 and g1;"), (4, "by g0, g1 and 2 more;")])
def test_the_first_rules_that_open_a_way_are_named(number, told):
    node = NODES[-1]._replace(addresses=[f"g{at}" for at in range(number)])

    assert f"({told} " in graph_text.render([Section("x", Graph([node], []))])


def test_colours_tell_marks_apart():
    text = graph_text.render([SECTION], has_colour=True)

    assert "\x1b[31maws_ebs_snapshot.s\x1b[0m" in text
    assert "\x1b[33maws_instance.m\x1b[0m" in text


def test_without_roads_the_text_says_so():
    assert graph_text.render([]).startswith("there is no road")


def test_a_flowchart_of_mermaid():
    assert (
        graph_mermaid.render([SECTION])
        == """\
flowchart LR
  n0(["aws_iam_role.ops<br>SNAP102"]):::danger
  n1{{"all disks"}}:::calm
  n2[("aws_ebs_volume.v")]:::calm
  n3["aws_ebs_snapshot.s"]:::danger
  n4>"account 1<br>SNAP302"]:::danger
  n5["aws_instance.m"]:::unsure
  n6[/"SSH<br>SNAP401"/]:::unsure
  n0 -->|"may create"| n1
  n1 --> n2
  n2 -->|"copied to"| n3
  n3 -->|"given to"| n4
  n3 -->|"a disk of"| n5
  n6 -->|"lets in"| n5
  classDef danger fill:#fde8e8,stroke:#c81e1e,stroke-width:2px,color:#771d1d
  classDef unsure fill:#fdf6e3,stroke:#b7791f,stroke-dasharray:4 3,color:#5f3d0a
  classDef calm fill:#f3f4f6,stroke:#6b7280,color:#1f2937
  linkStyle 0,3 stroke:#c81e1e,stroke-width:2px
  linkStyle 5 stroke:#b7791f,stroke-dasharray:4 3
"""
    )


def test_several_roots_are_frames_of_one_flowchart():
    lines = graph_mermaid.render([SECTION, OTHER]).splitlines()

    assert '  subgraph r0["prod"]' in lines
    assert '  subgraph r1["test"]' in lines
    assert '    r1n0["aws_ebs_snapshot.t"]:::calm' in lines
    assert lines.count("  end") == lines.count("    direction LR") == 2


HOSTILE = 'module.m["a\\"]<script>alert(1)</script>`#&\n"].aws_ami.x'


def test_what_comes_from_the_code_can_not_break_out_of_a_mermaid_text():
    node = Node("k", Kind.COPY, "aws_ami", "x", [HOSTILE])
    line = graph_mermaid.render([Section("x", Graph([node], []))]).splitlines()[1]

    assert line == (
        '  n0["module.m[#quot;a#92;#quot;]#lt;script#gt;alert(1)#lt;/script#gt;#96;#35;#amp; #quot;].aws_ami.x"]:::calm'
    )


def test_a_graph_in_dot():
    lines = graph_dot.render([SECTION]).splitlines()

    assert lines[:2] == ["digraph roads {", "  rankdir=LR"]
    assert lines[-1] == "}"
    assert (
        '  n3 [label="aws_ebs_snapshot.s" tooltip="aws_ebs_snapshot.s\\nmain.tf:9" shape=folder style="filled,bold" '
        'color="#c81e1e" fillcolor="#fde8e8"]'
    ) in lines
    assert '  n2 -> n3 [label="copied to" color="#6b7280"]' in lines
    assert '  n1 -> n2 [color="#6b7280"]' in lines
    assert '  n0 [label="aws_iam_role.ops\\nSNAP102" ' in "\n".join(lines)


def test_several_roots_are_clusters_in_dot():
    text = graph_dot.render([SECTION, OTHER])

    assert '  subgraph cluster_1 {\n    label="test"\n    r1n0 [' in text
    assert text.count("{") == text.count("}") == 3


def test_what_comes_from_the_code_can_not_break_out_of_a_dot_text():
    node = Node("k", Kind.COPY, "aws_ami", "x", [HOSTILE])
    (line,) = [one for one in graph_dot.render([Section("x", Graph([node], []))]).splitlines() if "n0 [" in one]

    assert line.startswith('  n0 [label="module.m[\\"a\\\\\\"]<script>alert(1)</script>`#&\\n\\"].aws_ami.x" ')


def boxes_of(svg):
    """Each thing of a picture with the corners of its box."""
    found = {}
    for group in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        if "thing" in (group.get("class") or "").split():
            (box,) = group.iter(f"{SVG}rect")
            x, y, width, height = (float(box.get(name)) for name in ("x", "y", "width", "height"))
            found[group.get("id")] = (group, x, y, x + width, y + height)
    return found


def test_the_picture_has_every_thing_with_its_name_and_address():
    things = boxes_of(graph_svg.render([SECTION]))
    texts = [[text.text for text in group.iter(f"{SVG}text")] for group, *_ in things.values()]
    titles = [group.find(f"{SVG}title").text for group, *_ in things.values()]

    assert texts[0] == ["aws_iam_role", "ops", "may create", "SNAP102"]
    assert texts[3] == ["aws_ebs_snapshot", "s"]
    assert titles[3] == "aws_ebs_snapshot.s\nmain.tf:9"
    assert [group.get("class") for group, *_ in things.values()][-2:] == [
        "thing machine unsure",
        "thing opening unsure",
    ]


def test_boxes_do_not_overlap_and_roads_stand_between_them():
    picture = graph_svg.render([SECTION, OTHER])
    first, second = ElementTree.fromstring(picture), boxes_of(picture)

    for one, other in combinations([corners for key, (_, *corners) in second.items() if key.startswith("r0")], 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    ways = [way for way in first.iter(f"{SVG}path") if (way.get("class") or "").startswith("way")]
    assert [(way.get("data-from"), way.get("data-to")) for way in ways].count(("r0n2", "r0n3")) == 1
    assert len(ways) == len(EDGES)


def test_the_picture_loads_nothing():
    picture = graph_svg.render([SECTION]).replace("http://www.w3.org/2000/svg", "")

    for word in ("http:", "https:", "url(h", "@import", "<image", "<script", "href"):
        assert word not in picture


def test_the_picture_has_headings_a_legend_and_both_schemes():
    picture = graph_svg.render([SECTION])
    texts = [text.text for text in ElementTree.fromstring(picture).iter(f"{SVG}text")]

    assert {"prod", "Who", "Copies", "Given to", "Open to", "a finding rests on it", "the code can't tell"} <= {*texts}
    assert "prefers-color-scheme: dark" in picture


def test_what_comes_from_the_code_is_text_in_the_picture():
    node = Node("k", Kind.COPY, "aws_ami", '<b>&"', [HOSTILE])
    (group, *_), *_ = boxes_of(graph_svg.render([Section("<x>", Graph([node], []))])).values()

    assert group.find(f"{SVG}title").text.startswith(HOSTILE)


@pytest.mark.parametrize(("name", "shown"), [("x" * 34, "x" * 34), ("a" * 20 + "b" * 20, f"{'a' * 16}…{'b' * 17}")])
def test_a_long_name_is_shortened_in_the_middle(name, shown):
    node = Node("k", Kind.COPY, "aws_ami", name, [f"aws_ami.{name}"])
    (group, *_), *_ = boxes_of(graph_svg.render([Section("x", Graph([node], []))])).values()

    assert [text.text for text in group.iter(f"{SVG}text")] == ["aws_ami", shown]
    assert name in group.find(f"{SVG}title").text


def test_a_picture_of_nothing_says_so():
    assert "There is no road." in graph_svg.render([])


@pytest.mark.parametrize("render", [graph_text.render, graph_mermaid.render, graph_dot.render, graph_svg.render])
def test_the_same_roads_give_the_same_bytes(render):
    assert render([SECTION, OTHER]) == render([SECTION, OTHER])
