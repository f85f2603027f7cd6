"""Models whose serving is known: architecture, fitting instances, variables of the server.

What was checked, read 2026-11-23:

- `qwen3-32b`, `-eagle`: instance, tensor parallelism and 4 drafted tokens are those of the recipes `qwen3-32b-g6e-*` in
  07-benchmark of https://github.com/aws-samples/sagemaker-genai-hosting-examples, which ran with a context of 4096; the
  model's own is 32768 (model card). A context that long takes 8 GiB of the 192 that the GPUs have: 64 layers, 8 heads
  of 128 for keys and values.
- `gpt-oss-120b`: weights of 60.8 GiB in MXFP4 and a context of 131072 (model card). The recipes there serve it on the 4
  GPUs of ml.g6e.12xlarge; that the 8 of a p5 do is inferred.
- `fara-7b`: architecture and size from `model_checkpoints` of https://github.com/microsoft/fara; a GPU of 24 GB and a
  context of 15000 or more from its README, three images from its agent. The README itself advises two GPUs where one
  has too little memory.
- `nemotron-elastic-*`: licence, gate and the three sizes are the model card's; architecture and variables those of its
  parent, NVIDIA-Nemotron-Nano-12B-v2. Nobody has published Nemotron-Elastic on vLLM: try it before you rely on it.
- `smoke`: architecture from the model's config.json; the variable is that of Hugging Face's inference toolkit.
"""

from dataclasses import dataclass, replace
from typing import Literal

from groundwork.inference.speculation import SpeculationSettings

USABLE = 0.8
"""Share of the memory of GPUs that weights may take: vLLM uses nine tenths, and contexts need some of it."""
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
    weights_gib: float
    """What the weights take of the memory of the GPUs together, in GiB."""
    environment: dict[str, str]
    speculation: SpeculationSettings | None = None
    interface: Literal["messages", "text"] = "messages"
    concurrent_requests: int = 8
    """Per instance, that scaling aims at."""
    drives_browser: bool = False
    """Whether an agent lets it act on pages of the internet: it needs a sandbox (`browser`)."""


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
    weights_gib=61.1,
    environment=_lmi(gpus=4, length=32768),
)
_NEMOTRON = CatalogueEntry(
    repository="nvidia/Nemotron-Elastic-12B",
    architecture="NemotronHForCausalLM",
    licence="NVIDIA's, for research and development only",
    gated=True,
    instances=("ml.g6e.xlarge", "ml.g6e.2xlarge"),
    weights_gib=23,
    environment=_lmi(gpus=1, length=32768, trust_remote_code="true", mamba_ssm_cache_dtype="float32"),
)

CATALOGUE: dict[str, CatalogueEntry] = {
    "qwen3-32b": _QWEN3,
    "qwen3-32b-eagle": replace(
        _QWEN3, speculation=SpeculationSettings(tokens=4), weights_gib=64, concurrent_requests=4
    ),
    "gpt-oss-120b": CatalogueEntry(
        repository="openai/gpt-oss-120b",
        architecture="GptOssForCausalLM",
        licence="Apache-2.0",
        instances=("ml.p5.48xlarge",),
        weights_gib=60.8,
        environment=_lmi(gpus=8, length=65536),
        concurrent_requests=32,
    ),
    "fara-7b": CatalogueEntry(
        repository="microsoft/Fara-7B",
        architecture="Qwen2_5_VLForConditionalGeneration",
        licence="MIT",
        instances=("ml.g6.2xlarge", "ml.g5.2xlarge"),
        weights_gib=15.5,
        environment=_lmi(gpus=1, length=15360, limit_mm_per_prompt='{"image": 3}'),
        concurrent_requests=4,
        drives_browser=True,
    ),
    # One checkpoint, three sizes: its own script slices the smaller ones out, each to a prefix of its own.
    "nemotron-elastic-12b": _NEMOTRON,
    "nemotron-elastic-9b": replace(_NEMOTRON, weights_gib=17, concurrent_requests=12),
    "nemotron-elastic-6b": replace(
        _NEMOTRON, instances=("ml.g6.2xlarge", "ml.g5.2xlarge"), weights_gib=11.5, concurrent_requests=12
    ),
    "smoke": CatalogueEntry(
        repository="HuggingFaceTB/SmolLM2-135M-Instruct",
        architecture="LlamaForCausalLM",
        licence="Apache-2.0",
        server="huggingface-pytorch-inference",
        instances=("ml.c6i.xlarge",),
        weights_gib=0,
        environment={"HF_TASK": "text-generation"},
        interface="text",
        concurrent_requests=2,
    ),
}
"""By name."""
