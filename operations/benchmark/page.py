"""The page: what was gained in a sentence, plots, and the table with every figure."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from operations.benchmark.elements import element, html
from operations.benchmark.plot import Line, marker, plot
from operations.benchmark.reports import Report, concurrencies
from operations.benchmark.table import Measure, gain, table

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_PLOTS: tuple[tuple[str, str, str, Measure], ...] = (
    ("Output tokens", "tokens/s", "more is better", lambda point: point.output_tokens_per_second),
    ("Time to first token, mean", "ms", "less is better", lambda point: point.ttft_ms.mean),
    ("Time to first token, 95th percentile", "ms", "less is better", lambda point: point.ttft_ms.p95),
    ("Time per output token, mean", "ms", "less is better", lambda point: point.tpot_ms.mean),
    ("Requests", "requests/s", "more is better", lambda point: point.requests_per_second),
)


def page(reports: Sequence[Report], *, title: str) -> str:
    """The whole document, which loads nothing from anywhere.

    Args:
        reports: the first is what the others are compared with.
    """
    levels = concurrencies(list(reports))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("title", title),
        element("style", (Path(__file__).parent / "page.css").read_text(encoding="utf-8")),
    )
    parts = (_gains(reports, levels), _plots(reports, levels), _figures(reports, levels), _sources(reports))
    main = element("main", element("h1", title), *(each for part in parts for each in part))
    return html(element("html", head, element("body", main), lang="en"))


def _gains(reports: Sequence[Report], levels: Sequence[int]) -> list[Element]:
    baseline, *others = reports
    said: list[Element] = []
    for other in others:
        ratios = {level: gain(baseline.at(level), other.at(level)) for level in levels}
        parts = [f"{ratio:.2f} times with {level}" for level, ratio in ratios.items() if ratio is not None]
        words = f" against {baseline.subject}, in output tokens a second: {', '.join(parts)} requests in flight."
        if not parts:
            words = f" and {baseline.subject} have no concurrency in common."
        said.append(element("li", element("strong", other.subject), words))
    return [element("ul", *said)] if said else []


def _plots(reports: Sequence[Report], levels: Sequence[int]) -> list[Element]:
    legend = [element("li", marker(style), report.subject) for style, report in enumerate(reports)]
    figures: list[Element] = []
    for place, (title, unit, better, measure) in enumerate(_PLOTS):
        lines = [
            Line(name=report.subject, style=style, values=[_value(report, level, measure) for level in levels])
            for style, report in enumerate(reports)
        ]
        if any(value is not None for line in lines for value in line.values):
            caption = element("figcaption", title, element("span", f" in {unit}, {better}"))
            drawing = plot(title, unit=unit, concurrencies=levels, lines=lines, name=f"plot{place}")
            figures.append(element("figure", caption, drawing))
    return [element("h2", "Plots"), element("ul", *legend, class_="legend"), element("div", *figures, class_="plots")]


def _value(report: Report, level: int, measure: Measure) -> float | None:
    point = report.at(level)
    return None if point is None else measure(point)


def _figures(reports: Sequence[Report], levels: Sequence[int]) -> list[Element]:
    heading = element("h2", "Figures", id="figures")
    # It can be scrolled with the keyboard, too.
    region = element(
        "div", table(reports, levels), class_="scroll", role="region", aria_labelledby="figures", tabindex=0
    )
    note = element(
        "p",
        "TTFT is the time to the first token, TPOT the time per output token after it, ITL the time between two parts "
        "of a stream; with speculative decoding a part carries several tokens. Tokens/s of a request is 1000 / TPOT. A "
        "dash is a value that the source does not give.",
        class_="soft",
    )
    return [heading, region, note]


def _sources(reports: Sequence[Report]) -> list[Element]:
    known = list(dict.fromkeys(report.source for report in reports if report.source))
    failed = [
        element("li", f"{report.subject}: {point.failed_requests} requests failed at concurrency {point.concurrency}.")
        for report in reports
        for point in report.points
        if point.failed_requests
    ]
    notes = [*failed, *(element("li", source) for source in known)]
    return [element("h2", "Notes and sources"), element("ul", *notes)] if notes else []
