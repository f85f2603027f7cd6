"""What the template gives the end of Spaces: its place in the order, its rights, and what it is told."""

from typing import Any

import pytest

from groundwork.spaces.removal_access import GROUP, namespace_rights, volume_rights
from tests.gateway.iam_policy import allows
from tests.spaces.schemas import check
from tests.spaces.templates import SpacesTemplate

Platforms = dict[str, SpacesTemplate]
ALL = ("web", "old", "mig")
CLUSTER = "arn:aws:eks:eu-central-1:111122223333:cluster/web"


def removals(stack: SpacesTemplate) -> dict[str, str]:
    """Their logical ids, by namespace."""
    return {r["Properties"]["Namespace"]: key for key, r in stack.of_type("Custom::SpaceRemoval").items()}


def statements(stack: SpacesTemplate, role: str) -> list[dict[str, Any]]:
    """Of the role whose logical id begins so, apart from its log."""
    found = [
        {"Sid": "", **statement}
        for policy in stack.of_type("AWS::IAM::Policy").values()
        if any(each["Ref"].startswith(role) for each in policy["Properties"]["Roles"])
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]
    assert found
    return [statement for statement in found if "logs:PutLogEvents" not in statement["Action"]]


@pytest.mark.parametrize("name", ALL)
def test_spaces_end_while_all_that_they_need_for_it_is_there(spaces: Platforms, name: str) -> None:
    """What is made before something is deleted after it: the add-on, its driver for volumes, namespaces, templates."""
    stack = spaces[name]
    needed = {
        *stack.of_type("AWS::EKS::Addon"),
        *stack.of_type("AWS::EKS::PodIdentityAssociation"),
        *stack.of_type("Custom::AWSCDK-EKS-HelmChart"),
        *stack.ids_of_kind("StorageClass"),
    }
    assert removals(stack)
    for namespace, removal in removals(stack).items():
        of_the_team = {
            key
            for key, objects in stack.manifests().items()
            if any(namespace in (o["metadata"].get("namespace"), o["metadata"]["name"]) for o in objects)
        }
        assert len(of_the_team) >= 3
        assert needed | of_the_team <= stack.before(removal)


@pytest.mark.parametrize("name", ALL)
def test_the_function_keeps_its_rights_until_the_spaces_are_gone(spaces: Platforms, name: str) -> None:
    stack = spaces[name]
    its_own = {
        key
        for key, resource in stack.resources.items()
        if key.startswith("Removal") and not key.startswith("RemovalRights") and key not in removals(stack).values()
    }
    kinds = {stack.resources[key]["Type"] for key in its_own}
    assert {"AWS::EKS::AccessEntry", "AWS::IAM::Policy", "AWS::Lambda::Function"} <= kinds
    for namespace, removal in removals(stack).items():
        (rights,) = (k for k in stack.ids_of_kind("Role") if stack.manifests()[k] == namespace_rights(namespace))
        assert {*its_own, rights} <= stack.before(removal)


@pytest.mark.parametrize("name", ALL)
def test_people_lose_their_access_before_their_spaces_end(spaces: Platforms, name: str) -> None:
    """Else somebody could make one meanwhile."""
    stack = spaces[name]
    people = [
        key for key, r in stack.of_type("AWS::EKS::AccessEntry").items() if r["Properties"] in stack.entries_of_people()
    ]
    assert people
    assert all({*removals(stack).values()} <= stack.before(entry) for entry in people)


def test_each_namespace_has_its_own_so_that_a_team_that_leaves_takes_its_spaces_alone(spaces: Platforms) -> None:
    assert {*removals(spaces["web"])} == {"spaces-analytics", "spaces-reports"}
    assert {*removals(spaces["mig"])} == {"hyperpod-ns-research"}


def test_without_a_place_for_the_function_there_is_none(spaces: Platforms) -> None:
    assert removals(spaces["ssh"]) == {}
    assert not [key for key in spaces["ssh"].resources if key.startswith("Removal")]


def test_another_name_for_a_team_ends_no_space(spaces: Platforms) -> None:
    """A resource of another id would be a new one, and the deletion of the old one."""
    (removal,) = removals(spaces["mig"]).values()
    assert removal.startswith("RemovalJobhyperpodnsresearch")


@pytest.mark.parametrize(("name", "keep"), [("web", "true"), ("old", "false")])
def test_it_is_told_where_the_cluster_is_and_whether_data_is_kept(spaces: Platforms, name: str, keep: str) -> None:
    stack = spaces[name]
    for namespace, removal in removals(stack).items():
        told = stack.resources[removal]["Properties"]
        assert {key: told[key] for key in told if not key.startswith("Service")} == {
            "Cluster": name,
            "Endpoint": "https://0123.gr7.eu-central-1.eks.amazonaws.com",
            "Authority": "Y2VydGlmaWNhdGU=",
            "Namespace": namespace,
            "KeepVolumes": keep,
        }
        assert told["ServiceTimeout"] == "1800"


def test_in_aws_it_may_see_whether_its_cluster_is_there_and_nothing_else(spaces: Platforms) -> None:
    start = statements(spaces["web"], "RemovalJobStartRole")
    assert [s["Action"] for s in start] == ["eks:DescribeCluster"]
    assert allows(start, action="eks:DescribeCluster", resource=CLUSTER, context={})
    assert not allows(start, action="eks:DescribeCluster", resource=CLUSTER.replace("web", "other"), context={})
    assert statements(spaces["web"], "RemovalJobDoneRole") == []


def test_in_kubernetes_it_may_end_spaces_of_teams_and_tell_volumes_to_stay(spaces: Platforms) -> None:
    """The add-on's web hook lets the group of its administrators delete what is somebody else's."""
    stack = spaces["web"]
    (entry,) = (
        r["Properties"]
        for r in stack.of_type("AWS::EKS::AccessEntry").values()
        if r["Properties"] not in stack.entries_of_people()
    )
    assert entry["PrincipalArn"]["Fn::GetAtt"][0].startswith("RemovalJobDoneRole")
    assert entry["KubernetesGroups"] == [GROUP, "cluster-workspace-admin"]
    assert "AccessPolicies" not in entry
    bound = [
        objects
        for objects in stack.manifests().values()
        if any(
            {"kind": "Group", "name": GROUP, "apiGroup": "rbac.authorization.k8s.io"} in o.get("subjects", [])
            for o in objects
        )
    ]
    expected = [volume_rights(), namespace_rights("spaces-analytics"), namespace_rights("spaces-reports")]
    assert sorted(bound, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("manifest", [*volume_rights(), *namespace_rights("spaces-research")], ids=lambda m: m["kind"])
def test_its_rights_are_valid_objects(manifest: dict[str, Any]) -> None:
    check(manifest)


def test_only_the_function_that_calls_the_cluster_runs_in_its_network(spaces: Platforms) -> None:
    inside = [
        r["Properties"]
        for r in spaces["web"].of_type("AWS::Lambda::Function").values()
        if "VpcConfig" in r["Properties"]
    ]
    (function,) = inside
    assert function["Handler"] == "space_removal.handler.is_complete"
    assert function["VpcConfig"]["SecurityGroupIds"] == ["sg-0fedcba9876543210"]
    assert len(function["VpcConfig"]["SubnetIds"]) == 2
