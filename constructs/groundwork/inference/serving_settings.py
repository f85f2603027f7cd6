"""How an endpoint takes requests: scaling, routing, time-outs, capture, asynchronous calls, alarms."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from groundwork.settings import Allowed, Refusal, Section, refuse

Seconds = Annotated[int, Field(ge=60, le=3600)]
Count = Annotated[int, Field(ge=1, le=100)]


class Schedule(Section):
    """Other bounds of the scaling from a time on."""

    cron: Annotated[
        str,
        Field(pattern=r"^cron\([^()]{9,100}\)$"),
        Allowed("six fields of AWS's cron such as cron(0 7 ? * MON-FRI *)"),
    ]
    timezone: Annotated[str, Field(pattern=r"^[A-Za-z_]+(/[A-Za-z_+-]+)*$"), Allowed("a zone such as Europe/Berlin")]
    min: Annotated[int, Field(ge=0, le=100)]
    max: Count

    @field_validator("max")
    @classmethod
    def _max_is_not_below_min(cls, value: int, info: ValidationInfo) -> int:
        refuse(_below_min(value, info))
        return value


class ScalingSettings(Section):
    """Between how many instances, or copies of a component, the endpoint scales."""

    min: Annotated[int, Field(ge=0, le=100)] = 1
    """0: nothing runs while nobody asks. Callers get errors until the first instance is ready, 5 to 30 minutes."""
    max: Count
    concurrent_requests: Annotated[int, Field(ge=1, le=10000)] = 8
    """Requests at once that each instance or copy should have; with `asynchronous`, requests in the queue for each."""
    scale_in_seconds: Annotated[int, Field(ge=60, le=7200)] = 600
    scale_out_seconds: Annotated[int, Field(ge=0, le=7200)] = 60
    schedules: tuple[Schedule, ...] = ()

    @field_validator("max")
    @classmethod
    def _max_is_not_below_min(cls, value: int, info: ValidationInfo) -> int:
        refuse(_below_min(value, info))
        return value

    @property
    def reaches_zero(self) -> bool:
        return self.min == 0 or any(schedule.min == 0 for schedule in self.schedules)


class RoutingSettings(Section):
    """Which instance gets a request."""

    strategy: Literal["least-outstanding", "random", "prefix-aware"] = "least-outstanding"
    """`prefix-aware`: requests with the same beginning go to the same instance, whose cache knows it."""
    prefix_length: Annotated[int, Field(ge=1024, le=65536)] | None = None
    """Bytes that are compared. None: 4096 with `prefix-aware`."""
    concurrency_threshold: Annotated[int, Field(ge=1, le=1024)] | None = None
    """Requests at once above which another instance is asked. None: 16 with `prefix-aware`."""

    @field_validator("prefix_length", "concurrency_threshold")
    @classmethod
    def _belongs_to_prefix_aware(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value and info.data.get("strategy") not in (None, "prefix-aware"):
            refuse([Refusal(reason="only prefix-aware routing has it", allowed="none")])
        return value


class TimeOuts(Section):
    """In seconds. Large models take 30 to 60 minutes until they answer; AWS's own defaults are too short."""

    startup: Seconds = 1800
    download: Seconds = 1800
    provision: Annotated[int, Field(ge=300, le=3600)] = 1800
    """How long instances are tried to be had, over all types."""


class CaptureSettings(Section):
    """Requests and answers kept in a bucket. They are what people typed: keep few, and not for long."""

    percent: Annotated[int, Field(ge=1, le=100)]
    retention_days: Annotated[int, Field(ge=1, le=365)] = 30


class AsynchronousSettings(Section):
    """Requests and answers as objects in a bucket, with a queue before the model."""

    concurrent_requests: Annotated[int, Field(ge=1, le=1000)] = 4
    """Of each instance."""
    retention_days: Annotated[int, Field(ge=1, le=365)] = 7


class ComponentSettings(Section):
    """What one copy of the model takes of an instance: the endpoint has an inference component."""

    gpus: Annotated[int, Field(ge=0, le=8)]
    cpus: Annotated[float, Field(ge=0.25, le=192, strict=False)] = 1
    memory_mib: Annotated[int, Field(ge=128, le=4194304)]
    """Of the instance's own memory, not the GPU's."""
    placement: Literal["SPREAD", "BINPACK"] = "SPREAD"
    cache: bool = True
    """Whether instances keep image and weights for the next copy."""


class AlarmSettings(Section):
    """When a person is called, and an update is rolled back."""

    failed_percent: Annotated[int, Field(ge=1, le=100)] = 5
    """Of the requests that end in an error of the model's."""
    latency_p95_ms: Annotated[int, Field(ge=1, le=3600000)] | None = None
    """Of the model, in milliseconds. None: latency calls nobody."""


def _below_min(value: int, info: ValidationInfo) -> list[Refusal]:
    low = info.data.get("min")
    return [Refusal(reason=f"below `min`, {low}", allowed=f"{low} or more")] if low is not None and value < low else []
