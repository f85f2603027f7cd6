"""Which deployment gets a request, and what happens when it fails."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from groundwork.gateway.names import ModelName, at_least_one
from groundwork.settings import Section

Fallbacks = dict[ModelName, Annotated[tuple[ModelName, ...], Field(max_length=5), AfterValidator(at_least_one)]]


class RetrySettings(Section):
    """How often a failed call is tried again, by what failed. Each try waits longer than the one before."""

    count: Annotated[int, Field(ge=0, le=10)] = 2
    """Tries after the first one, where nothing else is said below."""
    after_seconds: Annotated[int, Field(ge=0, le=60)] = 1
    """Shortest wait before a try, in seconds."""
    rate_limited: Annotated[int, Field(ge=0, le=10)] | None = None
    """Tries after the provider answered 429."""
    timed_out: Annotated[int, Field(ge=0, le=10)] | None = None
    """Tries after a time-out."""
    failed: Annotated[int, Field(ge=0, le=10)] | None = None
    """Tries after an error of the provider."""


class RoutingSettings(Section):
    """Load balancing among the deployments of a model, and fallbacks to other models."""

    strategy: Literal["simple-shuffle", "least-busy", "latency-based-routing", "cost-based-routing"] = "simple-shuffle"
    """By weight and limits; by open requests; by latency; by price. LiteLLM advises the first. Its strategies by usage
    are not for production, and are not offered."""
    retry: RetrySettings = RetrySettings()
    allowed_fails: Annotated[int, Field(ge=0, le=1000)] = 3
    """Failures a minute after which a deployment rests."""
    rest_seconds: Annotated[int, Field(ge=1, le=3600)] = 30
    """For how long it rests, in seconds."""
    fallbacks: Fallbacks = Field(default_factory=dict)
    """Models to ask, in this order, when all deployments of a model fail."""
    context_window_fallbacks: Fallbacks = Field(default_factory=dict)
    """The same, when a prompt is too long for the model."""
    content_policy_fallbacks: Fallbacks = Field(default_factory=dict)
    """The same, when the provider refuses the content."""
    default_fallbacks: tuple[ModelName, ...] = ()
    """Models to ask for every model without fallbacks of its own."""
    check_before_call: bool = True
    """Skip deployments whose context window or limit a request would pass, without calling them."""
    prompt_cache_affinity: bool = False
    """Send a prompt that a provider holds in its cache to the deployment that holds it."""
