"""Everything that the tags tell of: buckets, keys, secrets and vaults by name, and what no other look knows."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from operations.doctor.reader import Read, Reader, RefusedError
from operations.leftovers.leftover import Leftover
from operations.leftovers.look import Look
from operations.leftovers.scope import Scope, Tags, tags_of
from review.cost.price_list import HOURS_PER_MONTH, Item

TAGGED = Read(service="resourcegroupstaggingapi", operation="GetResources", action="tag:GetResources")
_OTHER_LOOKS = (
    ":ec2:network-interface/ :ec2:elastic-ip/ :ec2:volume/ :ec2:snapshot/ :elasticloadbalancing:loadbalancer/ :fsx: "
    ":rds:cluster-snapshot: :rds:snapshot: :logs:log-group: :cloudfront:vpcorigin/ :cloudformation:"
).split()
_GONE = ("404", "NoSuchBucket", "NotFound", "NotFoundException")
_COMMANDS: Mapping[str, str] = {
    "s3": "aws s3 rb s3://{name} --force",
    "kms:key": "aws kms schedule-key-deletion --key-id {name} --pending-window-in-days 30",
    "secretsmanager:secret": "aws secretsmanager delete-secret --secret-id {arn}",
    "backup:backup-vault": "aws backup delete-backup-vault --backup-vault-name {name}",
    "ecr:repository": "aws ecr delete-repository --repository-name {name} --force",
    "sns": "aws sns delete-topic --topic-arn {arn}",
    "lambda:function": "aws lambda delete-function --function-name {arn}",
    "states:stateMachine": "aws stepfunctions delete-state-machine --state-machine-arn {arn}",
    "sagemaker:endpoint": "aws sagemaker delete-endpoint --endpoint-name {name}",
    "sagemaker:cluster": "aws sagemaker delete-cluster --cluster-name {arn}",
    "eks:cluster": "aws eks delete-cluster --name {name}",
    "cloudwatch:alarm": "aws cloudwatch delete-alarms --alarm-names {name}",
    "ec2:natgateway": "aws ec2 delete-nat-gateway --nat-gateway-id {name}",
    "ec2:vpc-endpoint": "aws ec2 delete-vpc-endpoints --vpc-endpoint-ids {name}",
    "ec2:security-group": "aws ec2 delete-security-group --group-id {name}",
    "ec2:subnet": "aws ec2 delete-subnet --subnet-id {name}",
    "ec2:vpc": "aws ec2 delete-vpc --vpc-id {name}",
}
_KINDS: Mapping[str, str] = {"s3": "bucket", "kms:key": "key"}
_KEPT = ("s3", "kms:key", "secretsmanager:secret", "backup:backup-vault")
_NOTES: Mapping[str, str] = {
    "s3": "empty it first where it keeps versions; charged by what is in it",
    "kms:key": "what it encrypted cannot be read any more after that",
    "backup:backup-vault": "its recovery points go first, and are charged by size",
}
_LAGS = "AWS's index of tags names it, also for a while after it is gone"
_PRICES: Mapping[str, tuple[Item, float]] = {
    "kms:key": (Item(service="awskms", usage="KMS-Keys"), 1),
    "secretsmanager:secret": (Item(service="AWSSecretsManager", usage="AWSSecretsManager-Secrets"), 1),
    "ec2:natgateway": (Item(service="AmazonEC2", usage="NatGateway-Hours"), HOURS_PER_MONTH),
    "eks:cluster": (Item(service="AmazonEKS", usage="AmazonEKS-Hours:perCluster"), HOURS_PER_MONTH),
}
"""Items with their quantity in a month."""


def _take(scope: Scope, reader: Reader) -> Iterator[Leftover]:
    for arn, tags in all_tagged(scope, reader):
        if not scope.is_left(tags) or any(part in _short(arn) for part in _OTHER_LOOKS):
            continue
        kind, name = _kind(arn), re.split("[:/]", arn)[-1]
        if kind == "ecr:repository":  # the only names with a slash
            name = arn.partition(":repository/")[2]
        if not _is_there(kind, name, arn, reader):
            continue
        command = _COMMANDS.get(kind)
        yield Leftover(
            kind=_KINDS.get(kind, kind.replace(":", " ")),
            id=arn,
            region=scope.region,
            why=scope.why(tags),
            command=f"{command.format(name=name, arn=arn)} --region {scope.region}" if command else "",
            state=scope.state(tags) if kind in _KEPT else "forgotten",
            usd_per_month=scope.usd(*_PRICES[kind]) if kind in _PRICES else None,
            note=_NOTES.get(kind, _LAGS),
        )


def all_tagged(scope: Scope, reader: Reader, *, kinds: tuple[str, ...] = ()) -> Iterator[tuple[str, Tags]]:
    """ARN and tags of all that carries the environment's name, of these kinds (`logs:log-group`) or of any."""
    request: dict[str, Any] = {"TagFilters": [{"Key": "environment", "Values": [scope.name]}]}
    if kinds:
        request["ResourceTypeFilters"] = list(kinds)
    tokens = ("PaginationToken", "PaginationToken")
    service = "resourcegroupstaggingapi"
    for entry in reader.ask_all(service, "GetResources", "ResourceTagMappingList", tokens=tokens, **request):
        yield entry["ResourceARN"], tags_of(entry.get("Tags", ()))


def _short(arn: str) -> str:
    """Service and resource, without Region and account."""
    _, _, service, _, _, resource = arn.split(":", 5)
    return f":{service}:{resource}"


def _kind(arn: str) -> str:
    """`kms:key`; the service alone where its ARNs name no kind, as those of buckets and topics."""
    _, _, service, _, _, resource = arn.split(":", 5)
    kind, *rest = re.split("[:/]", resource)
    return f"{service}:{kind}" if rest else service


def _is_there(kind: str, name: str, arn: str, reader: Reader) -> bool:
    """The index of tags lags behind: what can be asked cheaply is asked."""
    try:
        if kind == "s3":
            reader.ask("s3", "HeadBucket", Bucket=name)
        elif kind == "kms:key":
            return reader.ask("kms", "DescribeKey", KeyId=arn)["KeyMetadata"].get("KeyState") != "PendingDeletion"
    except RefusedError as error:
        if error.code not in _GONE:
            raise
        return False
    return True


LOOKS = (
    Look(
        name="tags",
        reads=(
            TAGGED,
            Read(service="s3", operation="HeadBucket", action="s3:ListBucket"),
            Read(service="kms", operation="DescribeKey", action="kms:DescribeKey"),
        ),
        take=_take,
    ),
)
