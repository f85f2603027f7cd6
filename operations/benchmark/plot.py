"""A plot as SVG: one line for each report, over the concurrency."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from operations.benchmark.elements import element

WIDTH, HEIGHT = 480, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 14, 14, 46
_MARKERS = (
    "M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0z",  # disc
    "M-4.5,-4.5h9v9h-9z",  # square
    "M0,-6l6,10.5h-12z",  # triangle
    "M0,-6.5l6.5,6.5l-6.5,6.5l-6.5,-6.5z",  # diamond
    "M-6,-2h4v-4h4v4h4v4h-4v4h-4v-4h-4z",  # cross
    "M0,6l6,-10.5h-12z",  # triangle, upside down
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """Values over the concurrencies; None leaves a gap."""

    name: str
    style: int
    """0 to 5: colour and marker, the same on the whole page."""
    values: Sequence[float | None]


def marker(style: int) -> Element:
    """The mark of a line, 16 by 16, for the legend."""
    mark = element("path", d=_MARKERS[style], class_=f"mark s{style}", transform="translate(8 8)")
    return element("svg", mark, width=16, height=16, viewBox="0 0 16 16", aria_hidden="true")


def plot(title: str, *, unit: str, concurrencies: Sequence[int], lines: Sequence[Line], name: str) -> Element:
    """A plot with a description that says all of its values.

    Args:
        name: of letters, once on the page.
    """
    ticks = _ticks(max((value for line in lines for value in line.values if value is not None), default=0))

    def x(index: int) -> float:
        slot = (WIDTH - _LEFT - _RIGHT) / len(concurrencies)
        return _LEFT + slot * (index + 0.5)

    def y(value: float) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / ticks[-1]

    parts: list[Element] = [
        element("title", title, id=f"{name}-title"),
        element("desc", _description(concurrencies, lines, unit), id=f"{name}-desc"),
    ]
    for tick in ticks:
        level = f"{y(tick):.1f}"
        parts.append(element("line", x1=_LEFT, x2=WIDTH - _RIGHT, y1=level, y2=level, class_="grid"))
        parts.append(element("text", _label(tick), x=_LEFT - 8, y=level, dy="0.32em", text_anchor="end"))
    for index, concurrency in enumerate(concurrencies):
        parts.append(element("text", str(concurrency), x=f"{x(index):.1f}", y=HEIGHT - 26, text_anchor="middle"))
    middle = (_LEFT + WIDTH - _RIGHT) / 2
    parts.append(element("text", "requests in flight", x=f"{middle:.0f}", y=HEIGHT - 6, text_anchor="middle"))
    for line in lines:
        places = [None if value is None else (x(i), y(value)) for i, value in enumerate(line.values)]
        parts.append(element("path", d=_path(places), class_=f"line s{line.style}"))
        for place, value, concurrency in zip(places, line.values, concurrencies, strict=True):
            if place and value is not None:
                said = element("title", f"{line.name}, {concurrency}: {number(value)} {unit}")
                at = f"translate({place[0]:.1f} {place[1]:.1f})"
                parts.append(element("path", said, d=_MARKERS[line.style], class_=f"mark s{line.style}", transform=at))
    return element(
        "svg", *parts, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_labelledby=f"{name}-title {name}-desc"
    )


def number(value: float) -> str:
    """As people read it: 1,234.5, 45.95, 0.04."""
    digits = 0 if value >= 10_000 else 1 if value >= 1_000 else 2
    return f"{value:,.{digits}f}"


def _ticks(highest: float) -> list[float]:
    """From 0 to the value or a little more, in 3 to 6 steps of 1, 2, 2.5 or 5 times a power of ten."""
    if highest <= 0:
        return [0, 1]
    power = 10 ** math.floor(math.log10(highest))
    steps = [factor * power / 10 for factor in (1, 2, 2.5, 5, 10, 20, 25, 50)]
    axes = [(count, step) for step in steps if 3 <= (count := math.ceil(highest / step * 0.999)) <= 6]
    count, step = min(axes, key=lambda axis: (axis[0] * axis[1], axis[0]))
    return [step * tick for tick in range(count + 1)]


def _label(value: float) -> str:
    return f"{value:,.6g}" if value < 1_000 else f"{value:,.0f}"


def _path(places: Sequence[tuple[float, float] | None]) -> str:
    parts: list[str] = []
    pen = "M"
    for place in places:
        if place is None:
            pen = "M"
        else:
            parts.append(f"{pen}{place[0]:.1f},{place[1]:.1f}")
            pen = "L"
    return "".join(parts)


def _description(concurrencies: Sequence[int], lines: Sequence[Line], unit: str) -> str:
    said: list[str] = []
    for line in lines:
        pairs = zip(concurrencies, line.values, strict=True)
        values = ", ".join(f"{number(value)} at {level}" for level, value in pairs if value is not None)
        said.append(f"{line.name}: {values or 'not measured'}.")
    return f"In {unit}, by requests in flight. " + " ".join(said)
