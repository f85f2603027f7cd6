"""What a change of the cluster sends for groups that Karpenter fills: the nodes that they have."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from groundwork.cluster.hyperpod_cluster import HyperPodCluster
from tests.cluster.sections import ADMINS, groups, read
from tests.cluster.template import Template

BURSTS = {"name": "bursts", "type": "ml.g5.8xlarge", "count": {"min": 0, "max": 4}, "zone": 1}
SPIKES = {**BURSTS, "name": "a-spikes"}
POOLS = {"karpenter": [{"name": "bursts", "groups": ["bursts"]}, {"name": "spikes", "groups": ["a-spikes"]}]}
SETTINGS: dict[str, Any] = {**groups(BURSTS, SPIKES), **POOLS}
KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"


def synthesized(*, tag: str = "a", **changes: Any) -> assertions.Template:
    app = cdk.App()
    place = cdk.Environment(account="111122223333", region="eu-central-1")
    stack = cdk.Stack(app, "Nodes", env=place, tags={"owner": tag})
    key = kms.Key.from_key_arn(stack, "Key", KEY)
    role = iam.Role.from_role_arn(stack, "Role", ADMINS[0])
    settings = read(**{**SETTINGS, **changes})
    HyperPodCluster(
        stack,
        "HyperPod",
        name="training",
        settings=settings,
        eks_cluster_arn="arn:aws:eks:eu-central-1:111122223333:cluster/training",
        execution_role=role,
        scaling_role=role,
        scripts_uri="s3://scripts/",
        subnets=[],
        subnet_of_group={},
        nodes_group=ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0000000a"),
        efa_group=None,
        volumes_key=key,
        operations_key=key,
    )
    return assertions.Template.from_stack(stack)


def read_when(template: assertions.Template) -> str:
    (found,) = template.find_resources("Custom::GroupSizes").values()
    return found["Properties"]["Change"]


def test_each_group_gets_its_own_size_and_others_the_number_that_they_ask_for() -> None:
    template = synthesized()
    ((name, sizes),) = template.find_resources("Custom::GroupSizes").items()
    assert (sizes["Properties"]["Cluster"], sizes["Properties"]["Groups"]) == ("training", ["a-spikes", "bursts"])
    (cluster,) = template.find_resources("AWS::SageMaker::Cluster").values()
    assert {g["InstanceGroupName"]: g["InstanceCount"] for g in cluster["Properties"]["InstanceGroups"]} == {
        "system": 2,
        "a-spikes": {"Fn::GetAtt": [name, "Nodes0"]},
        "bursts": {"Fn::GetAtt": [name, "Nodes1"]},
    }


def test_they_are_read_at_a_change_of_the_cluster_and_at_no_other_deployment() -> None:
    now = read_when(synthesized())
    assert read_when(synthesized()) == now
    assert read_when(synthesized(pods=5)) == now  # nothing that SageMaker is told
    taller = {**groups({**BURSTS, "ebs_gib": 600}, SPIKES)}
    changes = [synthesized(**taller), synthesized(tiered_storage=20), synthesized(tag="b")]
    assert len({now, *(read_when(template) for template in changes)}) == 4


def test_a_cluster_without_karpenter_has_no_such_function() -> None:
    template = synthesized(karpenter=[])
    template.resource_count_is("Custom::GroupSizes", 0)
    template.resource_count_is("AWS::Lambda::Function", 0)


def test_karpenter_is_switched_off_where_no_pool_is_left_and_its_role_stays_named() -> None:
    (before,) = synthesized().find_resources("AWS::SageMaker::Cluster").values()
    (after,) = synthesized(karpenter=[]).find_resources("AWS::SageMaker::Cluster").values()
    assert before["Properties"]["AutoScaling"] == {"Mode": "Enable", "AutoScalerType": "Karpenter"}
    assert after["Properties"]["AutoScaling"] == {"Mode": "Disable"}
    assert before["Properties"]["ClusterRole"] == after["Properties"]["ClusterRole"] == ADMINS[0]


def test_they_are_read_when_all_else_is_done_and_only_the_cluster_remains(partitions: Template) -> None:
    (sizes,) = partitions.ids("Custom::GroupSizes")
    (rollout,) = partitions.ids("Custom::MigLayouts")
    (cluster,) = partitions.ids("AWS::SageMaker::Cluster")
    assert partitions.waits_for(cluster, sizes)
    assert partitions.waits_for(sizes, rollout)
    assert partitions.waits_for(sizes, partitions.chart("gpu-operator"))


@pytest.mark.parametrize(
    ("role", "actions"),
    [("HyperPodSizesJobStartRole", ["sagemaker:DescribeCluster"]), ("HyperPodSizesJobDoneRole", [])],
)
def test_the_function_may_describe_clusters_and_nothing_else(partitions: Template, role: str, actions) -> None:
    (policy,) = [
        properties
        for name in partitions.ids("AWS::IAM::Policy")
        if (properties := partitions.resources[name]["Properties"])["Roles"][0]["Ref"].startswith(role)
    ]
    own = [s for s in policy["PolicyDocument"]["Statement"] if "logs:PutLogEvents" not in s["Action"]]
    assert [statement["Action"] for statement in own] == actions
    assert all(each["Resource"] == "arn:aws:sagemaker:eu-central-1:111122223333:cluster/*" for each in own)
