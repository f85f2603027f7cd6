"""boto3's clients of the functions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.session import Session

SERVICE_MODELS = Path(__file__).parents[1] / "service_models"
"""Descriptions of services that came along: newer than those of the runtime's own SDK."""
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 2})


@dataclass(frozen=True, kw_only=True)
class Clients:
    """One of each service that any of the functions calls."""

    sagemaker: Any
    s3: Any
    sns: Any
    states: Any
    logs: Any
    cloudformation: Any


def clients() -> Clients:
    """With the function's own role."""
    session: Any = boto3.Session(botocore_session=_session())
    names = {"sagemaker": "", "s3": "", "sns": "", "states": "stepfunctions", "logs": "", "cloudformation": ""}
    return Clients(**{name: session.client(service or name, config=_CONFIG) for name, service in names.items()})


def _session() -> Any:
    session: Any = Session()
    if SERVICE_MODELS.is_dir():
        session.set_config_variable("data_path", str(SERVICE_MODELS))
    return session
