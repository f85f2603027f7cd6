"""Empties nodes, as `kubectl drain` does."""

from collections.abc import Iterable, Mapping
from typing import Any

from mig_layout_change.kubernetes import Kubernetes
from mig_layout_change.nodes import GPUS, is_checked, name_of

# Kubernetes gives it to a node that is cordoned:
# https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-unschedulable
_CORDON = {"key": "node.kubernetes.io/unschedulable", "value": "", "effect": "NoSchedule"}


def evict_pods(kubernetes: Kubernetes, nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Ask every pod to leave that a drain moves; `namespace/name` of those that are still there. A node that has come
    since and runs deep health checks has no other pods yet, and those stay."""
    left: list[str] = []
    for node in nodes:
        if is_checked(node):
            continue
        for pod in kubernetes.pods_on(name_of(node)):
            if _has_to_leave(pod):
                metadata = pod["metadata"]
                if "deletionTimestamp" not in metadata:
                    kubernetes.evict(metadata["namespace"], metadata["name"])
                returns = " (it tolerates a cordon, so another comes in its place)" if _tolerates_cordon(pod) else ""
                left.append(f"{metadata['namespace']}/{metadata['name']}{returns}")
    return left


def _has_to_leave(pod: Mapping[str, Any]) -> bool:
    metadata = pod["metadata"]
    if pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
        return False
    if "kubernetes.io/config.mirror" in metadata.get("annotations", {}):
        return False
    if any(owner["kind"] == "DaemonSet" for owner in metadata.get("ownerReferences", [])):
        return False
    # What comes back at once, such as the GPU operator's own, would never have left; without a GPU it is in no way.
    return _asks_for_gpus(pod) or not _tolerates_cordon(pod)


def _asks_for_gpus(pod: Mapping[str, Any]) -> bool:
    containers = [*pod["spec"].get("containers", ()), *pod["spec"].get("initContainers", ())]
    # Kubernetes takes no request for a device without its limit.
    return any(name.startswith(GPUS) for each in containers for name in each.get("resources", {}).get("limits", ()))


def _tolerates_cordon(pod: Mapping[str, Any]) -> bool:
    return any(_matches_cordon(each) for each in pod["spec"].get("tolerations", ()))


def _matches_cordon(toleration: Mapping[str, Any]) -> bool:
    """https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"""
    if toleration.get("effect", "") not in ("", _CORDON["effect"]):
        return False
    exists = toleration.get("operator", "Equal") == "Exists"
    if not toleration.get("key"):
        return exists
    return toleration["key"] == _CORDON["key"] and (exists or toleration.get("value", "") == _CORDON["value"])
