"""Reads the account of an environment as the bootstrap's lookup role, which can change nothing."""

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from promotion.errors import PromotionError


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account behind one bootstrap."""

    id: str
    qualifier: str
    _clients: dict[tuple[str, str, str], Any] = field(default_factory=dict[tuple[str, str, str], Any])

    def reader(self, service: str, region: str) -> Any:
        """A client of a service in a Region, as the lookup role; every call ends within five minutes."""
        return self._client(service, region, "lookup")

    def deployer(self, service: str, region: str) -> Any:
        """The same as the deploy role."""
        return self._client(service, region, "deploy")

    def _client(self, service: str, region: str, role: str) -> Any:
        key = (service, region, role)
        if key not in self._clients:
            self._clients[key] = self._session(region, role).client(service, region_name=region, config=_config())
        return self._clients[key]

    def _session(self, region: str, role: str) -> Any:
        import boto3  # late: it takes longer than all that a command does without an account

        arn = bootstrap_role(role, qualifier=self.qualifier, account=self.id, region=region)
        try:
            sts: Any = boto3.client("sts", region_name=region, config=_config())
            given = sts.assume_role(RoleArn=arn, RoleSessionName="promotion")["Credentials"]
        except (BotoCoreError, ClientError) as error:
            raise PromotionError(
                f"{arn} cannot be assumed: {error}\n"
                f"Is {self.id}/{region} bootstrapped with qualifier {self.qualifier}? "
                "May these credentials assume its roles?"
            ) from None
        return boto3.Session(
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )


def _config() -> Any:
    from botocore.config import Config

    return Config(connect_timeout=10, read_timeout=60, retries={"total_max_attempts": 5, "mode": "standard"})


def bootstrap_role(name: str, *, qualifier: str, account: str, region: str) -> str:
    """The ARN of a role of the bootstrap: deploy, lookup, file-publishing or image-publishing."""
    return f"arn:aws:iam::{account}:role/cdk-{qualifier}-{name}-role-{account}-{region}"


def is_missing(error: ClientError) -> bool:
    """Whether CloudFormation says that a stack or a resource of it does not exist."""
    return "does not exist" in str(error)
