"""What a partition costs by the hour, and what a layout leaves idle."""

from dataclasses import dataclass

from groundwork.mig.geometry import COMPUTE_SLICES, MEMORY_SLICES, Gpu, MigInstanceType
from groundwork.mig.layouts import NodeLayout
from groundwork.mig.placement import Layout, used_slices
from groundwork.mig.prices import NODE_PRICES

WHOLE_GPU = "whole GPU"


@dataclass(frozen=True, kw_only=True)
class PartitionCost:
    """One size of partition on a node."""

    profile: str
    """Its name, or `whole GPU`."""
    count: int
    """On each node."""
    usd_per_hour: float | None
    """For one of them, in USD; on average, where GPUs of a node are cut differently. None: no public price is known."""


@dataclass(frozen=True, kw_only=True)
class LayoutCost:
    """A layout of a node."""

    partitions: tuple[PartitionCost, ...]
    idle_compute: int
    """Compute slices of the node that no partition has."""
    compute: int
    """Compute slices of the node."""
    idle_memory: int
    """Memory slices of the node that no partition has."""
    memory: int
    """Memory slices of the node."""


def layout_cost(instance: MigInstanceType, layout: NodeLayout, *, usd_per_hour: float | None = None) -> LayoutCost:
    """Share the price of a node among its partitions.

    Every GPU costs the same share of the node. Each of its partitions bears it by the larger of its shares of compute
    and of memory, so that what is left idle is paid by those that leave it.

    Args:
        usd_per_hour: of one node. None: the public price, where one is known.
    """
    known = NODE_PRICES.get(instance.name)
    price = usd_per_hour if usd_per_hour is not None else known.usd_per_hour if known else None
    counts: dict[str, int] = {}
    sums: dict[str, float] = {}
    idle_compute = idle_memory = 0
    for partitions in layout.layouts:
        shares = _shares(instance.gpu, partitions)
        for profile, share in shares.items():
            count = partitions.get(profile, 1)
            counts[profile] = counts.get(profile, 0) + count
            sums[profile] = sums.get(profile, 0.0) + count * share * (price or 0.0) / instance.gpus
        if partitions:
            compute, memory = used_slices(instance.gpu, partitions)
            idle_compute += COMPUTE_SLICES - compute
            idle_memory += MEMORY_SLICES - memory
    order = [*instance.gpu.names, WHOLE_GPU]
    return LayoutCost(
        partitions=tuple(
            PartitionCost(
                profile=profile,
                count=counts[profile],
                usd_per_hour=None if price is None else sums[profile] / counts[profile],
            )
            for profile in order
            if profile in counts
        ),
        idle_compute=idle_compute,
        compute=COMPUTE_SLICES * instance.gpus,
        idle_memory=idle_memory,
        memory=MEMORY_SLICES * instance.gpus,
    )


def _shares(gpu: Gpu, partitions: Layout) -> dict[str, float]:
    """What one partition of each profile bears of its GPU's price; with their counts they add up to 1."""
    if not partitions:
        return {WHOLE_GPU: 1.0}
    weights = {
        p.name: max(p.compute / COMPUTE_SLICES, p.memory / MEMORY_SLICES) for p in gpu.profiles if p.name in partitions
    }
    whole = sum(weights[profile] * count for profile, count in partitions.items())
    return {profile: weight / whole for profile, weight in weights.items()}
