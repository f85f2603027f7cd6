"""Layouts with a name: for one GPU, and for all GPUs of a node."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from functools import cache

from groundwork.mig.geometry import GPUS, Gpu, MigInstanceType
from groundwork.mig.placement import Layout, by_size, full_layouts, maximum, words

WHOLE: dict[str, int] = {}
"""A GPU that is not partitioned."""
DISABLED = "all-disabled"
"""The name of a node whose GPUs are all whole."""


@dataclass(frozen=True, kw_only=True)
class NodeLayout:
    """What each GPU of a node is cut into."""

    gpus: tuple[tuple[tuple[str, int], ...], ...]
    """One a GPU, each the partitions by profile, sorted; none for a whole GPU."""

    @classmethod
    def of(cls, layouts: list[Layout]) -> "NodeLayout":
        """From one layout a GPU."""
        return cls(gpus=tuple(tuple(sorted((p, n) for p, n in layout.items() if n)) for layout in layouts))

    @property
    def layouts(self) -> list[dict[str, int]]:
        """One a GPU, in the order of the node's GPUs."""
        return [dict(gpu) for gpu in self.gpus]

    @property
    def partitions(self) -> dict[str, int]:
        """The partitions of the whole node, by profile."""
        counts: Counter[str] = Counter()
        for layout in self.layouts:
            counts.update(layout)
        return dict(sorted(counts.items()))

    @property
    def resources(self) -> dict[str, int]:
        """What a node offers to pods, by the name that they ask for it with."""
        whole = self.gpus.count(())
        offered = {f"nvidia.com/mig-{profile}": count for profile, count in self.partitions.items()}
        return {**({"nvidia.com/gpu": whole} if whole else {}), **offered}

    @property
    def config_name(self) -> str:
        """Its name in the ConfigMap and on the nodes' label. The same name always means the same partitions.

        Where all GPUs are alike it is the name that NVIDIA and HyperPod ship it under: `all-1g.10gb`,
        `mixed-1-3g.40gb-1-4g.40gb`. `all-` stands for the most that any GPU takes of a profile, so that it never
        means 7 on one GPU and 4 on another.
        """
        kinds = sorted(set(self.gpus))
        if len(kinds) > 1:
            content = json.dumps([dict(gpu) for gpu in self.gpus], sort_keys=True)
            return f"gpus-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
        layout = dict(kinds[0])
        if not layout:
            return DISABLED
        if len(layout) == 1:
            ((profile, count),) = layout.items()
            if count == max(maximum(gpu, profile) for gpu in GPUS if gpu.profile(profile)):
                return f"all-{profile}"
        return mixed_name(layout)

    def __str__(self) -> str:
        counts = Counter(self.gpus)
        return "; ".join(f"{count} GPU{'s' * (count > 1)} with {words(dict(gpu))}" for gpu, count in counts.items())


def mixed_name(layout: Layout) -> str:
    """Such as `mixed-2-1g.10gb-1-2g.20gb-1-3g.40gb`."""
    return "mixed-" + "-".join(f"{count}-{profile}" for profile, count in by_size(layout))


def uniform(instance: MigInstanceType, layout: Layout) -> NodeLayout:
    """The same layout on every GPU of a node."""
    return NodeLayout.of([layout] * instance.gpus)


@cache
def _named(gpu: Gpu) -> dict[str, tuple[tuple[str, int], ...]]:
    names: dict[str, Layout] = {DISABLED: WHOLE}
    names |= {f"all-{profile}": {profile: maximum(gpu, profile)} for profile in gpu.names}
    small, _, double, large, *_ = gpu.names
    names["all-balanced"] = {small: 2, double: 1, large: 1}
    names |= {mixed_name(layout): layout for layout in full_layouts(gpu) if len(layout) > 1}
    return {name: tuple(sorted(layout.items())) for name, layout in names.items()}


def named_layouts(gpu: Gpu) -> dict[str, dict[str, int]]:
    """The layouts of one GPU that have a name: whole (`all-disabled`), as many as fit of each profile (`all-1g.10gb`),
    NVIDIA's `all-balanced`, and every mixture that nothing can be added to."""
    return {name: dict(layout) for name, layout in _named(gpu).items()}


def named_node_layouts(instance: MigInstanceType) -> dict[str, NodeLayout]:
    """Every named layout of an instance type, on all GPUs of a node."""
    return {name: uniform(instance, layout) for name, layout in named_layouts(instance.gpu).items()}
