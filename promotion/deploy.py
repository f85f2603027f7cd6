"""Deploys one environment of a sealed assembly with the CDK CLI."""

import subprocess
import sys

from operations.local.assembly import Environment
from operations.local.workspace import cdk_cli, node
from promotion.account import Account
from promotion.errors import GateClosedError
from promotion.pipeline import Stage
from promotion.rollback_alarms import rollback_alarms
from promotion.seal import verify
from promotion.synthesized import waves

_STOP_TIMEOUT = 30.0
_AT_ONCE = "4"


def deploy(environment: Environment, account: Account, *, stage: Stage, digest: str, timeout: float) -> None:
    """Check the seal, then deploy every stack after what it depends on.

    CloudFormation rolls a stack back when an alarm rings during its deployment or within the stage's
    `monitoring_minutes` after it. `timeout` is in seconds, for each Region.

    Raises:
        GateClosedError: the assembly is not what was sealed, or a deployment failed or did not end in time.
    """
    verify(environment.assembly, digest=digest)
    for wave in waves(environment):
        alarms = rollback_alarms(environment, account, region=wave.region, wanted=stage.rollback_alarms)
        _run(environment, [stack.construct_path for stack in wave.stacks], _watch(alarms, stage), timeout=timeout)


def _watch(alarms: list[str], stage: Stage) -> list[str]:
    """Without alarms, the ones of an earlier deployment are cleared: they may be gone."""
    if not alarms:
        return ["--rollback-trigger-alarm-arns", "none"]
    return ["--rollback-trigger-alarm-arns", *alarms, "--monitoring-time-minutes", str(stage.monitoring_minutes)]


def _run(environment: Environment, paths: list[str], watch: list[str], *, timeout: float) -> None:
    arguments = ["deploy", *paths, "--exclusively", "--app", str(environment.assembly.resolve()), *watch]
    arguments += ["--require-approval", "never", "--concurrency", _AT_ONCE, "--progress", "events"]
    sys.stdout.write(f"cdk {' '.join(arguments)}\n")
    sys.stdout.flush()
    process = subprocess.Popen([str(node()), str(cdk_cli()), *arguments], stdin=subprocess.DEVNULL)
    try:
        code = process.wait(timeout)
    except subprocess.TimeoutExpired:
        raise GateClosedError(
            f"cdk deploy did not end within {timeout:.0f} s, but CloudFormation goes on: look at the stacks first."
        ) from None
    finally:
        process.kill()
        process.wait(_STOP_TIMEOUT)
    if code:
        raise GateClosedError(f"cdk deploy of {environment.stage} ended with exit code {code}.")
