"""The gateway's Valkey cache."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.gateway.data_settings import CacheSettings
from groundwork.gateway.private_group import private_group
from groundwork.network.subnets import PlatformSubnets

VERSION = "8.2"
PORT = 6380
SNAPSHOT_DAYS = 1
"""Limits and cached answers are worth nothing after a day."""
FULL_PERCENT = 85
"""Share of the memory in use from which a person is called."""


class Cache(Construct):
    """Valkey in the data subnets, encrypted, that is entered with an IAM token and over TLS only.

    Nothing is evicted: a counter that vanished would lift somebody's limit. What is cached expires by itself.
    """

    host: str
    """Name of the primary's endpoint."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        vpc: ec2.IVpc,
        subnets: PlatformSubnets,
        clients: ec2.ISecurityGroup,
        settings: CacheSettings,
        key: kms.IKey,
        alarms: sns.ITopic,
    ) -> None:
        """
        Args:
            environment: the environment's name; part of the user's name.
            clients: the members of this group may connect.
            key: encrypts what is on disk.
            alarms: hears when memory runs out.
        """
        super().__init__(scope, construct_id)
        group = private_group(
            self, "SecurityGroup", vpc=vpc, description="Cache of the gateway", clients=clients, port=PORT
        )
        self._user = self._create_user(f"groundwork-{environment}-gateway")
        users = elasticache.CfnUserGroup(
            self,
            "Users",
            engine="valkey",
            user_group_id=f"groundwork-{environment}-gateway",
            user_ids=[self._user.ref],
        )
        subnet_group = elasticache.CfnSubnetGroup(
            self, "Subnets", description="Data subnets", subnet_ids=[subnet.subnet_id for subnet in subnets.data]
        )
        parameters = elasticache.CfnParameterGroup(
            self,
            "Parameters",
            cache_parameter_group_family=f"valkey{VERSION.split('.')[0]}",
            description="Nothing is evicted",
            properties={"maxmemory-policy": "noeviction"},
        )
        self._replication_group = elasticache.CfnReplicationGroup(
            self,
            "Valkey",
            replication_group_description="Limits and cached answers of the gateway",
            engine="valkey",
            engine_version=VERSION,
            cache_node_type=settings.node_type,
            num_cache_clusters=2 if settings.multi_az else 1,
            automatic_failover_enabled=settings.multi_az,
            multi_az_enabled=settings.multi_az,
            port=PORT,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            at_rest_encryption_enabled=True,
            kms_key_id=key.key_arn,
            user_group_ids=[users.ref],
            cache_parameter_group_name=parameters.ref,
            cache_subnet_group_name=subnet_group.ref,
            security_group_ids=[group.security_group_id],
            auto_minor_version_upgrade=True,
            snapshot_retention_limit=SNAPSHOT_DAYS,
        )
        self.host = self._replication_group.attr_primary_end_point_address
        acknowledge(
            self._replication_group,
            "AwsSolutions::AwsSolutions-AEC6",
            reason="AUTH is one password for all. Here a user enters with a token that IAM signs for 15 minutes.",
        )
        acknowledge(
            self._replication_group,
            "NIST.800.53.R5::NIST.800.53.R5-ElastiCacheRedisClusterAutomaticBackup",
            "HIPAA.Security::HIPAA.Security-ElastiCacheRedisClusterAutomaticBackup",
            reason="The cache holds counters of limits and copies of answers; spend and budgets are in the database.",
        )
        if not settings.multi_az:
            acknowledge(
                self._replication_group,
                "AwsSolutions::AwsSolutions-AEC4",
                reason="The environment file asks for one node: while it is replaced, limits are counted by task.",
            )
        self._alarm(alarms)

    def grant_connect(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a role sign tokens for the cache's one user.

        Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
        """
        arns = [self._arn("replicationgroup", self._replication_group.ref), self._arn("user", self._user.ref)]
        return iam.Grant.add_to_principal(grantee=grantee, actions=["elasticache:Connect"], resource_arns=arns)

    def environment(self) -> dict[str, str]:
        """What LiteLLM reads to connect."""
        return {
            "REDIS_HOST": self.host,
            "REDIS_PORT": str(PORT),
            "REDIS_SSL": "True",
            "REDIS_AWS_IAM_AUTH": "True",
            "REDIS_AWS_IAM_USER_NAME": self._user.user_name,
            "REDIS_AWS_IAM_CACHE_NAME": self._replication_group.ref,
            "REDIS_AWS_IAM_REGION": cdk.Stack.of(self).region,
        }

    def _create_user(self, name: str) -> elasticache.CfnUser:
        # IAM wants the id and the name to be the same. No default user: nobody gets in without a token.
        return elasticache.CfnUser(
            self,
            "User",
            engine="valkey",
            user_id=name,
            user_name=name,
            authentication_mode={"Type": "iam"},
            access_string="on ~* &* +@all -@dangerous +info",
        )

    def _arn(self, resource: str, name: str) -> str:
        return cdk.Stack.of(self).format_arn(
            service="elasticache",
            resource=resource,
            resource_name=name,
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )

    def _alarm(self, topic: sns.ITopic) -> None:
        alarm = cloudwatch.Metric(
            namespace="AWS/ElastiCache",
            metric_name="DatabaseMemoryUsagePercentage",
            # Metrics come from nodes. Each holds all data, whichever of them is the primary.
            dimensions_map={"CacheClusterId": f"{self._replication_group.ref}-001"},
            statistic="Maximum",
            period=cdk.Duration.minutes(1),
        ).create_alarm(
            self,
            "Memory",
            alarm_description="The gateway's cache is nearly full: when it is, limits are no longer counted in common.",
            threshold=FULL_PERCENT,
            evaluation_periods=5,
            datapoints_to_alarm=5,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))
        alarm.add_ok_action(actions.SnsAction(topic))
