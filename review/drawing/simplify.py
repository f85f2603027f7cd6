"""Fewer arrows that say the same: what nearly all use goes to the floor, and no arrow repeats a chain of others."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from review.drawing.graph import Edge, Graph, adjacency

_FEWEST_USERS = 4
_SHARE_OF_USERS = 0.6


def simplify(graph: Graph, *, floor: Collection[str] = ()) -> Graph:
    """The same picture without arrows to the floor and without shortcuts. The tables of the page keep every arrow.

    `floor` names boxes that stand there anyway, beside those that nearly all others use. A faint box that then has no
    arrow tells nothing, and goes.
    """
    below = _floor(graph) | frozenset(floor)
    upper = tuple(node for node in graph.nodes if node.id not in below)
    edges = tuple(e for e in graph.edges if e.source not in below and e.target not in below)
    ends = {id_ for edge in edges for id_ in (edge.source, edge.target)}
    return replace(
        graph,
        nodes=tuple(node for node in upper if node.id in ends or not node.faint),
        edges=_without_shortcuts(edges, [node.id for node in upper]),
        floor=tuple(node for node in graph.nodes if node.id in below),
    )


def _floor(graph: Graph) -> frozenset[str]:
    users: dict[str, set[str]] = {node.id: set() for node in graph.nodes}
    for edge in graph.edges:
        users[edge.target].add(edge.source)
    needed = max(_FEWEST_USERS, _SHARE_OF_USERS * (len(graph.nodes) - 1))
    return frozenset(id_ for id_, found in users.items() if len(found) >= needed)


def _without_shortcuts(edges: Collection[Edge], ids: Collection[str]) -> tuple[Edge, ...]:
    """Without A to C where A leads to C through others; arrows of a circle all stay."""
    after = adjacency(ids, ((e.source, e.target) for e in edges)).after
    reach = {id_: _reachable(id_, after) for id_ in ids}

    def repeats(edge: Edge) -> bool:
        return any(
            middle not in (edge.source, edge.target)
            and edge.target in reach[middle]
            and edge.source not in reach[middle]
            and middle not in reach[edge.target]
            for middle in after[edge.source]
        )

    return tuple(edge for edge in edges if not repeats(edge))


def _reachable(start: str, after: Mapping[str, Collection[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(after[start])
    while waiting:
        id_ = waiting.pop()
        if id_ not in found:
            found.add(id_)
            waiting += after[id_]
    return frozenset(found)
