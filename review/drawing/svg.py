"""Writes a placed picture as SVG that a page holds inline: colours are the page's, and every box is a link."""

from collections.abc import Iterator

from markupsafe import Markup, escape

from review.drawing.graph import Graph, Node
from review.drawing.layout import LABEL, LINE, PADDING, TITLE, Box, Line, place

_MARGIN, _ARROW, _BAR = 8.0, 7.0, 4.0
_TITLE_STEP, _LINE_STEP = 17.0, 16.0


def draw(graph: Graph, *, name: str) -> Markup:
    """The picture; `name` makes its ids unique in the page."""
    placed = place(graph)
    wide, high = placed.width + 2 * _MARGIN, placed.height + 2 * _MARGIN
    floor = {node.id for node in graph.floor}
    parts = [
        f'<svg class="drawing" viewBox="{-_MARGIN:g} {-_MARGIN:g} {wide:g} {high:.0f}" role="group"'
        f' style="max-width: {wide:.0f}px; --natural: {wide:.0f}px"'
        f' aria-labelledby="{name}-title" aria-describedby="{name}-description">',
        f'<title id="{name}-title">{escape(graph.title)}</title>',
        f'<desc id="{name}-description">{escape(graph.description)}</desc>',
        *(_line(line) for line in placed.lines),
        *(_label(line) for line in placed.lines),
        *(_box(box, floor=box.node.id in floor) for box in placed.boxes),
        "</svg>",
    ]
    return Markup("\n".join(parts))  # noqa: S704 - what the assembly holds is escaped above


def _line(line: Line) -> str:
    """Curves between the columns; straight through them, and straight where a label stands."""
    route, ((_, x, y), *others) = line.route, line.stations
    path = [f"M{x:.1f} {y:.1f}"]
    lead = line.straight[0] + _ARROW
    for number, (left, right, height) in enumerate(others):
        last = number == len(others) - 1
        start, end = x + lead, left - (line.straight[1] + _ARROW if last else 0.0)
        bend = (start + end) / 2
        path.append(f"H{start:.1f}" if lead else "")
        path.append(f"C{bend:.1f} {y:.1f} {bend:.1f} {height:.1f} {end:.1f} {height:.1f}")
        path.append(f"H{left if last else right:.1f}")
        x, y, lead = right, height, 0.0
    (_, first, above), (end, _, below) = line.stations[0], line.stations[-1]
    left = _point(first, above, _ARROW) if route.reversed or route.edge.back else ""
    right = _point(end, below, -_ARROW) if not route.reversed or route.edge.back else ""
    return f'<path class="arrow" d="{"".join(path)}"/>{left}{right}'


def _point(x: float, y: float, length: float) -> str:
    """The point of an arrow at x, y; a negative length is one that points to the right."""
    return f'<path class="point" d="M{x:.1f} {y:.1f}l{length:g} -3.5v7z"/>'


def _label(line: Line) -> str:
    (_, x, y), (right, _, height) = line.stations[0], line.stations[-1]
    texts = []
    if line.route.at_left.strip():
        texts.append(_text("port", x + _ARROW + 4, y - 3, line.route.at_left, LABEL))
    if line.route.at_right.strip():
        texts.append(_text("port end", right - _ARROW - 4, height - 3, line.route.at_right, LABEL))
    return "".join(texts)


def _box(box: Box, *, floor: bool) -> str:
    node = box.node
    look = " ".join(["box", node.look, *(["faint"] if node.faint else []), *(["floor"] if floor else [])])
    inner = "".join(
        [
            f'<rect class="ground" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
            ' rx="5"/>',
            f'<rect class="bar" x="{box.x:.1f}" y="{box.y:.1f}" width="{_BAR:g}" height="{box.height:.1f}" rx="2"/>',
            *_texts(box),
        ]
    )
    if not node.href:
        return f'<g class="{look}">{inner}</g>'
    return f'<a class="{look}" href="{escape(node.href)}" aria-label="{escape(_said(node))}">{inner}</a>'


def _said(node: Node) -> str:
    return ", ".join((node.title, *node.lines))


def _texts(box: Box) -> Iterator[str]:
    high = len(box.title) * _TITLE_STEP + len(box.lines) * _LINE_STEP
    y = box.y + (box.height - high) / 2
    for text in box.title:
        yield _text("name", box.x + PADDING, y + TITLE, text, TITLE)
        y += _TITLE_STEP
    for text in box.lines:
        yield _text("line", box.x + PADDING, y + LINE, text, LINE)
        y += _LINE_STEP


def _text(look: str, x: float, y: float, text: str, size: float) -> str:
    return f'<text class="{look}" x="{x:.1f}" y="{y:.1f}" font-size="{size:g}">{escape(text)}</text>'
