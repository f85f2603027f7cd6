"""What multi-node inference and reinforcement learning need beside the nodes' network interfaces."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from groundwork.images import Image
from groundwork.settings import Allowed, Refusal, Section, refuse

Namespace = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=63),
    Allowed("at most 63 lower-case letters, digits and inner hyphens"),
]


LEAST_HUGEPAGES_MIB = 5120
"""What nodes with EFA reserve at the least: what one pod of NCCL's and DeepEP's published manifests asks for."""


class SmokeTestSettings(Section):
    """A Job that fails the deployment where a transfer between two nodes does not go over EFA."""

    image: Image
    """One with EFA's libfabric (`fi_info` and `fi_pingpong` below /opt/amazon/efa/bin), as AWS's images have."""
    min_gib_per_second: Annotated[float, Field(gt=0, le=50, strict=False)] = 1.5
    """Of one EFA device, in GiB/s."""
    timeout_minutes: Annotated[int, Field(ge=2, le=14)] = 10


class MooncakeSettings(Section):
    """A store of KV caches in the memory of the nodes with EFA, which all rollouts share."""

    image: Image
    """One with the package `mooncake-transfer-engine-efa`: the ordinary one speaks TCP and verbs only."""
    memory_gib: Annotated[int, Field(ge=1, le=3500)]
    """GiB of each node."""


class RayClusterSettings(Section):
    """A Ray cluster with one worker for each node that has EFA and whole GPUs; `ray` in the namespace."""

    image: Image
    """One with Ray, CUDA and EFA's libfabric."""
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$"), Allowed("a version such as 2.49.2")]
    """Of Ray, as the image has it."""


class FabricSettings(Section):
    """A namespace for workloads that move GPU memory between nodes: Mooncake, fabric-lib, NCCL."""

    namespace: Namespace = "fabric"
    """Privileged, as such pods lock memory and open devices of the host."""
    shared_memory_gib: Annotated[int, Field(ge=1, le=1024)] = 32
    """GiB of /dev/shm of Ray's workers, of their memory."""
    hugepages_mib: Annotated[int, Field(ge=0, le=1048576, multiple_of=2)] = LEAST_HUGEPAGES_MIB
    """MiB of 2-MiB pages for each pod. A new node with EFA reserves as many, and at least 5120: a pod with all EFA
    devices has its node to itself."""
    smoke_test: SmokeTestSettings | None = None
    kuberay: bool = False
    """Whether KubeRay's operator is installed, for Ray clusters in the namespace."""
    mooncake: MooncakeSettings | None = None
    ray_cluster: RayClusterSettings | None = None
    """One that stands as long as the environment. None: people make their own."""

    @field_validator("ray_cluster")
    @classmethod
    def _ray_has_its_operator(cls, value: RayClusterSettings | None, info: ValidationInfo) -> RayClusterSettings | None:
        if value and info.data.get("kuberay") is False:
            refuse([Refusal(reason="KubeRay's operator makes it", allowed="none, or kuberay: true")])
        return value
