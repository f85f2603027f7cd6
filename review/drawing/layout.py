"""Gives every box and arrow of a graph its place, in pixels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from review.drawing.graph import Graph, Node, adjacency
from review.drawing.heights import settle
from review.drawing.layers import Layers, Route, islands, layer
from review.drawing.text import width, wrap

TITLE, LINE, LABEL = 13.0, 12.0, 11.0
"""Font sizes."""
PADDING = 11.0
_TITLE_STEP, _LINE_STEP, _PORT_STEP = 17.0, 16.0, 17.0
_GAP, _BETWEEN, _PLACE = 56.0, 16.0, 10.0
_LABEL_ROOM = 58.0
_SWEEPS = 24


@dataclass(frozen=True, kw_only=True)
class Box:
    """A node with its corner, its size and its text, broken into lines."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    title: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Line:
    """An arrow: (left, right, height) of every column that it passes; its ends are the first and the last.

    `straight` says how far it runs straight at its left and at its right end: past the labels of that side of the box.
    """

    route: Route
    stations: tuple[tuple[float, float, float], ...]
    straight: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Placed:
    """The whole picture."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def place(graph: Graph) -> Placed:
    """Columns of boxes with arrows between; below them what has no arrow, and the floor."""
    layers = layer(graph)
    texts = {node.id: _text(node, graph.box) for node in graph.nodes}
    degrees = _degrees(layers.routes)
    heights = {
        id_: _PLACE if id_ in layers.places else _height(*texts[id_], ports=max(degrees[id_]))
        for column in layers.columns
        for id_ in column
    }
    lefts = _lefts(layers, graph.box)
    middles: dict[str, float] = {}
    bottom = -_BETWEEN
    for island in islands(layers):
        inner = _middles(island, heights)
        top = min(inner[id_] - heights[id_] / 2 for id_ in inner)
        middles |= {id_: middle - top + bottom + _BETWEEN for id_, middle in inner.items()}
        bottom = max(middles[id_] + heights[id_] / 2 for id_ in inner)
    nodes = {node.id: node for node in graph.nodes}
    boxes = [
        _box(nodes[id_], texts[id_], lefts[index], middles[id_] - heights[id_] / 2, graph.box, heights[id_])
        for index, column in enumerate(layers.columns)
        for id_ in column
        if id_ not in layers.places
    ]
    column_of = {id_: index for index, column in enumerate(layers.columns) for id_ in column}
    lines = tuple(_lines(layers, lefts, column_of, middles, graph.box))
    broad = max(lefts[-1] + graph.box if lefts else 0.0, 2 * graph.box + _GAP)
    lone = [node for node in graph.nodes if node.id not in column_of]
    boxes += _grid(lone, graph.box, broad, bottom + 2 * _BETWEEN if boxes else 0.0)
    bottom = max((box.y + box.height for box in boxes), default=0.0)
    boxes += _floor(graph.floor, broad, bottom + 2 * _BETWEEN if boxes else 0.0)
    bottom = max((box.y + box.height for box in boxes), default=0.0)
    return Placed(width=broad, height=bottom, boxes=tuple(boxes), lines=lines)


def _text(node: Node, room: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    most = room - 2 * PADDING
    title = wrap(node.title, TITLE, most, bold=True)
    return title, tuple(part for line in node.lines for part in wrap(line, LINE, most))


def _height(title: Sequence[str], lines: Sequence[str], *, ports: int = 0) -> float:
    return max(len(title) * _TITLE_STEP + len(lines) * _LINE_STEP, ports * _PORT_STEP) + 2 * PADDING - 6


def _box(
    node: Node, text: tuple[tuple[str, ...], tuple[str, ...]], x: float, y: float, wide: float, high: float
) -> Box:
    return Box(node=node, x=x, y=y, width=wide, height=high, title=text[0], lines=text[1])


def _degrees(routes: Iterable[Route]) -> dict[str, list[int]]:
    degrees: dict[str, list[int]] = {}
    for route in routes:
        degrees.setdefault(route.ids[0], [0, 0])[1] += 1
        degrees.setdefault(route.ids[-1], [0, 0])[0] += 1
    return degrees


def _lefts(layers: Layers, box: float) -> list[float]:
    """The left side of every column. A gap is as wide as the labels at both of its sides."""
    after, before = [0.0] * len(layers.columns), [0.0] * len(layers.columns)
    column_of = {id_: index for index, column in enumerate(layers.columns) for id_ in column}
    for route in layers.routes:
        left, right = column_of[route.ids[0]], column_of[route.ids[-1]]
        after[left] = max(after[left], width(route.at_left, LABEL))
        before[right] = max(before[right], width(route.at_right, LABEL))
    lefts: list[float] = []
    for index in range(len(layers.columns)):
        labels = after[index - 1] + before[index] if index else 0.0
        lefts.append(lefts[-1] + box + max(_GAP, labels + _LABEL_ROOM) if lefts else 0.0)
    return lefts


def _middles(layers: Layers, heights: Mapping[str, float]) -> dict[str, float]:
    """The middle of every id, drawn to those of its neighbours as far as the others of its column let it."""
    steps = [pair for route in layers.routes for pair in zip(route.ids, route.ids[1:], strict=False)]
    neighbours = adjacency(heights, steps)
    middles: dict[str, float] = {}
    for column in layers.columns:
        middles |= settle(column, heights, {}, between=_BETWEEN)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for column in layers.columns if forward else reversed(layers.columns):
            wanted = {}
            for id_ in column:
                sides = neighbours.before[id_] if forward else neighbours.after[id_]
                around = sides or [*neighbours.before[id_], *neighbours.after[id_]]
                wanted[id_] = sum(middles[other] for other in around) / len(around)
            heavy = frozenset(layers.places)
            middles |= settle(column, heights, wanted, between=_BETWEEN, heavy=heavy)
    return middles


def _lines(
    layers: Layers,
    lefts: Sequence[float],
    column_of: Mapping[str, int],
    middles: Mapping[str, float],
    box: float,
) -> Iterable[Line]:
    leaving: dict[str, list[Route]] = {}
    arriving: dict[str, list[Route]] = {}
    for route in layers.routes:
        leaving.setdefault(route.ids[0], []).append(route)
        arriving.setdefault(route.ids[-1], []).append(route)
    ports: dict[tuple[int, int], float] = {}
    for side, by_box in ((1, leaving), (-2, arriving)):
        end = 0 if side == 1 else -1
        for id_, routes in by_box.items():
            routes.sort(key=lambda route, side=side: middles[route.ids[side]])
            for number, route in enumerate(routes):
                ports[id(route), end] = middles[id_] + (number - (len(routes) - 1) / 2) * _PORT_STEP
    for route in layers.routes:
        stations = []
        for index, id_ in enumerate(route.ids):
            left = lefts[column_of[id_]]
            end = 0 if index == 0 else -1
            at_end = index in (0, len(route.ids) - 1)
            stations.append((left, left + box, ports[id(route), end] if at_end else middles[id_]))
        straight = (
            max(width(other.at_left, LABEL) for other in leaving[route.ids[0]]),
            max(width(other.at_right, LABEL) for other in arriving[route.ids[-1]]),
        )
        yield Line(route=route, stations=tuple(stations), straight=straight)


def _grid(nodes: Sequence[Node], box: float, broad: float, top: float) -> Iterable[Box]:
    """Boxes as wide as those of the columns, side by side, in as many rows as they need."""
    each = max(1, int((broad + _BETWEEN) // (box + _BETWEEN)))
    return _rows(nodes, each=each, wide=box, top=top)


def _floor(nodes: Sequence[Node], broad: float, top: float) -> Iterable[Box]:
    """Boxes over the whole width, with what they hold in one text."""
    each = min(len(nodes), 3) or 1
    wide = (broad - (each - 1) * _BETWEEN) / each
    told = [replace(node, lines=(", ".join(node.lines),)) for node in nodes]
    return _rows(told, each=each, wide=wide, top=top)


def _rows(nodes: Sequence[Node], *, each: int, wide: float, top: float) -> Iterable[Box]:
    """All boxes of a row are equally high."""
    for start in range(0, len(nodes), each):
        row = nodes[start : start + each]
        texts = [_text(node, wide) for node in row]
        high = max(_height(*text) for text in texts)
        for number, (node, text) in enumerate(zip(row, texts, strict=True)):
            yield _box(node, text, number * (wide + _BETWEEN), top, wide, high)
        top += high + _BETWEEN
