"""Puts what the tasks need where the replacements say it is."""

import contextlib
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from tests.gateway_boot import replacements
from tests.gateway_boot.aws import Aws
from tests.gateway_boot.deployed import Deployed, Task, read_deployed
from tests.gateway_boot.redis import Redis
from tests.gateway_boot.replacements import Loopback
from tests.gateway_boot.templates import Known, Templates
from tests.gateway_boot.tls import behind_tls

HERE: Known = {
    ("AWS::RDS::DBCluster", "Endpoint.Address"): "127.0.0.1",
    ("AWS::RDS::DBCluster", "DBClusterResourceId"): "cluster-BOOT",
    ("AWS::ElastiCache::ReplicationGroup", "PrimaryEndPoint.Address"): "127.0.0.1",
    ("AWS::ElastiCache::ReplicationGroup", "Ref"): "boot-cache",
    ("AWS::ElastiCache::User", "Ref"): "boot-user",
    ("AWS::KMS::Key", "Arn"): "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555",
}
"""Of what stands on this machine in place of the deployed. The names are parts of policies, and of what a token is
signed for: nobody here reads them."""
_SECRETS = {"LITELLM_MASTER_KEY": f"sk-{'m' * 48}", "LITELLM_SALT_KEY": "s" * 48}
"""What Secrets Manager would have made; all others are the keys of providers."""


def deploy(templates: Templates, aws: Aws) -> Deployed:
    """Make what the templates describe in AWS; what they give the tasks then."""
    return read_deployed(templates, {**HERE, **aws.make(templates)})


@contextlib.contextmanager
def on_loopback(
    deployed: Deployed, *, aws: Aws, cache: Redis, provider: str, collector: str, folder: Path
) -> Generator[Callable[[str], Loopback]]:
    """Store the configuration, and put TLS in front of the cache.

    Within the block, the URL of the migrated database gives where everything is.
    """
    with behind_tls(folder, port=cache.port, workspace=aws.engine.workspace) as cache_port:

        def place(database: str) -> Loopback:
            to = Loopback(
                database_port=urlsplit(database).port or 0,
                cache_port=cache_port,
                provider=provider,
                collector=collector,
                aws=aws.engine.endpoint,
                trust=aws.engine.workspace.certificate,
                credentials=aws.task_credentials("gateway-task", deployed.gateway.policy),
            )
            environment = deployed.gateway.environment
            bucket, key = (environment[f"LITELLM_CONFIG_BUCKET_{part}"] for part in ("NAME", "OBJECT_KEY"))
            aws.store(bucket, key, replacements.configuration(deployed.configuration, to))
            return to

        yield place


def environment_of(task: Task, to: Loopback) -> Callable[[Path], Mapping[str, str]]:
    """A container's environment by the folder that a process writes to, with a value for each secret."""
    secrets = {name: _SECRETS.get(name, f"key-of-{name.lower()}") for name in task.secrets}
    return lambda folder: replacements.environment(task.environment, secrets, to, folder)
