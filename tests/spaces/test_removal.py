"""What the template gives the removal of Spaces: its place in the order, its rights, and what it is told."""

from typing import Any

import pytest

from groundwork.spaces.removal_access import GROUP, cluster_rights, namespace_rights
from space_removal.removal import Removes
from tests.gateway.iam_policy import allows
from tests.spaces.schemas import check
from tests.spaces.templates import SpacesTemplate, text

Platforms = dict[str, SpacesTemplate]
ALL = ("web", "old", "ssh", "mig")
ADDON = "amazon-sagemaker-spaces"
CLUSTER = "arn:aws:eks:eu-central-1:111122223333:cluster/web"


def of_kind(stack: SpacesTemplate, kind: str) -> list[str]:
    """The logical ids of what removes such things."""
    found = stack.of_type("Custom::SpaceRemoval")
    return [key for key, r in found.items() if r["Properties"]["Removes"] == kind]


def removals(stack: SpacesTemplate) -> dict[str, str]:
    """Those of namespaces, by namespace."""
    return {stack.resources[key]["Properties"]["Namespace"]: key for key in of_kind(stack, "namespace")}


def tellings(stack: SpacesTemplate, key: str) -> dict[str, Any]:
    """What the function is told, apart from what the framework is."""
    properties = stack.resources[key]["Properties"]
    return {name: value for name, value in properties.items() if not name.startswith("Service")}


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
        assert len(of_the_team) >= 2
        assert needed | of_the_team <= stack.before(removal)


@pytest.mark.parametrize("name", ALL)
def test_the_function_keeps_its_rights_until_everything_is_gone(spaces: Platforms, name: str) -> None:
    stack = spaces[name]
    removing = stack.of_type("Custom::SpaceRemoval")
    alarm = {*stack.of_type("AWS::CloudWatch::Alarm")}
    its_own = {key for key in stack.resources if key.startswith("Removal")} - {*removing} - alarm
    kinds = {stack.resources[key]["Type"] for key in its_own}
    assert {"AWS::EKS::AccessEntry", "AWS::IAM::Policy", "AWS::Lambda::Function"} <= kinds
    assert all(its_own <= stack.before(removal) for removal in removing)
    for namespace, removal in removals(stack).items():
        (rights,) = (
            key
            for key, objects in stack.manifests().items()
            if all(right in objects for right in namespace_rights(namespace))
        )
        assert rights in stack.before(removal)


def test_the_load_balancer_goes_after_the_add_on_and_before_who_takes_it_away(spaces: Platforms) -> None:
    """Its Ingress has a finalizer, and the add-on's end does not wait for that."""
    for name in ("web", "old"):
        stack = spaces[name]
        (ingress,) = of_kind(stack, "ingress")
        assert ingress in stack.before(str(stack.add_on(ADDON)))
        (chart,) = stack.of_type("Custom::AWSCDK-EKS-HelmChart")
        associations = stack.of_type("AWS::EKS::PodIdentityAssociation")
        (its_rights,) = (
            key
            for key, r in associations.items()
            if r["Properties"]["ServiceAccount"] == "aws-load-balancer-controller"
        )
        # It holds the certificate, which nobody can delete meanwhile.
        (certificate,) = stack.of_type("AWS::CertificateManager::Certificate")
        assert {chart, its_rights, certificate} <= stack.before(ingress)
    for name in ("ssh", "mig"):
        assert of_kind(spaces[name], "ingress") == []


def test_records_go_after_what_they_point_at_and_before_who_takes_them_away(spaces: Platforms) -> None:
    for name in ("web", "old", "ssh"):
        stack = spaces[name]
        (records,) = of_kind(stack, "records")
        assert records in stack.before(str(stack.add_on(ADDON)))
        assert all(records in stack.before(ingress) for ingress in of_kind(stack, "ingress"))
        associations = stack.of_type("AWS::EKS::PodIdentityAssociation")
        (its_rights,) = (k for k, r in associations.items() if r["Properties"]["ServiceAccount"] == "external-dns")
        assert {str(stack.add_on("external-dns")), its_rights} <= stack.before(records)
    assert of_kind(spaces["mig"], "records") == []


@pytest.mark.parametrize("name", ALL)
def test_the_spaces_of_teams_that_leave_end_when_nothing_else_can_fail_any_more(spaces: Platforms, name: str) -> None:
    """In the change itself, which is rolled back when they do not: a failure of the clean-up is no failure."""
    stack = spaces[name]
    (leaving,) = of_kind(stack, "leaving-teams")
    later = {*stack.resources} - stack.before(leaving) - {leaving}
    # What no team needs: the alarm, and Spaces that the platform makes, which end with their team.
    assert later <= {*stack.of_type("AWS::CloudWatch::Alarm"), *stack.of_type("AWS::CDK::Metadata")}
    assert tellings(stack, leaving)["Namespaces"] == sorted(removals(stack))


def test_somebody_is_called_when_the_clean_up_could_not_remove_something(spaces: Platforms) -> None:
    (alarm,) = (r["Properties"] for r in spaces["web"].of_type("AWS::CloudWatch::Alarm").values())
    functions = {
        m["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["Ref"]: m["MetricStat"]["Metric"]["MetricName"]
        for m in alarm["Metrics"]
        if "MetricStat" in m
    }
    handlers = {spaces["web"].resources[key]["Properties"]["Handler"]: metric for key, metric in functions.items()}
    assert handlers == {f"space_removal.handler.{name}": "Errors" for name in ("on_event", "is_complete")}
    assert (alarm["Threshold"], alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (1, 1, "notBreaching")
    assert len(alarm["AlarmActions"]) == 1


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


def test_another_name_for_a_team_ends_no_space(spaces: Platforms) -> None:
    """A resource of another id would be a new one, and the deletion of the old one."""
    (removal,) = removals(spaces["mig"]).values()
    assert removal.startswith("RemovalFunctionJobhyperpodnsresearch")


@pytest.mark.parametrize(("name", "keep"), [("web", "true"), ("old", "false")])
def test_it_is_told_where_the_cluster_is_and_whether_data_is_kept(spaces: Platforms, name: str, keep: str) -> None:
    stack = spaces[name]
    where = {
        "Cluster": name,
        "Endpoint": "https://0123.gr7.eu-central-1.eks.amazonaws.com",
        "Authority": "Y2VydGlmaWNhdGU=",
    }
    for namespace, removal in removals(stack).items():
        what = {"Removes": "namespace", "Namespace": namespace, "KeepVolumes": keep}
        assert tellings(stack, removal) == {**where, **what}
        assert stack.resources[removal]["Properties"]["ServiceTimeout"] == "1800"
    (leaving,) = of_kind(stack, "leaving-teams")
    assert tellings(stack, leaving).items() >= {**where, "KeepVolumes": keep}.items()


def test_what_the_template_asks_for_is_what_the_function_knows(spaces: Platforms) -> None:
    asked = {r["Properties"]["Removes"] for r in spaces["web"].of_type("Custom::SpaceRemoval").values()}
    assert asked == {*Removes}


def test_in_aws_it_may_see_whether_its_cluster_and_its_records_are_there_and_nothing_else(spaces: Platforms) -> None:
    start = statements(spaces["web"], "RemovalFunctionJobStartRole")
    assert [s["Action"] for s in start] == ["eks:DescribeCluster"]
    assert allows(start, action="eks:DescribeCluster", resource=CLUSTER, context={})
    assert not allows(start, action="eks:DescribeCluster", resource=CLUSTER.replace("web", "other"), context={})
    (look,) = statements(spaces["web"], "RemovalFunctionJobDoneRole")
    assert look["Action"] == "route53:ListResourceRecordSets"
    assert text(look["Resource"]) == "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"
    assert statements(spaces["mig"], "RemovalFunctionJobDoneRole") == []


def test_in_kubernetes_it_may_end_spaces_of_teams_and_tell_volumes_to_stay(spaces: Platforms) -> None:
    """The add-on's web hook lets the group of its administrators delete what is somebody else's."""
    stack = spaces["web"]
    (entry,) = (
        r["Properties"]
        for r in stack.of_type("AWS::EKS::AccessEntry").values()
        if r["Properties"] not in stack.entries_of_people()
    )
    assert entry["PrincipalArn"]["Fn::GetAtt"][0].startswith("RemovalFunctionJobDoneRole")
    assert entry["KubernetesGroups"] == [GROUP, "cluster-workspace-admin"]
    assert "AccessPolicies" not in entry
    applied = [o for objects in stack.manifests().values() for o in objects]
    group = {"kind": "Group", "name": GROUP, "apiGroup": "rbac.authorization.k8s.io"}
    bound = [o["metadata"] for o in applied if group in o.get("subjects", [])]
    teams = [*namespace_rights("spaces-analytics"), *namespace_rights("spaces-reports")]
    expected = [*cluster_rights(web_ui=True), *teams]
    assert all(o in applied for o in expected)
    assert sorted(bound, key=str) == sorted((o["metadata"] for o in expected if "subjects" in o), key=str)


def test_where_there_is_no_page_it_sees_no_ingress() -> None:
    rules = [rule for o in cluster_rights(web_ui=False) for rule in o.get("rules", [])]
    assert rules
    assert not [rule for rule in rules if "ingresses" in rule["resources"]]


@pytest.mark.parametrize(
    "manifest", [*cluster_rights(web_ui=True), *namespace_rights("spaces-research")], ids=lambda m: m["kind"]
)
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
