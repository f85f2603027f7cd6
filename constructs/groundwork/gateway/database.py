"""The gateway's PostgreSQL database."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.foundation.backups import Backups
from groundwork.gateway.data_settings import AuroraSettings, DatabaseSettings, RdsSettings
from groundwork.gateway.database_findings import acknowledge_backup, acknowledge_database, acknowledge_instance
from groundwork.gateway.database_monitoring import connections_alarm, monitoring_role
from groundwork.gateway.private_group import private_group
from groundwork.network.subnets import PlatformSubnets

VERSION = "16.11"
PORT = 5433
USER, NAME = "litellm", "litellm"


class Database(Construct):
    """PostgreSQL in the data subnets, encrypted, that is entered with an IAM token and over TLS only.

    There is no password: the master user authenticates by IAM from the first moment
    (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html). Its identifier is fixed, so
    that a change which would replace it fails instead: two databases of one name cannot exist.
    """

    host: str
    """Name of the writer's endpoint."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        vpc: ec2.IVpc,
        subnets: PlatformSubnets,
        clients: ec2.ISecurityGroup,
        settings: DatabaseSettings,
        key: kms.IKey,
        operations_key: kms.IKey,
        alarms: sns.ITopic,
        keep: bool,
    ) -> None:
        """
        Args:
            environment: the environment's name; part of the identifier and the tag that the backup plan selects by.
            clients: the members of this group may connect.
            key: encrypts storage, snapshots and performance data.
            operations_key: encrypts the server's log.
            alarms: hears when connections run out.
            keep: protected from deletion, and a final snapshot is taken. Otherwise nothing is left.
        """
        super().__init__(scope, construct_id)
        self._identifier = f"groundwork-{environment}-gateway"
        self._settings, self._key, self._keep = settings, key, keep
        self._group = private_group(
            self, "SecurityGroup", vpc=vpc, description="Database of the gateway", clients=clients, port=PORT
        )
        self._subnets = rds.CfnDBSubnetGroup(
            self,
            "Subnets",
            db_subnet_group_description="Data subnets",
            subnet_ids=[subnet.subnet_id for subnet in subnets.data],
        )
        self._monitoring = monitoring_role(self, "Monitoring")
        kind = "cluster" if isinstance(settings.engine, AuroraSettings) else "instance"
        log = logs.LogGroup(
            self,
            "Log",
            # RDS names it and would otherwise make it itself: without encryption, and for ever.
            log_group_name=f"/aws/rds/{kind}/{self._identifier}/postgresql",
            encryption_key=operations_key,
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        match settings.engine:
            case AuroraSettings() as aurora:
                database = self._create_cluster(aurora)
                self.host, self._resource_id = database.attr_endpoint_address, database.attr_db_cluster_resource_id
            case RdsSettings() as instance:
                database = self._create_instance(instance)
                self.host, self._resource_id = database.attr_endpoint_address, database.attr_dbi_resource_id
                acknowledge_instance(database, multi_az=settings.multi_az)
        database.add_resource_dependency(cast("logs.CfnLogGroup", log.node.default_child))
        database.apply_removal_policy(cdk.RemovalPolicy.SNAPSHOT if keep else cdk.RemovalPolicy.DESTROY)
        Backups.include(database, environment=environment)
        acknowledge_database(database, keep=keep)
        connections_alarm(
            self,
            "Connections",
            dimension="DBClusterIdentifier" if kind == "cluster" else "DBInstanceIdentifier",
            identifier=self._identifier,
            max_connections=settings.engine.max_connections,
            topic=alarms,
        )

    def grant_connect(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a role sign tokens for the database's one user.

        Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
        """
        arn = cdk.Stack.of(self).format_arn(
            service="rds-db",
            resource="dbuser",
            resource_name=f"{self._resource_id}/{USER}",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        return iam.Grant.add_to_principal(grantee=grantee, actions=["rds-db:connect"], resource_arns=[arn])

    def environment(self) -> dict[str, str]:
        """What LiteLLM reads to connect."""
        return {
            "IAM_TOKEN_DB_AUTH": "true",
            "DATABASE_HOST": self.host,
            "DATABASE_PORT": str(PORT),
            "DATABASE_USER": USER,
            "DATABASE_NAME": NAME,
            # The image has no certificate of the authority of RDS, so the server's cannot be verified: every stricter
            # value refuses the connection, and Prisma's own would go on without TLS (`translate_libpq_ssl_params` in
            # `proxy/db/db_url_settings.py` of LiteLLM 1.104.0).
            "DATABASE_SSLMODE": "require",
        }

    def _create_cluster(self, aurora: AuroraSettings) -> rds.CfnDBCluster:
        parameters = rds.CfnDBClusterParameterGroup(
            self,
            "Parameters",
            description="TLS only",
            family=f"aurora-postgresql{VERSION.split('.')[0]}",
            parameters={"rds.force_ssl": "1"},
        )
        cluster = rds.CfnDBCluster(
            self,
            "Cluster",
            db_cluster_identifier=self._identifier,
            engine="aurora-postgresql",
            engine_version=VERSION,
            serverless_v2_scaling_configuration=rds.CfnDBCluster.ServerlessV2ScalingConfigurationProperty(
                min_capacity=aurora.min_acus, max_capacity=aurora.max_acus
            ),
            database_name=NAME,
            port=PORT,
            master_username=USER,
            master_user_authentication_type="iam-db-auth",
            enable_iam_database_authentication=True,
            storage_encrypted=True,
            kms_key_id=self._key.key_arn,
            db_subnet_group_name=self._subnets.ref,
            vpc_security_group_ids=[self._group.security_group_id],
            db_cluster_parameter_group_name=parameters.ref,
            backup_retention_period=self._settings.backup_days,
            copy_tags_to_snapshot=True,
            deletion_protection=self._keep,
            enable_cloudwatch_logs_exports=["postgresql"],
        )
        for index in range(2 if self._settings.multi_az else 1):
            instance = rds.CfnDBInstance(
                self,
                f"Instance{index + 1}",
                db_cluster_identifier=cluster.ref,
                db_instance_class="db.serverless",
                engine="aurora-postgresql",
                # Both: the one that takes over must have the capacity that the writer had.
                promotion_tier=index,
                publicly_accessible=False,
                auto_minor_version_upgrade=True,
                enable_performance_insights=True,
                performance_insights_kms_key_id=self._key.key_arn,
                monitoring_interval=60,
                monitoring_role_arn=self._monitoring.role_arn,
            )
            acknowledge_backup(instance)
        return cluster

    def _create_instance(self, settings: RdsSettings) -> rds.CfnDBInstance:
        parameters = rds.CfnDBParameterGroup(
            self,
            # Not the id of a cluster's: no update gives a logical id another type.
            "InstanceParameters",
            description="TLS only",
            family=f"postgres{VERSION.split('.')[0]}",
            parameters={"rds.force_ssl": "1"},
        )
        return rds.CfnDBInstance(
            self,
            "Instance",
            db_instance_identifier=self._identifier,
            db_instance_class=settings.instance,
            engine="postgres",
            engine_version=VERSION,
            allocated_storage=str(settings.storage_gib),
            max_allocated_storage=settings.max_storage_gib,
            storage_type="gp3",
            multi_az=self._settings.multi_az,
            db_name=NAME,
            port=str(PORT),
            master_username=USER,
            master_user_authentication_type="iam-db-auth",
            enable_iam_database_authentication=True,
            storage_encrypted=True,
            kms_key_id=self._key.key_arn,
            db_subnet_group_name=self._subnets.ref,
            vpc_security_groups=[self._group.security_group_id],
            db_parameter_group_name=parameters.ref,
            publicly_accessible=False,
            auto_minor_version_upgrade=True,
            backup_retention_period=self._settings.backup_days,
            copy_tags_to_snapshot=True,
            delete_automated_backups=not self._keep,
            deletion_protection=self._keep,
            enable_cloudwatch_logs_exports=["postgresql"],
            enable_performance_insights=True,
            performance_insights_kms_key_id=self._key.key_arn,
            monitoring_interval=60,
            monitoring_role_arn=self._monitoring.role_arn,
        )
