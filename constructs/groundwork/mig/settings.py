"""How the GPUs of an instance group are partitioned: `mig` of a group in the `cluster` section."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from groundwork.mig.geometry import MIG_INSTANCE_TYPES, Gpu, MigInstanceType
from groundwork.mig.layouts import WHOLE, NodeLayout, named_layouts, uniform
from groundwork.mig.placement import Layout, nearest, reasons_against, words
from groundwork.mig.planner import plan
from groundwork.settings import Allowed, Refusal, Section, refuse

ProfileName = Annotated[
    str, Field(pattern=r"^[1-7]g\.[0-9]+gb$"), Allowed("a profile of the GPU such as 1g.10gb, for memory of 80 GB")
]
LayoutName = Annotated[
    str,
    Field(pattern=r"^(all|mixed)-[0-9a-z.-]+$", max_length=63),
    Allowed("the name of a layout such as all-1g.10gb or all-balanced"),
]
_PerGpu = Annotated[int, Field(ge=1, le=7), Allowed("1 to 7 partitions of a GPU")]
_PerNode = Annotated[int, Field(ge=1, le=56), Allowed("1 to 56 partitions of a node")]
_Partitions = Annotated[dict[ProfileName, _PerGpu], Field(max_length=6)]


class GpuSettings(Section):
    """Some of the GPUs of a node."""

    count: Annotated[int, Field(ge=1, le=8)]
    """How many GPUs of each node."""
    profiles: _Partitions
    """What each of them is cut into, partitions by profile. `{}` leaves them whole."""


class MigSettings(Section):
    """Cuts each node's GPUs into partitions with memory and compute of their own. Give exactly one of `layout`,
    `per_gpu`, `gpus` and `demand`."""

    layout: LayoutName | None = None
    """A named layout for every GPU: `all-1g.10gb` cuts it into as many as fit, `all-balanced` into small and large;
    `all-disabled` makes it whole again."""
    per_gpu: Annotated[_Partitions, Field(min_length=1)] | None = None
    """Partitions of every GPU, by profile."""
    gpus: Annotated[tuple[GpuSettings, ...], Field(min_length=1, max_length=8)] | None = None
    """Partitions that differ within a node. GPUs that are not named stay whole."""
    demand: Annotated[dict[ProfileName, _PerNode], Field(min_length=1, max_length=6)] | None = None
    """Partitions that each node has to offer, by profile: what the teams ask for together. As few GPUs as possible are
    cut; the others stay whole."""
    allow_change: bool = False
    """Lets a deployment change the layout of a group that is there already: its nodes are emptied first, and what runs
    there is evicted. False: such a deployment fails before anything is touched."""

    @field_validator("demand")
    @classmethod
    def _exactly_one_way(cls, value: dict[str, int] | None, info: ValidationInfo) -> dict[str, int] | None:
        ways = ("layout", "per_gpu", "gpus")
        if all(way in info.data for way in ways):
            given = [way for way in ways if info.data[way] is not None] + ["demand"] * (value is not None)
            if len(given) != 1:
                said = f"{' and '.join(given)} are given" if given else "neither of them is given"
                refuse([Refusal(reason=said, allowed="exactly one of layout, per_gpu, gpus and demand")])
        return value

    def refusals_for(self, instance_type: str) -> Iterator[Refusal]:
        """Why nodes of this type cannot be partitioned so. Paths are below `mig`."""
        instance = MIG_INSTANCE_TYPES.get(instance_type)
        if instance is None:
            allowed = ", ".join(MIG_INSTANCE_TYPES)
            yield Refusal(reason=f"{instance_type} has no GPU that can be partitioned", allowed=allowed)
            return
        gpu = instance.gpu
        if self.layout and self.layout not in named_layouts(gpu):
            allowed = ", ".join(named_layouts(gpu))
            yield Refusal(reason=f"no layout of {gpu.name}", allowed=allowed, at=("layout",), value=self.layout)
        if self.per_gpu:
            yield from _refusals_of_layout(gpu, self.per_gpu, at=("per_gpu",))
        if self.gpus:
            yield from self._refusals_of_gpus(instance, self.gpus)
        if self.demand:
            yield from _refusals_of_demand(instance, self.demand)

    def node_layout(self, instance_type: str) -> NodeLayout:
        """What each GPU of a node is cut into, once `refusals_for` the type gives none."""
        instance = MIG_INSTANCE_TYPES[instance_type]
        if self.layout:
            return uniform(instance, named_layouts(instance.gpu)[self.layout])
        if self.per_gpu:
            return uniform(instance, self.per_gpu)
        cut: list[Layout] = [each.profiles for each in self.gpus or () for _ in range(each.count)]
        if self.demand:
            cut = list(plan(instance.gpu, self.demand).layouts)
        return NodeLayout.of([*cut, *[WHOLE] * (instance.gpus - len(cut))])

    @staticmethod
    def _refusals_of_gpus(instance: MigInstanceType, gpus: tuple[GpuSettings, ...]) -> Iterator[Refusal]:
        for index, each in enumerate(gpus):
            yield from _refusals_of_layout(instance.gpu, each.profiles, at=("gpus", index, "profiles"))
        if (count := sum(each.count for each in gpus)) > instance.gpus:
            reason = f"{count} GPUs are named, and {instance.name} has {instance.gpus}"
            yield Refusal(reason=reason, allowed=f"counts that add up to {instance.gpus} at most", at=("gpus",))
        if not any(each.profiles for each in gpus):
            yield Refusal(reason="every GPU stays whole", allowed="partitions, or no `mig`", at=("gpus",))


def group_layout(mig: MigSettings | None, instance_type: str) -> NodeLayout | None:
    """What each node of a group has: whole GPUs where it says nothing. None where its GPUs cannot be partitioned."""
    if instance := MIG_INSTANCE_TYPES.get(instance_type):
        return mig.node_layout(instance_type) if mig else uniform(instance, WHOLE)
    return None


def _refusals_of_unknown(gpu: Gpu, layout: Layout, at: tuple[str | int, ...]) -> Iterator[Refusal]:
    for name in layout:
        if not gpu.profile(name):
            allowed = ", ".join(gpu.names)
            yield Refusal(reason=f"no profile of {gpu.name}", allowed=allowed, at=(*at, name), value=name)


def _refusals_of_layout(gpu: Gpu, layout: Layout, *, at: tuple[str | int, ...]) -> Iterator[Refusal]:
    unknown = list(_refusals_of_unknown(gpu, layout, at))
    yield from unknown
    if not unknown and (reasons := reasons_against(gpu, layout)):
        allowed = "; or ".join(words(other) for other in nearest(gpu, layout))
        yield Refusal(reason="; ".join(reasons), allowed=f"the nearest that fit: {allowed}", at=at, value=words(layout))


def _refusals_of_demand(instance: MigInstanceType, demand: Layout) -> Iterator[Refusal]:
    at = ("demand",)
    unknown = list(_refusals_of_unknown(instance.gpu, demand, at))
    yield from unknown
    if not unknown and (needed := plan(instance.gpu, demand).gpus) > instance.gpus:
        nodes = -(-needed // instance.gpus)
        reason = f"needs {needed} GPUs at the least, and a node of {instance.name} has {instance.gpus}"
        allowed = f"what one node offers; all of it takes {nodes} nodes or more, and each offers its share"
        yield Refusal(reason=reason, allowed=allowed, at=at, value=words(demand))
