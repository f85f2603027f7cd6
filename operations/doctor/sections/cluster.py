"""The `cluster` section."""

from typing import Literal

from operations.doctor.sections.part import Part, Text


class NodeRange(Part):
    """A number of nodes that may vary."""

    min: int
    max: int


class InstanceGroup(Part):
    """Nodes of one type."""

    name: Text
    type: str
    count: int | NodeRange
    zone: int | str | None = None
    """An id, a name, or its place among the cluster's subnets, from 1."""
    capacity: Literal["on-demand", "spot"] = "on-demand"
    training_plan: str | None = None
    ebs_gib: int = 500

    @property
    def min_nodes(self) -> int:
        return self.count.min if isinstance(self.count, NodeRange) else self.count

    @property
    def max_nodes(self) -> int:
        return self.count.max if isinstance(self.count, NodeRange) else self.count


class Kubernetes(Part):
    """The version of Kubernetes."""

    version: Text = "1.35"


class Cluster(Part):
    """A HyperPod cluster on EKS."""

    kubernetes: Kubernetes = Kubernetes()
    instance_groups: tuple[InstanceGroup, ...] = ()
