"""Whatever a graph is like, its boxes stand apart and its arrows end at what they mean."""

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from review.drawing.graph import Edge, Graph, Node, adjacency
from review.drawing.heights import settle
from review.drawing.layers import layer
from review.drawing.layout import Box, place
from review.drawing.order import crossings, fewest_crossings
from review.drawing.simplify import simplify
from review.drawing.svg import draw
from review.drawing.text import width, wrap

IDS = "abcdefgh"
_PAIRS = st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda pair: pair[0] != pair[1])
GRAPHS = st.sets(_PAIRS, max_size=16).map(
    lambda pairs: _graph({frozenset(pair): pair for pair in sorted(pairs)}.values())
)
FEW = settings(max_examples=60, deadline=None)


def _graph(pairs) -> Graph:
    edges = tuple(Edge(source=a, target=b, label="443" if a < "d" else "") for a, b in pairs)
    nodes = tuple(Node(id=id_, title=f"Box {id_}", lines=("one",) * (ord(id_) % 4)) for id_ in IDS)
    return Graph(title="Any", description="Any graph", nodes=nodes, edges=edges)


def _overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


@FEW
@given(GRAPHS)
def test_boxes_stand_apart_and_inside(graph: Graph) -> None:
    placed = place(graph)
    assert sorted(box.node.id for box in placed.boxes) == list(IDS)
    assert not [pair for pair in combinations(placed.boxes, 2) if _overlap(*pair)]
    for box in placed.boxes:
        assert box.x >= 0
        assert box.y >= -0.01
        assert box.x + box.width <= placed.width + 0.01
        assert box.y + box.height <= placed.height + 0.01


@FEW
@given(GRAPHS)
def test_arrows_end_at_the_sides_of_their_boxes_and_cross_no_other(graph: Graph) -> None:
    placed = place(graph)
    boxes = {box.node.id: box for box in placed.boxes}
    assert len(placed.lines) == len(graph.edges)
    for line in placed.lines:
        edge = line.route.edge
        left, right = (edge.target, edge.source) if line.route.reversed else (edge.source, edge.target)
        first, last = line.stations[0], line.stations[-1]
        assert first[1] == boxes[left].x + boxes[left].width
        assert last[0] == boxes[right].x
        assert boxes[left].y < first[2] < boxes[left].y + boxes[left].height
        assert boxes[right].y < last[2] < boxes[right].y + boxes[right].height
        for begin, _, height in line.stations[1:-1]:
            assert not [b for b in placed.boxes if b.x == begin and b.y <= height <= b.y + b.height]


@FEW
@given(GRAPHS)
def test_every_arrow_leads_to_the_right_unless_it_closes_a_circle(graph: Graph) -> None:
    turned = [route.edge for route in layer(graph).routes if route.reversed]
    after = adjacency(IDS, ((edge.source, edge.target) for edge in graph.edges)).after
    for edge in turned:
        assert edge.source in _reached(edge.target, after)


@FEW
@given(GRAPHS)
def test_fewer_arrows_still_lead_everywhere(graph: Graph) -> None:
    simple = simplify(graph)
    kept = {node.id for node in simple.nodes}
    before = adjacency(IDS, ((e.source, e.target) for e in graph.edges if {e.source, e.target} <= kept)).after
    after = adjacency(IDS, ((e.source, e.target) for e in simple.edges)).after
    assert {id_: _reached(id_, after) for id_ in kept} == {id_: _reached(id_, before) for id_ in kept}


def _reached(start: str, after) -> frozenset[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for id_ in after[waiting.pop()]:
            if id_ not in found:
                found.add(id_)
                waiting.append(id_)
    return frozenset(found)


def test_what_nearly_all_use_goes_below_and_takes_faint_boxes_without_another_arrow_away() -> None:
    nodes = tuple(Node(id=id_, title=id_, faint=id_ == "a") for id_ in IDS)
    edges = tuple(Edge(source=id_, target="h") for id_ in "abcdef")
    simple = simplify(Graph(title="Any", description="Any graph", nodes=nodes, edges=edges))
    assert [node.id for node in simple.floor] == ["h"]
    assert [node.id for node in simple.nodes] == list("bcdefg")
    assert simple.edges == ()


def test_what_can_be_drawn_without_crossings_is() -> None:
    columns = [["a", "b", "c"], ["x", "y", "z"]]
    steps = [("a", "z"), ("b", "x"), ("b", "y"), ("c", "y"), ("c", "z")]
    assert crossings(columns, steps) == 3
    assert crossings(fewest_crossings(columns, steps), steps) == 0


@FEW
@given(st.lists(st.floats(-500, 500), min_size=1, max_size=8))
def test_boxes_stand_where_they_are_wanted_as_far_as_they_can(wanted: list[float]) -> None:
    ids = [str(number) for number in range(len(wanted))]
    middles = settle(ids, dict.fromkeys(ids, 20.0), dict(zip(ids, wanted, strict=True)), between=10)
    assert all(middles[b] - middles[a] >= 29.99 for a, b in pairwise(ids))
    assert abs(sum(middles.values()) - sum(wanted)) < 0.01, "nobody is moved more to one side than to the other"


@given(st.text(alphabet="abcXYZ /-:.", max_size=60))
@FEW
def test_no_line_of_text_is_wider_than_its_room_and_nothing_is_lost(text: str) -> None:
    lines = wrap(text, 12, 100)
    assert all(width(line, 12) <= 100 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_picture_is_valid_xml_with_a_name_a_description_and_escaped_text() -> None:
    nodes = (Node(id="a", title="<b>&", href='#a"b'), Node(id="b", title="B"))
    graph = Graph(title="A & B", description="<i>", nodes=nodes, edges=(Edge(source="a", target="b", label="<1>"),))
    root = ElementTree.fromstring(str(draw(graph, name="it")))  # noqa: S314 - our own text
    assert [root.find(tag).text for tag in ("title", "desc")] == ["A & B", "<i>"]
    assert (root.get("aria-labelledby"), root.get("aria-describedby")) == ("it-title", "it-description")
    assert root.find("a").get("href") == '#a"b'
    assert [text.text for text in root.iter("text")] == ["<1>", "<b>&", "B"]


def test_the_same_graph_is_the_same_picture() -> None:
    graph = _graph([("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")])
    assert draw(graph, name="one") == draw(graph, name="one")
    assert re.findall(r'd="M[^"]*"', draw(graph, name="one"))


def test_an_empty_graph_is_an_empty_picture() -> None:
    assert place(Graph(title="None", description="None", nodes=(), edges=())).boxes == ()
