"""What a benchmark measured at one concurrency."""

from dataclasses import dataclass, field, fields
from typing import Literal

Statistic = Literal["mean", "p50", "p95", "p99"]


@dataclass(frozen=True, kw_only=True)
class Percentiles:
    """A latency over all requests, in milliseconds; None where the source does not say it."""

    mean: float | None = None
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None

    @property
    def known(self) -> tuple[Statistic, ...]:
        """Which of them have a value."""
        names: tuple[Statistic, ...] = ("mean", "p50", "p95", "p99")
        return tuple(name for name in names if getattr(self, name) is not None)


@dataclass(frozen=True, kw_only=True)
class Point:
    """One concurrency. The latencies are those of vLLM's and AIPerf's streamed benchmarks.

    With speculative decoding a chunk of the stream carries several tokens, so that `itl_ms` may grow while `tpot_ms`
    shrinks. AIPerf calls `tpot_ms` "inter token latency" and `itl_ms` "inter chunk latency".
    """

    concurrency: int
    """Requests in flight."""
    requests_per_second: float | None = None
    output_tokens_per_second: float | None = None
    """Of all requests together."""
    ttft_ms: Percentiles = field(default_factory=Percentiles)
    """Time to first token."""
    tpot_ms: Percentiles = field(default_factory=Percentiles)
    """Time per output token after the first."""
    itl_ms: Percentiles = field(default_factory=Percentiles)
    """Time between two chunks of a stream."""
    failed_requests: int | None = None


STATISTICS = tuple(each.name for each in fields(Percentiles))
LATENCIES: tuple[Literal["ttft_ms", "tpot_ms", "itl_ms"], ...] = ("ttft_ms", "tpot_ms", "itl_ms")
