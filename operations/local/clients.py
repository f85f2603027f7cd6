"""AWS clients that talk to the embedded engine and to nothing else."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from operations.local.running_engine import RunningEngine

# To the engine, an access key that is an account's number is that account's root.
SECRET_KEY = "local"  # noqa: S105 - names no secret: nobody else has it, the engine is on loopback
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 2}, proxies={})


@cache
def _session(account: str, region: str) -> Any:
    # Kept, because a session reads each service's model only once.
    return boto3.Session(aws_access_key_id=account, aws_secret_access_key=SECRET_KEY, region_name=region)


def client(engine: RunningEngine, service: str, *, account: str, region: str) -> Any:
    """A boto3 client as the root of `account`; every call times out after 30 s."""
    return _client(service, account, region, engine.endpoint, str(engine.workspace.certificate))


@cache
def _client(service: str, account: str, region: str, endpoint: str, certificate: str) -> Any:
    return _session(account, region).client(service, endpoint_url=endpoint, verify=certificate, config=_CONFIG)
