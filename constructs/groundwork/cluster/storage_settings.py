"""The shared file system of the nodes."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from groundwork.cluster.instance_group_settings import Zone
from groundwork.settings import Allowed, Refusal, Section, refuse

_STEPS = {125: 38400, 250: 19200, 500: 9600, 1000: 4800}
"""GiB by MB/s per TiB, for file systems with EFA:
https://docs.aws.amazon.com/fsx/latest/LustreGuide/increase-storage-capacity.html (read 2026-11-23)."""


class LustreSettings(Section):
    """FSx for Lustre, in one zone: weights, data and checkpoints that all pods mount as `fsx-claim`."""

    zone: Zone
    """That of the GPU nodes: traffic between zones is slower and costs."""
    throughput: Literal[125, 250, 500, 1000] = 250
    """MB/s for each TiB."""
    efa: bool = False
    """Whether nodes with EFA reach it that way. Takes large file systems only."""
    storage_gib: Annotated[int, Field(ge=1200), Allowed("1200, or a multiple of 2400")] = 1200
    """Can grow later, and not shrink."""
    metadata_iops: Literal[1500, 3000, 6000, 12000] = 12000
    """With EFA: how many files a second can be opened or made."""

    @field_validator("storage_gib")
    @classmethod
    def _size_is_offered(cls, value: int, info: ValidationInfo) -> int:
        refuse(_refusals_of_size(value, info))
        return value


def _refusals_of_size(size: int, info: ValidationInfo) -> Iterator[Refusal]:
    throughput = info.data.get("throughput")
    if info.data.get("efa") and throughput:
        if size % (step := _STEPS[throughput]):
            reason = f"with EFA and {throughput} MB/s for each TiB it comes in steps of {step} GiB"
            yield Refusal(reason=reason, allowed=f"a multiple of {step}, or efa: false")
    elif size != 1200 and size % 2400:
        yield Refusal(reason="not a size that FSx offers", allowed="1200, or a multiple of 2400")
