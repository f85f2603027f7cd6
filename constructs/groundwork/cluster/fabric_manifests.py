"""The Kubernetes objects of the fabric profile.

What pods need to reach EFA and GPUs of other nodes: https://github.com/perplexityai/pplx-garden (docs/fabric-lib.md),
https://github.com/kvcache-ai/Mooncake (docs, efa_transport) and the manifests of
https://github.com/awslabs/awsome-distributed-ai (3.test_cases), read 2026-11-23.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from groundwork.cluster.fabric_settings import FabricSettings, SmokeTestSettings
from groundwork.cluster.instance_group_settings import InstanceGroupSettings, Taint

_NAME = "efa-smoke-test"
_SCRIPT = Path(__file__).parent / "fabric_smoke_test.sh"
_MEGABYTES = 1073.741824
"""A GiB/s in MB/s."""


def namespace_manifest(settings: FabricSettings) -> dict[str, Any]:
    """A namespace whose pods may lock memory, trace each other and open devices of the host."""
    levels = {f"pod-security.kubernetes.io/{mode}": "privileged" for mode in ("enforce", "audit", "warn")}
    metadata = {"name": settings.namespace, "labels": {"name": settings.namespace, **levels}}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def fabric_pod(
    settings: FabricSettings,
    group: InstanceGroupSettings,
    *,
    image: str,
    gpus: int,
    env: Mapping[str, str],
    cpus: int = 8,
    memory_gib: int = 64,
) -> dict[str, Any]:
    """A pod's `spec` on a node of the group, with all of its EFA devices: one container, `main`.

    It tolerates the taints of its group and no other: on a node that is cordoned it would come back for ever, and keep
    it from being emptied.

    Huge pages for libfabric's bounce buffers, and a large /dev/shm for NCCL. Privileged, as fabric-lib traces its peers
    within a node (SYS_PTRACE, and SYS_ADMIN for pidfd_getfd), all of them pin memory (IPC_LOCK), and GDRCopy's device
    /dev/gdrdrv is one of the host that the container toolkit does not always bring.

    Args:
        image: with its digest.
        gpus: how many of the node's.
        env: variables of the container.
        memory_gib: in GiB, with what it keeps in /dev/shm.
    """
    kind = group.instance_type
    # Device plugins want a request to be its limit; so do huge pages.
    resources: dict[str, Any] = {
        "vpc.amazonaws.com/efa": kind.efa_devices,
        "cpu": str(cpus),
        "memory": f"{memory_gib}Gi",
    }
    if gpus:
        resources["nvidia.com/gpu"] = gpus
    mounts = [{"name": "shm", "mountPath": "/dev/shm"}]  # noqa: S108
    volumes: list[dict[str, Any]] = [
        {"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": f"{settings.shared_memory_gib}Gi"}},
    ]
    if settings.hugepages_mib:
        resources["hugepages-2Mi"] = f"{settings.hugepages_mib}Mi"
        mounts.append({"name": "hugepages", "mountPath": "/dev/hugepages"})
        volumes.append({"name": "hugepages", "emptyDir": {"medium": "HugePages-2Mi"}})
    variables = {"FI_PROVIDER": "efa", "FI_EFA_USE_DEVICE_RDMA": "1", "NCCL_SOCKET_IFNAME": "^lo,docker,veth", **env}
    return {
        "nodeSelector": {"sagemaker.amazonaws.com/instance-group-name": group.name},
        "tolerations": [_toleration(taint) for taint in group.taints],
        "containers": [
            {
                "name": "main",
                "image": image,
                "resources": {"requests": resources, "limits": resources},
                "securityContext": {"privileged": True},
                "env": [{"name": name, "value": value} for name, value in variables.items()],
                "volumeMounts": mounts,
            }
        ],
        "volumes": volumes,
    }


def _toleration(taint: Taint) -> dict[str, str]:
    return {"key": taint.key, "operator": "Equal", "value": taint.value, "effect": taint.effect}


def smoke_test_manifests(
    settings: FabricSettings, test: SmokeTestSettings, group: InstanceGroupSettings, *, image: str
) -> list[dict[str, Any]]:
    """A Job of two pods on two nodes of a group, and the Service that the second finds the first by. Its name is the
    hash of what it does: a Job cannot be changed."""
    script = _SCRIPT.read_text(encoding="utf-8")
    seconds = test.timeout_minutes * 60
    env = {
        "SERVER": f"{_NAME}-0.{_NAME}",
        "SECONDS_ALLOWED": str(seconds - 30),
        "MIN_MEGABYTES": f"{test.min_gib_per_second * _MEGABYTES:.0f}",
    }
    pod = fabric_pod(settings, group, image=image, gpus=0, env=env)
    pod["containers"][0]["command"] = ["/bin/bash", "-c", script]
    labels = {"app": _NAME}
    apart = {"labelSelector": {"matchLabels": labels}, "topologyKey": "kubernetes.io/hostname"}
    pod |= {
        "restartPolicy": "Never",
        "subdomain": _NAME,
        "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [apart]}},
    }
    name = f"{_NAME}-{hashlib.sha256(json.dumps(pod, sort_keys=True).encode()).hexdigest()[:8]}"
    # An indexed Job names its pods' hosts after itself.
    pod["containers"][0]["env"][-3]["value"] = f"{name}-0.{_NAME}"
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": settings.namespace, "labels": labels},
        "spec": {
            "completionMode": "Indexed",
            "completions": 2,
            "parallelism": 2,
            "backoffLimit": 0,
            "activeDeadlineSeconds": seconds,
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": _NAME, "namespace": settings.namespace},
        "spec": {"clusterIP": "None", "selector": labels, "publishNotReadyAddresses": True},
    }
    return [service, job]
