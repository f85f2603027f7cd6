"""What one GPU partition (MIG) costs by the hour.

Every GPU costs the same share of its node. Its partitions bear that by the larger of their shares of compute and of
memory, so that what is left idle is paid by those that leave it: the same rule as docs/mig.md tells. Here GPUs that are
cut in different ways within one node count together.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from review.assembly import Assembly
from review.cost.accelerators import Gpus, gpus_of
from rules.intrinsics import mapping

_PROFILE = re.compile(r"nvidia\.com/mig-(?P<compute>\d+)g\.(?P<memory>\d+)gb")
_WHOLE = "nvidia.com/gpu"
_COMPUTE_SLICES, _MEMORY_SLICES = 7, 8


@dataclass(frozen=True, kw_only=True)
class Partition:
    """One size of partition on the nodes of a group; `whole GPU` where a GPU is not cut."""

    stack: str
    group: str
    instance_type: str
    profile: str
    on_each_node: int
    usd_per_hour: float | None
    """None: the node has no price in the file."""


def partition_costs(resources: Mapping[str, int], instance_type: str, usd_per_hour: float) -> dict[str, float]:
    """USD an hour for one of each resource that a node offers to pods.

    Args:
        resources: how many of each, such as `nvidia.com/mig-1g.10gb: 56`.
        usd_per_hour: of the node.
    """
    gpus = gpus_of(instance_type)
    whole = resources.get(_WHOLE, 0)
    of_one = usd_per_hour / max(gpus.count, 1)
    weights = {name: _weight(name, gpus) for name in resources if name != _WHOLE}
    total = sum(weights[name] * resources[name] for name in weights)
    cut = of_one * (gpus.count - whole)
    shared = {name: cut * weight / total for name, weight in weights.items() if total}
    return {_WHOLE: of_one, **shared} if whole else shared


def _weight(name: str, gpus: Gpus) -> float:
    found = _PROFILE.fullmatch(name)
    if not found or not gpus.memory_gb:
        return 0
    memory = round(int(found["memory"]) * _MEMORY_SLICES / gpus.memory_gb)
    return max(int(found["compute"]) / _COMPUTE_SLICES, memory / _MEMORY_SLICES)


def partitions(assembly: Assembly, prices: Mapping[tuple[str, str], tuple[str, float | None]]) -> Iterator[Partition]:
    """Every partition of an assembly.

    Args:
        prices: (instance type, USD an hour or None) by stack and instance group.
    """
    for resource in assembly.resources:
        if resource.type != "Custom::MigLayouts":
            continue
        for group, layout in mapping(resource.properties.get("Layouts")).items():
            instance_type, usd = prices.get((resource.stack, group), ("", None))
            counts = mapping(mapping(layout).get("Resources")) if instance_type else {}
            offered = {name: int(str(count)) for name, count in counts.items()}
            costs = partition_costs(offered, instance_type, usd or 0)
            for name, count in offered.items():
                yield Partition(
                    stack=resource.stack,
                    group=group,
                    instance_type=instance_type,
                    profile="whole GPU" if name == _WHOLE else name.removeprefix("nvidia.com/mig-"),
                    on_each_node=count,
                    usd_per_hour=None if usd is None else costs.get(name),
                )
