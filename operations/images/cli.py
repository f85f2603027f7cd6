"""`python -m operations images`."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from operations.errors import OperationError
from operations.images.credentials import docker_config, read_credentials
from operations.images.lockfile import LockFile
from operations.images.registry import Registry
from operations.images.transport import Patience
from operations.images.update import Outcome, update

app = typer.Typer(help="The image lock: tags pinned to digests.", no_args_is_help=True)

WOULD_CHANGE = 2
"""Exit code of `--check` where the lock is not up to date; a failure (1) outranks it."""

_COLOURS = {
    "unchanged": "dim",
    "pinned": "green",
    "confirmed": "green",
    "unsigned": "bold yellow",
    "moved": "bold yellow",
    "failed": "bold red",
}


@app.callback()
def images() -> None:
    """The image lock: tags pinned to digests."""


@app.command()
def lock(
    lock_file: Annotated[Path, typer.Option("--lock", help="The lock file.")] = Path("images.lock.yaml"),
    only: Annotated[str, typer.Option(help="Ask only for images whose name contains this.")] = "",
    add: Annotated[
        list[str] | None, typer.Option(metavar="IMAGE", help="Ask only for this image, and add it. Repeatable.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 2 where it would change.")] = False,
    accept_moved: Annotated[
        bool, typer.Option("--accept-moved", help="Accept that a tag stands for other bytes than before.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Resolve every tag at its registry, verify signatures, and write the digests.

    Exit code 1: an image failed (the others are written all the same). Exit code 2: --check, out of date.
    """
    file = LockFile(lock_file)
    new = file.missing(add or ())
    selected = [entry for entry in file.lock.images if only in entry.image and (not add or entry.image in add)]
    if not selected and only:
        names = ", ".join(entry.image for entry in file.lock.images) or "no image at all"
        raise OperationError(f"--only {only!r}: no image of {lock_file} contains it; it holds {names}")
    with Registry(credentials=read_credentials(docker_config()), patience=Patience()) as registry:
        outcomes = [
            update(entry, registry=registry, folder=lock_file.parent, today=today, accept_moved=accept_moved)
            for entry in (*selected, *new)
        ]
    renewed = {outcome.before.image: outcome.after for outcome in outcomes}
    known = tuple(renewed.get(entry.image, entry) for entry in file.lock.images)
    # Of an image that could not be read there is nothing to write.
    entries = (*known, *(renewed[entry.image] for entry in new if renewed[entry.image].digest))
    changed = entries != file.lock.images
    if changed and not check:
        file.write(entries)
    _print_json(outcomes, changed) if as_json else _print_table(outcomes, changed, check)
    if any(outcome.status == "failed" for outcome in outcomes):
        raise typer.Exit(1)
    if changed and check:
        raise typer.Exit(WOULD_CHANGE)


def today() -> date:
    """The day, in UTC, so that two people on two continents write the same lock."""
    return datetime.now(UTC).date()


def _print_json(outcomes: list[Outcome], changed: bool) -> None:
    listed = [
        {
            **outcome.after.model_dump(),
            "status": outcome.status,
            "previous_digest": outcome.before.digest,
            "lost_signature": outcome.lost_signature,
            "error": outcome.error,
        }
        for outcome in outcomes
    ]
    typer.echo(json.dumps({"changed": changed, "images": listed}, indent=2))


def _print_table(outcomes: list[Outcome], changed: bool, check: bool) -> None:
    table = Table(box=None)
    table.add_column("image", overflow="fold")
    for heading in ("status", "digest", "signature"):
        table.add_column(heading, no_wrap=True)
    for outcome in outcomes:
        digest = (outcome.after.digest or "-")[: len("sha256:") + 12]
        status = f"[{_COLOURS[outcome.status]}]{outcome.status}[/]"
        table.add_row(escape(outcome.after.image), status, digest, outcome.after.signature)
    console = Console(highlight=False)
    console.print(table)
    for outcome in outcomes:
        if outcome.status == "moved":
            console.print(
                f"[bold yellow]MOVED[/] {escape(outcome.after.image)}: "
                f"{outcome.before.digest} -> {outcome.after.digest}",
                soft_wrap=True,
            )
        if outcome.lost_signature:
            console.print(
                f"[bold yellow]UNSIGNED[/] {escape(outcome.after.image)}: it was signed, and the registry has no "
                "signature any more; find out why",
                soft_wrap=True,
            )
    errors = Console(stderr=True, highlight=False)
    for outcome in outcomes:
        if outcome.error:
            errors.print(f"[red]{escape(outcome.error)}[/red]", soft_wrap=True)
    failed = sum(outcome.status == "failed" for outcome in outcomes)
    state = ("would change" if check else "written") if changed else "not changed" if failed else "up to date"
    console.print(f"The lock: {state}" + (f"; {failed} of {len(outcomes)} images failed" if failed else ""))
