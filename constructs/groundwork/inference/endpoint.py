"""An endpoint and its configuration."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.model import EndpointModel
from groundwork.inference.update_config import endpoint_update
from groundwork.inference.variant import production_variant

_CFN = sagemaker.CfnEndpointConfig


class Endpoint(Construct):
    """One variant behind a fixed name; what changes is a new configuration, that traffic moves to and back from."""

    resource: sagemaker.CfnEndpoint

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        settings: EndpointSettings,
        model: EndpointModel,
        role: iam.IRole,
        subnets: Sequence[ec2.ISubnet],
        security_group: ec2.ISecurityGroup,
        volume_key: kms.IKey,
        data: s3.IBucket | None,
        data_key: kms.IKey,
        rollback_alarms: Sequence[cloudwatch.IAlarm],
    ) -> None:
        """
        Args:
            name: as callers know it.
            volume_key: encrypts the volumes, where the instances have none of their own.
            data: the bucket of captures and asynchronous answers; needed with either.
            data_key: encrypts it.
            rollback_alarms: any of them turns an update back; at most 10.
        """
        super().__init__(scope, construct_id)
        component = settings.component is not None
        network = _CFN.VpcConfigProperty(
            security_group_ids=[security_group.security_group_id], subnets=[subnet.subnet_id for subnet in subnets]
        )
        configuration = _CFN(
            self,
            "Configuration",
            production_variants=[production_variant(settings, model=model.resource.attr_model_name)],
            # With components these belong to the endpoint as well as to the model.
            execution_role_arn=role.role_arn if component else None,
            enable_network_isolation=settings.network_isolation if component else None,
            vpc_config=network if component else None,
            kms_key_id=volume_key.key_arn if settings.takes_volume_key else None,
            data_capture_config=_capture(settings, data, data_key),
            async_inference_config=_asynchronous(settings, data, data_key),
        )
        if component:
            configuration.node.add_dependency(role)
        if not settings.takes_volume_key:
            acknowledge(
                configuration,
                "NIST.800.53.R5::NIST.800.53.R5-SageMakerEndpointConfigurationKMSKeyConfigured",
                "HIPAA.Security::HIPAA.Security-SageMakerEndpointConfigurationKMSKeyConfigured",
                "PCI.DSS.321::PCI.DSS.321-SageMakerEndpointConfigurationKMSKeyConfigured",
                reason="These instances keep data on NVMe of their own, which hardware encrypts with keys that die "
                "with the instance; SageMaker takes no key for it.",
            )
        self.resource = sagemaker.CfnEndpoint(
            self,
            "Resource",
            endpoint_name=name,
            endpoint_config_name=configuration.attr_endpoint_config_name,
            deployment_config=endpoint_update(settings, rollback_alarms),
            # An update would start with `count` instances, however many the load has made of them by then.
            retain_all_variant_properties=_keeps_its_instances(settings) or None,
        )


def _keeps_its_instances(settings: EndpointSettings) -> bool:
    """Not where there may be none: an update is tried out on what it starts. Instances of a component's endpoint are
    its own matter. https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-update.html (read 2026-11-23)"""
    return settings.scaling is not None and not settings.scaling.reaches_zero and not settings.component


def _capture(
    settings: EndpointSettings, data: s3.IBucket | None, key: kms.IKey
) -> sagemaker.CfnEndpointConfig.DataCaptureConfigProperty | None:
    if not settings.capture or not data:
        return None
    return _CFN.DataCaptureConfigProperty(
        enable_capture=True,
        initial_sampling_percentage=settings.capture.percent,
        destination_s3_uri=f"s3://{data.bucket_name}/captures",
        kms_key_id=key.key_arn,
        capture_options=[_CFN.CaptureOptionProperty(capture_mode=mode) for mode in ("Input", "Output")],
        # Otherwise bodies are in base64.
        capture_content_type_header=_CFN.CaptureContentTypeHeaderProperty(json_content_types=["application/json"]),
    )


def _asynchronous(
    settings: EndpointSettings, data: s3.IBucket | None, key: kms.IKey
) -> sagemaker.CfnEndpointConfig.AsyncInferenceConfigProperty | None:
    if not settings.asynchronous or not data:
        return None
    return _CFN.AsyncInferenceConfigProperty(
        client_config=_CFN.AsyncInferenceClientConfigProperty(
            max_concurrent_invocations_per_instance=settings.asynchronous.concurrent_requests
        ),
        output_config=_CFN.AsyncInferenceOutputConfigProperty(
            kms_key_id=key.key_arn,
            s3_output_path=f"s3://{data.bucket_name}/answers",
            s3_failure_path=f"s3://{data.bucket_name}/failures",
        ),
    )
