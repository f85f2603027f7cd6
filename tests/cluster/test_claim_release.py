"""In which order a claim goes, and what waits for its pods."""

from typing import Any

import pytest
from kubernetes_validate import validate

from groundwork.cluster.claim_release import GROUP, release_rights
from tests.cluster.template import Template


def one(extras: Template, namespace: str) -> str:
    (found,) = extras.ids("Custom::ClaimRelease", Namespace=namespace, Claim="fsx-claim")
    return found


def claim(extras: Template, namespace: str) -> str:
    (found,) = [
        resource
        for resource in extras.ids("Custom::AWSCDK-EKS-KubernetesResource")
        for each in extras.objects(resource)
        if (each["kind"], each["metadata"]["name"]) == ("PersistentVolumeClaim", "fsx-claim")
        and each["metadata"]["namespace"] == namespace
    ]
    return found


@pytest.mark.parametrize("namespace", ["default", "ray"])
def test_a_claim_goes_after_the_wait_for_its_pods(extras: Template, namespace: str) -> None:
    release = one(extras, namespace)
    assert extras.resources[release]["Properties"]["Claim"] == "fsx-claim"
    assert extras.waits_for(release, claim(extras, namespace))


def test_pods_of_the_stack_go_before_the_wait_begins(extras: Template) -> None:
    assert extras.waits_for(extras.manifest("Pod", "worker"), one(extras, "ray"))


@pytest.mark.parametrize("namespace", ["default", "ray"])
def test_the_function_keeps_its_rights_until_it_has_waited(extras: Template, namespace: str) -> None:
    (access,) = extras.ids("AWS::EKS::AccessEntry", KubernetesGroups=[GROUP])
    (rights,) = [
        resource
        for resource in extras.ids("Custom::AWSCDK-EKS-KubernetesResource")
        for each in extras.objects(resource)
        if (each["kind"], each["metadata"].get("namespace")) == ("RoleBinding", namespace)
    ]
    assert [e for e in (access, rights) if not extras.waits_for(one(extras, namespace), e)] == []


def test_it_may_look_at_pods_and_nothing_else(extras: Template) -> None:
    (role, _) = manifests = release_rights("ray")
    assert role["rules"] == [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]
    for manifest in manifests:
        validate(manifest, "1.33", strict=True)
    actions: set[Any] = set()
    for name in extras.ids("AWS::IAM::Policy"):
        if name.startswith("ReleasesJobStart") or name.startswith("ReleasesJobDone"):
            for statement in extras.resources[name]["Properties"]["PolicyDocument"]["Statement"]:
                actions.add(str(statement["Action"]))
    assert "eks:DescribeCluster" in actions
    assert not any("*" in action for action in actions)
