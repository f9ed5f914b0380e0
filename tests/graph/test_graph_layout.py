"""Where things stand in the picture."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapguard.graph.layout import COLUMN_GAP, ROW_GAP, columns_of, layout
from snapguard.graph.model import Edge, Graph, Kind, Node


def node(key, kind):
    return Node(key, kind, "type", key)


def size_of(node):
    return 40.0 + len(node.key), 20.0


def overlap(first, second):
    return (
        first.x < second.x + second.width
        and second.x < first.x + first.width
        and first.y < second.y + second.height
        and second.y < first.y + first.height
    )


@st.composite
def graphs(draw):
    kinds = draw(st.lists(st.sampled_from(list(Kind)), min_size=1, max_size=14))
    nodes = [node(f"n{number}", kind) for number, kind in enumerate(kinds)]
    keys = st.sampled_from([each.key for each in nodes])
    ends = draw(st.lists(st.tuples(keys, keys).filter(lambda pair: pair[0] != pair[1]), max_size=25, unique=True))
    return Graph(nodes, [Edge(*pair) for pair in ends])


@given(graphs())
def test_no_box_overlaps_another(graph):
    place = layout(graph, size_of)

    assert not any(overlap(first, second) for first, second in combinations(place.boxes, 2))


@given(graphs())
def test_everything_is_within_the_picture(graph):
    place = layout(graph, size_of)

    assert len(place.boxes) == len(graph.nodes)
    assert [route.edge for route in place.routes] == graph.edges
    for box in place.boxes:
        assert 0 <= box.x <= box.x + box.width <= place.width + 0.001
        assert -0.001 <= box.y <= box.y + box.height <= place.height + 0.001


@given(graphs())
def test_a_road_begins_and_ends_at_the_sides_of_its_boxes(graph):
    place = layout(graph, size_of)
    boxes = {box.node.key: box for box in place.boxes}

    for route in place.routes:
        for key, (x, y) in ((route.edge.source, route.points[0]), (route.edge.target, route.points[-1])):
            box = boxes[key]
            assert x in (box.x, box.x + box.width)
            assert y == pytest.approx(box.y + box.height / 2)


@given(graphs())
def test_a_road_passes_columns_between_the_boxes_in_them(graph):
    place = layout(graph, size_of)

    for route in place.routes:
        if route.points[0][0] == route.points[-1][0]:
            continue
        for (x, y), (next_x, next_y) in pairwise(route.points):
            if y == next_y:
                low, high = sorted((x, next_x))
                crossed = [
                    box
                    for box in place.boxes
                    if box.node.key not in (route.edge.source, route.edge.target)
                    and box.x < high
                    and low < box.x + box.width
                    and box.y < y < box.y + box.height
                ]
                assert crossed == []


@given(graphs())
def test_the_same_graph_gives_the_same_picture(graph):
    assert layout(graph, size_of) == layout(graph, size_of)


def test_columns_follow_the_stages_of_the_road():
    keys = {kind: kind.name for kind in Kind}
    graph = Graph([node(key, kind) for kind, key in keys.items()], [])

    assert columns_of(graph) == {key: number for number, key in enumerate(keys.values())}


def test_stages_that_nothing_is_at_take_no_room():
    graph = Graph([node("copy", Kind.COPY), node("opening", Kind.OPENING)], [])

    assert columns_of(graph) == {"copy": 0, "opening": 1}
    first, second = layout(graph, size_of).boxes
    assert second.x == first.width + COLUMN_GAP


def test_a_chain_within_a_stage_takes_a_column_a_step():
    nodes = [node(key, Kind.COPY) for key in ("image", "copy", "snapshot")]
    graph = Graph(nodes, [Edge("snapshot", "image"), Edge("image", "copy")])

    assert columns_of(graph) == {"snapshot": 0, "image": 1, "copy": 2}


def test_a_circle_ends_somewhere():
    graph = Graph([node("a", Kind.COPY), node("b", Kind.COPY)], [Edge("a", "b"), Edge("b", "a")])

    assert sorted(columns_of(graph).values()) == [0, 1]


def test_roads_do_not_cross_where_they_need_not():
    nodes = [node(f"s{number}", Kind.SOURCE) for number in range(5)] + [
        node(f"c{number}", Kind.COPY) for number in range(5)
    ]
    edges = [Edge(f"s{number}", f"c{4 - number}") for number in range(5)]
    boxes = {box.node.key: box for box in layout(Graph(nodes, edges), size_of).boxes}

    assert all(boxes[edge.source].y == pytest.approx(boxes[edge.target].y) for edge in edges)


def test_a_thing_stands_level_with_what_it_leads_to():
    nodes = [node("scope", Kind.SCOPE)] + [node(f"s{number}", Kind.SOURCE) for number in range(3)]
    graph = Graph(nodes, [Edge("scope", f"s{number}") for number in range(3)])
    boxes = {box.node.key: box for box in layout(graph, size_of).boxes}

    assert boxes["scope"].y == pytest.approx(boxes["s1"].y)
    assert boxes["s1"].y == pytest.approx(boxes["s0"].y + 20.0 + ROW_GAP)


def test_a_long_chain_is_laid_out_without_recursion():
    nodes = [node(f"c{number}", Kind.COPY) for number in range(3000)]
    edges = [Edge(f"c{number}", f"c{number + 1}") for number in range(2999)]

    assert max(columns_of(Graph(nodes, edges)).values()) == 2999
