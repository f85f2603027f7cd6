"""Anomalies on one page, for people: static HTML that needs nothing but the pictures beside it."""

from collections.abc import Mapping
from html import escape
from typing import Any

from defect_detection.verdicts import Verdict

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem;
  color: #1b1f24; background: #fff }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { border: 1px solid #6b7280; padding: .3rem .8rem; text-align: left }
ol { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 1.5rem; padding: 0;
  list-style: none }
figure { margin: 0 }
img { display: block; width: 100%; height: 12rem; object-fit: contain; background: #f3f4f6; border: 1px solid #6b7280 }
figcaption { overflow-wrap: anywhere }
a:focus-visible { outline: 3px solid #1d4ed8; outline-offset: 2px }
@media (prefers-color-scheme: dark) {
  body { color: #e6e8eb; background: #14171a } a { color: #93c5fd } img { background: #22262b } }
""".strip()


def contact_sheet(
    shown: Mapping[str, Verdict], *, name: str, model: str, found: Mapping[str, Any], left_out: int
) -> str:
    """The page.

    Args:
        shown: anomalies by the file beside the page that has the picture, in the order in which they are shown.
        name: of the project.
        model: that has looked.
        found: its `summary`.
        left_out: anomalies that are not shown.
    """
    title = f"{name}: {_count(found['anomalies'], 'anomaly', 'anomalies')} in {_count(found['pictures'], 'picture')}"
    more = f"<p>{left_out} more are in results.csv.</p>" if left_out else ""
    figures = "\n".join(_figure(file, verdict) for file, verdict in shown.items())
    body = f"<ol>\n{figures}\n</ol>" if shown else "<p>The model has found no anomaly.</p>"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'; style-src 'unsafe-inline'">
<title>{escape(title)}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
<p>Model {escape(model)}. The most confident come first.</p>
{_counts(found)}
<h2>Anomalies</h2>
{body}
{more}
</main>
</body>
</html>
"""


def _figure(file: str, verdict: Verdict) -> str:
    percent = f"{verdict.confidence:.1%}"
    said = {None: "", True: ", labeled as an anomaly", False: ", labeled as normal"}[verdict.truth]
    picture = verdict.picture.rpartition("/")[2]
    text = escape(f"{picture}: anomaly, confidence {percent}{said}")
    link = escape(file, quote=True)
    image = f'<img src="{link}" alt="{escape(picture, quote=True)}" loading="lazy">'
    return f'<li><figure><a href="{link}">{image}</a><figcaption>{text}</figcaption></figure></li>'


def _counts(found: Mapping[str, Any]) -> str:
    rows = [("Normal", found["normal"]), ("Anomalies", found["anomalies"]), ("Without an answer", found["unreadable"])]
    if test := found.get("test"):
        rows += [
            ("Anomalies that were missed", test["misses"]),
            ("Normal pictures that were called anomalies", test["false_alarms"]),
            ("Precision", test["precision"]),
            ("Recall", test["recall"]),
        ]
    cells = "\n".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{"unknown" if value is None else value}</td></tr>'
        for label, value in rows
    )
    return f"<table>\n<caption>What the model has said</caption>\n{cells}\n</table>"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
