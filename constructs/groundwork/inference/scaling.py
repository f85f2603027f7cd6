"""How many instances an endpoint has, or copies a component.

Sources: https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html and
.../async-inference-autoscale.html (read 2026-11-23).
"""

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from constructs import Construct, IDependable

from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.names import VARIANT
from groundwork.inference.serving_settings import ScalingSettings

_MINUTE = cdk.Duration.minutes(1)


class EndpointScaling(Construct):
    """Follows the requests that are being answered, measured every 10 seconds; an asynchronous endpoint its queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        settings: EndpointSettings,
        scaling_settings: ScalingSettings,
        after: IDependable,
    ) -> None:
        """
        Args:
            name: of the component where there is one, and of the endpoint.
            after: what is scaled.
        """
        super().__init__(scope, construct_id)
        self._name, self._settings, self._scaling = name, settings, scaling_settings
        component = settings.component is not None
        self._target = scaling.ScalableTarget(
            self,
            "Target",
            service_namespace=scaling.ServiceNamespace.SAGEMAKER,
            resource_id=f"inference-component/{name}" if component else f"endpoint/{name}/variant/{VARIANT}",
            scalable_dimension="sagemaker:inference-component:DesiredCopyCount"
            if component
            else "sagemaker:variant:DesiredInstanceCount",
            min_capacity=scaling_settings.min,
            max_capacity=scaling_settings.max,
            # What scales SageMaker whatever is said here; without it CDK makes a role that nothing uses. The first
            # target of an account makes Application Auto Scaling create it, for which whoever deploys needs
            # iam:CreateServiceLinkedRole.
            role=iam.Role.from_role_name(
                self,
                "ServiceRole",
                "aws-service-role/sagemaker.application-autoscaling.amazonaws.com/"
                "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint",
            ),
        )
        self._target.node.add_dependency(after)
        self._follow_requests(component)
        if scaling_settings.reaches_zero:
            self._leave_zero(component)
        for index, schedule in enumerate(scaling_settings.schedules):
            self._target.scale_on_schedule(
                f"Schedule{index}",
                schedule=scaling.Schedule.expression(schedule.cron),
                time_zone=cdk.TimeZone.of(schedule.timezone),
                min_capacity=schedule.min,
                max_capacity=schedule.max,
            )

    def _follow_requests(self, component: bool) -> None:
        metrics = scaling.PredefinedMetric
        predefined = (
            metrics.SAGEMAKER_INFERENCE_COMPONENT_CONCURRENT_REQUESTS_PER_COPY_HIGH_RESOLUTION
            if component
            else metrics.SAGEMAKER_VARIANT_CONCURRENT_REQUESTS_PER_MODEL_HIGH_RESOLUTION
        )
        queue = self._metric("ApproximateBacklogSizePerInstance", {"EndpointName": self._name}, statistic="Average")
        asynchronous = self._settings.asynchronous is not None
        self._target.scale_to_track_metric(
            "Requests",
            target_value=self._scaling.concurrent_requests,
            predefined_metric=None if asynchronous else predefined,
            custom_metric=queue if asynchronous else None,
            scale_in_cooldown=cdk.Duration.seconds(self._scaling.scale_in_seconds),
            scale_out_cooldown=cdk.Duration.seconds(self._scaling.scale_out_seconds),
        )

    def _leave_zero(self, component: bool) -> None:
        """Target tracking has nothing to divide by while nothing runs."""
        if component:
            metric = self._metric(
                "NoCapacityInvocationFailures", {"InferenceComponentName": self._name}, statistic="Maximum"
            )
        else:
            metric = self._metric("HasBacklogWithoutCapacity", {"EndpointName": self._name}, statistic="Maximum")
        step = scaling.StepScalingAction(
            self,
            "FirstInstance",
            scaling_target=self._target,
            adjustment_type=scaling.AdjustmentType.CHANGE_IN_CAPACITY,
            metric_aggregation_type=scaling.MetricAggregationType.MAXIMUM,
            cooldown=cdk.Duration.seconds(60),
        )
        step.add_adjustment(adjustment=1, lower_bound=0)
        alarm = metric.create_alarm(
            self,
            "Wanted",
            alarm_description="Somebody asks, and nothing runs: the first instance is started. Nobody needs to act.",
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.ApplicationScalingAction(step))

    def _metric(self, metric: str, dimensions: dict[str, str], *, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/SageMaker",
            metric_name=metric,
            dimensions_map=dimensions,
            statistic=statistic,
            period=_MINUTE,
        )
