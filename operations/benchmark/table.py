"""Every figure, by configuration and concurrency."""

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element

from operations.benchmark.elements import element
from operations.benchmark.plot import number
from operations.benchmark.reports import Point, Report

Measure = Callable[[Point], float | None]
_COLUMNS: tuple[tuple[str, Measure], ...] = (
    ("TTFT (ms)", lambda point: point.ttft_ms.mean),
    ("TTFT p95 (ms)", lambda point: point.ttft_ms.p95),
    ("TPOT (ms)", lambda point: point.tpot_ms.mean),
    ("ITL (ms)", lambda point: point.itl_ms.mean),
    ("Requests/s", lambda point: point.requests_per_second),
    ("Output tokens/s", lambda point: point.output_tokens_per_second),
    ("Tokens/s of a request", lambda point: point.tokens_per_second_of_a_request),
)


def table(reports: Sequence[Report], levels: Sequence[int]) -> Element:
    """A row for each measurement; columns that no report fills are left out."""
    columns = [(name, of) for name, of in _COLUMNS if any(of(point) is not None for r in reports for point in r.points)]
    baseline = reports[0]
    # A long name would make the heading higher than the table.
    against = f"Output against {baseline.subject if len(baseline.subject) <= 20 else 'the first'}"
    head = [element("th", name, scope="col") for name in ("Configuration", "Concurrency", *(n for n, _ in columns))]
    if len(reports) > 1:
        head.append(element("th", against, scope="col", class_="against"))
    bodies: list[Element] = []
    for report in reports:
        rows: list[Element] = []
        for level in levels:
            point = report.at(level)
            if point is None:
                continue
            cells = [element("th", report.subject, scope="row"), element("td", str(level))]
            cells += [_cell(of(point)) for _, of in columns]
            if len(reports) > 1:
                cells.append(_ratio(gain(baseline.at(level), point)))
            rows.append(element("tr", *cells))
        bodies.append(element("tbody", *rows))
    caption = element("caption", "Means over all requests of a measurement, unless the column says otherwise.")
    return element("table", caption, element("thead", element("tr", *head)), *bodies)


def _cell(value: float | None) -> Element:
    return _missing() if value is None else element("td", number(value))


def gain(base: Point | None, point: Point | None) -> float | None:
    """Output tokens a second over those of the base; None where one of them is not known."""
    if base is None or point is None or point.output_tokens_per_second is None or not base.output_tokens_per_second:
        return None
    return point.output_tokens_per_second / base.output_tokens_per_second


def _ratio(ratio: float | None) -> Element:
    return _missing("against") if ratio is None else element("td", f"{ratio:.2f}\u00a0\u00d7", class_="against")


def _missing(kind: str | None = None) -> Element:
    dash = element("span", "\u2013", aria_hidden="true")
    return element("td", dash, element("span", "not given", class_="unseen"), class_=kind)
