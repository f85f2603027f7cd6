"""How an endpoint is updated."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from groundwork.settings import Allowed, Refusal, Section, refuse

Wait = Annotated[int, Field(ge=0, le=3600)]
Limit = Annotated[int, Field(ge=600, le=28800)]


class RollingUpdate(Section):
    """Batch by batch: needs the room of one batch only. An alarm in between rolls everything back."""

    type: Literal["rolling"]
    batch_percent: Annotated[int, Field(ge=5, le=50)] = 50
    """Of the instances, or of the copies of a component."""
    wait_seconds: Wait = 300
    """How long alarms are watched after each batch."""
    limit_seconds: Limit = 28800
    """After this the update fails and is rolled back."""


class BlueGreenUpdate(Section):
    """A second fleet beside the first: needs twice the instances while it lasts."""

    type: Literal["blue-green"]
    shift: Literal["all-at-once", "canary", "linear"] = "canary"
    percent: Annotated[int, Field(ge=5, le=50)] | None = None
    """Of the capacity: the canary, or each linear step. None: 10, and nothing with all-at-once."""
    wait_seconds: Wait = 300
    """How long alarms are watched after each shift."""
    keep_seconds: Wait = 300
    """How long the old fleet stands ready after the last shift."""
    limit_seconds: Limit = 14400

    @field_validator("percent")
    @classmethod
    def _nothing_to_divide(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value and info.data.get("shift") == "all-at-once":
            refuse([Refusal(reason="all traffic shifts at once", allowed="none, or shift: canary or linear")])
        return value


Update = Annotated[
    RollingUpdate | BlueGreenUpdate, Field(discriminator="type"), Allowed("type: rolling or blue-green, and its keys")
]
