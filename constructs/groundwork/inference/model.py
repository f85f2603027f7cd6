"""The model that an endpoint serves."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.images import ImageLock
from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.served_name import served_name_environment
from groundwork.inference.speculation import speculation_environment

_CFN = sagemaker.CfnModel


class EndpointModel(Construct):
    """Weights, server and network of a model; CloudFormation names it, as each change makes a new one."""

    resource: sagemaker.CfnModel

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        settings: EndpointSettings,
        role: iam.IRole,
        subnets: Sequence[ec2.ISubnet],
        security_group: ec2.ISecurityGroup,
        image_lock: ImageLock,
    ) -> None:
        """
        Args:
            name: of the endpoint, to which the server answers.
        """
        super().__init__(scope, construct_id)
        self.resource = _CFN(
            self,
            "Resource",
            execution_role_arn=role.role_arn,
            primary_container=_container(name, settings, image_lock),
            enable_network_isolation=settings.network_isolation,
            vpc_config=_CFN.VpcConfigProperty(
                security_group_ids=[security_group.security_group_id],
                subnets=[subnet.subnet_id for subnet in subnets],
            ),
        )
        # SageMaker reads the weights while the model is made, with rights of the role's policy.
        self.resource.node.add_dependency(role)
        if not settings.network_isolation:
            acknowledge(
                self.resource,
                "CloudFormation-Validate::ModelIsIsolated",
                reason="The environment asks for a server that may open connections. Its security group allows HTTPS "
                "only, from private subnets, and code that comes with weights is refused.",
            )


def container_environment(settings: EndpointSettings, *, name: str) -> dict[str, str]:
    """The server's variables, with those of speculation and of the name that it answers to."""
    drafts: dict[str, str] = {}
    model = settings.model
    if settings.speculation and settings.image and model.source == "s3" and model.architecture:
        drafts = speculation_environment(
            settings.speculation, image=settings.image.root, architecture=model.architecture
        )
    named = served_name_environment(settings.image, endpoint=name)
    return dict(sorted({**settings.environment, **drafts, **named}.items()))


def _container(
    name: str, settings: EndpointSettings, image_lock: ImageLock
) -> sagemaker.CfnModel.ContainerDefinitionProperty:
    model = settings.model
    if model.source == "package":
        return _CFN.ContainerDefinitionProperty(model_package_name=model.arn)
    assert settings.image  # refused otherwise
    jumpstart = model if model.source == "jumpstart" else None
    hub = jumpstart.hub_content if jumpstart else None
    return _CFN.ContainerDefinitionProperty(
        image=settings.image.pinned(image_lock),
        environment=container_environment(settings, name=name),
        model_data_source=_CFN.ModelDataSourceProperty(
            s3_data_source=_CFN.S3DataSourceProperty(
                s3_uri=model.uri,
                s3_data_type="S3Prefix",
                compression_type="None",
                model_access_config=_CFN.ModelAccessConfigProperty(accept_eula=True) if jumpstart else None,
                hub_access_config=_CFN.HubAccessConfigProperty(hub_content_arn=hub) if hub else None,
            )
        ),
    )
