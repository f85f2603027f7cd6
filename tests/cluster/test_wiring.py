"""What an environment file says of a cluster arrives in its stack."""

from typing import Any

import pytest

from groundwork.section_rules import refusals_of_spaces
from tests.cluster.sections import read
from tests.cluster.template import Template
from tests.spaces.section import section


@pytest.mark.parametrize("name", ["rl-rollouts", "partitions"])
def test_the_role_of_karpenter_is_there_with_and_without_pools(templates: dict[str, Template], name: str) -> None:
    cluster = templates[name].one("AWS::SageMaker::Cluster")
    assert cluster["AutoScaling"]["Mode"] == ("Enable" if name == "partitions" else "Disable")
    assert cluster["ClusterRole"]["Fn::GetAtt"][0].startswith("ScalingRole")


def test_nodes_are_told_how_many_huge_pages_to_reserve(rollouts: Template) -> None:
    assert rollouts.one("Custom::LifecycleScripts")["Scripts"]["settings.sh"] == "hugepages_mib=5120\n"


def test_each_claim_waits_for_its_pods_before_it_goes(rollouts: Template) -> None:
    claims = [
        (resource, each["metadata"]["namespace"])
        for resource in rollouts.ids("Custom::AWSCDK-EKS-KubernetesResource")
        for each in rollouts.objects(resource)
        if each["kind"] == "PersistentVolumeClaim"
    ]
    assert len(claims) == 2
    for claim, namespace in claims:
        (release,) = rollouts.ids("Custom::ClaimRelease", Namespace=namespace)
        assert rollouts.waits_for(release, claim)
    (release,) = rollouts.ids("Custom::ClaimRelease", Namespace="rollouts")
    assert rollouts.waits_for(rollouts.manifest("RayCluster", "ray"), release)


def test_a_cluster_without_claims_waits_for_none(partitions: Template) -> None:
    assert partitions.ids("Custom::ClaimRelease") == []


def test_a_cluster_has_cert_manager_once() -> None:
    def refused(install: bool) -> list[Any]:
        spaces = section(f"dependencies: {{cert_manager: {{install: {str(install).lower()}}}}}")
        return [r.at for r in refusals_of_spaces(spaces, {"cluster": read(training_operator=True)})]

    at = ("dependencies", "cert_manager", "install")
    assert at in refused(True)
    assert at not in refused(False)
