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
GPUS = ("nvidia.com/gpu", "nvidia.com/mig-")
"""How the resources begin that are GPUs, or parts of them."""


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
    return sorted(kubernetes.nodes(f"{GROUP_LABEL}={group}"), key=name_of)


def name_of(node: Mapping[str, Any]) -> str:
    """The name of a node."""
    return node["metadata"]["name"]


def under_check(kubernetes: Kubernetes) -> list[str]:
    """The nodes of the whole cluster that run deep health checks: they would fail if their pods were evicted, and
    SageMaker takes no change of the cluster meanwhile."""
    return sorted(name_of(node) for node in kubernetes.nodes(f"{_CHECK_LABEL}={_CHECKING}"))


def is_checked(node: Mapping[str, Any]) -> bool:
    """Whether a node runs deep health checks."""
    return node["metadata"].get("labels", {}).get(_CHECK_LABEL) == _CHECKING


def has_layout(node: Mapping[str, Any], target: Target) -> bool:
    """Whether a node's GPUs are cut so, and the node is back.

    Right after a label is changed, the state is still that of the layout before: what the node offers decides.
    """
    labels = node["metadata"].get("labels", {})
    allocatable = node.get("status", {}).get("allocatable", {})
    offered = {name: int(count) for name, count in allocatable.items() if name.startswith(GPUS) and int(count)}
    chosen = labels.get(LAYOUT_LABEL) == target.layout and labels.get(STATE_LABEL) == "success"
    return chosen and _is_ready(node) and offered == target.resources


def to_change(nodes: Iterable[Mapping[str, Any]], target: Target) -> list[Mapping[str, Any]]:
    """The nodes that neither have the layout nor will have it by themselves. Those that run deep health checks with the
    label get it when they have passed, in an hour or two; nothing runs on them until then."""
    return [node for node in nodes if not has_layout(node, target) and not _will_have_layout(node, target)]


def cordon(kubernetes: Kubernetes, nodes: Iterable[Mapping[str, Any]], *, layout: str) -> None:
    """Let no new pods onto nodes. One that somebody else cordoned is left as it is."""
    for node in nodes:
        if not node.get("spec", {}).get("unschedulable"):
            patch = {"metadata": {"annotations": {OURS: layout}}, "spec": {"unschedulable": True}}
            kubernetes.patch_node(name_of(node), patch)


def uncordon(kubernetes: Kubernetes, nodes: Iterable[Mapping[str, Any]]) -> None:
    """Let pods onto the nodes again that were cordoned here."""
    for node in nodes:
        if OURS in node["metadata"].get("annotations", {}):
            patch = {"metadata": {"annotations": {OURS: None}}, "spec": {"unschedulable": None}}
            kubernetes.patch_node(name_of(node), patch)


def failed(nodes: Iterable[Mapping[str, Any]], target: Target) -> list[str]:
    """The nodes whose partitioning failed, as they say: right after a label is changed, that of the layout before."""
    return [
        name_of(node)
        for node in nodes
        if (labels := node["metadata"].get("labels", {})).get(LAYOUT_LABEL) == target.layout
        and labels.get(STATE_LABEL) == "failed"
    ]


def _will_have_layout(node: Mapping[str, Any], target: Target) -> bool:
    return is_checked(node) and node["metadata"]["labels"].get(LAYOUT_LABEL) == target.layout


def _is_ready(node: Mapping[str, Any]) -> bool:
    conditions = node.get("status", {}).get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
