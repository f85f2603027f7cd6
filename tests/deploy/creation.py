"""Deploying in a test: what failed is part of the test's own message."""

from operations.local.assembly import Environment
from operations.local.cdk import CdkFailedError, CdkTimeoutError, deploy
from operations.local.diagnosis import failures, unfinished
from operations.local.running_engine import RunningEngine


def create(engine: RunningEngine, environment: Environment, *, timeout: float) -> None:
    """Deploy, or fail with the resources that did, or that were not done in time."""
    try:
        deploy(engine, environment, timeout=timeout)
    except (CdkFailedError, CdkTimeoutError) as error:
        causes = [*failures(engine, environment), *unfinished(engine, environment)]
        raise AssertionError("\n".join([str(error), *map(str, causes)])) from error
