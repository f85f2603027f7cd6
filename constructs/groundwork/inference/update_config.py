"""How CloudFormation's update of an endpoint or a component moves traffic, and what turns it back.

Source: https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html (read 2026-11-23).
"""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sagemaker as sagemaker

from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.update_settings import BlueGreenUpdate, RollingUpdate

_ENDPOINT = sagemaker.CfnEndpoint
_COMPONENT = sagemaker.CfnInferenceComponent
_SHIFTS = {"all-at-once": "ALL_AT_ONCE", "canary": "CANARY", "linear": "LINEAR"}
_DEFAULT = BlueGreenUpdate(type="blue-green", shift="all-at-once")


def endpoint_update(
    settings: EndpointSettings, alarms: Sequence[cloudwatch.IAlarm]
) -> sagemaker.CfnEndpoint.DeploymentConfigProperty | None:
    """None: a component's endpoint, whose copies are updated by `component_update`; and Marketplace containers."""
    marketplace = settings.model.source == "package" and not settings.model.weights
    if settings.component or marketplace:
        return None
    update = settings.update or (None if settings.reservation else _DEFAULT)
    if update is None:
        return None
    return _ENDPOINT.DeploymentConfigProperty(
        auto_rollback_configuration=_ENDPOINT.AutoRollbackConfigProperty(
            alarms=[_ENDPOINT.AlarmProperty(alarm_name=alarm.alarm_name) for alarm in alarms]
        ),
        rolling_update_policy=_rolling(update) if isinstance(update, RollingUpdate) else None,
        blue_green_update_policy=_blue_green(update) if isinstance(update, BlueGreenUpdate) else None,
    )


def component_update(
    settings: EndpointSettings, alarms: Sequence[cloudwatch.IAlarm]
) -> sagemaker.CfnInferenceComponent.InferenceComponentDeploymentConfigProperty | None:
    """None: AWS's own way, which a component of one copy has no choice but to take."""
    if not isinstance(settings.update, RollingUpdate):
        return None
    return _COMPONENT.InferenceComponentDeploymentConfigProperty(
        auto_rollback_configuration=_COMPONENT.AutoRollbackConfigurationProperty(
            alarms=[_COMPONENT.AlarmProperty(alarm_name=alarm.alarm_name) for alarm in alarms]
        ),
        rolling_update_policy=_COMPONENT.InferenceComponentRollingUpdatePolicyProperty(
            maximum_batch_size=_COMPONENT.InferenceComponentCapacitySizeProperty(
                type="CAPACITY_PERCENT", value=settings.update.batch_percent
            ),
            wait_interval_in_seconds=settings.update.wait_seconds,
            maximum_execution_timeout_in_seconds=settings.update.limit_seconds,
        ),
    )


def _rolling(update: RollingUpdate) -> sagemaker.CfnEndpoint.RollingUpdatePolicyProperty:
    batch = _percent(update.batch_percent)
    return _ENDPOINT.RollingUpdatePolicyProperty(
        maximum_batch_size=batch,
        # Without it a rollback takes the whole old fleet at once, for which there may be no capacity.
        rollback_maximum_batch_size=batch,
        wait_interval_in_seconds=update.wait_seconds,
        maximum_execution_timeout_in_seconds=update.limit_seconds,
    )


def _blue_green(update: BlueGreenUpdate) -> sagemaker.CfnEndpoint.BlueGreenUpdatePolicyProperty:
    step = _percent(update.percent or 10)
    return _ENDPOINT.BlueGreenUpdatePolicyProperty(
        traffic_routing_configuration=_ENDPOINT.TrafficRoutingConfigProperty(
            type=_SHIFTS[update.shift],
            canary_size=step if update.shift == "canary" else None,
            linear_step_size=step if update.shift == "linear" else None,
            wait_interval_in_seconds=update.wait_seconds,
        ),
        termination_wait_in_seconds=update.keep_seconds,
        maximum_execution_timeout_in_seconds=update.limit_seconds,
    )


def _percent(value: int) -> sagemaker.CfnEndpoint.CapacitySizeProperty:
    return _ENDPOINT.CapacitySizeProperty(type="CAPACITY_PERCENT", value=value)
