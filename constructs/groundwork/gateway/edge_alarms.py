"""When a person is called about the way in over CloudFront."""

from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.gateway.service_alarms import DATAPOINTS, FAILED_PERCENT, FEWEST_FAILURES, PERIOD, PERIODS


class EdgeAlarms(Construct):
    """CloudFront's own failures: what it cannot bring to the load balancer, no alarm of the load balancer sees.

    CloudFront's metrics are in us-east-1 whatever the home Region is, and an alarm reaches topics of its Region only.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, distribution: cloudfront.Distribution, topic: sns.ITopic
    ) -> None:
        super().__init__(scope, construct_id)
        failed = cloudwatch.MathExpression(
            expression=f"IF(rate * requests / 100 >= {FEWEST_FAILURES}, rate, 0)",
            using_metrics={
                "requests": distribution.metric_requests(statistic="Sum", period=PERIOD),
                "rate": distribution.metric5xx_error_rate(statistic="Average", period=PERIOD),
            },
            period=PERIOD,
            label="Failed requests in percent",
        )
        alarm = failed.create_alarm(
            self,
            "FailedRequests",
            alarm_description=f"More than {FAILED_PERCENT} % of the requests fail for callers: the load balancer is "
            "not reached, or it answers so; its own alarm tells which.",
            threshold=FAILED_PERCENT,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=PERIODS,
            datapoints_to_alarm=DATAPOINTS,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))
        alarm.add_ok_action(actions.SnsAction(topic))
