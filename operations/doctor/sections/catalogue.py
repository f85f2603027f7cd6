"""What the catalogue of models knows: a copy of the part that checks need. A test compares it with the original."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of the catalogue."""

    instances: tuple[str, ...]
    architecture: str
    draft: str | None = None
    """The folder of its speculation's head."""


_QWEN3 = "Qwen3ForCausalLM"
_NEMOTRON = "NemotronHForCausalLM"

CATALOGUE: dict[str, Entry] = {
    "qwen3-32b": Entry(instances=("ml.g6e.12xlarge",), architecture=_QWEN3),
    "qwen3-32b-eagle": Entry(instances=("ml.g6e.12xlarge",), architecture=_QWEN3, draft="draft"),
    "gpt-oss-120b": Entry(instances=("ml.p5.48xlarge",), architecture="GptOssForCausalLM"),
    "fara-7b": Entry(instances=("ml.g6.2xlarge", "ml.g5.2xlarge"), architecture="Qwen2_5_VLForConditionalGeneration"),
    "nemotron-elastic-12b": Entry(instances=("ml.g6e.xlarge", "ml.g6e.2xlarge"), architecture=_NEMOTRON),
    "nemotron-elastic-9b": Entry(instances=("ml.g6e.xlarge", "ml.g6e.2xlarge"), architecture=_NEMOTRON),
    "nemotron-elastic-6b": Entry(instances=("ml.g6.2xlarge", "ml.g5.2xlarge"), architecture=_NEMOTRON),
    "smoke": Entry(instances=("ml.c6i.xlarge",), architecture="LlamaForCausalLM"),
}
"""By the name of the entry."""
