"""Runs the CDK CLI against the embedded engine."""

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

from operations.errors import OperationError
from operations.local.assembly import Environment
from operations.local.clients import SECRET_KEY
from operations.local.process import STOP_TIMEOUT
from operations.local.running_engine import RunningEngine
from operations.local.workspace import bare_environment, cdk_cli, node
from operations.toolkit import toolkit_stack

QUICK_POLLING = Path(__file__).with_name("quick_polling.cjs")
"""Preloaded into the CLI, which otherwise sleeps for most of a deployment to the engine."""


class CdkFailedError(OperationError):
    """The CLI ended with an error."""


class CdkTimeoutError(OperationError):
    """The CLI did not end in time and was ended."""


def bootstrap(
    engine: RunningEngine, environment: Environment, *, timeout: float, output: IO[bytes] | None = None
) -> None:
    """Bootstrap every Region of the environment; `timeout` in seconds for all of them."""
    targets = [f"aws://{environment.account}/{region}" for region in environment.regions]
    qualifier = environment.stacks[0].qualifier
    toolkit = ["--qualifier", qualifier, "--toolkit-stack-name", toolkit_stack(qualifier)]
    run_cdk(engine, environment, ["bootstrap", *targets, *toolkit], timeout=timeout, output=output)


def deploy(engine: RunningEngine, environment: Environment, *, timeout: float, output: IO[bytes] | None = None) -> None:
    """Deploy every stack of the environment, independent ones at the same time; `timeout` in seconds."""
    arguments = ["deploy", f"{environment.stage}/**", "--require-approval", "never"]
    run_cdk(
        engine, environment, [*arguments, "--concurrency", "4", "--progress", "events"], timeout=timeout, output=output
    )


def destroy(
    engine: RunningEngine, environment: Environment, *, timeout: float, output: IO[bytes] | None = None
) -> None:
    """Destroy every stack of the environment; `timeout` in seconds."""
    run_cdk(engine, environment, ["destroy", f"{environment.stage}/**", "--force"], timeout=timeout, output=output)


def run_cdk(
    engine: RunningEngine,
    environment: Environment,
    arguments: list[str],
    *,
    timeout: float,
    output: IO[bytes] | None = None,
) -> None:
    """Run one CLI command on the assembly; its output goes to `output`, or to this process's own.

    Raises:
        CdkFailedError: the CLI ended with an error, which it has printed.
        CdkTimeoutError: it ran longer than `timeout` seconds.
    """
    command = [
        str(node()),
        "--require",
        str(QUICK_POLLING),
        str(cdk_cli()),
        *arguments,
        "--app",
        str(environment.assembly.resolve()),
    ]
    sys.stdout.flush()
    process = subprocess.Popen(
        command,
        # An empty folder: the CLI would read a cdk.json that it finds beside it.
        cwd=_working_folder(engine),
        env=_cli_environment(engine, environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
    )
    try:
        code = process.wait(timeout)
    except subprocess.TimeoutExpired:
        raise CdkTimeoutError(f"cdk {arguments[0]} did not end within {timeout:.0f} s.") from None
    finally:
        # Alive only on a time-out, or when the person interrupts.
        process.kill()
        process.wait(STOP_TIMEOUT)
    if code:
        raise CdkFailedError(f"cdk {arguments[0]} ended with exit code {code}.")


def _working_folder(engine: RunningEngine) -> str:
    folder = engine.workspace.cdk_home / "work"
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


def _cli_environment(engine: RunningEngine, environment: Environment) -> dict[str, str]:
    certificate = str(engine.workspace.certificate)
    nothing = os.devnull
    return {
        **bare_environment(),
        "AWS_ENDPOINT_URL": engine.endpoint,
        "AWS_ACCESS_KEY_ID": environment.account,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": environment.regions[0],
        "AWS_CONFIG_FILE": nothing,
        "AWS_SHARED_CREDENTIALS_FILE": nothing,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CA_BUNDLE": certificate,
        "NODE_EXTRA_CA_CERTS": certificate,
        # The CLI is one large file: compiled once, each later call starts a quarter faster.
        "NODE_COMPILE_CACHE": str(engine.workspace.cdk_home / "compiled"),
        # The CLI remembers which account a key belongs to; that memory must not reach the user's own.
        "CDK_HOME": str(engine.workspace.cdk_home),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "true",
        "TMPDIR": str(engine.workspace.temporary),
    }
