"""The nodes of an instance group while its layout changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mig_layout_change.kubernetes import Kubernetes

GROUP_LABEL = "sagemaker.amazonaws.com/instance-group-name"
LAYOUT_LABEL = "nvidia.com/mig.config"
STATE_LABEL = "nvidia.com/mig.config.state"
OURS = "groundwork/mig-layout-change"
"""Annotation of the nodes that were cordoned here: only these are uncordoned again."""
# https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-resiliency-node-labels.html (read 2026-11-23)
_CHECK_LABEL, _CHECKING = "sagemaker.amazonaws.com/deep-health-check-status", "InProgress"
_GPUS = ("nvidia.com/gpu", "nvidia.com/mig-")


@dataclass(frozen=True, kw_only=True)
class Target:
    """What the nodes of an instance group shall have."""

    group: str
    layout: str
    """The name of the configuration."""
    resources: dict[str, int]
    """What a node then offers, by the name that pods ask for it with."""


class LayoutChangeError(Exception):
    """The layout was not changed; the text says why."""


def nodes_of(kubernetes: Kubernetes, group: str) -> list[dict[str, Any]]:
    """The nodes of an instance group, by name."""
    return sorted(kubernetes.nodes(f"{GROUP_LABEL}={group}"), key=_name)


def under_check(kubernetes: Kubernetes) -> list[str]:
    """The nodes of the whole cluster that run deep health checks: they would fail if their pods were evicted, and
    SageMaker takes no change of the cluster meanwhile."""
    return sorted(_name(node) for node in kubernetes.nodes(f"{_CHECK_LABEL}={_CHECKING}"))


def has_layout(node: Mapping[str, Any], target: Target) -> bool:
    """Whether a node's GPUs are cut so, and the node is back.

    Right after a label is changed, the state is still that of the layout before: what the node offers decides.
    """
    labels = node["metadata"].get("labels", {})
    allocatable = node.get("status", {}).get("allocatable", {})
    offered = {name: int(count) for name, count in allocatable.items() if name.startswith(_GPUS) and int(count)}
    chosen = labels.get(LAYOUT_LABEL) == target.layout and labels.get(STATE_LABEL) == "success"
    return chosen and _is_ready(node) and offered == target.resources


def cordon(kubernetes: Kubernetes, nodes: Iterable[Mapping[str, Any]], *, layout: str) -> None:
    """Let no new pods onto nodes. One that somebody else cordoned is left as it is."""
    for node in nodes:
        if not node.get("spec", {}).get("unschedulable"):
            patch = {"metadata": {"annotations": {OURS: layout}}, "spec": {"unschedulable": True}}
            kubernetes.patch_node(_name(node), patch)


def uncordon(kubernetes: Kubernetes, nodes: Iterable[Mapping[str, Any]]) -> None:
    """Let pods onto the nodes again that were cordoned here."""
    for node in nodes:
        if OURS in node["metadata"].get("annotations", {}):
            patch = {"metadata": {"annotations": {OURS: None}}, "spec": {"unschedulable": None}}
            kubernetes.patch_node(_name(node), patch)


def evict_pods(kubernetes: Kubernetes, nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Ask every pod to leave that a drain moves; `namespace/name` of those that are still there. A node that has come
    since and runs deep health checks has no other pods yet, and those stay."""
    left: list[str] = []
    for node in nodes:
        if _is_checked(node):
            continue
        for pod in kubernetes.pods_on(_name(node)):
            if _has_to_leave(pod):
                metadata = pod["metadata"]
                if "deletionTimestamp" not in metadata:
                    kubernetes.evict(metadata["namespace"], metadata["name"])
                left.append(f"{metadata['namespace']}/{metadata['name']}")
    return left


def unsettled(nodes: Iterable[Mapping[str, Any]], target: Target) -> list[str]:
    """The nodes that do not have the layout yet. One that has come since and runs deep health checks gets it when they
    have passed, in an hour or two; nothing runs on it until then.

    Raises:
        LayoutChangeError: the partitioning of a node failed.
    """
    waiting = [node for node in nodes if not has_layout(node, target) and not _will_have_layout(node, target)]
    for node in waiting:
        labels = node["metadata"].get("labels", {})
        if labels.get(LAYOUT_LABEL) == target.layout and labels.get(STATE_LABEL) == "failed":
            raise LayoutChangeError(
                f"{_name(node)} could not be partitioned as {target.layout}, and stays cordoned. "
                "Why stands in the log of this node's pod of nvidia-mig-manager"
            )
    return [_name(node) for node in waiting]


def _will_have_layout(node: Mapping[str, Any], target: Target) -> bool:
    return _is_checked(node) and node["metadata"]["labels"].get(LAYOUT_LABEL) == target.layout


def _is_checked(node: Mapping[str, Any]) -> bool:
    return node["metadata"].get("labels", {}).get(_CHECK_LABEL) == _CHECKING


def _has_to_leave(pod: Mapping[str, Any]) -> bool:
    metadata = pod["metadata"]
    if pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
        return False
    if "kubernetes.io/config.mirror" in metadata.get("annotations", {}):
        return False
    return not any(owner["kind"] == "DaemonSet" for owner in metadata.get("ownerReferences", []))


def _is_ready(node: Mapping[str, Any]) -> bool:
    conditions = node.get("status", {}).get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _name(node: Mapping[str, Any]) -> str:
    return node["metadata"]["name"]
