"""The partitions of a cluster's groups: what they may be, the guard over those in use, and what changes them."""

from collections.abc import Iterator, Sequence

from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

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


def guard_layouts(
    scope: Construct, *, groups: Sequence[InstanceGroupSettings], operations_key: kms.IKey
) -> LayoutGuard | None:
    """Add the guard, where a group's GPUs could be partitioned: the first partitioning of live nodes is a change, too.

    Args:
        operations_key: encrypts logs; its policy must let CloudWatch Logs use it.
    """
    if not (layouts := _layouts(groups)):
        return None
    return LayoutGuard(
        scope,
        "LayoutGuard",
        layouts=layouts,
        may_change=[group.name for group in groups if group.mig and group.mig.allow_change],
        operations_key=operations_key,
    )


def roll_out_layouts(
    scope: Construct,
    *,
    groups: Sequence[InstanceGroupSettings],
    cluster: eks.ICluster,
    hyperpod_cluster: str,
    node_role: iam.IRole,
    network: PlatformVpc | ImportedVpc,
    security_groups: NodeSecurityGroups,
    operations_key: kms.IKey,
) -> LayoutRollout | None:
    """Add what changes the layouts that the guard lets pass, where there is a guard.

    Args:
        hyperpod_cluster: name of the HyperPod cluster, which waits for this.
        operations_key: encrypts logs; its policy must let CloudWatch Logs use it.
    """
    if not (layouts := _layouts(groups)):
        return None
    change = LayoutChange(
        scope,
        "LayoutChange",
        cluster=cluster,
        hyperpod_cluster=hyperpod_cluster,
        node_role=node_role,
        vpc=network.vpc,
        subnets=network.subnets.private,
        security_group=security_groups.add_functions(),
        operations_key=operations_key,
    )
    return LayoutRollout(
        scope, "LayoutRollout", layouts=layouts, state_machine=change.state_machine, operations_key=operations_key
    )


def _layouts(groups: Sequence[InstanceGroupSettings]) -> dict[str, NodeLayout]:
    return {group.name: layout for group in groups if (layout := group_layout(group.mig, group.type))}
