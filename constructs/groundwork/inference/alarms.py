"""When a person is called about an endpoint, and an update of it is rolled back."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.inference.names import VARIANT
from groundwork.inference.serving_settings import AlarmSettings

_MINUTE = cdk.Duration.minutes(1)
FEWEST_FAILURES = 3
"""In a minute, below which their share says nothing."""


class EndpointAlarms(Construct):
    """Requests that fail in the model, and where asked for, answers that take too long. Metrics:
    https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html (read 2026-11-23)."""

    alarms: list[cloudwatch.Alarm]

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        component: bool,
        asynchronous: bool,
        settings: AlarmSettings,
        topic: sns.ITopic,
    ) -> None:
        """
        Args:
            name: of the component where there is one, and of the endpoint.
            asynchronous: whether requests wait in a queue.
            topic: reaches people.
        """
        super().__init__(scope, construct_id)
        self._asynchronous = asynchronous
        self._dimensions = (
            {"InferenceComponentName": name} if component else {"EndpointName": name, "VariantName": VARIANT}
        )
        self.alarms = [self._failures(settings.failed_percent)]
        if settings.latency_p95_ms:
            self.alarms.append(self._latency(settings.latency_p95_ms))
        for alarm in self.alarms:
            alarm.add_alarm_action(actions.SnsAction(topic))
            alarm.add_ok_action(actions.SnsAction(topic))

    def _failures(self, percent: int) -> cloudwatch.Alarm:
        # An asynchronous endpoint has no metric `Invocations`:
        # https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-monitor.html (read 2026-11-23)
        queued = ("InvocationFailures", "InvocationsProcessed")
        failures, requests = queued if self._asynchronous else ("Invocation5XXErrors", "Invocations")
        failed = cloudwatch.MathExpression(
            expression=f"IF(FILL(failures, 0) >= {FEWEST_FAILURES}, 100 * FILL(failures, 0) / requests, 0)",
            using_metrics={
                "failures": self._metric(failures, "Sum"),
                "requests": self._metric(requests, "Sum"),
            },
            period=_MINUTE,
            label="Failed requests in percent",
        )
        return failed.create_alarm(
            self,
            "FailedRequests",
            alarm_description=f"More than {percent} % of the endpoint's requests fail in the model.",
            threshold=percent,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=3,
            datapoints_to_alarm=2,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _latency(self, milliseconds: int) -> cloudwatch.Alarm:
        return self._metric("ModelLatency", "p95").create_alarm(
            self,
            "Latency",
            alarm_description=f"One of 20 requests takes longer than {milliseconds} ms in the model.",
            threshold=milliseconds * 1000,  # the metric counts microseconds
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=5,
            datapoints_to_alarm=3,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _metric(self, name: str, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/SageMaker",
            metric_name=name,
            dimensions_map=self._dimensions,
            statistic=statistic,
            period=_MINUTE,
        )
