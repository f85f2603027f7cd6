"""Puts what the container needs where the replacements say it is."""

import contextlib
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from tests.gateway_boot import replacements
from tests.gateway_boot.assembly import section_statements
from tests.gateway_boot.aws import ARCHIVE_BUCKET, Aws
from tests.gateway_boot.deployed import Deployed
from tests.gateway_boot.redis import Redis
from tests.gateway_boot.replacements import Loopback
from tests.gateway_boot.tls import behind_tls

BEDROCK_MODEL = "amazon.nova-lite-v1:0"
"""The one of the section."""
_SECRETS = {"LITELLM_MASTER_KEY": f"sk-{'m' * 48}", "LITELLM_SALT_KEY": "s" * 48}
"""What Secrets Manager would have made; all others are the keys of providers."""


@contextlib.contextmanager
def on_loopback(
    deployed: Deployed, *, aws: Aws, cache: Redis, provider: str, collector: str, folder: Path
) -> Generator[Callable[[str], Loopback]]:
    """Make what the deployment makes in AWS, and put TLS in front of the cache.

    Within the block, the URL of the migrated database gives where everything is.
    """
    guardrail, team_profile = aws.guardrail(), aws.team_profile(BEDROCK_MODEL)
    policy = {
        **deployed.task_policy,
        "Statement": [
            *deployed.task_policy["Statement"],
            *section_statements(
                account=aws.account, guardrail_arn=aws.guardrail_arn(guardrail[0]), team_profile=team_profile
            ),
        ],
    }
    with behind_tls(folder, port=cache.port, workspace=aws.engine.workspace) as cache_port:

        def place(database: str) -> Loopback:
            to = Loopback(
                database_port=urlsplit(database).port or 0,
                cache_port=cache_port,
                provider=provider,
                collector=collector,
                aws=aws.engine.endpoint,
                trust=aws.engine.workspace.certificate,
                credentials=aws.task_credentials(policy),
                archive_bucket=ARCHIVE_BUCKET,
                guardrail=guardrail,
                team_profile=team_profile,
            )
            bucket, key = (deployed.environment[f"LITELLM_CONFIG_BUCKET_{part}"] for part in ("NAME", "OBJECT_KEY"))
            aws.store(bucket, key, replacements.configuration(deployed.configuration, to))
            aws.store(ARCHIVE_BUCKET, "made-by-the-deployment", "{}")
            return to

        yield place


def environment_of(deployed: Deployed, to: Loopback) -> Callable[[Path], Mapping[str, str]]:
    """The container's environment by the folder that a proxy writes to, with a value for each secret."""
    secrets = {name: _SECRETS.get(name, f"key-of-{name.lower()}") for name in deployed.secrets}
    return lambda folder: replacements.environment(deployed.environment, secrets, to, folder)
