"""The inference component of an endpoint: copies of its model, that scale by themselves."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from groundwork.inference.endpoint import Endpoint
from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.model import EndpointModel
from groundwork.inference.names import VARIANT
from groundwork.inference.serving_settings import ComponentSettings
from groundwork.inference.update_config import component_update

_CFN = sagemaker.CfnInferenceComponent


class Component(Construct):
    """One component of the endpoint's only variant."""

    resource: sagemaker.CfnInferenceComponent

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        settings: EndpointSettings,
        component: ComponentSettings,
        endpoint: Endpoint,
        model: EndpointModel,
        rollback_alarms: Sequence[cloudwatch.IAlarm],
    ) -> None:
        """
        Args:
            name: what callers put into each call.
            rollback_alarms: any of them turns an update back.
        """
        super().__init__(scope, construct_id)
        self.resource = _CFN(
            self,
            "Resource",
            inference_component_name=name,
            endpoint_name=endpoint.resource.attr_endpoint_name,
            variant_name=VARIANT,
            # Scaling changes it later; it cannot be 0 when it is made.
            runtime_config=_CFN.InferenceComponentRuntimeConfigProperty(copy_count=settings.count),
            deployment_config=component_update(settings, rollback_alarms),
            specification=_CFN.InferenceComponentSpecificationProperty(
                model_name=model.resource.attr_model_name,
                compute_resource_requirements=_CFN.InferenceComponentComputeResourceRequirementsProperty(
                    number_of_accelerator_devices_required=component.gpus or None,
                    number_of_cpu_cores_required=component.cpus,
                    min_memory_required_in_mb=component.memory_mib,
                ),
                startup_parameters=_CFN.InferenceComponentStartupParametersProperty(
                    container_startup_health_check_timeout_in_seconds=settings.time_outs.startup,
                    model_data_download_timeout_in_seconds=settings.time_outs.download,
                ),
                data_cache_config=_CFN.InferenceComponentDataCacheConfigProperty(enable_caching=component.cache),
                scheduling_config=_CFN.InferenceComponentSchedulingConfigProperty(
                    placement_strategy=component.placement,
                    # Demanded by CloudFormation; copies are placed all the same where zones cannot be balanced.
                    availability_zone_balance=_CFN.InferenceComponentAvailabilityZoneBalanceProperty(
                        enforcement_mode="PERMISSIVE"
                    ),
                ),
            ),
        )
