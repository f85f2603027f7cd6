"""Which nodes are workers of a Ray cluster, and what each gets of its node."""

from collections.abc import Sequence

from groundwork.cluster.fabric_settings import FabricSettings
from groundwork.cluster.instance_group_settings import InstanceGroupSettings
from groundwork.cluster.mooncake import node_memory_gib

LEAST_WORKER_GIB = 64
"""Of a worker beside its /dev/shm, in GiB."""


def ray_groups(groups: Sequence[InstanceGroupSettings]) -> list[InstanceGroupSettings]:
    """The groups whose nodes are workers: with EFA and whole GPUs, from the start."""
    return [g for g in groups if g.uses_efa and g.instance_type.gpus and not g.mig and g.min_nodes]


def worker_memory_gib(fabric: FabricSettings, group: InstanceGroupSettings, *, tiered_storage: int | None) -> int:
    """What a worker gets of its node's memory, in GiB: nine tenths, less huge pages and what keeps caches there.

    Args:
        tiered_storage: per cent of the nodes' memory that keeps checkpoints and caches.
    """
    memory = group.instance_type.memory_gib
    stored = node_memory_gib(fabric.mooncake) if fabric.mooncake else 0
    # Kubernetes takes huge pages off what a node has of memory.
    return int(memory * 0.9 - memory * (tiered_storage or 0) / 100 - stored - fabric.hugepages_mib / 1024)
