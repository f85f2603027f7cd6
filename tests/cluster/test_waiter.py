"""What waits for the nodes: where it runs, what it may see, and what it is sent with."""

from pathlib import Path

import pytest

from groundwork.cluster.node_waiter import GROUP, waiter_rights
from groundwork.python_function import package
from tests.cluster.template import Template


@pytest.fixture(params=["rl-rollouts", "partitions"])
def template(request: pytest.FixtureRequest, templates: dict[str, Template]) -> Template:
    return templates[request.param]


def test_it_waits_for_its_own_rights(template: Template) -> None:
    (waiter,) = template.ids("Custom::HyperPodNodes")
    (access,) = template.ids("AWS::EKS::AccessEntry", KubernetesGroups=[GROUP])
    assert template.waits_for(waiter, access)
    assert template.waits_for(waiter, template.manifest("ClusterRoleBinding", "groundwork-node-waiter"))


def test_it_asks_from_inside_of_the_vpc_where_the_api_server_lets_it_in(template: Template) -> None:
    (access,) = template.ids("AWS::EKS::AccessEntry", KubernetesGroups=[GROUP])
    role = template.resources[access]["Properties"]["PrincipalArn"]["Fn::GetAtt"][0]
    function = template.one("AWS::Lambda::Function", Role={"Fn::GetAtt": [role, "Arn"]})
    assert function["Handler"] == "node_waiter.handler.is_complete"
    (group,) = function["VpcConfig"]["SecurityGroupIds"]
    admitted = [
        rule["SourceSecurityGroupId"]
        for rule in (template.resources[name]["Properties"] for name in template.ids("AWS::EC2::SecurityGroupIngress"))
        if rule.get("FromPort") == 443
    ]
    assert group in admitted


def test_it_may_list_nodes_and_nothing_else() -> None:
    role, binding = waiter_rights()
    assert role["rules"] == [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["list"]}]
    assert binding["subjects"][0]["name"] == GROUP


def test_what_reads_from_kubernetes_goes_along_with_it_alone() -> None:
    def folders(name: str) -> set[str]:
        return {path.name for path in Path(package(name)).iterdir()} & {"eks_api", name}

    for name in ("mig_layout_change", "node_waiter", "space_removal"):
        assert folders(name) == {"eks_api", name}
    assert folders("compute_quota") == {"compute_quota"}
