"""An amount of one instance type, as an environment file says it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from groundwork.cluster.instance_types import INSTANCE_TYPES
from groundwork.governance.capacity import Amount, whole_nodes
from groundwork.mig.quotas import quota_type, refusals_of_quota
from groundwork.mig.settings import ProfileName
from groundwork.settings import Allowed, Refusal, Section, refuse


class ShareSettings(Section):
    """Whole instances, or parts of them: `instances` alone, `partitions` alone, or any of the other three."""

    type: Annotated[str, Allowed("the type of an instance group, such as ml.p5.48xlarge")]
    instances: Annotated[int, Field(ge=1)] | None = None
    """Whole nodes."""
    accelerators: Annotated[int, Field(ge=1)] | None = None
    """GPUs or Trainium devices. vCPUs and memory follow in proportion where they are not given."""
    vcpus: Annotated[float, Field(gt=0)] | None = None
    memory_gib: Annotated[float, Field(gt=0)] | None = None
    """GiB."""
    partitions: Annotated[dict[ProfileName, Annotated[int, Field(ge=1)]], Field(max_length=6)] = Field(
        default_factory=dict
    )
    """Partitions of GPUs, by profile."""

    @field_validator("type")
    @classmethod
    def _type_is_known(cls, value: str) -> str:
        if value not in INSTANCE_TYPES:
            refuse([Refusal(reason="not an instance type that HyperPod is known to take", allowed="a group's type")])
        return value

    @field_validator("partitions")
    @classmethod
    def _one_way_to_say_it(cls, value: dict[str, int], info: ValidationInfo) -> dict[str, int]:
        refuse(refusals_of_quota(value))
        refuse(_refusals_of_ways(value, info.data))
        return value

    @property
    def amount(self) -> Amount:
        """What it is, with what follows in proportion left out: the service works that out from the cluster."""
        if self.instances:
            return whole_nodes(self.type, self.instances)
        return Amount(
            accelerators=self.accelerators or 0,
            vcpus=self.vcpus or 0,
            memory_gib=self.memory_gib or 0,
            partitions=Counter(self.partitions),
        )

    def as_api(self) -> list[dict[str, Any]]:
        """`ComputeQuotaResources`: one for the type, or one for each profile."""
        if self.partitions:
            return [
                {
                    "InstanceType": self.type,
                    "AcceleratorPartition": {"Type": quota_type(profile), "Count": count},
                }
                for profile, count in sorted(self.partitions.items())
            ]
        named = {
            "Count": self.instances,
            "Accelerators": self.accelerators,
            "VCpu": self.vcpus,
            "MemoryInGiB": self.memory_gib,
        }
        return [{"InstanceType": self.type, **{name: value for name, value in named.items() if value is not None}}]

    def __str__(self) -> str:
        parts = {name: value for name, value in self.amount.parts().items() if value}
        named = {"instances": self.instances} if self.instances else parts
        return f"{self.type}: " + ", ".join(f"{value:g} {name}" for name, value in named.items() if value)


def _refusals_of_ways(partitions: Mapping[str, int], data: Mapping[str, Any]) -> Iterator[Refusal]:
    parts = [name for name in ("accelerators", "vcpus", "memory_gib") if data.get(name)]
    ways = [*(["instances"] if data.get("instances") else []), *([" and ".join(parts)] if parts else [])]
    ways += ["partitions"] if partitions else []
    if len(ways) != 1 and {"instances", "accelerators", "vcpus", "memory_gib"} <= data.keys():
        reason = f"{', '.join(ways)} are given" if ways else "no amount is given"
        allowed = "instances alone, partitions alone, or any of accelerators, vcpus and memory_gib"
        yield Refusal(reason=reason, allowed=allowed, value=partitions or "nothing")
