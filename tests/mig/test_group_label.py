"""The label of an instance group: the whole group goes back as it was, checked against SageMaker's own model."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.session import get_session
from botocore.stub import Stubber

from mig_layout_change.group import change_label, specification
from mig_layout_change.nodes import LayoutChangeError

ARN = "arn:aws:sagemaker:eu-central-1:111122223333:cluster/abcdefghijkl"
# Everything that DescribeCluster says of a group which UpdateCluster would otherwise take for left out.
DESCRIBED: dict[str, Any] = {
    "InstanceGroupName": "gpus",
    "InstanceType": "ml.p5.48xlarge",
    "CurrentCount": 1,
    "TargetCount": 2,
    "MinCount": 1,
    "Status": "InService",
    "ExecutionRole": "arn:aws:iam::111122223333:role/nodes",
    "ThreadsPerCore": 1,
    "LifeCycleConfig": {"SourceS3Uri": "s3://scripts/", "OnCreate": "on_create.sh"},
    "InstanceStorageConfigs": [{"EbsVolumeConfig": {"VolumeSizeInGB": 500}}],
    "OnStartDeepHealthChecks": ["InstanceStress"],
    "TrainingPlanArn": "arn:aws:sagemaker:eu-central-1:111122223333:training-plan/plan",
    "TrainingPlanStatus": "Active",
    "OverrideVpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
    "ScheduledUpdateConfig": {"ScheduleExpression": "cron(0 3 ? * SUN *)"},
    "AutoPatchConfig": {"PatchingStrategy": "DrainFirst", "DrainPolicy": {"DrainTimeoutInSeconds": 600}},
    "CapacityRequirements": {"OnDemand": {}},
    "NetworkInterface": {"InterfaceType": "efa"},
    "CurrentImageId": "ami-0123456789abcdef0",
    "KubernetesConfig": {
        "CurrentLabels": {"team": "old"},
        "DesiredLabels": {"team": "research", "nvidia.com/mig.config": "all-1g.10gb"},
        "DesiredTaints": [{"Key": "gpu", "Value": "mig", "Effect": "NoSchedule"}],
    },
}
SENT: dict[str, Any] = {
    **{
        key: DESCRIBED[key]
        for key in (
            "InstanceGroupName InstanceType ExecutionRole ThreadsPerCore LifeCycleConfig InstanceStorageConfigs "
            "OnStartDeepHealthChecks TrainingPlanArn OverrideVpcConfig ScheduledUpdateConfig AutoPatchConfig "
            "CapacityRequirements NetworkInterface"
        ).split()
    },
    "InstanceCount": 2,
    "MinInstanceCount": 1,
    "KubernetesConfig": {
        "Labels": {"team": "research", "nvidia.com/mig.config": "all-3g.40gb"},
        "Taints": [{"Key": "gpu", "Value": "mig", "Effect": "NoSchedule"}],
    },
}


@pytest.fixture
def sagemaker() -> Iterator[Stubber]:
    access = {"region_name": "eu-central-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    with Stubber(boto3.client("sagemaker", **access)) as stub:
        yield stub
        stub.assert_no_pending_responses()


def describe(stub: Stubber, *, status: str = "InService", group: dict[str, Any] = DESCRIBED) -> None:
    answer = {"ClusterArn": ARN, "ClusterStatus": status, "InstanceGroups": [group], "FailureMessage": "no capacity"}
    stub.add_response("describe_cluster", answer, {"ClusterName": "training"})


def change(stub: Stubber, group: str = "gpus") -> bool:
    return change_label(stub.client, cluster="training", group=group, layout="all-3g.40gb")


def test_only_the_group_is_sent_whole_with_the_new_label(sagemaker: Stubber) -> None:
    describe(sagemaker)
    expected = {"ClusterName": "training", "InstanceGroups": [SENT]}
    sagemaker.add_response("update_cluster", {"ClusterArn": ARN}, expected)
    assert change(sagemaker) is True


def test_a_small_group_is_sent_without_what_it_does_not_have() -> None:
    small = {key: DESCRIBED[key] for key in ("InstanceGroupName", "InstanceType", "TargetCount", "ExecutionRole")}
    assert specification(small, layout="all-7g.80gb") == {
        "InstanceGroupName": "gpus",
        "InstanceType": "ml.p5.48xlarge",
        "InstanceCount": 2,
        "ExecutionRole": "arn:aws:iam::111122223333:role/nodes",
        "KubernetesConfig": {"Labels": {"nvidia.com/mig.config": "all-7g.80gb"}, "Taints": []},
    }


def test_nothing_that_a_group_can_have_is_forgotten() -> None:
    """A field that the API gets later fails here. Slurm and several instance types are not for MIG; images stay."""
    members = set(get_session().get_service_model("sagemaker").shape_for("ClusterInstanceGroupSpecification").members)
    assert members - {"SlurmConfig", "InstanceRequirements", "ImageId", "ImageReleaseVersion"} == set(SENT)


def test_a_group_with_the_label_is_left_alone(sagemaker: Stubber) -> None:
    labels = {"KubernetesConfig": {"DesiredLabels": {"nvidia.com/mig.config": "all-3g.40gb"}}}
    describe(sagemaker, status="Updating", group=DESCRIBED | labels)
    assert change(sagemaker) is True


@pytest.mark.parametrize("status", ["Updating", "SystemUpdating", "Creating", "RollingBack"])
def test_a_busy_cluster_is_left_for_later(sagemaker: Stubber, status: str) -> None:
    describe(sagemaker, status=status)
    assert change(sagemaker) is False


def test_a_change_that_another_one_overtook_is_left_for_later(sagemaker: Stubber) -> None:
    describe(sagemaker)
    sagemaker.add_client_error("update_cluster", "ConflictException")
    assert change(sagemaker) is False


def test_a_failed_cluster_ends_the_change_with_its_message(sagemaker: Stubber) -> None:
    describe(sagemaker, status="Failed")
    with pytest.raises(LayoutChangeError, match="the cluster is Failed: no capacity"):
        change(sagemaker)


def test_a_group_that_is_not_there_is_named(sagemaker: Stubber) -> None:
    describe(sagemaker)
    with pytest.raises(LayoutChangeError, match="the cluster training has no instance group cpus"):
        change(sagemaker, "cpus")
