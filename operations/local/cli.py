"""`python -m operations local`: the platform on the embedded AWS engine."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from operations.errors import OperationError
from operations.local.assembly import Environment, read_environment
from operations.local.cdk import CdkFailedError, CdkTimeoutError, bootstrap, deploy
from operations.local.clients import SECRET_KEY
from operations.local.diagnosis import failures, unfinished
from operations.local.inventory import show_inventory, take_inventory
from operations.local.process import PREFERRED_PORT, start_engine, stop_engine
from operations.local.running_engine import RunningEngine, answering, find_engine
from operations.local.sdk_calls import check_sdk_calls
from operations.local.workspace import PROJECT, Workspace

app = typer.Typer(help="Deploy an environment to an embedded AWS engine on 127.0.0.1.", no_args_is_help=True)

BOOTSTRAP_TIMEOUT = 60.0
"""Seconds; it takes about three."""
DEPLOY_TIMEOUT = 180.0
"""Seconds; five stacks take about ten."""

EnvironmentName = Annotated[str, typer.Argument(metavar="ENV", help="An environment, e.g. dev.")]
AssemblyFolder = Annotated[
    Path | None, typer.Option("--assembly", help="The synthesized cloud assembly.", show_default=".local/assembly-ENV")
]
Timeout = Annotated[float, typer.Option(min=1.0, help="Seconds that the deployment may take.")]


def deployed_assembly(environment: str) -> Path:
    """Where `make local` synthesizes an environment to: not cdk.out, which another command may replace meanwhile."""
    return PROJECT / ".local" / f"assembly-{environment}"


@app.command()
def up(
    environment: EnvironmentName = "dev",
    assembly: AssemblyFolder = None,
    timeout: Timeout = DEPLOY_TIMEOUT,
) -> None:
    """Start the engine and deploy the environment to it."""
    console, began = Console(highlight=False), time.monotonic()
    selected = read_environment(assembly=assembly or deployed_assembly(environment), name=environment)
    check_sdk_calls(selected)
    engine = start_engine(Workspace())
    _name(engine, console)
    try:
        _deploy(engine, selected, timeout=timeout)
    except KeyboardInterrupt:
        console.print("Interrupted. The engine still runs: `make local` goes on, `make local-down` stops it.")
        raise typer.Exit(130) from None
    _show(engine, selected, console)
    console.print(f"\nTo look around: {_access(engine, selected)} aws s3 ls", soft_wrap=True)
    console.print(f"Up in {time.monotonic() - began:.0f} s. Take it down with `make local-down`.")


def _name(engine: RunningEngine, console: Console) -> None:
    taken = "" if engine.port == PREFERRED_PORT else f"; {PREFERRED_PORT} was taken"
    where = f"Engine on {engine.endpoint} (pid {engine.pid}{taken}), log: {engine.workspace.log}"
    console.print(where, soft_wrap=True)


def _access(engine: RunningEngine, environment: Environment) -> str:
    """What a client of AWS needs to talk to the engine, as assignments before a command."""
    variables = {
        "AWS_ENDPOINT_URL": engine.endpoint,
        "AWS_CA_BUNDLE": engine.workspace.certificate,
        "AWS_ACCESS_KEY_ID": environment.account,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        # Clients of Python know the second name only.
        "AWS_REGION": environment.regions[0],
        "AWS_DEFAULT_REGION": environment.regions[0],
    }
    return " ".join(f"{name}={value}" for name, value in variables.items())


def _deploy(engine: RunningEngine, environment: Environment, *, timeout: float) -> None:
    try:
        bootstrap(engine, environment, timeout=BOOTSTRAP_TIMEOUT)
        deploy(engine, environment, timeout=timeout)
    except (CdkFailedError, CdkTimeoutError) as error:
        raise OperationError("\n".join([str(error), *_causes(engine, environment, error)])) from error


def _causes(engine: RunningEngine, environment: Environment, error: OperationError) -> list[str]:
    try:
        with answering(engine):
            if isinstance(error, CdkTimeoutError):
                found = [f"Still working on {event}" for event in unfinished(engine, environment)]
            else:
                found = [str(event) for event in failures(engine, environment)]
    except OperationError as silence:
        return [str(silence)]
    return [*found, f"Log of the engine: {engine.workspace.log}"]


def _show(engine: RunningEngine, environment: Environment, console: Console) -> None:
    with answering(engine):
        show_inventory(console, take_inventory(engine, environment))


@app.command()
def down() -> None:
    """Stop the engine, or what a crashed one left running; everything in it is gone."""
    stopped = stop_engine(Workspace())
    Console(highlight=False).print(
        "The engine has stopped, and nothing of it is left." if stopped else "No engine was running."
    )


@app.command()
def status(environment: EnvironmentName = "dev", assembly: AssemblyFolder = None) -> None:
    """Show the engine and what of an environment is deployed in it."""
    console, engine = Console(highlight=False), find_engine(Workspace())
    if engine is None:
        console.print("No engine is running. Start one with `make local`.")
        return
    _name(engine, console)
    _show(engine, read_environment(assembly=assembly or deployed_assembly(environment), name=environment), console)


@app.command()
def logs(lines: Annotated[int, typer.Option(min=1, help="How many of the last lines.")] = 50) -> None:
    """Print the end of the engine's log."""
    log = Workspace().log
    if not log.exists():
        raise OperationError(f"{log} does not exist: no engine was started here yet.")
    typer.echo("\n".join(log.read_text(errors="replace").splitlines()[-lines:]))
