"""What each instance type offers to a HyperPod cluster.

Resources: `INSTANCE_RESOURCES` of https://github.com/aws/sagemaker-hyperpod-cli (src/sagemaker/hyperpod/training/
constants.py, read 2026-11-23). Pods: HyperPod uses the addresses of one network interface
(https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html: 49 for ml.p5.48xlarge, 14
for ml.g5.xlarge); how many that interface has follows from EKS's own list
(https://github.com/awslabs/amazon-eks-ami, nodeadm/internal/kubelet/eni-max-pods.txt), which is silent about some
of the newest types.
"""

from dataclasses import dataclass

_TABLE = """
    ml.p4d.24xlarge        96 1152 8  0  4 49
    ml.p4de.24xlarge       96 1152 8  0  4 49
    ml.p5.4xlarge          16  256 1  0  1 29
    ml.p5.48xlarge        192 2048 8  0 32 49
    ml.p5e.48xlarge       192 2048 8  0 32 49
    ml.p5en.48xlarge      192 2048 8  0 16 49
    ml.p6-b200.48xlarge   192 2048 8  0  8 49
    ml.p6-b300.48xlarge   192 4096 8  0 16  -
    ml.p6e-gb200.36xlarge 144  960 4  0  0  -
    ml.trn1.32xlarge      128  512 0 16  8 49
    ml.trn1n.32xlarge     128  512 0 16 16 49
    ml.trn2.3xlarge        12  128 0  1  1  -
    ml.trn2.48xlarge      192 2048 0 16 16 49
    ml.g5.xlarge            4   16 1  0  0 14
    ml.g5.2xlarge           8   32 1  0  0 14
    ml.g5.4xlarge          16   64 1  0  0 29
    ml.g5.8xlarge          32  128 1  0  1 29
    ml.g5.12xlarge         48  192 4  0  1 49
    ml.g5.16xlarge         64  256 1  0  1 29
    ml.g5.24xlarge         96  384 4  0  1 49
    ml.g5.48xlarge        192  768 8  0  1 49
    ml.g6.xlarge            4   16 1  0  0 14
    ml.g6.2xlarge           8   32 1  0  0 14
    ml.g6.4xlarge          16   64 1  0  0 29
    ml.g6.8xlarge          32  128 1  0  1 29
    ml.g6.12xlarge         48  192 4  0  1 29
    ml.g6.16xlarge         64  256 1  0  1 49
    ml.g6.24xlarge         96  384 4  0  1 49
    ml.g6.48xlarge        192  768 8  0  1 49
    ml.gr6.4xlarge         16  128 1  0  0 29
    ml.gr6.8xlarge         32  256 1  0  1 29
    ml.g6e.xlarge           4   32 1  0  0 14
    ml.g6e.2xlarge          8   64 1  0  0 14
    ml.g6e.4xlarge         16  128 1  0  0 29
    ml.g6e.8xlarge         32  256 1  0  1 29
    ml.g6e.12xlarge        48  384 4  0  1 29
    ml.g6e.16xlarge        64  512 1  0  1 49
    ml.g6e.24xlarge        96  768 4  0  2 49
    ml.g6e.48xlarge       192 1536 8  0  4 49
    ml.g7e.2xlarge          8   64 1  0  0  -
    ml.g7e.4xlarge         16  128 1  0  0  -
    ml.g7e.8xlarge         32  256 1  0  1  -
    ml.g7e.12xlarge        48  512 2  0  1  -
    ml.g7e.24xlarge        96 1024 4  0  2  -
    ml.g7e.48xlarge       192 2048 8  0  4  -
    ml.t3.medium            2    4 0  0  0  5
    ml.t3.large             2    8 0  0  0 11
    ml.t3.xlarge            4   16 0  0  0 14
    ml.t3.2xlarge           8   32 0  0  0 14
    ml.c5.large             2    4 0  0  0  9
    ml.c5.xlarge            4    8 0  0  0 14
    ml.c5.2xlarge           8   16 0  0  0 14
    ml.c5.4xlarge          16   32 0  0  0 29
    ml.c5.9xlarge          36   72 0  0  0 29
    ml.c5.12xlarge         48   96 0  0  0 29
    ml.c5.18xlarge         72  144 0  0  0 49
    ml.c5.24xlarge         96  192 0  0  0 49
    ml.c5n.large            2    5 0  0  0  9
    ml.c5n.2xlarge          8   21 0  0  0 14
    ml.c5n.4xlarge         16   42 0  0  0 29
    ml.c5n.9xlarge         36   96 0  0  1 29
    ml.c5n.18xlarge        72  192 0  0  1 49
    ml.m5.large             2    8 0  0  0  9
    ml.m5.xlarge            4   16 0  0  0 14
    ml.m5.2xlarge           8   32 0  0  0 14
    ml.m5.4xlarge          16   64 0  0  0 29
    ml.m5.8xlarge          32  128 0  0  0 29
    ml.m5.12xlarge         48  192 0  0  0 29
    ml.m5.16xlarge         64  256 0  0  0 49
    ml.m5.24xlarge         96  384 0  0  0 49
    ml.c6i.large            2    4 0  0  0  9
    ml.c6i.xlarge           4    8 0  0  0 14
    ml.c6i.2xlarge          8   16 0  0  0 14
    ml.c6i.4xlarge         16   32 0  0  0 29
    ml.c6i.8xlarge         32   64 0  0  0 29
    ml.c6i.12xlarge        48   96 0  0  0 29
    ml.c6i.16xlarge        64  128 0  0  0 49
    ml.c6i.24xlarge        96  192 0  0  0 49
    ml.c6i.32xlarge       128  256 0  0  1 49
    ml.m6i.large            2    8 0  0  0  9
    ml.m6i.xlarge           4   16 0  0  0 14
    ml.m6i.2xlarge          8   32 0  0  0 14
    ml.m6i.4xlarge         16   64 0  0  0 29
    ml.m6i.8xlarge         32  128 0  0  0 29
    ml.m6i.12xlarge        48  192 0  0  0 29
    ml.m6i.16xlarge        64  256 0  0  0 49
    ml.m6i.24xlarge        96  384 0  0  0 49
    ml.m6i.32xlarge       128  512 0  0  1 49
    ml.r6i.large            2   16 0  0  0  9
    ml.r6i.xlarge           4   32 0  0  0 14
    ml.r6i.2xlarge          8   64 0  0  0 14
    ml.r6i.4xlarge         16  128 0  0  0 29
    ml.r6i.8xlarge         32  256 0  0  0 29
    ml.r6i.12xlarge        48  384 0  0  0 29
    ml.r6i.16xlarge        64  512 0  0  0 49
    ml.r6i.24xlarge        96  768 0  0  0 49
    ml.r6i.32xlarge       128 1024 0  0  1 49
    ml.m7i.large            2    8 0  0  0  9
    ml.m7i.xlarge           4   16 0  0  0 14
    ml.m7i.2xlarge          8   32 0  0  0 14
    ml.m7i.4xlarge         16   64 0  0  0 29
    ml.m7i.8xlarge         32  128 0  0  0 29
    ml.m7i.12xlarge        48  192 0  0  0 29
    ml.m7i.16xlarge        64  256 0  0  0 49
    ml.m7i.24xlarge        96  384 0  0  0 49
    ml.m7i.48xlarge       192  768 0  0  1 49
    ml.r7i.large            2   16 0  0  0  9
    ml.r7i.xlarge           4   32 0  0  0 14
    ml.r7i.2xlarge          8   64 0  0  0 14
    ml.r7i.4xlarge         16  128 0  0  0 29
    ml.r7i.8xlarge         32  256 0  0  0 29
    ml.r7i.12xlarge        48  384 0  0  0 29
    ml.r7i.16xlarge        64  512 0  0  0 49
    ml.r7i.24xlarge        96  768 0  0  0 49
    ml.r7i.48xlarge       192 1536 0  0  1 49
    ml.i3en.large           2   16 0  0  0  9
    ml.i3en.xlarge          4   32 0  0  0 14
    ml.i3en.2xlarge         8   64 0  0  0 14
    ml.i3en.3xlarge        12   96 0  0  0 14
    ml.i3en.6xlarge        24  192 0  0  0 29
    ml.i3en.12xlarge       48  384 0  0  1 29
    ml.i3en.24xlarge       96  768 0  0  1 49
"""


@dataclass(frozen=True, kw_only=True)
class InstanceType:
    """One instance type."""

    name: str
    """Beginning with `ml.`."""
    vcpus: int
    """With both threads of each core."""
    memory_gib: int
    gpus: int
    neuron_devices: int
    """Trainium accelerators."""
    efa_devices: int
    """As Kubernetes counts them: `vpc.amazonaws.com/efa`. 0: no EFA."""
    pods: int | None
    """The most pods of a node; None where no figure is published."""


def _parse(line: str) -> InstanceType:
    name, vcpus, memory, gpus, neuron, efa, pods = line.split()
    return InstanceType(
        name=name,
        vcpus=int(vcpus),
        memory_gib=int(memory),
        gpus=int(gpus),
        neuron_devices=int(neuron),
        efa_devices=int(efa),
        pods=None if pods == "-" else int(pods),
    )


# Columns: type, vCPUs, memory in GiB, GPUs, Trainium devices, EFA devices, pods.
INSTANCE_TYPES: dict[str, InstanceType] = {t.name: t for t in map(_parse, _TABLE.strip().splitlines())}
