"""The commands that workflows call: seal, verify, deployed, deploy, smoke, upgrade-test."""

import dataclasses
import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from operations.local.assembly import has_environment, read_environment
from promotion.deploy import deploy
from promotion.deployed import write_deployed
from promotion.errors import GateClosedError
from promotion.options import ENVIRONMENTS, PIPELINE, Assembly, Digest, Folder, Json, Name, PipelineFile, plan_of
from promotion.seal import seal, verify
from promotion.smoke import smoke

DEPLOY_TIMEOUT = 10800.0
"""Seconds: clusters and databases take most of an hour, and alarms may be watched for long."""
SMOKE_TIMEOUT = 120.0
UPGRADE_TIMEOUT = 300.0
_LOST_STATE = 3

app = typer.Typer()
Timeout = Annotated[float, typer.Option(min=1.0, help="Seconds.")]


@app.command("seal")
def seal_command(assembly: Assembly) -> None:
    """Write the assembly's seal beside it, and print its digest."""
    typer.echo(seal(assembly))


@app.command("verify")
def verify_command(assembly: Assembly, digest: Digest) -> None:
    """Exit with 1, and say which files, where the assembly is not what was sealed."""
    verify(assembly, digest=digest)
    typer.echo(f"{assembly} is what was sealed.")


@app.command()
def deployed(
    assembly: Assembly,
    environment: Name,
    out: Annotated[Path, typer.Option(help="A new folder.")],
    folder: Folder = ENVIRONMENTS,
    pipeline: PipelineFile = PIPELINE,
) -> None:
    """Write what is deployed of an environment as an assembly: the base of a review."""
    plan = plan_of(folder, pipeline)
    selected = plan.synthesized(assembly, environment)
    found = write_deployed(selected, plan.account(selected), out=out)
    typer.echo(f"{len(found)} of {len(selected.stacks)} stacks are deployed: {', '.join(found) or 'none yet'}")


@app.command("deploy")
def deploy_command(
    assembly: Assembly,
    environment: Name,
    digest: Digest,
    folder: Folder = ENVIRONMENTS,
    pipeline: PipelineFile = PIPELINE,
    timeout: Timeout = DEPLOY_TIMEOUT,
) -> None:
    """Check the seal, then deploy; alarms roll back. Exit code 1: not what was sealed, or the deployment failed."""
    plan = plan_of(folder, pipeline)
    selected = plan.synthesized(assembly, environment)
    stage = plan.pipeline.stage(environment)
    deploy(selected, plan.account(selected), stage=stage, digest=digest, timeout=timeout)


@app.command("smoke")
def smoke_command(
    assembly: Assembly,
    environment: Name,
    folder: Folder = ENVIRONMENTS,
    pipeline: PipelineFile = PIPELINE,
    timeout: Timeout = SMOKE_TIMEOUT,
    as_json: Json = False,
) -> None:
    """Look whether the environment works: stacks, alarms, pages. Exit code 1: something does not."""
    plan = plan_of(folder, pipeline)
    selected = plan.synthesized(assembly, environment)
    stage = plan.pipeline.stage(environment)
    outcomes = smoke(selected, plan.account(selected), stage=stage, timeout=timeout)
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(outcome) for outcome in outcomes], indent=1))
    else:
        table = Table("", "what", "found")
        for outcome in outcomes:
            table.add_row("ok" if outcome.passed else "[red]no[/red]", outcome.subject, outcome.found)
        Console(highlight=False).print(table)
    if failed := [outcome.subject for outcome in outcomes if not outcome.passed]:
        raise GateClosedError(f"{environment} does not work: {', '.join(failed)}")


@app.command("upgrade-test")
def upgrade_test(
    previous: Annotated[Path, typer.Argument(metavar="PREVIOUS", help="The previous release's assembly.")],
    assembly: Assembly,
    environment: Name,
    timeout: Timeout = UPGRADE_TIMEOUT,
) -> None:
    """Deploy the previous release to the embedded engine, then this one. Exit code 3: a resource with state is lost."""
    from promotion.upgrade import upgrade  # late: the engine's parts take longer than most commands do

    if not has_environment(assembly=previous, name=environment):
        typer.echo(f"{environment}: the previous release has none of it, so there is nothing to upgrade.")
        return
    before = read_environment(assembly=previous, name=environment)
    after = read_environment(assembly=assembly, name=environment)
    with tempfile.TemporaryDirectory(prefix="upgrade-") as root:
        lost = upgrade(before, after, root=Path(root), timeout=timeout)
    for resource in lost:
        what = f"becomes {resource.after}" if resource.after else "is deleted"
        typer.echo(f"{resource.stack}: {resource.type} {resource.logical_id} ({resource.before}) {what}", err=True)
    if lost:
        raise typer.Exit(_LOST_STATE)
    typer.echo(f"{environment}: every resource with state is the same after the upgrade.")
