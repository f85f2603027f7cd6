"""Statements of policies, and why some of their resources have no name yet."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from groundwork.acknowledge import acknowledge
from groundwork.sagemaker_actions import INTERFACES, LOOK, PULL

READ = ("s3:GetObject",)
WRITE = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject")


def allow(sid: str, actions: Iterable[str], resources: Iterable[str], **equals: str | list[str]) -> iam.PolicyStatement:
    """A statement; the conditions' keys have `_` in place of `:`."""
    keys: Mapping[str, Any] = {key.replace("_", ":", 1): value for key, value in equals.items()}
    return iam.PolicyStatement(
        sid=sid,
        actions=sorted(actions),
        resources=list(resources),
        conditions={"StringEquals": keys} if keys else None,
    )


def sagemaker_arn(scope: Construct, *names: str) -> list[str]:
    """ARNs of SageMaker's resources of this account and Region: `model/prod-chat-*`."""
    stack = cdk.Stack.of(scope)
    return [f"arn:{stack.partition}:sagemaker:{stack.region}:{stack.account}:{name}" for name in names]


def pass_role(sid: str, *roles: iam.IRole) -> iam.PolicyStatement:
    """Hand roles to SageMaker, and to nobody else."""
    arns = [role.role_arn for role in roles]
    return allow(sid, ["iam:PassRole"], arns, iam_PassedToService="sagemaker.amazonaws.com")


def prefix(sid: str, uri: str, *, key: str | None, actions: Sequence[str] = READ) -> Iterator[iam.PolicyStatement]:
    """Objects below an S3 prefix, and the key that encrypts them."""
    bucket, _, path = uri.removeprefix("s3://").partition("/")
    arn = f"arn:{cdk.Aws.PARTITION}:s3:::{bucket}"
    yield allow(f"List{sid}", ["s3:ListBucket"], [arn])
    yield allow(f"Use{sid}", actions, [f"{arn}/{path}*"])
    if key:
        use = ("kms:Decrypt",) if tuple(actions) == READ else ("kms:Decrypt", "kms:GenerateDataKey")
        yield allow(f"{sid}Key", use, [key])


def platform(
    scope: Construct, *, subnets: Sequence[str], security_groups: Sequence[str], images: Iterable[str]
) -> Iterator[iam.PolicyStatement]:
    """What every job of SageMaker in a VPC needs: logs, metrics, images and network interfaces.

    Args:
        subnets: by id, as the groups.

    Source: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html (read 2026-11-23).
    """
    stack = cdk.Stack.of(scope)
    logs = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:/aws/sagemaker/*"
    write = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
    yield allow("WriteLogs", write, [logs])
    spaces = ["AWS/SageMaker", "/aws/sagemaker/OptimizationJobs", "/aws/sagemaker/ProcessingJobs"]
    spaces.append("/aws/sagemaker/TrainingJobs")
    yield allow("WriteMetrics", ["cloudwatch:PutMetricData"], ["*"], cloudwatch_namespace=spaces)
    yield allow("Look", LOOK, ["*"])
    places = [*(f"subnet/{each}" for each in subnets), "network-interface/*"]
    places += [f"security-group/{each}" for each in security_groups]
    yield allow("PlaceInterfaces", INTERFACES, [stack.format_arn(service="ec2", resource=each) for each in places])
    repositories = sorted({_repository(stack, image) for image in images})
    if repositories:
        yield allow("PullImages", PULL, repositories)


def own_key(sid: str, key_arn: str) -> Iterator[iam.PolicyStatement]:
    """The key of results, reports and volumes; volumes get it by a grant."""
    yield allow(sid, ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], [key_arn])
    yield iam.PolicyStatement(
        sid=f"{sid}OfVolumes",
        actions=["kms:CreateGrant"],
        resources=[key_arn],
        conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
    )


def add_all(role: iam.Role, statements: Iterable[iam.PolicyStatement], *, reason: str) -> None:
    """Give statements to a role, and say why there are wildcards among their resources."""
    stack, findings = cdk.Stack.of(role), set[str]()
    for statement in statements:
        role.add_to_policy(statement)
        findings |= {_finding(stack.resolve(resource)) for resource in statement.resources}
    wild = sorted(f"AwsSolutions::AwsSolutions-IAM5[Resource::{each}]" for each in findings if "*" in each)
    acknowledge(role, *wild, reason=reason)


def acknowledge_inline(role: IConstruct) -> None:
    """Say why a role of SageMaker carries its own policy."""
    acknowledge(
        role,
        "NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy",
        "HIPAA.Security::HIPAA.Security-IAMNoInlinePolicy",
        "PCI.DSS.321::PCI.DSS.321-IAMNoInlinePolicy",
        reason="The policy names this job's things, belongs to its role alone and goes with it.",
    )


def _repository(stack: cdk.Stack, image: str) -> str:
    registry, _, path = image.partition("/")
    account, region = registry.split(".")[0], registry.split(".")[3]
    return f"arn:{stack.partition}:ecr:{region}:{account}:repository/{path.partition('@')[0].partition(':')[0]}"


def _finding(resource: Any) -> str:
    """A resource as cdk-nag writes it: references in angle brackets."""
    match resource:
        case {"Fn::Join": [joint, parts]}:
            return str(joint).join(_finding(part) for part in parts)
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case dict():
            return json.dumps(resource, separators=(",", ":"))
        case _:
            return str(resource)
