"""What each instance type offers to an endpoint.

Types: the enumeration `ProductionVariantInstanceType` of botocore 1.44.5; a test compares this table with it. CPUs and
memory: https://aws.amazon.com/ec2/instance-types/ and the table of `groundwork.cluster.instance_types`, with which a
test compares too. Local storage: https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html (read 2026-11-23).
Reserved types: `ReservedCapacityInstanceType` of botocore. GPU memory is the size that NVIDIA sells it as.
"""

from dataclasses import dataclass

from groundwork.cluster.instance_types import INSTANCE_TYPES as NODE_TYPES

# Family, GiB of each GPU, whether it has NVMe of its own (encrypted by its hardware, and not by a key of KMS).
_FAMILIES: dict[str, tuple[int, bool]] = {
    "g4dn": (16, True),
    "g5": (24, True),
    "g6": (24, True),
    "g6e": (48, True),
    "g7e": (96, True),
    "p4d": (40, True),
    "p4de": (80, True),
    "p5": (80, True),
    "p5e": (141, True),
    "p5en": (141, True),
    "p6-b200": (180, True),
    "p6-b300": (288, True),
    "c5": (0, False),
    "m5": (0, False),
    "c6i": (0, False),
    "m6i": (0, False),
    "r6i": (0, False),
    "m7i": (0, False),
    "r7i": (0, False),
}
# Clusters have them, endpoints do not.
_NODES_ONLY = frozenset("ml.c5.12xlarge ml.c5.24xlarge ml.m5.8xlarge ml.m5.16xlarge".split())
# vCPUs, GiB and GPUs of what clusters do not have.
_OTHERS: dict[str, tuple[int, int, int]] = {
    "ml.g4dn.xlarge": (4, 16, 1),
    "ml.g4dn.2xlarge": (8, 32, 1),
    "ml.g4dn.4xlarge": (16, 64, 1),
    "ml.g4dn.8xlarge": (32, 128, 1),
    "ml.g4dn.12xlarge": (48, 192, 4),
    "ml.g4dn.16xlarge": (64, 256, 1),
}
RESERVABLE = frozenset(
    """
    ml.p4d.24xlarge ml.p4de.24xlarge ml.p5.4xlarge ml.p5.48xlarge ml.p5e.48xlarge ml.p5en.48xlarge ml.p6-b200.48xlarge
    ml.p6-b300.48xlarge
    """.split()
)
"""Types that a training plan can reserve for an endpoint."""


@dataclass(frozen=True, kw_only=True)
class HostingType:
    """One instance type of an endpoint."""

    name: str
    """Beginning with `ml.`."""
    vcpus: int
    memory_gib: int
    gpus: int
    gpu_memory_gib: int
    """Of each GPU."""
    local_storage: bool
    """Whether its volume is NVMe of its own: a volume key must then be left out, and the size is fixed."""

    @property
    def family(self) -> str:
        return family_of(self.name)


def family_of(instance_type: str) -> str:
    """`g6e` of `ml.g6e.xlarge`."""
    return instance_type.split(".")[1]


def _hosting_type(name: str, vcpus: int, memory_gib: int, gpus: int) -> HostingType:
    gpu_memory, local = _FAMILIES[family_of(name)]
    return HostingType(
        name=name, vcpus=vcpus, memory_gib=memory_gib, gpus=gpus, gpu_memory_gib=gpu_memory, local_storage=local
    )


HOSTING_TYPES: dict[str, HostingType] = {
    **{name: _hosting_type(name, *sizes) for name, sizes in _OTHERS.items()},
    **{
        name: _hosting_type(name, kind.vcpus, kind.memory_gib, kind.gpus)
        for name, kind in NODE_TYPES.items()
        if family_of(name) in _FAMILIES and name not in _NODES_ONLY
    },
}
