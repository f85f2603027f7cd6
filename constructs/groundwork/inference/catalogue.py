"""Models whose serving is known: architecture, smallest fitting instances, variables of the server.

Sources, read 2026-11-23: the model cards; recipes of
https://github.com/aws-samples/sagemaker-genai-hosting-examples (07-benchmark, 03-features/speculative-decoding);
https://github.com/microsoft/fara (README); tests of https://github.com/aws/deep-learning-containers for
nemotron-nano-12b-v2. Nemotron-Elastic itself has no published proof on vLLM: try it before you rely on it.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from groundwork.inference.speculation import SpeculationSettings

Server = Literal["djl-inference", "huggingface-pytorch-inference"]


@dataclass(frozen=True, kw_only=True)
class CatalogueEntry:
    """What an endpoint of the model takes from the catalogue."""

    repository: str
    """Where the weights are published; a provenance that names another is refused."""
    architecture: str
    licence: str
    gated: bool = False
    """Whether the licence must be accepted before the weights can be had."""
    server: Server = "djl-inference"
    instances: tuple[str, ...]
    """The first choice; all of them have as many GPUs."""
    environment: dict[str, str]
    speculation: SpeculationSettings | None = None
    interface: Literal["messages", "text"] = "messages"
    concurrent_requests: int = 8
    """Per instance, that scaling aims at."""
    parts: tuple[str, ...] = field(default=())
    """What the entry needs beside the endpoint."""


def _lmi(*, gpus: int, length: int, **more: str) -> dict[str, str]:
    """Variables of LMI with vLLM in asynchronous mode."""
    options = {
        "OPTION_ASYNC_MODE": "true",
        "OPTION_ENTRYPOINT": "djl_python.lmi_vllm.vllm_async_service",
        "OPTION_MAX_MODEL_LEN": str(length),
        "OPTION_MODEL": "/opt/ml/model",
        "OPTION_ROLLING_BATCH": "disable",
        "OPTION_TENSOR_PARALLEL_DEGREE": str(gpus),
        "SERVING_FAIL_FAST": "true",
    }
    return dict(sorted({**options, **{f"OPTION_{key.upper()}": value for key, value in more.items()}}.items()))


_QWEN3 = CatalogueEntry(
    repository="Qwen/Qwen3-32B",
    architecture="Qwen3ForCausalLM",
    licence="Apache-2.0",
    instances=("ml.g6e.12xlarge",),
    environment=_lmi(gpus=4, length=32768),
)
_NEMOTRON = CatalogueEntry(
    repository="nvidia/Nemotron-Elastic-12B",
    architecture="NemotronHForCausalLM",
    licence="NVIDIA's, for research and development only",
    gated=True,
    instances=("ml.g6e.xlarge", "ml.g6e.2xlarge"),
    environment=_lmi(gpus=1, length=32768, trust_remote_code="true", mamba_ssm_cache_dtype="float32"),
)

CATALOGUE: dict[str, CatalogueEntry] = {
    "qwen3-32b": _QWEN3,
    "qwen3-32b-eagle": replace(_QWEN3, speculation=SpeculationSettings(tokens=4), concurrent_requests=4),
    "gpt-oss-120b": CatalogueEntry(
        repository="openai/gpt-oss-120b",
        architecture="GptOssForCausalLM",
        licence="Apache-2.0",
        instances=("ml.p5.48xlarge",),
        environment=_lmi(gpus=8, length=65536),
        concurrent_requests=32,
    ),
    "fara-7b": CatalogueEntry(
        repository="microsoft/Fara-7B",
        architecture="Qwen2_5_VLForConditionalGeneration",
        licence="MIT",
        instances=("ml.g6.2xlarge", "ml.g5.2xlarge"),
        environment=_lmi(gpus=1, length=15360, limit_mm_per_prompt='{"image": 3}'),
        concurrent_requests=4,
        parts=("a sandboxed browser whose egress is limited to an allow-list: the model acts on what pages say",),
    ),
    # One checkpoint, three sizes: its own script slices the smaller ones out, each to a prefix of its own.
    "nemotron-elastic-12b": _NEMOTRON,
    "nemotron-elastic-9b": replace(_NEMOTRON, concurrent_requests=12),
    "nemotron-elastic-6b": replace(_NEMOTRON, instances=("ml.g6.2xlarge", "ml.g5.2xlarge"), concurrent_requests=12),
    "smoke": CatalogueEntry(
        repository="HuggingFaceTB/SmolLM2-135M-Instruct",
        architecture="LlamaForCausalLM",
        licence="Apache-2.0",
        server="huggingface-pytorch-inference",
        instances=("ml.c6i.xlarge",),
        environment={"HF_TASK": "text-generation"},
        interface="text",
        concurrent_requests=2,
    ),
}
"""By name."""
