"""`python -m operations leftovers`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from operations.doctor.access import check_account, clients_of
from operations.doctor.environment import Facts, read_environment
from operations.errors import OperationError
from operations.leftovers.all import LOOKS
from operations.leftovers.look import take_all
from operations.leftovers.report import NOT_KNOWN, as_json, exit_code, show
from operations.leftovers.stacks import READ as STACKS
from review.cost.price_list import read_prices
from review.errors import ReviewError


def leftovers(
    environment: Annotated[str, typer.Argument(metavar="ENV", help="Name of an environment, or the path of its file.")],
    folder: Annotated[Path, typer.Option(help="Where environment files stand.")] = Path("environments"),
    profile: Annotated[str | None, typer.Option(help="A profile of AWS's configuration.")] = None,
    policy: Annotated[bool, typer.Option("--policy", help="Print the IAM policy that the looks need.")] = False,
    as_json_: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Look for what a destroyed environment left behind, without changing anything.

    Exit code 3: something was forgotten. 2: bad input, or something could not be looked at. 0: nothing is left but what
    keep_data keeps.
    """
    errors = Console(stderr=True, highlight=False)
    try:
        facts = Facts(environment=read_environment(folder=folder, name=environment), now=datetime.now(UTC))
        if policy:
            typer.echo(json.dumps(_policy(), indent=2))
            return
        prices = read_prices()
        clients = clients_of(profile)
        check_account(clients, account=facts.account, region=facts.region)
        with errors.status("") as status:
            found = take_all(
                LOOKS,
                facts,
                clients=clients,
                prices=prices,
                tell=lambda look, region: status.update(escape(f"{look} in {region}")),
            )
    except (OperationError, ReviewError) as error:
        errors.print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
        raise typer.Exit(NOT_KNOWN) from None
    if as_json_:
        typer.echo(as_json(found, facts))
    else:
        show(found, facts, Console(highlight=False))
    raise typer.Exit(exit_code(found))


def _policy() -> dict[str, object]:
    actions = sorted({STACKS.action, *(read.action for look in LOOKS for read in look.reads)})
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}
