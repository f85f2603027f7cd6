"""Speculative decoding: a small head drafts tokens that the model checks, several at once.

Architectures: what SageMaker's EAGLE optimization takes
(https://aws.amazon.com/blogs/machine-learning/ on EAGLE-based adaptive speculative decoding; read 2026-11-23).
Form of the option: `OPTION_SPECULATIVE_CONFIG` of LMI
(03-features/speculative-decoding of https://github.com/aws-samples/sagemaker-genai-hosting-examples).
`OPTION_SPECULATIVE_DRAFT_MODEL` is silently ignored by current images (aws/sagemaker-python-sdk#6143) and not written.
"""

import json
from typing import Annotated

from pydantic import Field

from groundwork.settings import Allowed, Section

EAGLE_ARCHITECTURES: dict[str, str] = {
    **dict.fromkeys(
        ("LlamaForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM", "Qwen3MoeForCausalLM", "GptOssForCausalLM"),
        "eagle3",
    ),
    "Qwen3NextForCausalLM": "eagle",
}
"""By architecture: the method's name as vLLM takes it."""
SERVERS = {"djl-inference": "OPTION_SPECULATIVE_CONFIG", "vllm": "SM_VLLM_SPECULATIVE_CONFIG"}
"""By repository of the image: the variable that its server reads."""


class SpeculationSettings(Section):
    """A head below the model's own prefix: CloudFormation cannot attach it from elsewhere."""

    draft: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$"), Allowed("a folder below the prefix, such as draft")
    ] = "draft"
    tokens: Annotated[int, Field(ge=1, le=16)] = 4
    """That are drafted at once."""


def repository_of(image: str) -> str:
    """`djl-inference` of `763104351884.dkr.ecr.us-east-1.amazonaws.com/djl-inference:...`."""
    return image.rpartition(":")[0].rpartition("/")[2]


def speculation_environment(speculation: SpeculationSettings, *, image: str, architecture: str) -> dict[str, str]:
    """The variable that turns it on.

    Raises:
        KeyError: an image or architecture that has none; endpoints with such are refused.
    """
    config = {
        "draft_tensor_parallel_size": 1,
        "method": EAGLE_ARCHITECTURES[architecture],
        "model": f"/opt/ml/model/{speculation.draft}",
        "num_speculative_tokens": speculation.tokens,
    }
    return {SERVERS[repository_of(image)]: json.dumps(config, sort_keys=True)}
