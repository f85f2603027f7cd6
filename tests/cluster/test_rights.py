"""What the handlers call is what the template's policies allow them, and no more."""

from typing import Any

import pytest

from tests.cluster.template import Template
from tests.gateway.iam_policy import allows

CLUSTER = "arn:aws:sagemaker:us-east-1:111122223333:cluster/abcdefghijkl"
OTHER = "arn:aws:sagemaker:us-east-1:111122223333:cluster/zyxwvutsrqpo"
BUCKET = "arn:aws:s3:::scripts"
KEY = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"


def resolved(value: Any) -> Any:
    """A policy as it is in an account, with the ARNs above for those that AWS makes."""
    match value:
        case {"Fn::GetAtt": [name, "ClusterArn"]} if "HyperPod" in name:
            return CLUSTER
        case {"Fn::GetAtt": [name, "Arn"]} if name.startswith("ScriptsBucket"):
            return BUCKET
        case {"Fn::GetAtt": [name, "Arn"]}:
            return f"arn:{name}"
        case {"Fn::GetStackOutput": _} | {"Fn::ImportValue": _}:
            return KEY
        case {"Fn::Join": [separator, parts]}:
            return separator.join(str(resolved(part)) for part in parts)
        case list():
            return [resolved(each) for each in value]
        case dict():
            return {key: resolved(each) for key, each in value.items()}
        case _:
            return value


def statements(template: Template, part: str) -> list[dict[str, Any]]:
    """Of the handler whose role's id has this part."""
    (policy,) = [
        name
        for name in template.ids("AWS::IAM::Policy")
        if part in str(template.resources[name]["Properties"]["Roles"])
    ]
    found = resolved(template.resources[policy]["Properties"]["PolicyDocument"]["Statement"])
    return [{"Sid": "", **statement} for statement in found]


@pytest.mark.parametrize("action", ["sagemaker:DescribeCluster", "sagemaker:ListClusterNodes"])
def test_the_waiter_may_look_at_its_cluster_alone(rollouts: Template, action: str) -> None:
    policy = statements(rollouts, "NodesJobDoneRole")
    assert allows(policy, action=action, resource=CLUSTER, context={})
    assert not allows(policy, action=action, resource=OTHER, context={})


def test_the_waiter_may_change_nothing(rollouts: Template) -> None:
    policy = statements(rollouts, "NodesJobDoneRole")
    for action in ("sagemaker:UpdateCluster", "sagemaker:DeleteCluster", "sagemaker:BatchDeleteClusterNodes"):
        assert not allows(policy, action=action, resource=CLUSTER, context={})


def test_the_upload_may_put_scripts_into_its_bucket(rollouts: Template) -> None:
    policy = statements(rollouts, "ScriptsUploadStartRole")
    assert allows(policy, action="s3:PutObject", resource=f"{BUCKET}/0123456789abcdef/on_create.sh", context={})
    assert allows(policy, action="kms:GenerateDataKey", resource=KEY, context={})
    assert not allows(policy, action="s3:PutObject", resource="arn:aws:s3:::other/on_create.sh", context={})
    assert not allows(policy, action="s3:DeleteObject", resource=f"{BUCKET}/0123456789abcdef/on_create.sh", context={})


def test_a_node_may_read_the_scripts(rollouts: Template) -> None:
    policy = statements(rollouts, "ExecutionRole")
    assert allows(policy, action="s3:GetObject", resource=f"{BUCKET}/0123456789abcdef/on_create.sh", context={})
    assert allows(policy, action="s3:ListBucket", resource=BUCKET, context={})
    assert allows(policy, action="kms:Decrypt", resource=KEY, context={})
    assert not allows(policy, action="s3:PutObject", resource=f"{BUCKET}/0123456789abcdef/on_create.sh", context={})
