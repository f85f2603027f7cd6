"""How many tasks the gateway runs, and when it adds one."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from groundwork.settings import Allowed, Refusal, Section, refuse

Tasks = Annotated[int, Field(ge=1, le=100), Allowed("1 to 100 tasks")]


class ScalingSettings(Section):
    """One worker a task of 1 vCPU and 4 GiB, which is what LiteLLM advises; more load is more tasks. There is no target
    for memory: the worker's memory grows to a plateau and never falls, so a service that scaled on it would not shrink.
    """

    min_tasks: Tasks = 2
    """Tasks that always run: one a zone from two on."""
    max_tasks: Tasks = 10
    """Most tasks at a time; a deployment briefly runs twice as many."""
    cpu_percent: Annotated[int, Field(ge=20, le=90)] = 60
    """Average CPU, in percent of 1 vCPU, above which a task is added."""
    requests_per_task: Annotated[int, Field(ge=10, le=100_000)] = 1500
    """Requests a minute and task above which a task is added."""
    architecture: Literal["arm64", "x86_64"] = "arm64"
    """The processor: arm64 costs about a fifth less; the image is published for both."""

    @field_validator("max_tasks")
    @classmethod
    def _room_to_grow(cls, value: int, info: ValidationInfo) -> int:
        least = info.data.get("min_tasks")
        if least and value < least:
            refuse([Refusal(reason=f"less than min_tasks, which is {least}", allowed=f"{least} to 100")])
        return value
