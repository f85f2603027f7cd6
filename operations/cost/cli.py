"""`python -m operations cost`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from operations.cost.price_search import ENDPOINT
from operations.cost.refresh import Refreshed, refresh
from operations.cost.report import as_json, show
from operations.doctor.access import clients_of
from operations.errors import OperationError
from review.assembly import Assembly, read_assembly
from review.cost.estimate import estimate
from review.cost.month import month
from review.cost.price_list import FILE, Prices, read_prices
from review.cost.usage import DEFAULT_UTILIZATION, Usage
from review.errors import ReviewError
from review.review import only

BAD_INPUT, KEPT_SOME = 2, 3


def cost(
    environment: Annotated[
        str | None, typer.Argument(metavar="[ENV]", help="Name of an environment; all of the assembly without it.")
    ] = None,
    assembly: Annotated[Path, typer.Option(help="A folder that `cdk synth` wrote.")] = Path("cdk.out"),
    base: Annotated[Path | None, typer.Option(help="The assembly that is deployed, to compare with.")] = None,
    utilization: Annotated[
        float, typer.Option(help="Share of the month, 0 to 1, in which what scales is at its most.")
    ] = DEFAULT_UTILIZATION,
    usage: Annotated[
        list[str] | None, typer.Option(metavar="NAME=NUMBER", help="Replace an assumption; may be said again.")
    ] = None,
    refresh_prices: Annotated[
        bool, typer.Option("--refresh-prices", help="Read the prices from the AWS Price List first.")
    ] = False,
    prices: Annotated[Path, typer.Option(help="The file of prices.", show_default=False)] = FILE,
    profile: Annotated[str | None, typer.Option(help="A profile of AWS's configuration, to read prices.")] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """What a synthesized environment costs a month, by list prices and stated assumptions.

    Exit code 2: bad input, or AWS could not be asked; the prices are then as they were. 3: some prices are not in the
    AWS Price List, and the old ones stay. 0: neither.
    """
    errors = Console(stderr=True, highlight=False)
    try:
        wanted = Usage(utilization=utilization, replaced=dict(map(_assumption, usage or [])))
        known = read_prices(prices)
        # Prices can be read before anything was synthesized.
        part = _part(assembly, environment) if environment or not refresh_prices else None
        kept = _refresh(known, part, wanted, profile, errors) if refresh_prices else 0
        if part:
            before = read_assembly(base) if base else None
            found = month(part, before, prices=read_prices(prices), usage=wanted)
            typer.echo(as_json(found)) if as_json_ else show(found, Console(highlight=False))
    except (OperationError, ReviewError) as error:
        errors.print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
        raise typer.Exit(BAD_INPUT) from None
    raise typer.Exit(KEPT_SOME if kept else 0)


def _part(folder: Path, environment: str | None) -> Assembly:
    whole = read_assembly(folder)
    return only(whole, environment) if environment else whole


def _assumption(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        return name, float(number)
    except ValueError:
        raise OperationError(f"--usage {text}: allowed is NAME=NUMBER, such as nat-gb=500.") from None


def _refresh(known: Prices, part: Assembly | None, usage: Usage, profile: str | None, errors: Console) -> int:
    wanted = estimate(part, known, usage).wanted if part else ()
    client = clients_of(profile)("pricing", ENDPOINT)
    with errors.status("Reading prices") as status:
        done = refresh(
            known,
            wanted,
            client,
            today=datetime.now(UTC).date(),
            tell=lambda done, of, what: status.update(escape(f"{done} of {of}: {what}")),
        )
    _tell(done, errors)
    return len(done.kept)


def _tell(done: Refreshed, errors: Console) -> None:
    errors.print(f"{done.found} prices read, {len(done.changed)} of them other than before.")
    for before, now in done.changed:
        errors.print(escape(f"  {now.item.name} in {now.region}: {before.decimals} -> {now.decimals}"), soft_wrap=True)
    for kept in done.kept:
        what = "the old price stays" if kept.had_one else "it has no price"
        errors.print(escape(f"  {kept.item.name} in {kept.region}: {kept.reason}; {what}"), soft_wrap=True)
