"""How NVIDIA's GPUs can be cut into partitions (Multi-Instance GPU, MIG).

Every GPU here has 7 compute slices and 8 memory slices. A partition takes some of both, its memory slices in one
piece, and that piece may begin at a few positions only.

Sources:
    slices and partitions a GPU: https://docs.nvidia.com/datacenter/tesla/mig-user-guide/supported-mig-profiles.html
        (A100, H100, H200, B200; read 2026-11-23).
    positions: what `nvidia-smi mig -lgipp` prints for the profile ids 19, 15, 14, 9, 5 and 0, as shown in
        https://docs.nvidia.com/datacenter/tesla/mig-user-guide/getting-started-with-mig.html.
    names for B300 and GB200: the table of HyperPod's command line,
        https://github.com/aws/sagemaker-hyperpod-cli, src/sagemaker/hyperpod/training/constants.py (2026-06-22).
Profiles with media engines (`+me`, `-me`, `+gfx`) are left out: HyperPod's quotas and scheduler do not know them.
"""

from dataclasses import dataclass

COMPUTE_SLICES = 7
MEMORY_SLICES = 8


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A size of partition."""

    name: str
    """As NVIDIA writes it: `1g.10gb` is one compute slice with 10 GB."""
    compute: int
    """Compute slices that it takes, of 7."""
    memory: int
    """Memory slices that it takes, of 8."""
    starts: tuple[int, ...]
    """Memory slices that it may begin at, from 0."""
    memory_gb: int
    """Its memory, in GB as NVIDIA rounds it."""

    @property
    def resource(self) -> str:
        """What a pod asks for."""
        return f"nvidia.com/mig-{self.name}"


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """A model of GPU."""

    name: str
    memory_gb: int
    """Its memory, in GB as its largest partition is named."""
    profiles: tuple[Profile, ...]
    """The sizes that it can be cut into, smallest first."""

    def profile(self, name: str) -> Profile | None:
        """The profile of that name, if this GPU has it."""
        return next((profile for profile in self.profiles if profile.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its profiles, smallest first."""
        return tuple(profile.name for profile in self.profiles)


# Compute slices, memory slices, positions; the second one is a 1g with the memory of a 2g.
_SHAPES = (
    (1, 1, (0, 1, 2, 3, 4, 5, 6)),
    (1, 2, (0, 2, 4, 6)),
    (2, 2, (0, 2, 4)),
    (3, 4, (0, 4)),
    (4, 4, (0,)),
    (7, 8, (0,)),
)


def _gpu(name: str, *, gb: tuple[int, int, int, int]) -> Gpu:
    """A GPU from the memory that one, two, four and all of its slices are named with, in GB."""
    by_slices = dict(zip((1, 2, 4, 8), gb, strict=True))
    profiles = tuple(
        Profile(
            name=f"{compute}g.{by_slices[memory]}gb",
            compute=compute,
            memory=memory,
            starts=starts,
            memory_gb=by_slices[memory],
        )
        for compute, memory, starts in _SHAPES
    )
    return Gpu(name=name, memory_gb=gb[-1], profiles=profiles)


A100_40 = _gpu("A100 40 GB", gb=(5, 10, 20, 40))
A100_80 = _gpu("A100 80 GB", gb=(10, 20, 40, 80))
H100 = _gpu("H100 80 GB", gb=(10, 20, 40, 80))
H200 = _gpu("H200 141 GB", gb=(18, 35, 71, 141))
B200 = _gpu("B200 180 GB", gb=(23, 45, 90, 180))
B300 = _gpu("B300 269 GB", gb=(34, 67, 135, 269))
GB200 = _gpu("GB200 186 GB", gb=(23, 47, 93, 186))

GPUS = (A100_40, A100_80, H100, H200, B200, B300, GB200)


@dataclass(frozen=True, kw_only=True)
class MigInstanceType:
    """An instance type whose GPUs can be partitioned."""

    name: str
    gpu: Gpu
    gpus: int
    """GPUs of one node."""


# https://aws.amazon.com/ec2/instance-types/p4/, /p5/ and /p6/ (read 2026-11-23). The A100 of ml.p4d has 40 GB, although
# HyperPod's page on GPU partitions (sagemaker-hyperpod-eks-gpu-partitioning) says 80.
MIG_INSTANCE_TYPES = {
    name: MigInstanceType(name=name, gpu=gpu, gpus=gpus)
    for name, gpu, gpus in (
        ("ml.p4d.24xlarge", A100_40, 8),
        ("ml.p4de.24xlarge", A100_80, 8),
        ("ml.p5.4xlarge", H100, 1),
        ("ml.p5.48xlarge", H100, 8),
        ("ml.p5e.48xlarge", H200, 8),
        ("ml.p5en.48xlarge", H200, 8),
        ("ml.p6-b200.48xlarge", B200, 8),
        ("ml.p6-b300.48xlarge", B300, 8),
        ("ml.p6e-gb200.36xlarge", GB200, 4),
    )
}
"""The instance types with MIG, by name. The G types have none in HyperPod's own table."""
