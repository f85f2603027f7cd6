"""What instance groups, and the parts of a cluster that name them, demand of each other."""

from collections.abc import Collection, Iterator, Sequence

from groundwork.cluster.fabric_settings import FabricSettings
from groundwork.cluster.instance_group_settings import InstanceGroupSettings, NodeRange
from groundwork.cluster.karpenter_settings import NodePoolSettings
from groundwork.cluster.ray_workers import LEAST_WORKER_GIB, ray_groups, worker_memory_gib
from groundwork.cluster.storage_settings import LustreSettings
from groundwork.settings import Refusal, refusals_of_repeats


def refusals_of_groups(groups: Sequence[InstanceGroupSettings]) -> Iterator[Refusal]:
    """Why groups cannot be in one cluster."""
    for refusal in refusals_of_repeats(tuple(group.name for group in groups)):
        yield Refusal(reason=refusal.reason, allowed="each name once", at=(*refusal.at, "name"))
    for index, group in enumerate(groups):
        if group.uses_efa and group.zone is None:
            reason = "EFA works within one zone"
            yield Refusal(reason=reason, allowed="the zone of its nodes", at=(index, "zone"), value=None)
    if not any(group.min_nodes and not group.taints and not group.deep_health_checks for group in groups):
        reason = "no group without taints and deep health checks has a node from the start, for the system's pods"
        yield Refusal(reason=reason, allowed="such a group with a count, or a min, of at least 1")


def range_warnings(groups: Sequence[InstanceGroupSettings], *, pooled: Collection[str]) -> Iterator[str]:
    """Which groups have a range of nodes that nothing scales within.

    Args:
        pooled: the groups that Karpenter fills.

    Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterInstanceGroupSpecification.html
    (`InstanceCount`, `MinInstanceCount`; read 2026-11-23)
    """
    for group in groups:
        if isinstance(group.count, NodeRange) and group.name not in pooled:
            yield (
                f"The group {group.name} asks for all of its {group.max_nodes} nodes at once and keeps as many as it "
                f"gets, also while they have no work: `min: {group.min_nodes}` is only what a deployment waits for. "
                "For nodes that come and go with the work, put it into a pool of `karpenter`."
            )


def refusals_of_pools(
    pools: Sequence[NodePoolSettings], groups: Sequence[InstanceGroupSettings], *, recovers: bool
) -> Iterator[Refusal]:
    """Why Karpenter cannot fill groups.

    Args:
        recovers: whether faulty nodes are found and replaced.

    Source: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-autoscaling.html, and
    .../sagemaker-hyperpod-eks-autoscaling-nodeclass.html
    """
    if not recovers:
        reason = "HyperPod's Karpenter wants faulty nodes to be recovered, and the agent that finds them"
        yield Refusal(reason=reason, allowed="none, or recovery: automatic and health_agent: true")
    for refusal in refusals_of_repeats(tuple(pool.name for pool in pools)):
        yield Refusal(reason=refusal.reason, allowed="each name once", at=(*refusal.at, "name"))
    known = {group.name: group for group in groups}
    taken: dict[str, str] = {}
    for index, pool in enumerate(pools):
        for place, name in enumerate(pool.groups):
            at = (index, "groups", place)
            if name not in known:
                yield Refusal(reason="not an instance group", allowed=", ".join(known), at=at, value=name)
                continue
            if name in taken:
                reason = f"in the pool {taken[name]} already"
                yield Refusal(reason=reason, allowed="a group that no other pool has", at=at, value=name)
            taken[name] = pool.name
            for reason, allowed in _against_karpenter(known[name]):
                yield Refusal(reason=reason, allowed=allowed, at=at, value=name)


def _against_karpenter(group: InstanceGroupSettings) -> Iterator[tuple[str, str]]:
    if group.min_nodes:
        yield f"it starts with {group.min_nodes} nodes, which Karpenter would take away", "a group with min: 0"
    if group.capacity == "spot" or group.training_plan:
        yield "Karpenter fills groups with on-demand capacity only", "a group without spot and training plan"
    if group.deep_health_checks:
        yield "deep health checks keep pods waiting, and Karpenter adds more nodes meanwhile", "a group without them"
    if group.zone is None:
        yield "Karpenter wants a group's subnets in one zone", "a group with a zone"


def refusals_of_lustre(lustre: LustreSettings, groups: Sequence[InstanceGroupSettings]) -> Iterator[Refusal]:
    """Why no node would use the file system."""
    zones = [group.zone for group in groups]
    if None not in zones and lustre.zone not in zones:
        allowed = ", ".join(dict.fromkeys(str(zone) for zone in zones))
        yield Refusal(reason="no group has nodes in this zone", allowed=allowed, at=("zone",), value=lustre.zone)
    if lustre.efa and not any(map(lustre.reached_by_efa, groups)):
        reason = "no group in its zone has EFA that FSx takes"
        allowed = "false, or a group with fabric: efa there, of a type such as ml.p5en.48xlarge or ml.g6e.48xlarge"
        yield Refusal(reason=reason, allowed=allowed, at=("efa",), value=True)


def refusals_of_fabric(
    fabric: FabricSettings, groups: Sequence[InstanceGroupSettings], *, tiered_storage: int | None
) -> Iterator[Refusal]:
    """Why the fabric profile has no nodes to serve.

    Args:
        tiered_storage: per cent of the nodes' memory that keeps checkpoints and caches.
    """
    if not any(group.uses_efa for group in groups):
        yield Refusal(reason="no group has EFA", allowed="none, or a group with fabric: efa")
        return
    if fabric.smoke_test and not any(g.uses_efa and g.instance_type.gpus and g.min_nodes >= 2 for g in groups):
        reason = "the test sends from one node to another, and no GPU group with EFA has two from the start"
        yield Refusal(reason=reason, allowed="none, or a group with a count of 2 or more", at=("smoke_test",))
    least = min(g.instance_type.memory_gib for g in groups if g.uses_efa)
    if fabric.hugepages_mib / 1024 > least / 2:
        reason = f"more than half of the {least} GiB of the smallest node with EFA"
        at = ("hugepages_mib",)
        yield Refusal(reason=reason, allowed=f"0 to {least * 512}", at=at, value=fabric.hugepages_mib)
    if fabric.mooncake and fabric.mooncake.memory_gib > least * 0.9:
        reason = f"more than nine tenths of the {least} GiB of the smallest node with EFA"
        at, most = ("mooncake", "memory_gib"), int(least * 0.9)
        yield Refusal(reason=reason, allowed=f"1 to {most}", at=at, value=fabric.mooncake.memory_gib)
    if fabric.ray_cluster:
        yield from _refusals_of_ray(fabric, groups, tiered_storage=tiered_storage)


def _refusals_of_ray(
    fabric: FabricSettings, groups: Sequence[InstanceGroupSettings], *, tiered_storage: int | None
) -> Iterator[Refusal]:
    workers = ray_groups(groups)
    if not workers:
        reason = "no group has nodes with EFA and whole GPUs from the start, which would be its workers"
        yield Refusal(reason=reason, allowed="none, or such a group", at=("ray_cluster",))
    for group in workers:
        memory = worker_memory_gib(fabric, group, tiered_storage=tiered_storage)
        least = fabric.shared_memory_gib + LEAST_WORKER_GIB
        if memory < least:
            reason = (
                f"tiered storage, huge pages and Mooncake leave {memory} GiB of a node of {group.name} to its worker"
            )
            allowed = f"less for them: a worker wants {least} GiB, {fabric.shared_memory_gib} of them for /dev/shm"
            yield Refusal(reason=reason, allowed=allowed, at=("ray_cluster",))
