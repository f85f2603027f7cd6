"""Whether the pods of the platform and those that are asked for fit onto the nodes.

HyperPod gives a node as many pods as one network interface has addresses: small nodes are filled by system pods alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from groundwork.cluster.instance_group_settings import InstanceGroupSettings
from groundwork.cluster.ray_workers import ray_groups
from groundwork.mig.geometry import MIG_INSTANCE_TYPES
from groundwork.settings import Refusal

# aws-node, kube-proxy, eks-pod-identity-agent.
_ON_EVERY_NODE = 3
# Container-toolkit, device plugin, feature discovery, MIG manager, validator; the node-feature-discovery worker.
_GPU_OPERATOR_ON_NODE = 6
_COREDNS, _GPU_OPERATOR, _FSX_CONTROLLER = 2, 3, 2


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What the platform runs on the cluster."""

    gpu_operator: bool
    tiered_storage: bool
    lustre: bool
    kuberay: bool = False
    mooncake: bool = False
    ray_cluster: bool = False
    more_on_each_node: int = 0
    """Pods of DaemonSets that another section brings."""
    more_anywhere: int = 0
    """Pods that another section brings, somewhere in the cluster."""

    def on_node_of(self, group: InstanceGroupSettings) -> int:
        """Pods of DaemonSets on each node of a group."""
        kind = group.instance_type
        gpu_pods = _GPU_OPERATOR_ON_NODE if kind.name in MIG_INSTANCE_TYPES else 1
        return (
            _ON_EVERY_NODE
            + (1 if kind.gpus or kind.neuron_devices else 0)  # health-monitoring agent
            + (1 if kind.efa_devices else 0)
            + (gpu_pods if kind.gpus else 0)
            + self.tiered_storage
            + self.lustre
            + (self.mooncake and group.uses_efa)
            + (self.ray_cluster and group in ray_groups([group]))
            + self.more_on_each_node
        )

    @property
    def anywhere(self) -> int:
        """Pods that run somewhere in the cluster."""
        operators = _GPU_OPERATOR * self.gpu_operator + _FSX_CONTROLLER * self.lustre + self.kuberay
        return _COREDNS + operators + self.mooncake + self.ray_cluster + self.more_anywhere


def refusals_of_pods(
    groups: Sequence[InstanceGroupSettings], platform: Platform, *, own_pods: int
) -> Iterator[Refusal]:
    """Why the pods do not fit. Types whose limit is not published are taken to have room.

    Args:
        own_pods: of the users, at the same time: Spaces, endpoints, jobs.
    """
    if any(group.instance_type.pods is None for group in groups):
        return
    limits = [(group, group.instance_type.pods or 0, platform.on_node_of(group)) for group in groups]
    for index, (group, limit, on_node) in enumerate(limits):
        if on_node >= limit:
            reason = f"a node takes {limit} pods, and the platform's own are {on_node}"
            yield Refusal(reason=reason, allowed="a larger type", at=(index, "type"), value=group.type)
    first = sum(group.min_nodes * (limit - on_node) for group, limit, on_node in limits if not group.taints)
    if first < platform.anywhere:
        reason = (
            f"{platform.anywhere} system pods need room, and nodes without taints have {max(first, 0)} at the start"
        )
        yield Refusal(reason=reason, allowed="a group without taints and with a node from the start")
    room = sum(group.max_nodes * limit for group, limit, _ in limits)
    on_nodes = sum(group.max_nodes * on_node for group, _, on_node in limits)
    total = on_nodes + platform.anywhere + own_pods
    if total > room:
        reason = (
            f"{total} pods ({on_nodes} on each node's behalf, {platform.anywhere} of the system, {own_pods} of `pods`) "
            f"for the {room} that all nodes take"
        )
        yield Refusal(reason=reason, allowed="more or larger nodes, or fewer `pods`")
