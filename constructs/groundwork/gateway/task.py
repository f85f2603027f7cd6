"""What runs in a task of the gateway."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.gateway.cache import Cache
from groundwork.gateway.configuration import Configuration
from groundwork.gateway.container import CONFIG_ARGUMENTS, MEMORY_MIB, VCPU_UNITS, GatewayContainer
from groundwork.gateway.database import Database
from groundwork.gateway.keys import GatewayKeys
from groundwork.gateway.load_balancer import CONTAINER_PORT
from groundwork.gateway.time_outs import TimeOuts


class GatewayTask(Construct):
    """One LiteLLM worker: no root, a read-only file system, no password, and the rights that its models need."""

    definition: ecs.FargateTaskDefinition
    container: GatewayContainer
    """What its container is made of, for another task that runs the same."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: ecs.ContainerImage,
        architecture: str,
        configuration: Configuration,
        database: Database,
        cache: Cache,
        keys: GatewayKeys,
        model_access: Sequence[iam.PolicyStatement],
        secrets: Mapping[str, secretsmanager.ISecret],
        environment: Mapping[str, str],
        time_outs: TimeOuts,
        operations_key: kms.IKey,
    ) -> None:
        """
        Args:
            image: pinned by digest.
            architecture: `arm64` or `x86_64`.
            model_access: what the task may call: the models that the configuration names, and nothing else.
            secrets: by the environment variable that the configuration reads each of them from.
            environment: further variables for LiteLLM, none of them a secret.
            operations_key: encrypts the log; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id)
        self._grants = (database.grant_connect, cache.grant_connect, configuration.grant_read)
        platform = ecs.RuntimePlatform(
            operating_system_family=ecs.OperatingSystemFamily.LINUX,
            cpu_architecture=ecs.CpuArchitecture.ARM64 if architecture == "arm64" else ecs.CpuArchitecture.X86_64,
        )
        self.definition = ecs.FargateTaskDefinition(
            self, "Definition", cpu=VCPU_UNITS, memory_limit_mib=MEMORY_MIB, runtime_platform=platform
        )
        log_group = logs.LogGroup(
            self,
            "Log",
            encryption_key=operations_key,
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        all_secrets = {"LITELLM_SALT_KEY": keys.salt, "LITELLM_MASTER_KEY": keys.master, **secrets}
        self.container = GatewayContainer(
            image=image,
            platform=platform,
            environment={
                **_fixed(time_outs),
                "AWS_REGION_NAME": cdk.Stack.of(self).region,
                **database.environment(),
                **cache.environment(),
                **configuration.environment(),
                **environment,
            },
            secrets={name: self._read(name, secret) for name, secret in sorted(all_secrets.items())},
            log_group=log_group,
            stop_timeout=cdk.Duration.seconds(time_outs.stop),
        )
        self.container.add_to(
            self.definition,
            "Gateway",
            command=[*CONFIG_ARGUMENTS, "--port", str(CONTAINER_PORT)],
            ports=[CONTAINER_PORT],
            # A log that is slow to be taken must not hold a caller up.
            log_mode=ecs.AwsLogDriverMode.NON_BLOCKING,
        )
        self.grant_start(self.definition.task_role)
        for statement in model_access:
            self.definition.add_to_task_role_policy(statement)

    def grant_start(self, grantee: iam.IGrantable) -> None:
        """Let a role do what LiteLLM needs to start, and to answer calls that reach no model."""
        for grant in self._grants:
            grant(grantee)

    def _read(self, name: str, secret: secretsmanager.ISecret) -> ecs.Secret:
        # By its ARN alone: from the whole secret, CDK would enter this role into the policy of the secret's key, and so
        # make the stack of the key depend on this one.
        self.definition.add_to_execution_role_policy(self._decrypt(secret))
        reference = secretsmanager.Secret.from_secret_complete_arn(self, name, secret.secret_arn)
        return ecs.Secret.from_secrets_manager(reference)

    def _decrypt(self, secret: secretsmanager.ISecret) -> iam.PolicyStatement:
        stack = cdk.Stack.of(self)
        via = {"kms:ViaService": f"secretsmanager.{stack.region}.amazonaws.com"}
        if key := secret.encryption_key:
            return iam.PolicyStatement(
                actions=["kms:Decrypt"], resources=[key.key_arn], conditions={"StringEquals": via}
            )
        # Which key a secret that was there already is encrypted with is not in its ARN: any, for this secret alone.
        keys = stack.format_arn(service="kms", resource="key", resource_name="*", account=secret.env.account)
        acknowledge(
            self.definition.obtain_execution_role(),
            f"AwsSolutions::AwsSolutions-IAM5[Resource::{keys}]",
            reason="A secret of the environment file may have a key of its own, which only the secret knows: the "
            "condition names the one secret, by its encryption context, and the service that asks.",
        )
        return iam.PolicyStatement(
            actions=["kms:Decrypt"],
            resources=[keys],
            conditions={"StringEquals": {**via, "kms:EncryptionContext:SecretARN": secret.secret_arn}},
        )


def _fixed(time_outs: TimeOuts) -> dict[str, str]:
    return {
        # Never DEBUG: it writes keys into the log.
        "LITELLM_LOG": "ERROR",
        "LITELLM_MODE": "PRODUCTION",
        "NUM_WORKERS": "1",
        "KEEPALIVE_TIMEOUT": str(time_outs.keep_alive),
        # The schema is migrated by a task of its own, once, before the service changes.
        "DISABLE_SCHEMA_UPDATE": "true",
        # The user has no entry in the image, and Prisma does not start without a home. What Prisma runs stands in
        # /opt/prisma, where every user reads it: PRISMA_* are the image's (BerriAI/litellm, pull request 33853).
        "HOME": "/tmp",  # noqa: S108
        "LITELLM_MIGRATION_DIR": "/tmp/migrations",  # noqa: S108
        "LITELLM_UI_PATH": "/tmp/ui",  # noqa: S108
        "LITELLM_ASSETS_PATH": "/tmp/assets",  # noqa: S108
        "XDG_CACHE_HOME": "/tmp/cache",  # noqa: S108
    }
