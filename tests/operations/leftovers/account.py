"""The answers of an account that an environment was destroyed in: with nothing left, and with everything."""

from datetime import UTC, datetime
from typing import Any

from tests.operations.doctor.aws import Answer, Refused

ENVIRONMENT = """
name: us-prod
account: "111122223333"
region: eu-west-1
owner: platform@example.com
cost_center: genai
keep_data: true
inference:
  endpoints:
    - {name: chat, model: {source: s3}, instances: [ml.g6e.xlarge]}
gateway:
  exposure: cloudfront-domain
  domain: {name: gateway.example.com}
"""
GONE = "arn:aws:cloudformation:eu-west-1:111122223333:stack/UsProd-Foundation/0a"
OWN = {"environment": "us-prod", "owner": "platform@example.com", "cost-center": "genai"}
OF_STACK = {**OWN, "aws:cloudformation:stack-name": "UsProd-Foundation", "aws:cloudformation:stack-id": GONE}
SOMEBODY_ELSES = {"environment": "us-prod", "owner": "other@example.com", "cost-center": "other"}
ARN = "arn:aws:{}:eu-west-1:111122223333:{}"
KEY, BUCKET = ARN.format("kms", "key/0a1b"), "arn:aws:s3:::usprod-artifacts"
VPC = ARN.format("ec2", "vpc/vpc-1")
BALANCER = ARN.format("elasticloadbalancing", "loadbalancer/net/k8s-spaces/1")
ORIGIN = "arn:aws:cloudfront::111122223333:vpcorigin/vo_1"
FLOW_LOG, LATE_LOG = "UsProd-Network-FlowLog", "/aws/lambda/UsProd-Gateway-Function"


def tags(own: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in own.items()]


def nothing() -> dict[str, Any]:
    """What an account answers in which nothing is left."""
    return {
        "cloudformation:ListStacks": {
            "StackSummaries": [stack("UsProd-Gone", "DELETE_COMPLETE"), stack("UsProdOther-Network", "CREATE_COMPLETE")]
        },
        "ec2:DescribeNetworkInterfaces": {"NetworkInterfaces": []},
        "ec2:DescribeAddresses": {"Addresses": []},
        "elbv2:DescribeLoadBalancers": {"LoadBalancers": [{"LoadBalancerArn": "arn:other", "Type": "network"}]},
        "elbv2:DescribeTags": {"TagDescriptions": [{"ResourceArn": "arn:other"}]},
        "cloudfront:ListVpcOrigins": origins(),
        "cloudfront:ListTagsForResource": {"Tags": {"Items": []}},
        "ec2:DescribeVolumes": {"Volumes": []},
        "ec2:DescribeSnapshots": {"Snapshots": []},
        "fsx:DescribeFileSystems": {"FileSystems": []},
        "fsx:DescribeBackups": {"Backups": []},
        "rds:DescribeDBClusterSnapshots": {"DBClusterSnapshots": []},
        "rds:DescribeDBSnapshots": {"DBSnapshots": []},
        "logs:DescribeLogGroups": {"logGroups": []},
        "resourcegroupstaggingapi:GetResources": tagged({KEY: OF_STACK, BUCKET: OF_STACK}),
        # The index of tags still names what is gone.
        "kms:DescribeKey": {"KeyMetadata": {"KeyId": "0a1b", "KeyState": "PendingDeletion"}},
        "s3:HeadBucket": Refused("404", "Not Found", 404),
    }


def everything() -> dict[str, Any]:
    """One of each kind: by the tags of its stack, by those of the environment, and by its cluster or name."""
    interfaces = [
        {"NetworkInterfaceId": "eni-1", "Status": "available", "TagSet": tags(OWN)},
        {"NetworkInterfaceId": "eni-2", "Description": "AWS Lambda VPC ENI-UsProd-Gateway-Job-0a", "Status": "in-use"},
        {"NetworkInterfaceId": "eni-9", "Status": "in-use", "TagSet": tags(SOMEBODY_ELSES)},
    ]
    volume = {"VolumeId": "vol-1", "Size": 100, "VolumeType": "gp3", "State": "available"}
    snapshot = {"SnapshotId": "snap-1", "VolumeSize": 100}
    cluster = {"kubernetes.io/cluster/us-prod": "owned"}
    system = {
        "FileSystemId": "fs-0a1b2c3d",
        "FileSystemType": "LUSTRE",
        "StorageType": "SSD",
        "StorageCapacity": 1200,
        "LustreConfiguration": {"PerUnitStorageThroughput": 125},
        "Tags": tags(OF_STACK),
    }
    backup = {
        "BackupId": "backup-0a1b2c3d",
        "Lifecycle": "AVAILABLE",
        "Type": "AUTOMATIC",
        "CreationTime": datetime(2026, 11, 1, tzinfo=UTC),
        "FileSystem": {},
        "Tags": tags(OWN),
    }
    last = {"DBClusterSnapshotIdentifier": "last", "DBClusterIdentifier": "groundwork-us-prod-gateway"}
    return nothing() | {
        "ec2:DescribeNetworkInterfaces": only_filter(interfaces, "NetworkInterfaces"),
        "ec2:DescribeAddresses": {"Addresses": [{"AllocationId": "eipalloc-1", "Tags": tags(OF_STACK)}]},
        "elbv2:DescribeLoadBalancers": {"LoadBalancers": [{"LoadBalancerArn": BALANCER, "Type": "network"}]},
        "elbv2:DescribeTags": {
            "TagDescriptions": [{"ResourceArn": BALANCER, "Tags": tags({"elbv2.k8s.aws/cluster": "us-prod"})}]
        },
        "cloudfront:ListVpcOrigins": origins("vo_1"),
        "cloudfront:ListTagsForResource": {"Tags": {"Items": tags(OWN)}},
        "ec2:DescribeVolumes": {"Volumes": [volume | {"Tags": tags(cluster)}]},
        "ec2:DescribeSnapshots": {
            "Snapshots": [snapshot | {"Tags": tags({"ebs.csi.aws.com/cluster-name": "us-prod"})}]
        },
        "fsx:DescribeFileSystems": {"FileSystems": [system]},
        "fsx:DescribeBackups": {"Backups": [backup]},
        "rds:DescribeDBClusterSnapshots": {"DBClusterSnapshots": [last]},
        "logs:DescribeLogGroups": log_groups,
        "resourcegroupstaggingapi:GetResources": tagged(TAGGED),
        "kms:DescribeKey": {"KeyMetadata": {"KeyId": "0a1b", "KeyState": "Enabled"}},
        "s3:HeadBucket": {},
    }


def stack(name: str, status: str, id_: str = "") -> dict[str, Any]:
    when = datetime(2026, 11, 1, tzinfo=UTC)
    return {"StackId": id_ or f"arn:{name}", "StackName": name, "StackStatus": status, "CreationTime": when}


def only_filter(interfaces: list[dict[str, Any]], listed: str) -> Any:
    """Answers as EC2 filters: by the tag, or by how the description begins."""

    def answer(params: dict[str, Any]) -> Answer:
        (one,) = params["Filters"]
        described = [
            each for each in interfaces if each.get("Description", "").startswith("AWS Lambda VPC ENI-UsProd-")
        ]
        return {
            listed: described if one["Name"] == "description" else [each for each in interfaces if "TagSet" in each]
        }

    return answer


def origins(*ids: str) -> Answer:
    when = datetime(2026, 11, 1, tzinfo=UTC)
    items = [
        {
            "Id": id_,
            "Name": "origin",
            "Status": "Deployed",
            "CreatedTime": when,
            "LastModifiedTime": when,
            "Arn": ORIGIN,
            "OriginEndpointArn": BALANCER,
        }
        for id_ in ids
    ]
    return {
        "VpcOriginList": {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": len(ids), "Items": items}
    }


def tagged(arns: dict[str, dict[str, str]]) -> Any:
    """Answers as the index of tags does: of the kinds that are asked for, or of all."""

    def answer(params: dict[str, Any]) -> Answer:
        services = [kind.partition(":")[0] for kind in params.get("ResourceTypeFilters", ())]
        found = {arn: own for arn, own in arns.items() if not services or arn.split(":")[2] in services}
        entries = [{"ResourceARN": arn, "Tags": tags(own)} for arn, own in found.items()]
        return {"PaginationToken": "", "ResourceTagMappingList": entries}

    return answer


TAGGED = {
    ARN.format("logs", f"log-group:{FLOW_LOG}"): OF_STACK,
    KEY: OF_STACK,
    BUCKET: OF_STACK,
    VPC: OWN,
    ARN.format("ec2", "volume/vol-1"): OWN,
    ARN.format("kms", "key/other"): SOMEBODY_ELSES,
}


def log_groups(params: dict[str, Any]) -> Answer:
    begin = params["logGroupNamePrefix"]
    groups = [{"logGroupName": FLOW_LOG, "storedBytes": 2_000_000_000, "retentionInDays": 90}]
    groups += [{"logGroupName": f"{FLOW_LOG}-of-others"}, {"logGroupName": LATE_LOG, "storedBytes": 0}]
    groups += [{"logGroupName": "/aws/sagemaker/Endpoints/us-prod-chat-too"}]
    return {"logGroups": [group for group in groups if str(group["logGroupName"]).startswith(begin)]}
