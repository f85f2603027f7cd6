"""The page says every figure once more than it draws it, and loads nothing."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from operations.__main__ import app
from operations.benchmark.page import page
from operations.benchmark.plot import Line, number, plot
from operations.benchmark.reports import Report

VOID = {"meta"}
PUBLISHED = {  # configuration, concurrency: TTFT, TPOT, ITL, requests/s, output tokens/s, tokens/s of a request
    ("No EAGLE", 4): (168.04, 45.95, 45.95, 0.04, 86.76, 21.76),
    ("No EAGLE", 8): (219.53, 51.02, 51.01, 0.08, 156.46, 19.6),
    ("Base EAGLE", 1): (89.76, 21.71, 53.01, 0.02, 45.87, 46.07),
    ("Base EAGLE", 2): (132.15, 20.78, 50.75, 0.05, 95.73, 48.13),
    ("Base EAGLE", 4): (133.06, 20.11, 49.06, 0.1, 196.67, 49.73),
    ("Base EAGLE", 8): (154.44, 20.58, 50.15, 0.19, 381.86, 48.59),
    ("Trained EAGLE", 1): (83.6, 17.32, 46.37, 0.03, 57.63, 57.73),
    ("Trained EAGLE", 2): (129.07, 18, 48.38, 0.05, 110.86, 55.55),
    ("Trained EAGLE", 4): (133.11, 18.46, 49.43, 0.1, 214.27, 54.16),
    ("Trained EAGLE", 8): (151.19, 19.15, 51.5, 0.2, 412.25, 52.22),
}
"""The article's table, with its own last column, which the page calculates."""


class Document(HTMLParser):
    """The tree, its problems, and the cells of its table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self.feed(text)
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def report(subject: str, *points: dict[str, Any], **more: Any) -> Report:
    text = json.dumps({"schema": "benchmark-report/1", "subject": subject, "points": points, **more})
    return Report.model_validate_json(text)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Document:
    target = tmp_path_factory.mktemp("page") / "page.html"
    done = CliRunner().invoke(app, ["benchmark", "--sample", "--output", str(target)])
    assert done.exit_code == 0, done.output
    assert "3 reports compared" in done.output
    return Document(target.read_text())


def test_the_sample_is_the_articles_table(sample: Document) -> None:
    head, *rows = sample.rows
    assert head[0:2] == ["Configuration", "Concurrency"]
    assert len(rows) == len(PUBLISHED)
    for name, level, *cells in rows:
        expected = PUBLISHED[name, int(level)]
        assert [float(each) for each in cells[:5]] == pytest.approx(expected[:5])
        # The article has rounded its column from more digits than it shows.
        assert float(cells[5]) == pytest.approx(expected[5], abs=0.011)
    gains = {(row[0], row[1]): row[-1] for row in rows}
    assert gains["Trained EAGLE", "4"] == "2.47\u00a0\u00d7"
    assert gains["No EAGLE", "8"] == "1.00\u00a0\u00d7"
    assert gains["Base EAGLE", "1"] == "\u2013not given"


def test_the_sample_names_its_source(sample: Document) -> None:
    assert "figures published by AWS" in sample.text
    assert "https://aws.amazon.com/blogs/machine-learning/" in sample.text


def test_the_gains_are_said_in_words(sample: Document) -> None:
    words = "Trained EAGLE against No EAGLE, in output tokens a second: 2.47 times with 4, 2.63 times with 8 requests"
    assert words in sample.text


def test_the_page_loads_nothing(sample: Document) -> None:
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in sample.tags}
    for _, attributes in sample.tags:
        assert not {"src", "href", "style", "onload"} & attributes.keys()
    (policy,) = (each["content"] for each in sample.all("meta") if each.get("http-equiv"))
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    css = (Path(__file__).parents[3] / "operations" / "benchmark" / "page.css").read_text()
    assert not re.search(r"url\(|@import", css)


def test_those_who_do_not_see_hear_the_same(sample: Document) -> None:
    assert sample.all("html") == [{"lang": "en"}]
    images = [each for each in sample.all("svg") if each.get("role") == "img"]
    assert len(images) == 4
    ids = {each["id"] for _, each in sample.tags if each.get("id")}
    for image in images:
        assert set((image["aria-labelledby"] or "").split()) <= ids
    # What is decoration is silent, what scrolls can be reached, and each cell has a heading.
    assert all(each.get("aria-hidden") == "true" for each in sample.all("svg") if each not in images)
    assert next(each for each in sample.all("div") if each.get("role") == "region")["tabindex"] == "0"
    assert {each.get("scope") for each in sample.all("th")} == {"col", "row"}
    assert "Base EAGLE: 45.87 at 1, 95.73 at 2, 196.67 at 4, 381.86 at 8." in sample.text


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return sum(part * share for part, share in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def test_colours_have_contrast_in_every_scheme() -> None:
    css = (Path(__file__).parents[3] / "operations" / "benchmark" / "page.css").read_text()
    schemes = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    assert len(schemes) == 3
    for scheme in schemes:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", scheme))
        paper = _luminance(colours["paper"])
        for name in ("ink", "soft", "s0", "s1", "s2", "s3", "s4", "s5"):
            light, dark = sorted((_luminance(colours[name]), paper), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{name} of {colours['paper']}"


def test_text_of_a_report_is_never_markup() -> None:
    evil = '<script>alert(1)</script>"&'
    text = page([report(evil, {"concurrency": 1, "output_tokens_per_second": 1.0}, source=evil)], title=evil)
    assert "<script" not in text
    assert Document(text).text.count(evil) >= 4


def test_percentiles_and_failures_are_shown_where_there_are_some() -> None:
    points = {"concurrency": 2, "ttft_ms": {"p95": 140.5}, "failed_requests": 3}
    found = Document(page([report("it", points)], title="t"))
    assert found.rows == [["Configuration", "Concurrency", "TTFT p95 (ms)"], ["it", "2", "140.50"]]
    assert "it: 3 requests failed at concurrency 2." in found.text
    assert "Time to first token, 95th percentile" in found.text


def test_reports_without_a_common_concurrency_are_told_apart() -> None:
    one, other = (report(name, {"concurrency": n, "output_tokens_per_second": 5.0}) for name, n in (("a", 1), ("b", 2)))
    assert "b and a have no concurrency in common." in Document(page([one, other], title="t")).text


def drawn(*values: float | None) -> ElementTree.Element:
    line = Line(name="it", style=0, values=values)
    return plot("T", unit="ms", concurrencies=list(range(1, len(values) + 1)), lines=[line], name="p")


@pytest.mark.parametrize(
    ("highest", "labels"),
    [
        (412.25, ["0", "100", "200", "300", "400", "500"]),
        (0.2, ["0", "0.05", "0.1", "0.15", "0.2"]),
        (51.02, ["0", "20", "40", "60"]),
        (9_999, ["0", "2,500", "5,000", "7,500", "10,000"]),
        (0, ["0", "1"]),
    ],
)
def test_an_axis_begins_at_0_and_ends_just_above_the_highest(highest: float, labels: list[str]) -> None:
    found = [each.text for each in drawn(highest).iter("text") if each.get("text-anchor") == "end"]
    assert found == labels


def test_a_line_has_a_gap_where_nothing_was_measured() -> None:
    found = drawn(1.0, None, 2.0, 3.0)
    (line,) = (each for each in found.iter("path") if each.get("class") == "line s0")
    assert re.sub(r"[\d.,]+", "", line.get("d", "")) == "MML"
    assert len([each for each in found.iter("path") if each.get("class") == "mark s0"]) == 3


def test_nothing_is_drawn_outside_of_a_plot() -> None:
    for values in ((1e-9,), (0.0,), (123456789.0, 1.0), (3.0,) * 16):
        for each in drawn(*values).iter("path"):
            if place := re.match(r"translate\(([\d.]+) ([\d.]+)\)", each.get("transform", "")):
                assert 0 <= float(place[1]) <= 480
                assert 0 <= float(place[2]) <= 300


@pytest.mark.parametrize(("value", "text"), [(0.04, "0.04"), (45.9, "45.90"), (1234.5, "1,234.5"), (98765, "98,765")])
def test_numbers_read_well(value: float, text: str) -> None:
    assert number(value) == text
