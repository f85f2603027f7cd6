"""What SageMaker may do for an endpoint."""

from collections.abc import Iterator, Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.sagemaker_actions import INTERFACES, LOOK, PULL

_Grant = tuple[str, tuple[str, ...], tuple[str, ...]]


class EndpointRole(Construct):
    """The actions that AWS documents for the role of a model in a VPC, each on this endpoint's own things.

    Source: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html, "CreateModel API: Execution Role
    Permissions" (read 2026-11-23).
    """

    role: iam.Role

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: EndpointSettings,
        log_group: str,
        subnets: Sequence[ec2.ISubnet],
        security_group: ec2.ISecurityGroup,
        data: s3.IBucket | None,
        data_key: kms.IKey,
    ) -> None:
        """
        Args:
            log_group: name of the group that the containers log to.
            data: the bucket of captures and asynchronous answers, if there is one.
            data_key: encrypts it.
        """
        super().__init__(scope, construct_id)
        self._settings, self._stack = settings, cdk.Stack.of(self)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "sagemaker.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": self._stack.account}}
            ),
            description="SageMaker for one endpoint: weights, image, logs and network interfaces",
        )
        places = [f"subnet/{subnet.subnet_id}" for subnet in subnets]
        places += ["network-interface/*", f"security-group/{security_group.security_group_id}"]
        grants = [*self._platform(log_group, places), *self._weights(), *self._data(data, data_key)]
        for sid, actions, resources in grants:
            self.role.add_to_policy(iam.PolicyStatement(sid=sid, actions=list(actions), resources=list(resources)))
        self.role.add_to_policy(
            iam.PolicyStatement(
                sid="WriteMetrics",
                actions=["cloudwatch:PutMetricData"],
                resources=["*"],
                conditions={"StringLike": {"cloudwatch:namespace": ["AWS/SageMaker", "/aws/sagemaker/*"]}},
            )
        )
        self._acknowledge([resource for _, _, resources in grants for resource in resources])

    def _platform(self, log_group: str, places: list[str]) -> Iterator[_Grant]:
        logs = self._stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"{log_group}:*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        write = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
        yield "WriteLogs", write, (logs,)
        yield "Look", LOOK, ("*",)
        arns = tuple(self._stack.format_arn(service="ec2", resource=place) for place in places)
        yield "PlaceInterfaces", INTERFACES, arns
        if self._settings.server:
            registry, _, path = self._settings.server.root.partition("/")
            account, region = registry.split(".")[0], registry.split(".")[3]
            repository = path.rpartition(":")[0]
            yield "PullImage", PULL, (f"arn:{self._stack.partition}:ecr:{region}:{account}:repository/{repository}",)

    def _weights(self) -> Iterator[_Grant]:
        model = self._settings.model
        uri = model.weights if model.source == "package" else model.uri
        if uri:
            bucket, _, prefix = uri.removeprefix("s3://").partition("/")
            arn = f"arn:{self._stack.partition}:s3:::{bucket}"
            yield "ListWeights", ("s3:ListBucket",), (arn,)
            yield "ReadWeights", ("s3:GetObject",), (f"{arn}/{prefix}*",)
        if model.source != "jumpstart" and model.key:
            yield "DecryptWeights", ("kms:Decrypt",), (model.key,)

    def _data(self, data: s3.IBucket | None, key: kms.IKey) -> Iterator[_Grant]:
        if data:
            yield "WriteData", ("s3:AbortMultipartUpload", "s3:PutObject"), (data.arn_for_objects("*"),)
            yield "UseDataKey", ("kms:Decrypt", "kms:GenerateDataKey"), (key.key_arn,)
        if data and self._settings.asynchronous:
            yield "ListRequests", ("s3:ListBucket",), (data.bucket_arn,)
            yield "ReadRequests", ("s3:GetObject",), (data.arn_for_objects("requests/*"),)

    def _acknowledge(self, resources: list[str]) -> None:
        wild = dict.fromkeys(_finding(self._stack.resolve(r)) for r in resources if "*" in str(self._stack.resolve(r)))
        acknowledge(
            self.role,
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            *(f"AwsSolutions::AwsSolutions-IAM5[Resource::{resource}]" for resource in wild if resource != "*"),
            reason="Questions and metrics know no resource, the latter are limited to SageMaker's namespaces; streams, "
            "objects and interfaces get their names from AWS, below the endpoint's own group, prefix and account.",
        )
        acknowledge(
            self.role,
            "NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy",
            "HIPAA.Security::HIPAA.Security-IAMNoInlinePolicy",
            "PCI.DSS.321::PCI.DSS.321-IAMNoInlinePolicy",
            reason="The policy names this endpoint's things, belongs to its role alone and goes with it.",
        )


def _finding(resource: Any) -> str:
    """A resource as cdk-nag writes it: references in angle brackets."""
    match resource:
        case {"Fn::Join": [joint, parts]}:
            return str(joint).join(_finding(part) for part in parts)
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case _:
            return str(resource)
