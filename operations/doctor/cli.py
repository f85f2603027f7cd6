"""`python -m operations doctor`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from operations.doctor.access import check_account, clients_of
from operations.doctor.check import Check, run
from operations.doctor.checks.all import CHECKS
from operations.doctor.environment import Facts, read_environment
from operations.doctor.finding import Finding
from operations.doctor.policy import policy_for
from operations.doctor.reader import Answer, Clients
from operations.doctor.report import NOT_KNOWN, as_json, exit_code, show
from operations.errors import OperationError


def doctor(
    environment: Annotated[str, typer.Argument(metavar="ENV", help="Name of an environment, or the path of its file.")],
    folder: Annotated[Path, typer.Option(help="Where environment files stand.")] = Path("environments"),
    region: Annotated[str | None, typer.Option(help="Ask in this Region instead of the file's.")] = None,
    profile: Annotated[str | None, typer.Option(help="A profile of AWS's configuration.")] = None,
    qualifier: Annotated[str, typer.Option(help="Of the CDK's bootstrap.")] = Facts.qualifier,
    only: Annotated[list[str] | None, typer.Option(help="Run this check only; may be said again.")] = None,
    policy: Annotated[bool, typer.Option("--policy", help="Print the IAM policy that the checks need.")] = False,
    as_json_: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Ask an account, before a deployment and without changing anything, whether it is ready for an environment.

    Exit code 1: something will fail. 2: bad input, or something could not be looked at. 0: neither.
    """
    try:
        facts = Facts(
            environment=read_environment(folder=folder, name=environment, region=region),
            now=datetime.now(UTC),
            qualifier=qualifier,
        )
        checks = _chosen(only or [])
        if policy:
            typer.echo(json.dumps(policy_for(checks, facts), indent=2))
            return
        clients = clients_of(profile)
        check_account(clients, account=facts.account, region=facts.region)
        findings = examine(checks, facts, clients=clients)
    except OperationError as error:
        Console(stderr=True, highlight=False).print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
        raise typer.Exit(NOT_KNOWN) from None
    if as_json_:
        typer.echo(as_json(findings, facts))
    else:
        show(findings, facts, Console(highlight=False))
    raise typer.Exit(exit_code(findings))


def examine(checks: tuple[Check, ...], facts: Facts, *, clients: Clients) -> list[Finding]:
    """Run checks one after the other; on a terminal, the question at hand is shown."""
    answers: dict[str, Answer] = {}
    found: list[Finding] = []
    with Console(stderr=True, highlight=False).status("") as status:
        for check in checks:
            status.update(escape(check.asks))
            found += run(check, facts, clients=clients, answers=answers)
    return found


def _chosen(only: list[str]) -> tuple[Check, ...]:
    names = [check.name for check in CHECKS]
    if wrong := [name for name in only if name not in names]:
        raise OperationError(f"--only {wrong[0]}: no such check. Checks: {', '.join(names)}.")
    return tuple(check for check in CHECKS if not only or check.name in only)
