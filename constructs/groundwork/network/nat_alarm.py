"""An alarm on a NAT gateway that refuses connections."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct


class NatAlarm(Construct):
    """Calls when a NAT gateway has no port left for a destination in three of five minutes.

    One minute of it is a burst that clients retry; three mean that a workload opens connections without closing them.
    Source: https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html (ErrorPortAllocation)
    """

    def __init__(self, scope: Construct, construct_id: str, *, gateway_id: str, topic: sns.ITopic) -> None:
        super().__init__(scope, construct_id)
        alarm = cloudwatch.Metric(
            namespace="AWS/NATGateway",
            metric_name="ErrorPortAllocation",
            dimensions_map={"NatGatewayId": gateway_id},
            statistic="Sum",
            period=cdk.Duration.minutes(1),
        ).create_alarm(
            self,
            "Ports",
            alarm_description="The NAT gateway has no free port for a destination: connections are refused.",
            threshold=0,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=5,
            datapoints_to_alarm=3,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))
        alarm.add_ok_action(actions.SnsAction(topic))
