"""A Ray cluster on the nodes of the fabric: rollouts and training of reinforcement learning.

Source: https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/config.html (`ray.io/v1`, read 2026-11-23). KubeRay
and Ray are Apache-2.0; nothing of them is part of this package.
"""

from collections.abc import Sequence
from typing import Any

from groundwork.cluster.core_addons import HEALTH_TAINT
from groundwork.cluster.fabric_manifests import fabric_pod
from groundwork.cluster.fabric_settings import FabricSettings, RayClusterSettings
from groundwork.cluster.instance_group_settings import InstanceGroupSettings
from groundwork.cluster.lustre_manifests import CLAIM
from groundwork.cluster.mooncake import client_variables
from groundwork.cluster.ray_workers import worker_memory_gib

NAME = "ray"
_SHARED_FILES = "/fsx"
_HEAD_PORTS = {"gcs": 6379, "dashboard": 8265, "client": 10001}
_HEAD = {"cpu": "4", "memory": "16Gi"}
_OTHERS_CPUS = 16
"""Of a node, left to the system's pods and to a Mooncake store."""


def ray_cluster_manifest(
    fabric: FabricSettings,
    settings: RayClusterSettings,
    groups: Sequence[InstanceGroupSettings],
    *,
    image: str,
    tiered_storage: int | None,
    lustre: bool,
) -> dict[str, Any]:
    """A head without work of its own, and one worker for each node, with all of its GPUs and EFA devices.

    Args:
        groups: those of `ray_groups`.
        image: with its digest.
        tiered_storage: per cent of the nodes' memory that keeps checkpoints and caches.
        lustre: whether the namespace has a claim on the shared file system.
    """
    workers: list[dict[str, Any]] = []
    for group in groups:
        memory = worker_memory_gib(fabric, group, tiered_storage=tiered_storage)
        workers.append(_workers(fabric, group, image=image, memory_gib=memory))
    head = {
        "containers": [
            {
                "name": "head",
                "image": image,
                "resources": {"requests": _HEAD, "limits": _HEAD},
                "ports": [{"name": name, "containerPort": port} for name, port in _HEAD_PORTS.items()],
            }
        ],
        "tolerations": [HEALTH_TAINT],
    }
    for pod in (head, *(group["template"]["spec"] for group in workers)):
        if lustre:
            _mount_files(pod)
    return {
        "apiVersion": "ray.io/v1",
        "kind": "RayCluster",
        "metadata": {"name": NAME, "namespace": fabric.namespace},
        "spec": {
            "rayVersion": settings.version,
            "headGroupSpec": {
                # No work on the head: it must not wait for a GPU, and nothing may push it out.
                "rayStartParams": {"dashboard-host": "0.0.0.0", "num-cpus": "0"},  # noqa: S104
                "template": {"spec": head},
            },
            "workerGroupSpecs": workers,
        },
    }


def _workers(fabric: FabricSettings, group: InstanceGroupSettings, *, image: str, memory_gib: int) -> dict[str, Any]:
    kind = group.instance_type
    env = client_variables(fabric.namespace) if fabric.mooncake else {}
    cpus = kind.vcpus * group.threads_per_core // 2 - _OTHERS_CPUS
    pod = fabric_pod(fabric, group, image=image, gpus=kind.gpus, env=env, cpus=cpus, memory_gib=memory_gib)
    count = group.min_nodes
    return {
        "groupName": group.name,
        "replicas": count,
        "minReplicas": count,
        "maxReplicas": count,
        "rayStartParams": {},
        "template": {"spec": pod},
    }


def _mount_files(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    container.setdefault("volumeMounts", []).append({"name": "files", "mountPath": _SHARED_FILES})
    pod.setdefault("volumes", []).append({"name": "files", "persistentVolumeClaim": {"claimName": CLAIM}})
