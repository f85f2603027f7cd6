"""The shared file system of the nodes."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from groundwork.cluster.instance_group_settings import InstanceGroupSettings, Zone
from groundwork.settings import Allowed, Refusal, Section, refuse

_STEPS = {125: 38400, 250: 19200, 500: 9600, 1000: 4800}
"""GiB by MB/s per TiB, for file systems with EFA:
https://docs.aws.amazon.com/fsx/latest/LustreGuide/increase-storage-capacity.html (read 2026-11-23)."""

_BY_TCP_ALONE = frozenset({"p4d", "p4de", "g5", "c5n", "i3en", "trn2"})
"""Families with EFA that FSx does not reach by it: those before Nitro 4, and trn2.

Sources: https://docs.aws.amazon.com/fsx/latest/LustreGuide/configure-efa-clients.html and
https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html (Nitro versions; both read 2026-11-23)."""


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

    def reached_by_efa(self, group: InstanceGroupSettings) -> bool:
        """Whether a group's nodes talk to it by EFA; all others do by TCP."""
        takes_efa = group.type.split(".")[1] not in _BY_TCP_ALONE
        return self.efa and group.uses_efa and takes_efa and group.zone == self.zone

    def warnings_for(self, groups: Sequence[InstanceGroupSettings]) -> Iterator[str]:
        """Which groups with EFA reach it by TCP all the same."""
        for group in groups if self.efa else ():
            if group.uses_efa and not self.reached_by_efa(group):
                why = f"it is in zone {group.zone}" if group.zone != self.zone else f"FSx takes no EFA of {group.type}"
                yield f"The nodes of {group.name} reach the file system of zone {self.zone} by TCP: {why}."

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
