"""A Ray cluster whose workers have whole nodes of the fabric: GPUs, EFA devices, huge pages, shared memory, files."""

from typing import Any

import kubernetes_validate
import pytest
from pydantic import ValidationError

from groundwork.cluster.settings import ClusterSettings
from tests.cluster.sections import GPU, groups, read
from tests.cluster.template import Template

IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/rollouts:1.0"
EFA = GPU | {"fabric": "efa"}
RAY = {"kuberay": True, "ray_cluster": {"image": IMAGE, "version": "2.49.2"}}
MOONCAKE = {"image": "registry.example.com/mooncake:1.0", "memory_gib": 1400}


@pytest.fixture
def spec(rollouts: Template) -> dict[str, Any]:
    (found,) = [each for each in rollouts.all_objects() if each["kind"] == "RayCluster"]
    assert (found["apiVersion"], found["metadata"]["namespace"]) == ("ray.io/v1", "rollouts")
    return found["spec"]


def test_kubernetes_takes_its_pods(spec: dict[str, Any]) -> None:
    templates = [spec["headGroupSpec"]["template"], *(group["template"] for group in spec["workerGroupSpecs"])]
    assert len(templates) == 2
    for template in templates:
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "ray"}, "spec": template["spec"]}
        kubernetes_validate.validate(pod, "1.35", strict=True)


def test_a_worker_has_a_whole_node(spec: dict[str, Any]) -> None:
    (workers,) = spec["workerGroupSpecs"]
    pod = workers["template"]["spec"]
    (container,) = pod["containers"]
    limits = container["resources"]["limits"]
    assert (workers["groupName"], workers["replicas"], workers["maxReplicas"]) == ("rollouts", 2, 2)
    assert pod["nodeSelector"] == {"sagemaker.amazonaws.com/instance-group-name": "rollouts"}
    assert (limits["nvidia.com/gpu"], limits["vpc.amazonaws.com/efa"], limits["hugepages-2Mi"]) == (8, 16, "5120Mi")
    # 2048 GiB: nine tenths, less a fifth for tiered storage, 1032 for the store and 5 of huge pages.
    assert (limits["cpu"], limits["memory"]) == ("176", "396Gi")
    assert container["securityContext"] == {"privileged": True}
    mounts = {each["mountPath"]: each["name"] for each in container["volumeMounts"]}
    volumes = {each["name"]: each for each in pod["volumes"]}
    assert volumes[mounts["/dev/shm"]]["emptyDir"] == {"medium": "Memory", "sizeLimit": "64Gi"}
    assert volumes[mounts["/fsx"]]["persistentVolumeClaim"] == {"claimName": "fsx-claim"}


def test_a_worker_finds_the_store_and_speaks_efa(spec: dict[str, Any]) -> None:
    (container,) = spec["workerGroupSpecs"][0]["template"]["spec"]["containers"]
    variables = {each["name"]: each["value"] for each in container["env"]}
    assert variables["FI_PROVIDER"] == variables["MOONCAKE_PROTOCOL"] == "efa"
    assert variables["MOONCAKE_MASTER"] == "mooncake-master.rollouts.svc:50051"


def test_the_head_takes_no_work_and_no_device(spec: dict[str, Any]) -> None:
    head = spec["headGroupSpec"]
    (container,) = head["template"]["spec"]["containers"]
    assert head["rayStartParams"]["num-cpus"] == "0"
    assert container["resources"]["limits"].keys() == {"cpu", "memory"}
    assert container["image"].startswith(f"{IMAGE}@sha256:")


def refused(**changes: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        read(**changes)
    return " ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in caught.value.errors())


def test_it_needs_the_operator() -> None:
    said = refused(fabric={"ray_cluster": RAY["ray_cluster"]}, **groups(EFA))
    assert "fabric.ray_cluster: KubeRay's operator makes it" in said


def test_it_needs_nodes_with_whole_gpus() -> None:
    cut = EFA | {"mig": {"layout": "all-1g.18gb"}}
    assert "fabric.ray_cluster: no group has nodes with EFA and whole GPUs" in refused(fabric=RAY, **groups(cut))


def test_it_needs_memory_that_the_caches_leave() -> None:
    said = refused(fabric=RAY | {"mooncake": MOONCAKE}, tiered_storage=20, **groups(EFA))
    assert (
        "fabric.ray_cluster: tiered storage, huge pages and Mooncake leave 20 GiB of a node of gpu to its worker"
        in said
    )


def test_its_pods_are_counted() -> None:
    def anywhere(settings: ClusterSettings) -> int:
        return settings.platform.anywhere

    with_ray = read(fabric=RAY, **groups(EFA))
    without = read(fabric={"kuberay": True}, **groups(EFA))
    gpu = with_ray.instance_groups[1]
    assert anywhere(with_ray) - anywhere(without) == 1
    assert with_ray.platform.on_node_of(gpu) - without.platform.on_node_of(gpu) == 1
