"""The guard over the partitions of a cluster's live groups, with the workflow that changes them."""

from collections.abc import Sequence

from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.cluster.instance_group_settings import InstanceGroupSettings
from groundwork.cluster.node_security_groups import NodeSecurityGroups
from groundwork.mig.layout_change import LayoutChange
from groundwork.mig.layout_guard import LayoutGuard
from groundwork.mig.settings import group_layout
from groundwork.network.existing_vpc import ImportedVpc
from groundwork.network.vpc import PlatformVpc


def guard_layouts(
    scope: Construct,
    *,
    groups: Sequence[InstanceGroupSettings],
    cluster: eks.ICluster,
    hyperpod_cluster: str,
    node_role: iam.IRole,
    network: PlatformVpc | ImportedVpc,
    security_groups: NodeSecurityGroups,
    operations_key: kms.IKey,
) -> LayoutGuard | None:
    """Add both, where a group's GPUs could be partitioned: the first partitioning of nodes in use is a change, too.

    Args:
        hyperpod_cluster: name of the HyperPod cluster, which waits for the guard.
        operations_key: encrypts logs; its policy must let CloudWatch Logs use it.
    """
    layouts = {group.name: layout for group in groups if (layout := group_layout(group.mig, group.type))}
    if not layouts:
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
    return LayoutGuard(
        scope,
        "LayoutGuard",
        layouts=layouts,
        may_change=[group.name for group in groups if group.mig and group.mig.allow_change],
        state_machine=change.state_machine,
        operations_key=operations_key,
    )
