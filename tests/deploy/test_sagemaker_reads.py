"""What functions hear that ask SageMaker about what is there while it is deployed to the engine."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from group_sizes.sizes import sizes
from operations.local.clients import client
from operations.local.running_engine import RunningEngine

# An account of its own: other tests count what is left in theirs.
ACCOUNT, REGION = "555566667777", "eu-central-1"
WAIT = {"Delay": 0.2, "MaxAttempts": 50}
CLUSTERS = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:cluster/*"


def template(bursts: int) -> str:
    group = {
        "InstanceType": "ml.g5.8xlarge",
        "ExecutionRole": f"arn:aws:iam::{ACCOUNT}:role/nodes",
        "LifeCycleConfig": {"OnCreate": "start.sh", "SourceS3Uri": "s3://sagemaker-scripts/"},
    }
    groups = [{**group, "InstanceGroupName": "bursts", "InstanceCount": bursts}]
    cluster = {"ClusterName": "training", "InstanceGroups": groups}
    workforce = {"WorkforceName": "people", "CognitoConfig": {"ClientId": "client", "UserPool": "eu-central-1_Pool"}}
    resources = {
        "Cluster": {"Type": "AWS::SageMaker::Cluster", "Properties": cluster},
        "People": {"Type": "AWS::SageMaker::Workforce", "Properties": workforce},
    }
    return json.dumps({"Resources": resources})


@pytest.fixture(scope="module")
def sagemaker(engine: RunningEngine) -> Iterator[Any]:
    """SageMaker, with the cluster `training`."""
    stacks = client(engine, "cloudformation", account=ACCOUNT, region=REGION)
    stacks.create_stack(StackName="nodes", TemplateBody=template(3))
    stacks.get_waiter("stack_create_complete").wait(StackName="nodes", WaiterConfig=WAIT)
    yield client(engine, "sagemaker", account=ACCOUNT, region=REGION)
    stacks.delete_stack(StackName="nodes")
    stacks.get_waiter("stack_delete_complete").wait(StackName="nodes", WaiterConfig=WAIT)


def read(sagemaker: Any, cluster: str) -> dict[str, int]:
    properties = {"Cluster": cluster, "Groups": ["bursts", "new"]}
    return sizes({"RequestType": "Create", "ResourceProperties": properties}, sagemaker=sagemaker)["Data"]


def test_the_size_of_a_group_is_what_its_cluster_was_deployed_with(sagemaker: Any) -> None:
    assert read(sagemaker, "training") == {"Nodes0": 3, "Nodes1": 0}


def test_a_cluster_is_found_by_its_arn_as_well(sagemaker: Any) -> None:
    arn = sagemaker.describe_cluster(ClusterName="training")["ClusterArn"]
    assert read(sagemaker, arn) == {"Nodes0": 3, "Nodes1": 0}


def test_groups_of_a_cluster_that_is_not_there_begin_with_none(sagemaker: Any) -> None:
    assert read(sagemaker, "other") == {"Nodes0": 0, "Nodes1": 0}


def test_workforces_are_listed_with_where_their_workers_sign_in(sagemaker: Any) -> None:
    (workforce,) = sagemaker.list_workforces()["Workforces"]
    assert workforce == {
        "WorkforceName": "people",
        "CognitoConfig": {"ClientId": "client", "UserPool": "eu-central-1_Pool"},
        "Status": "Active",
    }
    assert sagemaker.list_workteams()["Workteams"] == []


def test_what_else_sagemaker_can_do_is_not_pretended(sagemaker: Any) -> None:
    with pytest.raises(ClientError, match=r"does not know SageMaker\.ListClusters"):
        sagemaker.list_clusters()


@pytest.mark.parametrize(("action", "allowed"), [("sagemaker:DescribeCluster", True), ("sagemaker:ListTags", False)])
def test_who_asks_has_to_be_allowed_to(engine: RunningEngine, sagemaker: Any, action: str, allowed: bool) -> None:
    iam = client(engine, "iam", account=ACCOUNT, region=REGION)
    user = action.partition(":")[2]
    iam.create_user(UserName=user)
    statement = {"Effect": "Allow", "Action": action, "Resource": CLUSTERS}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=user, PolicyName="own", PolicyDocument=policy)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    somebody = boto3.client(
        "sagemaker",
        endpoint_url=engine.endpoint,
        verify=str(engine.workspace.certificate),
        region_name=REGION,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    if allowed:
        assert read(somebody, "training")["Nodes0"] == 3
    else:
        with pytest.raises(ClientError, match="AccessDenied"):
            read(somebody, "training")


def test_a_short_answer_after_a_long_one_is_whole(sagemaker: Any) -> None:
    long = sagemaker.describe_cluster(ClusterName="training")
    with pytest.raises(ClientError, match="not found"):
        sagemaker.describe_cluster(ClusterName="other")
    assert sagemaker.describe_cluster(ClusterName="training")["InstanceGroups"] == long["InstanceGroups"]
