"""The functions that CDK brings along to apply manifests and charts: their logs, and why they are as they are."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from groundwork.acknowledge import acknowledge
from groundwork.python_function import acknowledge_function

_MANAGED = "AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{}]"
_OF_THE_HANDLER = ("AwsSolutions::AwsSolutions-L1", "Serverless::Serverless-LambdaLatestVersion")
_OF_THE_FRAMEWORK = ("Serverless::Serverless-LambdaDefaultMemorySize",)
# CDK adds it in the partition that has it: a condition, which the finding names as it stands in the template.
_PUBLIC_REGISTRY = (
    'AwsSolutions::AwsSolutions-IAM4[Policy::{{"Fn::If":["{}",{{"Fn::Join":["",["arn:",{{"Ref":"AWS::Partition"}},'
    '":iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly"]]}},{{"Ref":"AWS::NoValue"}}]}}]'
)


def finish_kubectl_functions(cluster: eks.Cluster, *, operations_key: kms.IKey) -> None:
    """Encrypt the logs of the functions of a cluster, let them end, and acknowledge what is CDK's choice.

    Args:
        operations_key: encrypts the logs; its policy must let CloudWatch Logs use it.
    """
    provider = cluster.node.find_child("KubectlProvider")
    for child in provider.node.find_all():
        if isinstance(child, logs.CfnLogGroup):
            child.kms_key_id = operations_key.key_arn
            child.retention_in_days = 30
            child.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
        elif isinstance(child, lambda_.Function):
            _acknowledge(child)
    handler = provider.node.find_child("Handler")
    name = cdk.Stack.of(cluster).get_logical_id(cast("cdk.CfnElement", handler.node.default_child))
    acknowledge(
        provider,
        f"AwsSolutions::AwsSolutions-IAM5[Resource::<{name}.Arn>:*]",
        reason="The versions of this one function: CDK grants a call with and without a version's number.",
    )
    condition = next(child for child in provider.node.find_all() if isinstance(child, cdk.CfnCondition))
    acknowledge(
        provider,
        *(_MANAGED.format(f"service-role/AWSLambda{name}ExecutionRole") for name in ("Basic", "VPCAccess")),
        _MANAGED.format("AmazonEC2ContainerRegistryReadOnly"),
        _PUBLIC_REGISTRY.format(cdk.Stack.of(cluster).get_logical_id(condition)),
        reason="CDK gives its functions these: writing a log, an interface in the VPC, and reading charts from ECR. "
        "The permissions boundary limits what they could do together.",
    )
    acknowledge(
        cast("iam.Role", cluster.role),
        _MANAGED.format("AmazonEKSClusterPolicy"),
        reason="EKS demands it by name: the control plane's interfaces, load balancers and routes of this account.",
    )


def _acknowledge(function: lambda_.Function) -> None:
    acknowledge_function(function, in_vpc=True)
    acknowledge(
        function,
        *(_OF_THE_HANDLER if function.node.id == "Handler" else _OF_THE_FRAMEWORK),
        reason="CDK's own program: its runtime and its memory come with the pinned version of CDK.",
    )
    acknowledge(
        function,
        "NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy",
        "HIPAA.Security::HIPAA.Security-IAMNoInlinePolicy",
        "PCI.DSS.321::PCI.DSS.321-IAMNoInlinePolicy",
        reason="CDK derives it from what this one function calls; it belongs to its role alone and goes with it.",
    )
