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
# Itself; cert-manager with its web hook and its injector.
_TRAINING_OPERATOR = 4


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What the platform runs on the cluster."""

    gpu_operator: bool
    tiered_storage: bool
    lustre: bool
    kuberay: bool = False
    s3_volumes: int = 0
    """Claims on buckets."""
    training_operator: bool = False
    mooncake: bool = False
    ray_cluster: bool = False
    more_on_each_node: int = 0
    """Pods of DaemonSets that another section brings."""
    more_anywhere: int = 0
    """Pods that another section brings, somewhere in the cluster."""
    shared_spaces: int = 0
    """Spaces that the platform makes, one pod each."""

    def on_node_of(self, group: InstanceGroupSettings) -> int:
        """Pods of DaemonSets on each node of a group."""
        kind = group.instance_type
        gpu_pods = _GPU_OPERATOR_ON_NODE if kind.name in MIG_INSTANCE_TYPES else 1
        return (
            _ON_EVERY_NODE
            + (1 if kind.gpus or kind.neuron_devices else 0)  # health-monitoring agent
            + (1 if kind.efa_devices else 0)
            + (gpu_pods if kind.gpus else 0)
            + (1 if kind.neuron_devices else 0)  # device plugin
            + self.tiered_storage
            + self.lustre
            + self.s3_pods
            + (self.mooncake and group.uses_efa)
            + (self.ray_cluster and group in ray_groups([group]))
            + self.more_on_each_node
        )

    @property
    def s3_pods(self) -> int:
        """Of a node: the driver's, and one of its own for each volume that is mounted there."""
        return 1 + self.s3_volumes if self.s3_volumes else 0

    @property
    def anywhere(self) -> int:
        """Pods that run somewhere in the cluster."""
        operators = _GPU_OPERATOR * self.gpu_operator + _FSX_CONTROLLER * self.lustre + self.kuberay
        operators += bool(self.s3_volumes) + _TRAINING_OPERATOR * self.training_operator
        return _COREDNS + operators + self.mooncake + self.ray_cluster + self.more_anywhere


def refusals_of_pods(
    groups: Sequence[InstanceGroupSettings], platform: Platform, *, own_pods: int
) -> Iterator[Refusal]:
    """Why the pods do not fit. Of sums, nothing can be said where a type's limit is not published: see
    `unpublished_limits`.

    Args:
        own_pods: of the users, at the same time: Spaces, endpoints, jobs.
    """
    for index, group in enumerate(groups):
        limit, on_node = group.instance_type.pods, platform.on_node_of(group)
        if limit is not None and on_node >= limit:
            reason = f"a node takes {limit} pods, and the platform's own are {on_node}"
            yield Refusal(reason=reason, allowed="a larger type", at=(index, "type"), value=group.type)
    if not any(unpublished_limits(groups)):
        yield from _refusals_of_sums(groups, platform, own_pods=own_pods)


def unpublished_limits(groups: Sequence[InstanceGroupSettings]) -> Iterator[str]:
    """The groups, by name and type, whose nodes' limit of pods is not published."""
    yield from (f"{group.name} ({group.type})" for group in groups if group.instance_type.pods is None)


def pod_limit_warning(groups: Sequence[InstanceGroupSettings]) -> str | None:
    """What to say of groups that keep the sum of pods from being checked."""
    if not (unknown := list(unpublished_limits(groups))):
        return None
    return (
        f"AWS publishes no limit of pods for the nodes of {', '.join(unknown)}, so nobody has checked that all pods "
        "fit the cluster: compare with `kubectl get nodes -o custom-columns=:metadata.name,:status.allocatable.pods`."
    )


def _refusals_of_sums(
    groups: Sequence[InstanceGroupSettings], platform: Platform, *, own_pods: int
) -> Iterator[Refusal]:
    limits = [(group, group.instance_type.pods or 0, platform.on_node_of(group)) for group in groups]
    first = sum(group.min_nodes * (limit - on_node) for group, limit, on_node in limits if not group.taints)
    if first < platform.anywhere:
        reason = (
            f"{platform.anywhere} system pods need room, and nodes without taints have {max(first, 0)} at the start"
        )
        yield Refusal(reason=reason, allowed="a group without taints and with a node from the start")
    room = sum(group.max_nodes * limit for group, limit, _ in limits)
    on_nodes = sum(group.max_nodes * on_node for group, _, on_node in limits)
    total = on_nodes + platform.anywhere + platform.shared_spaces + own_pods
    if total > room:
        shared = f"{platform.shared_spaces} shared Spaces, " if platform.shared_spaces else ""
        reason = (
            f"{total} pods ({on_nodes} on each node's behalf, {platform.anywhere} of the system, {shared}{own_pods} of "
            f"`pods`) for the {room} that all nodes take"
        )
        yield Refusal(reason=reason, allowed="more or larger nodes, or fewer `pods`")
