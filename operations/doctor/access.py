"""Sessions with an account."""

from functools import cache
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from operations.doctor.reader import CONFIG, Clients
from operations.errors import OperationError


def clients_of(profile: str | None) -> Clients:
    """Clients with the credentials of a profile, or of the process's environment.

    Raises:
        OperationError: there is no such profile.
    """
    try:
        session: Any = boto3.Session(profile_name=profile)
    except BotoCoreError as error:
        raise OperationError(f"--profile {profile}: {error}") from None

    @cache
    def client(service: str, region: str) -> Any:
        return session.client(service, region_name=region, config=CONFIG)

    return client


def check_account(clients: Clients, *, account: str, region: str) -> None:
    """Whether the credentials are of the account that the environment goes to. STS asks nobody for a permission.

    Raises:
        OperationError: there are none, they are not valid, or they are of another account.
    """
    try:
        found = clients("sts", region).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise OperationError(f"Who the credentials belong to cannot be asked: {error}") from None
    if found != account:
        raise OperationError(f"The credentials are of account {found}; the environment goes to {account}.")
