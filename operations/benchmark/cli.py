"""`python -m operations benchmark`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from operations.benchmark.page import page
from operations.benchmark.reports import read_reports
from operations.errors import OperationError

SAMPLE = [Path(__file__).parent / "sample" / f"{name}.json" for name in ("no-eagle", "base-eagle", "trained-eagle")]
"""What AWS has published of Qwen3-32B."""


_REPORTS = typer.Argument(metavar="REPORT.json...", help="The first is compared with the others.", show_default=False)


def benchmark(
    reports: Annotated[list[Path] | None, _REPORTS] = None,
    output: Annotated[Path, typer.Option(help="The page; an older one is replaced.")] = Path("benchmark.html"),
    title: Annotated[str | None, typer.Option(help="Heading of the page.", show_default=False)] = None,
    sample: Annotated[bool, typer.Option("--sample", help="AWS's published figures of Qwen3-32B instead.")] = False,
) -> None:
    """Compare benchmark reports on a page with plots, which opens in a browser without a network."""
    if sample and reports:
        raise OperationError("--sample is not allowed together with reports: one of both")
    found = read_reports(SAMPLE if sample else reports or [])
    heading = title or ("Qwen3-32B with and without EAGLE" if sample else f"Benchmark: {found[-1].subject}")
    output.write_text(page(found, title=heading), encoding="utf-8")
    Console(highlight=False).print(f"{escape(str(output))}: {len(found)} reports compared.", soft_wrap=True)
