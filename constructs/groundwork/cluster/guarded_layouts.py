"""The partitions of a cluster's groups: what they may be, the guard over those in use, and what changes them."""

from collections.abc import Iterator, Sequence

from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct, IDependable

from groundwork.cluster.instance_group_settings import InstanceGroupSettings
from groundwork.cluster.node_security_groups import NodeSecurityGroups
from groundwork.mig.geometry import MIG_INSTANCE_TYPES
from groundwork.mig.layout_change import LayoutChange
from groundwork.mig.layout_guard import LayoutGuard
from groundwork.mig.layout_rollout import LayoutRollout
from groundwork.mig.layouts import NodeLayout, named_node_layouts
from groundwork.mig.settings import group_layout
from groundwork.network.existing_vpc import ImportedVpc
from groundwork.network.vpc import PlatformVpc


def known_layouts(groups: Sequence[InstanceGroupSettings]) -> Iterator[NodeLayout]:
    """What nodes can be told to take: the groups' own layouts, and every named one of their types, so that a change
    from one name to another finds both in place until it has ended."""
    yield from _layouts(groups).values()
    for name in sorted({group.type for group in groups if group.type in MIG_INSTANCE_TYPES}):
        yield from named_node_layouts(MIG_INSTANCE_TYPES[name]).values()


def custom_layouts(groups: Sequence[InstanceGroupSettings]) -> list[str]:
    """The groups whose layout is none of the named ones: nodes know it only after a deployment that names it."""
    types, layouts = {group.name: group.type for group in groups}, _layouts(groups)
    return [
        name
        for name, layout in layouts.items()
        if layout not in named_node_layouts(MIG_INSTANCE_TYPES[types[name]]).values()
    ]


class GuardedLayouts:
    """The guard over the layouts of a cluster, and what carries out the changes that it lets pass: both where a group's
    GPUs could be partitioned, as the first partitioning of live nodes is a change too, and neither elsewhere."""

    def __init__(self, scope: Construct, *, groups: Sequence[InstanceGroupSettings], operations_key: kms.IKey) -> None:
        """
        Args:
            operations_key: encrypts logs; its policy must let CloudWatch Logs use it.
        """
        self._scope, self._groups, self._operations_key = scope, groups, operations_key
        self._layouts = _layouts(groups)
        self._guard: LayoutGuard | None = None
        if self._layouts:
            self._guard = LayoutGuard(
                scope,
                "LayoutGuard",
                layouts=self._layouts,
                may_change=[group.name for group in groups if group.mig and group.mig.allow_change],
                operations_key=operations_key,
            )

    def judge_before(self, *parts: Construct) -> None:
        """Make a deployment that the guard refuses leave these as they are."""
        if self._guard:
            for part in parts:
                part.node.add_dependency(self._guard.passed)

    def roll_out(
        self,
        *,
        cluster: eks.ICluster,
        hyperpod_cluster: str,
        node_role: iam.IRole,
        volumes_key: kms.IKey,
        network: PlatformVpc | ImportedVpc,
        security_groups: NodeSecurityGroups,
        after: IDependable,
        before: Construct,
    ) -> None:
        """Add what changes the layouts.

        Args:
            hyperpod_cluster: name of the HyperPod cluster.
            volumes_key: encrypts the nodes' volumes.
            after: has what partitions nodes, and the layouts.
            before: the HyperPod cluster: a change is done when it changes itself.
        """
        if not self._layouts:
            return
        change = LayoutChange(
            self._scope,
            "LayoutChange",
            cluster=cluster,
            hyperpod_cluster=hyperpod_cluster,
            node_role=node_role,
            volumes_key=volumes_key,
            vpc=network.vpc,
            subnets=network.subnets.private,
            security_group=security_groups.add_functions(),
            operations_key=self._operations_key,
        )
        rollout = LayoutRollout(
            self._scope,
            "LayoutRollout",
            layouts=self._layouts,
            custom=custom_layouts(self._groups),
            state_machine=change.state_machine,
            operations_key=self._operations_key,
        )
        rollout.node.add_dependency(after)
        before.node.add_dependency(rollout)


def _layouts(groups: Sequence[InstanceGroupSettings]) -> dict[str, NodeLayout]:
    return {group.name: layout for group in groups if (layout := group_layout(group.mig, group.type))}
