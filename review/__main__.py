"""`python -m review cdk.out`: what a security reviewer reads about an assembly."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from review.assembly import read_assembly
from review.errors import ReviewError
from review.linting import Lint, start
from review.page.render import render
from review.review import ExitCode, Review, build, only
from review.sarif import as_sarif
from review.table import as_csv

PAGE, TABLE, SARIF = "review.html", "findings.csv", "findings.sarif"
_CACHE = ".cfn-lint.json"
_SHOWN = 10

app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)


@app.command()
def review(
    assembly: Annotated[Path, typer.Argument(help="A folder that `cdk synth` wrote.")] = Path("cdk.out"),
    base: Annotated[Path | None, typer.Option(help="The assembly that is deployed, to compare with.")] = None,
    environment: Annotated[str | None, typer.Option(help="Review this environment of the assembly only.")] = None,
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("review.out"),
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day on which acknowledgments are judged.")
    ] = None,
    lint: Annotated[bool, typer.Option(help="Run cfn-lint over every template.")] = True,
) -> None:
    """Write review.html, findings.csv and findings.sarif about an assembly.

    Exit code 0: nothing is open. 1: a finding of severity error is open, or an acknowledgment expired, matches nothing
    or cannot be read. 2: bad input. 3: a resource with state would be replaced or deleted.
    """
    console = Console(stderr=True, highlight=False)
    try:
        with console.status("Reading the assembly"):
            written = _review(assembly, base, environment, out, today.date() if today else date.today(), lint)
    except ReviewError as error:
        _fail(console, str(error))
    except OSError as error:
        _fail(console, ": ".join(str(part) for part in (error.filename, error.strerror or error) if part))
    _tell(written, out, console)
    raise typer.Exit(written.exit_code)


def _review(folder: Path, base: Path | None, environment: str | None, out: Path, today: date, linted: bool) -> Review:
    whole = read_assembly(folder)
    part = only(whole, environment) if environment else whole
    before = read_assembly(base) if base else None
    out.mkdir(parents=True, exist_ok=True)
    lint = start(part, cache_file=out / _CACHE) if linted else lambda: Lint(missing="It was left out (--no-lint).")
    made = build(assembly=whole, part=part, base=before, today=today, lint=lint)
    stages = dict.fromkeys(stack.stage or stack.name for stack in part.stacks)
    names = ", ".join(stages) if len(stages) <= 4 else f"{len(stages)} environments"
    (out / PAGE).write_text(render(made, title=f"Review of {names}"), "utf-8")
    (out / TABLE).write_text(as_csv(made.findings.findings), "utf-8", newline="")
    (out / SARIF).write_text(as_sarif(made.findings.findings, whole), "utf-8")
    return made


def _tell(made: Review, out: Path, console: Console) -> None:
    for finding in made.failing[:_SHOWN]:
        where = finding.path or finding.stack or "the assembly"
        console.print(f"[red]{finding.status}[/red] {escape(finding.id)} at {escape(where)}", soft_wrap=True)
    if len(made.failing) > _SHOWN:
        console.print(f"and {len(made.failing) - _SHOWN} more")
    if made.exit_code == ExitCode.STATEFUL_LOSS:
        console.print("[bold red]A resource with state would be replaced or deleted.[/]")
    counts = ", ".join(f"{count} {status}" for status, count in sorted(made.findings.counts.items()))
    console.print(f"{counts or 'no findings'}: {escape(str(out / PAGE))}", soft_wrap=True)


def _fail(console: Console, message: str) -> NoReturn:
    console.print(f"[red]{escape(message)}[/red]", soft_wrap=True)
    raise typer.Exit(ExitCode.BAD_INPUT)


if __name__ == "__main__":
    sys.exit(app(prog_name="python -m review"))
