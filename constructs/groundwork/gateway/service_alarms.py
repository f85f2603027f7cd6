"""When a person is called about the gateway."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.gateway.load_balancer import LoadBalancer

FAILED_PERCENT = 5
PERIOD = cdk.Duration.minutes(5)
FEWEST_FAILURES = 5
"""Failures in a period below which their share says nothing: one of two requests is no reason to call anybody."""
PERIODS, DATAPOINTS = 3, 2
"""An alarm takes so many bad periods out of the last ones."""


class ServiceAlarms(Construct):
    """No task that answers, or answers that fail: both are seen by callers, and nobody is called for less."""

    def __init__(self, scope: Construct, construct_id: str, *, load_balancer: LoadBalancer, topic: sns.ITopic) -> None:
        super().__init__(scope, construct_id)
        self._topic = topic
        self._no_target(load_balancer)
        self._failures(load_balancer)

    def _no_target(self, load_balancer: LoadBalancer) -> None:
        healthy = load_balancer.target_group.metrics.healthy_host_count(
            statistic="Maximum", period=cdk.Duration.minutes(1)
        )
        self._call(
            healthy.create_alarm(
                self,
                "NoHealthyTask",
                alarm_description="No task of the gateway is healthy: every request fails.",
                threshold=1,
                comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
                evaluation_periods=3,
                # Without a target there is no value either.
                treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
            )
        )

    def _failures(self, load_balancer: LoadBalancer) -> None:
        metrics = load_balancer.load_balancer.metrics
        failed = cloudwatch.MathExpression(
            expression=f"IF(FILL(tasks, 0) + FILL(balancer, 0) >= {FEWEST_FAILURES}, "
            "100 * (FILL(tasks, 0) + FILL(balancer, 0)) / requests, 0)",
            using_metrics={
                "requests": metrics.request_count(statistic="Sum", period=PERIOD),
                "tasks": metrics.http_code_target(
                    elbv2.HttpCodeTarget.TARGET_5XX_COUNT, statistic="Sum", period=PERIOD
                ),
                "balancer": metrics.http_code_elb(elbv2.HttpCodeElb.ELB_5XX_COUNT, statistic="Sum", period=PERIOD),
            },
            period=PERIOD,
            label="Failed requests in percent",
        )
        self._call(
            failed.create_alarm(
                self,
                "FailedRequests",
                alarm_description=f"More than {FAILED_PERCENT} % of the gateway's requests fail, after all fallbacks.",
                threshold=FAILED_PERCENT,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
                evaluation_periods=PERIODS,
                datapoints_to_alarm=DATAPOINTS,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            )
        )

    def _call(self, alarm: cloudwatch.Alarm) -> None:
        alarm.add_alarm_action(actions.SnsAction(self._topic))
        alarm.add_ok_action(actions.SnsAction(self._topic))
