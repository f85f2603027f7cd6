"""boto3's clients of the functions."""

from functools import cached_property
from typing import Any

import boto3  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]

WORKERS = 16
"""Objects that are read at the same time."""
_CONFIG = Config(
    connect_timeout=5,
    read_timeout=70,
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=WORKERS,
)


class Clients:
    """One of each service, with the function's own role; made when it is first used, as each takes time."""

    @cached_property
    def sagemaker(self) -> Any:
        return _client("sagemaker")

    @cached_property
    def runtime(self) -> Any:
        return _client("sagemaker-runtime")

    @cached_property
    def s3(self) -> Any:
        return _client("s3")

    @cached_property
    def sns(self) -> Any:
        return _client("sns")

    @cached_property
    def states(self) -> Any:
        return _client("stepfunctions")

    @cached_property
    def cloudwatch(self) -> Any:
        return _client("cloudwatch")


def _client(service: str) -> Any:
    session: Any = boto3
    return session.client(service, config=_CONFIG)
