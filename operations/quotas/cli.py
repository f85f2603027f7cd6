"""`python -m operations quotas`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from operations.errors import OperationError
from operations.local.assembly import read_environment
from operations.quotas.bedrock import TokenQuota, compare, demands_of

SHORT = 2
"""Exit code where a quota does not hold."""
_COLOURS = {"enough": "green", "depends": "yellow", "short": "bold red", "unlimited": "yellow", "unknown": "yellow"}


def quotas(
    environment: Annotated[str, typer.Argument(help="Name of an environment.")],
    assembly: Annotated[Path, typer.Option(help="What `cdk synth` wrote.")] = Path("cdk.out"),
) -> None:
    """Compare the tokens a minute that an environment's teams may ask for with the account's Bedrock quotas.

    Needs credentials of the account with servicequotas:ListServiceQuotas. Exit code 2: a quota is too small.
    """
    found = read_environment(assembly=assembly, name=environment)
    demands = demands_of(found)
    console = Console(highlight=False)
    if not demands:
        console.print(f"{environment} asks for no model of Bedrock.")
        return
    compared = [
        quota for region, wanted in demands.items() for quota in compare(wanted, _listed(region, account=found.account))
    ]
    console.print(_table(compared))
    if any(quota.verdict == "short" for quota in compared):
        raise typer.Exit(SHORT)


def _listed(region: str, *, account: str) -> list[Mapping[str, Any]]:
    try:
        session: Any = boto3.Session(region_name=region)
        identity = session.client("sts").get_caller_identity()["Account"]
        if identity != account:
            raise OperationError(f"The credentials are of account {identity}; the environment is in {account}.")
        pages = session.client("service-quotas").get_paginator("list_service_quotas").paginate(ServiceCode="bedrock")
        return [quota for page in pages for quota in page["Quotas"]]
    except (BotoCoreError, ClientError) as error:
        raise OperationError(f"The quotas of {region} cannot be read: {error}") from error


def _table(compared: list[TokenQuota]) -> Table:
    table = Table(box=None)
    for heading in ("model", "quota"):
        table.add_column(heading, overflow="fold")
    for heading in ("tokens/min", "teams ask", "output counts"):
        table.add_column(heading, justify="right")
    table.add_column("", overflow="fold")
    for quota in compared:
        table.add_row(
            escape(quota.name),
            escape(quota.quota_name or f"{quota.kind} tokens per minute for {quota.model}"),
            "-" if quota.quota is None else f"{quota.quota:,.0f}",
            "no limit" if quota.demand is None else f"{quota.demand:,}",
            f"x {quota.burndown}",
            f"[{_COLOURS[quota.verdict]}]{_words(quota)}[/]",
        )
    return table


def _words(quota: TokenQuota) -> str:
    match quota.verdict:
        case "enough":
            return "enough, whatever is output"
        case "depends":
            return f"enough while at most {quota.output_share:.0%} of the tokens are output"
        case "short":
            return "too small for what teams may ask"
        case "unlimited":
            return "teams have no limit in the file"
        case "unknown":
            return "no such quota is listed; look it up in the console"
