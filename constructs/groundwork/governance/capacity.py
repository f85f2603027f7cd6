"""What a cluster has to share, by instance type."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from groundwork.cluster.instance_group_settings import InstanceGroupSettings
from groundwork.cluster.instance_types import INSTANCE_TYPES


@dataclass(kw_only=True)
class Amount:
    """An amount of what nodes of one type offer. Partitioned GPUs count as partitions, and not as accelerators."""

    accelerators: int = 0
    vcpus: float = 0
    memory_gib: float = 0
    partitions: Counter[str] = field(default_factory=Counter[str])
    """By profile, such as 1g.10gb."""

    def add(self, other: "Amount") -> None:
        """Add another amount of the same type to this one."""
        self.accelerators += other.accelerators
        self.vcpus += other.vcpus
        self.memory_gib += other.memory_gib
        self.partitions.update(other.partitions)

    def parts(self) -> dict[str, float]:
        """By what a person calls it."""
        plain = {"accelerators": self.accelerators, "vcpus": self.vcpus, "memory_gib": self.memory_gib}
        return {**plain, **{f"partitions {profile}": count for profile, count in sorted(self.partitions.items())}}

    def in_words(self) -> str:
        """What there is any of."""
        return ", ".join(f"{amount:g} {part}" for part, amount in self.parts().items() if amount)

    def beyond(self, capacity: "Amount") -> dict[str, tuple[float, float]]:
        """Where this is more than a capacity: what is asked for, and what there is."""
        there = capacity.parts()
        return {
            part: (amount, there.get(part, 0)) for part, amount in self.parts().items() if amount > there.get(part, 0)
        }


def node_amount(group: InstanceGroupSettings) -> Amount:
    """What one node of a group offers."""
    known = group.instance_type
    vcpus = known.vcpus * group.threads_per_core / 2
    if not group.mig:
        accelerators = known.gpus + known.neuron_devices
        return Amount(accelerators=accelerators, vcpus=vcpus, memory_gib=known.memory_gib)
    layout = group.mig.node_layout(group.type)
    return Amount(
        accelerators=layout.gpus.count(()),
        vcpus=vcpus,
        memory_gib=known.memory_gib,
        partitions=Counter(layout.partitions),
    )


def capacities(groups: Iterable[InstanceGroupSettings], *, smallest: bool = False) -> dict[str, Amount]:
    """What all groups offer, by instance type.

    Args:
        smallest: at their smallest size, without what Karpenter or free capacity may add; otherwise at their largest.
    """
    found: dict[str, Amount] = {}
    for group in groups:
        amount = found.setdefault(group.type, Amount())
        for _ in range(group.min_nodes if smallest else group.max_nodes):
            amount.add(node_amount(group))
    return found


def whole_nodes(instance_type: str, count: int) -> Amount:
    """What whole nodes of a type are, GPUs that are not partitioned."""
    known = INSTANCE_TYPES[instance_type]
    return Amount(
        accelerators=count * (known.gpus + known.neuron_devices),
        vcpus=count * known.vcpus,
        memory_gib=count * known.memory_gib,
    )
