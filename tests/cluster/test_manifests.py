"""Every object of a core kind is one that Kubernetes takes, and says what it is for."""

import copy
from typing import Any

import kubernetes_validate
import pytest

from groundwork.cluster.charts import charts_of
from groundwork.cluster.fabric_manifests import smoke_test_manifests
from groundwork.cluster.fabric_settings import FabricSettings, SmokeTestSettings
from groundwork.cluster.karpenter import karpenter_manifests
from groundwork.cluster.service_roles import service_role_manifests
from groundwork.cluster.settings import ClusterSettings
from groundwork.images import Image
from tests.cluster.template import Template

VERSIONS = ("1.34", "1.35")
CUSTOM = {"HyperpodNodeClass", "NodePool", "RayCluster"}
IMAGE = "registry.example.com/efa@sha256:" + "a" * 64
SMOKE_TEST = SmokeTestSettings(image=Image("registry.example.com/efa:1.0"))


def validate(found: dict[str, Any]) -> None:
    for version in VERSIONS:
        kubernetes_validate.validate(found, version, strict=True)


@pytest.mark.parametrize("name", ["rl-rollouts", "partitions"])
def test_kubernetes_takes_what_is_applied(name: str, templates: dict[str, Template]) -> None:
    core = [each for each in templates[name].all_objects() if each["kind"] not in CUSTOM]
    assert len(core) > 10
    for each in core:
        validate(each)


@pytest.fixture
def smoke_test(settings: dict[str, ClusterSettings]) -> list[dict[str, Any]]:
    fabric = FabricSettings(smoke_test=SMOKE_TEST)
    return smoke_test_manifests(fabric, SMOKE_TEST, settings["rl-rollouts"].instance_groups[1], image=IMAGE)


def test_kubernetes_takes_the_smoke_test(smoke_test: list[dict[str, Any]]) -> None:
    for each in smoke_test:
        validate(each)


def test_a_wrong_object_would_not_pass(smoke_test: list[dict[str, Any]]) -> None:
    wrong = copy.deepcopy(smoke_test[1])
    wrong["spec"]["completion"] = 2
    with pytest.raises(kubernetes_validate.ValidationError):
        validate(wrong)


def test_the_smoke_test_is_two_pods_on_two_nodes_with_every_device(smoke_test: list[dict[str, Any]]) -> None:
    service, job = smoke_test
    spec = job["spec"]
    pod = spec["template"]["spec"]
    (container,) = pod["containers"]
    assert (spec["completions"], spec["parallelism"], spec["backoffLimit"]) == (2, 2, 0)
    assert container["resources"]["limits"] == container["resources"]["requests"]
    assert container["resources"]["limits"]["vpc.amazonaws.com/efa"] == 16
    assert container["resources"]["limits"]["hugepages-2Mi"] == "5120Mi"
    (apart,) = pod["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert apart["topologyKey"] == "kubernetes.io/hostname"
    assert apart["labelSelector"]["matchLabels"] == spec["template"]["metadata"]["labels"]
    variables = {each["name"]: each["value"] for each in container["env"]}
    # The name that an indexed Job gives its first pod, below the service that it is a subdomain of.
    assert variables["SERVER"] == f"{job['metadata']['name']}-0.{service['metadata']['name']}"
    assert service["spec"]["selector"] == spec["template"]["metadata"]["labels"]


def test_another_smoke_test_is_another_job(settings: dict[str, ClusterSettings]) -> None:
    group, fabric = settings["rl-rollouts"].instance_groups[1], FabricSettings()
    slow, fast = SMOKE_TEST, SmokeTestSettings(image=SMOKE_TEST.image, min_gib_per_second=10.0)
    names = {smoke_test_manifests(fabric, test, group, image=IMAGE)[1]["metadata"]["name"] for test in (slow, fast)}
    assert len(names) == 2


def test_hyperpod_finds_the_rights_that_it_looks_for() -> None:
    bindings = {
        each["metadata"]["name"]: (each["subjects"][0]["kind"], each["subjects"][0]["name"])
        for each in service_role_manifests()
        if each["kind"] == "ClusterRoleBinding"
    }
    assert bindings == {
        "deep-health-check-service-account-role-binding": ("ServiceAccount", "deep-health-check-service-account"),
        "job-auto-restart": ("User", "hyperpod-service-linked-role"),
        "hyperpod-patching": ("User", "hyperpod-service-linked-role"),
        "health-monitoring-agent": ("ServiceAccount", "health-monitoring-agent"),
    }


def test_a_pool_names_its_groups_and_ends_where_they_do(settings: dict[str, ClusterSettings]) -> None:
    node_class, pool = karpenter_manifests(settings["partitions"])
    assert node_class["spec"] == {"instanceGroups": ["bursts"]}
    assert pool["spec"]["template"]["spec"]["nodeClassRef"]["name"] == node_class["metadata"]["name"]
    assert pool["spec"]["template"]["spec"]["expireAfter"] == "720h"
    assert pool["spec"]["limits"] == {"cpu": "128"}  # four nodes of 32


@pytest.mark.parametrize("name", ["rl-rollouts", "partitions"])
def test_system_pods_tolerate_nodes_under_check(name: str, settings: dict[str, ClusterSettings]) -> None:
    charts = charts_of(settings[name], region="us-east-1")
    key = "sagemaker.amazonaws.com/node-health-status"
    for chart in charts:
        tolerations = chart.values.get("tolerations") or chart.values["daemonsets"]["tolerations"]
        assert any(each.get("key") in (key, None) for each in tolerations), chart.name


def test_efa_devices_are_offered_on_every_type_that_has_them(settings: dict[str, ClusterSettings]) -> None:
    efa, _ = charts_of(settings["rl-rollouts"], region="us-east-1")
    assert "ml.p6-b300.48xlarge" in efa.values["supportedInstanceLabels"]["values"]
    assert "ml.g5.xlarge" not in efa.values["supportedInstanceLabels"]["values"]


def test_a_mooncake_store_is_on_the_nodes_with_efa_and_leaves_the_devices_to_the_rollouts(rollouts: Template) -> None:
    objects = {(each["kind"], each["metadata"]["name"]): each for each in rollouts.all_objects()}
    pod = objects["DaemonSet", "mooncake-store"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    (term,) = pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert term["matchExpressions"][0]["values"] == ["rollouts"]
    assert "vpc.amazonaws.com/efa" not in container["resources"]["limits"]
    variables = {each["name"]: each.get("value") for each in container["env"]}
    assert variables["MOONCAKE_PROTOCOL"] == variables["FI_PROVIDER"] == "efa"
    assert variables["MOONCAKE_GLOBAL_SEGMENT_SIZE"] == str(1024 * 1024**3)
    ports = {each["name"]: each["port"] for each in objects["Service", "mooncake-master"]["spec"]["ports"]}
    assert variables["MOONCAKE_MASTER"] == f"mooncake-master.rollouts.svc:{ports['rpc']}"
    assert objects["Deployment", "mooncake-master"]["spec"]["strategy"] == {"type": "Recreate"}
