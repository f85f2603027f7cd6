"""The steps of a change. Each can be repeated: it looks at what is there, and does what is missing."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mig_layout_change.drain import evict_pods
from mig_layout_change.group import change_label, is_in_service
from mig_layout_change.kubernetes import Kubernetes
from mig_layout_change.nodes import (
    LayoutChangeError,
    Target,
    cordon,
    failed,
    name_of,
    nodes_of,
    to_change,
    uncordon,
    under_check,
)

BUSY_SECONDS = 5 * 60
"""For the cluster to end what it is at, before any pod is asked to leave."""
DRAIN_SECONDS = 20 * 60
"""For pods to leave."""
SETTLE_SECONDS = 25 * 60
"""For the nodes to be partitioned; some restart for it."""
SYNC_SECONDS = 150
"""Until each node has read a ConfigMap that has changed. NVIDIA's manager does not try again where the layout is not in
it yet. A kubelet looks every minute, up to half as much later, at a copy that may be a minute old:
https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#mounted-configmaps-are-updated-automatically
"""
_BUSY = "the cluster is busy with another change"
State = dict[str, Any]
"""What the state machine hands from one step to the next: `group`, `layout`, `resources`, `new` where the ConfigMap may
have the layout since a moment ago, and what the steps add."""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Where a change happens."""

    name: str
    """Of the HyperPod cluster."""
    kubernetes: Kubernetes
    sagemaker: Any


def look(state: State, cluster: Cluster) -> State:
    """Whether anything is to be changed: `unchanged`, or `change`. `wait` while the cluster is busy, so that nobody is
    evicted for a change that it would not take; `late` where it stays busy, or runs deep health checks."""
    state = {"known_at": _in(SYNC_SECONDS if state.get("new") else 0), **state}
    if not _nodes_to_change(state, cluster):
        return {**state, "status": "unchanged", "until": _in(BUSY_SECONDS)}
    if checked := under_check(cluster.kubernetes):
        reason = (
            f"these nodes run deep health checks, which take up to two hours: {', '.join(checked[:10])}. Meanwhile "
            "the cluster takes no change: deploy again when they have passed, or continue the roll-back then"
        )
        return {**state, "status": "late", "reason": reason}
    if is_in_service(cluster.sagemaker, cluster=cluster.name):
        return {**state, "status": "change", "until": _in(DRAIN_SECONDS)}
    until = state.get("until") or _in(BUSY_SECONDS)
    return {**state, "status": _status(done=False, until=until), "until": until, "reason": _BUSY}


def cordon_nodes(state: State, cluster: Cluster) -> State:
    """Let no new pods onto the nodes that are to be changed."""
    cordon(cluster.kubernetes, _nodes_to_change(state, cluster), layout=state["layout"])
    return state


def drain_nodes(state: State, cluster: Cluster) -> State:
    """Ask the pods to leave. `done` once all have left, `late` when they took too long, else `wait`."""
    left = evict_pods(cluster.kubernetes, _nodes_to_change(state, cluster))
    reason = f"these pods did not leave within {DRAIN_SECONDS // 60} minutes: {', '.join(left[:10])}"
    return {**state, "status": _status(done=not left, until=state["until"]), "reason": reason if left else ""}


def update_group(state: State, cluster: Cluster) -> State:
    """Set the group's label. `wait` while the nodes may not know the layout, or the cluster is busy."""
    known = time.time() >= state["known_at"]
    changed = known and change_label(
        cluster.sagemaker, cluster=cluster.name, group=state["group"], layout=state["layout"]
    )
    # The time for the next step begins when this one is done.
    until = _in(SETTLE_SECONDS) if changed else state["until"]
    reason = "" if changed else _BUSY
    return {**state, "status": _status(done=changed, until=state["until"]), "until": until, "reason": reason}


def settle(state: State, cluster: Cluster) -> State:
    """Look whether the nodes have the layout. Where they have, the cluster may still be busy, and is waited for as far
    as it helps: what changes it next is the deployment, or nobody, if that rolls back.

    Raises:
        LayoutChangeError: the partitioning of a node failed.
    """
    left = _nodes_to_change(state, cluster)
    if not left:
        busy = not is_in_service(cluster.sagemaker, cluster=cluster.name) and not under_check(cluster.kubernetes)
        return {**state, "status": "wait" if busy and time.time() <= state["until"] else "done"}
    # What was seen once may be the failure of the layout before, which stands there until the next begins.
    broken = failed(left, _target(state))
    if sure := [name for name in broken if name in state.get("failed", ())]:
        raise LayoutChangeError(
            f"{', '.join(sure[:10])} could not be partitioned as {state['layout']}, and stays cordoned. "
            "Why stands in the log of this node's pod of nvidia-mig-manager"
        )
    names = ", ".join(name_of(node) for node in left[:10])
    reason = f"these nodes do not have the layout after {SETTLE_SECONDS // 60} minutes: {names}"
    return {**state, "status": _status(done=False, until=state["until"]), "reason": reason, "failed": broken}


def uncordon_nodes(state: State, cluster: Cluster) -> State:
    """Let pods onto the nodes again."""
    uncordon(cluster.kubernetes, nodes_of(cluster.kubernetes, state["group"]))
    return state


STEPS: Mapping[str, Callable[[State, Cluster], State]] = {
    "look": look,
    "cordon": cordon_nodes,
    "drain": drain_nodes,
    "update": update_group,
    "settle": settle,
    "uncordon": uncordon_nodes,
}


def run(event: Mapping[str, Any], cluster: Cluster) -> State:
    """One step.

    Args:
        event: `step`, and the `state` that the one before returned.

    Raises:
        LayoutChangeError: the state names no group or no layout, or the step found what it cannot mend.
    """
    state: State = event["state"]
    if missing := [key for key in ("group", "layout", "resources") if not state.get(key)]:
        raise LayoutChangeError(f"the input has no {' and no '.join(missing)}")
    return STEPS[event["step"]](state, cluster)


def _target(state: State) -> Target:
    # CloudFormation makes texts of numbers.
    resources = {name: int(count) for name, count in state["resources"].items()}
    return Target(group=state["group"], layout=state["layout"], resources=resources)


def _nodes_to_change(state: State, cluster: Cluster) -> list[Mapping[str, Any]]:
    """Without those that a change before this one has reached: they keep working."""
    target = _target(state)
    return to_change(nodes_of(cluster.kubernetes, target.group), target)


def _in(seconds: int) -> int:
    return int(time.time()) + seconds


def _status(*, done: bool, until: int) -> str:
    return "done" if done else "late" if time.time() > until else "wait"
