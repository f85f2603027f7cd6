"""Log groups for the Lambda functions that CDK brings along for its own custom resources."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct


def own_provider_logs(scope: Construct, *, resource_type: str, key: kms.IKey) -> None:
    """Give the function behind a custom resource type a log group of the stack.

    Without it Lambda makes the group at the first call: unbounded in time, and left behind when the stack goes.

    Args:
        scope: a construct of the stack that uses the custom resource.
        resource_type: such as `Custom::S3AutoDeleteObjects`.
        key: encrypts the log group; its policy must let CloudWatch Logs use it.
    """
    stack = cdk.Stack.of(scope)
    provider = stack.node.try_find_child(f"{resource_type}CustomResourceProvider")
    function = provider.node.try_find_child("Handler") if provider else None
    if not isinstance(provider, Construct) or not isinstance(function, cdk.CfnResource):
        raise ValueError(f"{stack.node.path} has no provider for {resource_type}")
    if provider.node.try_find_child("Logs"):
        return
    group = logs.LogGroup(
        provider,
        "Logs",
        encryption_key=key,
        retention=logs.RetentionDays.ONE_MONTH,
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
    function.add_property_override("LoggingConfig.LogGroup", group.log_group_name)
