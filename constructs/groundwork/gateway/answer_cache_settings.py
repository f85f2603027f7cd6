"""Answers that are given again without asking a model."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from groundwork.gateway.names import at_least_one
from groundwork.settings import Section

CachedKind = Literal["chat", "embedding", "transcription", "rerank"]


class AnswerCacheSettings(Section):
    """Cached answers. Limits and cooldowns are shared through the cache always, whatever stands here."""

    mode: Literal["on-request", "always"] = "on-request"
    """`on-request`: only for requests that say so (`cache: {use-cache: true}`). `always` also for those of all others,
    who may then read each other's answers to the same prompt."""
    kinds: Annotated[tuple[CachedKind, ...], AfterValidator(at_least_one)] = ("chat", "embedding")
    """Which kinds of requests."""
    keep_seconds: Annotated[int, Field(ge=1, le=2_592_000)] = 3600
    """How long an answer is kept, in seconds."""
