"""The steps of a change. Each can be repeated: it looks at what is there, and does what is missing."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mig_layout_change.group import change_label, is_in_service
from mig_layout_change.kubernetes import Kubernetes
from mig_layout_change.nodes import (
    LayoutChangeError,
    Target,
    cordon,
    evict_pods,
    has_layout,
    nodes_of,
    uncordon,
    under_check,
    unsettled,
)

BUSY_SECONDS = 5 * 60
"""For the cluster to end what it is at, before any pod is asked to leave."""
DRAIN_SECONDS = 20 * 60
"""For pods to leave."""
SETTLE_SECONDS = 25 * 60
"""For the nodes to be partitioned; some restart for it."""
_BUSY = "the cluster is busy with another change"
State = dict[str, Any]
"""What the state machine hands from one step to the next: `group`, `layout`, `resources`, and what the steps add."""


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
    if not _unchanged_nodes(state, cluster):
        return {**state, "status": "unchanged", "until": _in(SETTLE_SECONDS)}
    if checked := under_check(cluster.kubernetes):
        reason = (
            f"these nodes run deep health checks, which take up to two hours: {', '.join(checked[:10])}. Meanwhile "
            "the cluster takes no change: deploy again when they have passed"
        )
        return {**state, "status": "late", "reason": reason}
    if is_in_service(cluster.sagemaker, cluster=cluster.name):
        return {**state, "status": "change", "until": _in(DRAIN_SECONDS)}
    until = state.get("until") or _in(BUSY_SECONDS)
    return {**state, "status": _status(done=False, until=until), "until": until, "reason": _BUSY}


def cordon_nodes(state: State, cluster: Cluster) -> State:
    """Let no new pods onto the nodes that are to be changed."""
    cordon(cluster.kubernetes, _unchanged_nodes(state, cluster), layout=state["layout"])
    return state


def drain_nodes(state: State, cluster: Cluster) -> State:
    """Ask the pods to leave. `done` once all have left, `late` when they took too long, else `wait`."""
    left = evict_pods(cluster.kubernetes, _unchanged_nodes(state, cluster))
    reason = f"these pods did not leave within {DRAIN_SECONDS // 60} minutes: {', '.join(left[:10])}"
    return {**state, "status": _status(done=not left, until=state["until"]), "reason": reason if left else ""}


def update_group(state: State, cluster: Cluster) -> State:
    """Set the group's label. `wait` while the cluster is busy."""
    changed = change_label(cluster.sagemaker, cluster=cluster.name, group=state["group"], layout=state["layout"])
    # The time for the next step begins when this one is done.
    until = _in(SETTLE_SECONDS) if changed else state["until"]
    reason = "" if changed else _BUSY
    return {**state, "status": _status(done=changed, until=state["until"]), "until": until, "reason": reason}


def settle(state: State, cluster: Cluster) -> State:
    """Look whether the nodes have the layout, and the cluster takes the next change: the deployment's own."""
    left = unsettled(nodes_of(cluster.kubernetes, state["group"]), _target(state))
    reason = f"these nodes do not have the layout after {SETTLE_SECONDS // 60} minutes: {', '.join(left[:10])}"
    if not left:
        reason = "" if is_in_service(cluster.sagemaker, cluster=cluster.name) else _BUSY
    return {**state, "status": _status(done=not reason, until=state["until"]), "reason": reason}


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


def _unchanged_nodes(state: State, cluster: Cluster) -> list[dict[str, Any]]:
    """The nodes without the layout: those that a change before this one has reached keep working."""
    target = _target(state)
    return [node for node in nodes_of(cluster.kubernetes, target.group) if not has_layout(node, target)]


def _in(seconds: int) -> int:
    return int(time.time()) + seconds


def _status(*, done: bool, until: int) -> str:
    return "done" if done else "late" if time.time() > until else "wait"
