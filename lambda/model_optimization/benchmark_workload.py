"""What is asked of an endpoint while it is measured."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Workload:
    """The load, the same before and after a change."""

    concurrencies: tuple[int, ...] = (1, 2, 4, 8)
    """Requests in flight, one measurement after the other."""
    requests: int = 64
    """At each concurrency."""
    warmup_requests: int = 8
    """Before them, not measured; an AIBenchmarkJob does without."""
    input_tokens: int = 512
    """Of a made-up prompt; without meaning with a data set."""
    output_tokens: int = 256
    """Of an answer: exactly so many with made-up prompts, at most so many with a data set."""
    tokenizer: str = "builtin"
    """Counts the tokens of made-up prompts: a name at Hugging Face, or AIPerf's own, which needs no network."""
    seed: int = 0
    dataset_uri: str | None = None
    """S3 prefix of conversations, such as the `validation/` that the converter of captured data keeps back: how well
    speculation guesses depends on what is asked. Without it prompts are made up."""

    def __post_init__(self) -> None:
        levels = self.concurrencies
        if not levels or list(levels) != sorted({*levels}) or levels[0] < 1:
            raise ValueError(f"concurrencies: {levels} is not allowed: numbers of 1 or more, each once, rising")
        if self.requests < levels[-1]:
            raise ValueError(
                f"requests: {self.requests} is not allowed: {levels[-1]}, the highest concurrency, or more"
            )
        for name, least in (("warmup_requests", 0), ("input_tokens", 1), ("output_tokens", 1), ("seed", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{name}: {getattr(self, name)} is not allowed: {least} or more")
        if not self.tokenizer:
            raise ValueError("tokenizer: '' is not allowed: a name at Hugging Face, or builtin")
        if self.dataset_uri is not None and not self.dataset_uri.startswith("s3://"):
            raise ValueError(f"dataset_uri: {self.dataset_uri!r} is not allowed: s3://bucket/prefix")


def name_of(prefix: str, content: Mapping[str, Any]) -> str:
    """A name that follows from the content: who asks for the same again finds what is there already.

    Returns:
        Lower case, letters, digits and hyphens, at most 63 characters as SageMaker allows.
    """
    text = json.dumps(content, sort_keys=True, default=str)
    return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:32]}"
