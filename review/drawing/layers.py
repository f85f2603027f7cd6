"""Which box stands in which column: Sugiyama's method.

K. Sugiyama, S. Tagawa, M. Toda: Methods for Visual Understanding of Hierarchical System Structures (1981).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from review.drawing.graph import Edge, Graph, Pin, adjacency
from review.drawing.order import Columns, fewest_crossings


@dataclass(frozen=True, kw_only=True)
class Route:
    """An arrow with the ids it passes, column by column: its two boxes, and places for it to go through between them.

    `reversed` says that it points to the left.
    """

    edge: Edge
    ids: tuple[str, ...]
    reversed: bool

    @property
    def at_left(self) -> str:
        """The label at its left end."""
        return self.edge.label if self.reversed else self.edge.back

    @property
    def at_right(self) -> str:
        """The label at its right end."""
        return self.edge.back if self.reversed else self.edge.label


@dataclass(frozen=True, kw_only=True)
class Layers:
    """Ids by column from left to right, each from top to bottom; `places` are those that arrows go through."""

    columns: Columns
    routes: tuple[Route, ...]
    places: frozenset[str]


def layer(graph: Graph) -> Layers:
    """Columns for all boxes that have an arrow."""
    ends = {id_ for edge in graph.edges for id_ in (edge.source, edge.target)}
    ids = [node.id for node in graph.nodes if node.id in ends]
    backwards = _closing_circles(ids, graph.edges)
    pairs = [
        (e.target, e.source) if index in backwards else (e.source, e.target) for index, e in enumerate(graph.edges)
    ]
    rank = _ranks(ids, pairs, {node.id: node.pin for node in graph.nodes})
    columns: Columns = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for id_ in ids:
        columns[rank[id_]].append(id_)
    routes, places = [], set[str]()
    for index, (edge, (first, last)) in enumerate(zip(graph.edges, pairs, strict=True)):
        turned = rank[first] > rank[last]
        left, right = (last, first) if turned else (first, last)
        between = [f"{index}:{column}" for column in range(rank[left] + 1, rank[right])]
        for column, place in enumerate(between, start=rank[left] + 1):
            columns[column].append(place)
        places.update(between)
        routes.append(Route(edge=edge, ids=(left, *between, right), reversed=left != edge.source))
    return Layers(
        columns=fewest_crossings(columns, [pair for route in routes for pair in pairwise(route.ids)]),
        routes=tuple(routes),
        places=frozenset(places),
    )


def islands(layers: Layers) -> Iterator[Layers]:
    """What arrows hold together, from left to right where it begins, each with all columns."""
    neighbours = adjacency(
        (id_ for column in layers.columns for id_ in column),
        (pair for route in layers.routes for pair in pairwise(route.ids)),
    )
    seen: set[str] = set()
    for start in (id_ for column in layers.columns for id_ in column):
        if start in seen:
            continue
        found, waiting = {start}, [start]
        while waiting:
            id_ = waiting.pop()
            around = {*neighbours.after[id_], *neighbours.before[id_]} - found
            found |= around
            waiting += around
        seen |= found
        yield Layers(
            columns=[[id_ for id_ in column if id_ in found] for column in layers.columns],
            routes=tuple(route for route in layers.routes if route.ids[0] in found),
            places=layers.places & found,
        )


def _closing_circles(ids: Sequence[str], edges: Sequence[Edge]) -> frozenset[int]:
    """Numbers of the edges that lead back to where a walk came from."""
    leaving: dict[str, list[int]] = {id_: [] for id_ in ids}
    entered = {edge.target for edge in edges}
    for index, edge in enumerate(edges):
        leaving[edge.source].append(index)
    state: dict[str, str] = {}
    found: set[int] = set()

    def walk(id_: str) -> None:
        state[id_] = "open"
        for index in leaving[id_]:
            target = edges[index].target
            if state.get(target) == "open":
                found.add(index)
            elif target not in state:
                walk(target)
        state[id_] = "done"

    for id_ in sorted(ids, key=lambda id_: id_ in entered):
        if id_ not in state:
            walk(id_)
    return frozenset(found)


def _ranks(ids: Sequence[str], pairs: Sequence[tuple[str, str]], pins: Mapping[str, Pin]) -> dict[str, int]:
    """The longest way to each box; then those that nothing leads to move next to what they lead to."""
    neighbours = adjacency(ids, pairs)
    rank: dict[str, int] = {}

    def longest(id_: str) -> int:
        if id_ not in rank:
            rank[id_] = max((longest(before) + 1 for before in neighbours.before[id_]), default=0)
        return rank[id_]

    for id_ in ids:
        longest(id_)
    for id_ in ids:
        after = neighbours.after[id_]
        if not neighbours.before[id_] and after and pins[id_] == Pin.FREE:
            rank[id_] = min(rank[other] for other in after) - 1
    lasts = [id_ for id_ in ids if pins[id_] == Pin.LAST]
    others = [rank[id_] for id_ in ids if pins[id_] != Pin.LAST]
    for id_ in lasts:
        rank[id_] = max(others, default=-1) + 1
    return rank
