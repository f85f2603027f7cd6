"""Renders a review as one HTML file that refers to nothing outside of itself."""

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from review.drawing.svg import draw
from review.finding import Severity, Status
from review.review import Review
from review.sections.all import SECTIONS

_HERE = Path(__file__).parent
# After a slash, a colon, a bracket or an @ between other characters.
_PART = re.compile(r"([/:\[@.])(?=\w)")


def render(review: Review, *, title: str) -> str:
    """The page as text. Whatever the assembly holds is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    rows = {(resource.stack, resource.id) for resource in review.assembly.resources}
    filters: dict[str, Any] = environment.filters
    filters["anchor"] = lambda stack, id_: f"resource-{stack}-{id_}" if (stack, id_) in rows else ""
    filters["breakable"] = breakable
    filters["draw"] = lambda graph, name: draw(graph, name=name)
    return environment.get_template("page.html.j2").render(
        review=review,
        title=title,
        sections=SECTIONS,
        Status=Status,
        Severity=Severity,
        style="".join((_HERE / name).read_text("utf-8") for name in ("style.css", "drawing.css")),
        script=(_HERE / "page.js").read_text("utf-8"),
    )


def breakable(name: str) -> Markup:
    """A long name, escaped, that a line may break where its parts end."""
    return Markup(_PART.sub(r"\1<wbr>", str(escape(name))))  # noqa: S704 - it is escaped before
