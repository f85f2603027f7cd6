"""The commands of people who set a promotion up: workflows, bootstrap-policy; and of previews: preview, reap."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from operations.local.assembly import AssemblyStack, read_environment
from promotion.account import Account
from promotion.bootstrap.commands import commands, files
from promotion.bootstrap.execution_policy import ExecutionPolicy, execution_policy
from promotion.environments import file_of
from promotion.errors import GateClosedError, PromotionError
from promotion.options import ENVIRONMENTS, PIPELINE, Assembly, Folder, Json, PipelineFile, plan_of
from promotion.previews.preview import write_preview
from promotion.previews.reaper import overdue, reap
from promotion.synthesized import environment_names
from promotion.workflow.render import render

app = typer.Typer()
REAP_TIMEOUT = 3600.0
"""Seconds for each stack."""


@app.command()
def workflows(
    folder: Folder = ENVIRONMENTS,
    pipeline: PipelineFile = PIPELINE,
    out: Annotated[Path, typer.Option(help="Where to write them.")] = Path(".github/workflows"),
) -> None:
    """Write the GitHub Actions workflows for the team's environments."""
    plan = plan_of(folder, pipeline)
    out.mkdir(parents=True, exist_ok=True)
    for name, text in render(plan).items():
        (out / name).write_text(text, "utf-8")
        typer.echo(str(out / name))


@app.command("bootstrap-policy")
def bootstrap_policy(
    assembly: Assembly = Path("cdk.out"),
    environments: Annotated[list[str] | None, typer.Argument(metavar="[ENV]...", help="Only these.")] = None,
    destroyable: Annotated[bool, typer.Option(help="Boundaries may be deleted with their environments.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write a file for each policy, and what to run.")] = None,
) -> None:
    """Print the policies of the role that deploys, from what the assembly holds: JSON, one entry for each account."""
    accounts: dict[str, list[AssemblyStack]] = {}
    for name in environments or environment_names(assembly):
        for stack in read_environment(assembly=assembly, name=name).stacks:
            accounts.setdefault(stack.account, []).append(stack)
    made = [
        execution_policy(stacks, account=account, qualifier=stacks[0].qualifier, destroyable=destroyable)
        for account, stacks in sorted(accounts.items())
    ]
    if out:
        _write(made, out)
    else:
        typer.echo(json.dumps({policy.account: files(policy) for policy in made}, indent=2))


def _write(made: list[ExecutionPolicy], out: Path) -> None:
    for policy in made:
        folder = out / policy.account
        folder.mkdir(parents=True, exist_ok=True)
        for name, document in files(policy).items():
            (folder / f"{name}.json").write_text(json.dumps(document, indent=2) + "\n", "utf-8")
        for line in commands(policy, folder=folder):
            typer.echo(line)


@app.command()
def preview(
    pull_request: Annotated[int, typer.Argument(metavar="NUMBER", help="Of the pull request.")],
    out: Annotated[Path, typer.Option(help="The folder to write its environment file to.")],
    folder: Folder = ENVIRONMENTS,
    pipeline: PipelineFile = PIPELINE,
) -> None:
    """Write the environment file of a pull request's preview."""
    plan = plan_of(folder, pipeline)
    if not (previews := plan.pipeline.previews):
        raise PromotionError(f"{pipeline} has no previews: name the environment that they are made from.")
    file, base = file_of(folder, previews.environment), plan.environments[previews.environment]
    written = write_preview(file, base, pull_request=pull_request, hours=previews.hours, now=datetime.now(UTC), out=out)
    typer.echo(str(written))


@app.command("reap")
def reap_command(
    folder: Folder = ENVIRONMENTS,
    pipeline: PipelineFile = PIPELINE,
    dry_run: Annotated[bool, typer.Option(help="Only say what would go.")] = False,
    timeout: Annotated[float, typer.Option(min=1.0, help="Seconds for each stack.")] = REAP_TIMEOUT,
    as_json: Json = False,
) -> None:
    """Delete the previews whose time is over. Exit code 1: a stack would not go."""
    plan = plan_of(folder, pipeline)
    if not (previews := plan.pipeline.previews):
        raise PromotionError(f"{pipeline} has no previews: there is nothing to reap.")
    base = plan.environments[previews.environment]
    account = Account(id=base.account, qualifier=plan.pipeline.qualifier)
    found = overdue(account, regions=base.regions, now=datetime.now(UTC), kept=frozenset(plan.environments))
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(stack) for stack in found], indent=1, default=str))
    elif not found:
        typer.echo("No preview is overdue.")
    if dry_run:
        for stack in found if not as_json else ():
            typer.echo(f"Would delete {stack.stack} in {stack.region}, which ended {stack.ends:%Y-%m-%d %H:%M} UTC")
    elif left := reap(account, found, timeout=timeout, tell=lambda text: typer.echo(text, err=as_json)):
        raise GateClosedError(f"Still there: {', '.join(left)}")
