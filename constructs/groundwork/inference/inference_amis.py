"""Which host AMI an image's CUDA runs on. A wrong pair hangs in `Creating` for hours, without a log.

Drivers: `ProductionVariant.InferenceAmiVersion` of botocore 1.44.5. Pairs: `test/test_utils/constants.py` of
https://github.com/aws/deep-learning-containers (read 2026-11-23): CUDA 12 runs with driver 550, CUDA 13 needs 580; a
newer driver runs older CUDA (https://docs.nvidia.com/deploy/cuda-compatibility/). Blackwell GPUs need driver 570.
The default host is not used: its driver is 470 or 535 (https://github.com/deepjavalibrary/djl-serving/issues/2987).
"""

import re
from typing import Literal

InferenceAmi = Literal[
    "al2-ami-sagemaker-inference-gpu-2-1",
    "al2-ami-sagemaker-inference-gpu-3-1",
    "al2023-ami-sagemaker-inference-gpu-4-1",
]
_550: InferenceAmi = "al2-ami-sagemaker-inference-gpu-3-1"
_580: InferenceAmi = "al2023-ami-sagemaker-inference-gpu-4-1"

CUDA_AMIS: dict[str, tuple[InferenceAmi, ...]] = {
    "cu121": ("al2-ami-sagemaker-inference-gpu-2-1", _550, _580),
    "cu122": ("al2-ami-sagemaker-inference-gpu-2-1", _550, _580),
    "cu124": (_550, _580),
    "cu126": (_550, _580),
    "cu128": (_550, _580),
    "cu129": (_550, _580),
    "cu130": (_580,),
}
"""By the CUDA of an image: the AMIs that run it, the one that is tested with it first."""

_BLACKWELL = frozenset({"g7e", "p6-b200", "p6-b300"})


def cuda_of(image: str) -> str | None:
    """`cu128` of `.../djl-inference:0.36.0-lmi18.0.0-cu128`; None where the tag does not say."""
    found = re.search(r"(?:^|-)(cu\d{3})(?:-|$)", image.rpartition(":")[2])
    return found.group(1) if found else None


def amis_for(cuda: str, families: set[str]) -> tuple[InferenceAmi, ...]:
    """The AMIs that run a CUDA on all of the instance families, the preferred one first; none for an unknown pair."""
    amis = CUDA_AMIS.get(cuda, ())
    return tuple(ami for ami in amis if ami == _580) if families & _BLACKWELL else amis
