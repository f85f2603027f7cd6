"""How the gateway's database is watched."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.acknowledge import acknowledge

FULL_PERCENT = 80
"""Share of the connections in use from which a person is called."""


def monitoring_role(scope: Construct, construct_id: str) -> iam.Role:
    """What RDS writes the metrics of the operating system as."""
    policy = "service-role/AmazonRDSEnhancedMonitoringRole"
    role = iam.Role(
        scope,
        construct_id,
        assumed_by=iam.ServicePrincipal("monitoring.rds.amazonaws.com"),
        managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(policy)],
    )
    acknowledge(
        role,
        f"AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{policy}]",
        reason="RDS's own service policy: it writes into the log group RDSOSMetrics and nowhere else.",
    )
    return role


def connections_alarm(
    scope: Construct, construct_id: str, *, dimension: str, identifier: str, max_connections: int, topic: sns.ITopic
) -> None:
    """Call when 80 % of the connections are in use in three of five minutes."""
    alarm = cloudwatch.Metric(
        namespace="AWS/RDS",
        metric_name="DatabaseConnections",
        dimensions_map={dimension: identifier},
        statistic="Maximum",
        period=cdk.Duration.minutes(1),
    ).create_alarm(
        scope,
        construct_id,
        alarm_description="The gateway's database runs out of connections: make it larger, or run fewer tasks.",
        threshold=max_connections * FULL_PERCENT // 100,
        evaluation_periods=5,
        datapoints_to_alarm=3,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
    alarm.add_alarm_action(actions.SnsAction(topic))
    alarm.add_ok_action(actions.SnsAction(topic))
