"""The HyperPod cluster: the nodes."""

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from groundwork.cluster.group_sizes import GroupSizes
from groundwork.cluster.instance_group_settings import InstanceGroupSettings, NodeRange
from groundwork.cluster.lifecycle_scripts import ENTRY, LUSTRE_EFA_ENTRY
from groundwork.cluster.settings import ClusterSettings
from groundwork.mig.manifest import node_labels

CfnCluster = sagemaker.CfnCluster
_ONE_THREAD = ("ml.p6e-gb200.36xlarge",)
"""Types whose cores have one thread: https://aws.amazon.com/ec2/instance-types/p6/ (Grace, read 2026-11-23)."""


class HyperPodCluster(Construct):
    """Instance groups of SageMaker HyperPod, joined to an EKS cluster."""

    resource: sagemaker.CfnCluster

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        settings: ClusterSettings,
        eks_cluster_arn: str,
        execution_role: iam.IRole,
        scaling_role: iam.IRole | None,
        scripts_uri: str,
        subnets: Sequence[ec2.ISubnet],
        subnet_of_group: dict[str, ec2.ISubnet],
        nodes_group: ec2.ISecurityGroup,
        efa_group: ec2.ISecurityGroup | None,
        volumes_key: kms.IKey,
        operations_key: kms.IKey,
    ) -> None:
        """
        Args:
            name: what people type in `hyp set-cluster-context --cluster-name`.
            scaling_role: what Karpenter adds and takes away nodes with. SageMaker goes on naming it when Karpenter is
                switched off, so it stays as long as the cluster does. None: a cluster that has never had Karpenter.
            scripts_uri: where the life-cycle scripts are.
            subnets: of groups without a zone.
            subnet_of_group: of the others, by name.
            nodes_group: the security group of every node.
            efa_group: the one that nodes with EFA carry beside it.
            volumes_key: encrypts the nodes' volumes.
            operations_key: encrypts logs; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id)
        self._role, self._scripts_uri, self._key = execution_role, scripts_uri, volumes_key
        self._subnet_of_group, self._nodes_group, self._efa_group = subnet_of_group, nodes_group, efa_group
        self._with_lustre_efa = settings.groups_with_lustre_efa
        scaled = {name for pool in settings.karpenter for name in pool.groups}
        self._sizes = (
            GroupSizes(self, "Sizes", cluster=name, groups=list(scaled), operations_key=operations_key)
            if scaled
            else None
        )
        self._scaled = scaled
        tiered = settings.tiered_storage
        self.resource = CfnCluster(
            self,
            "Cluster",
            cluster_name=name,
            orchestrator=CfnCluster.OrchestratorProperty(
                eks=CfnCluster.ClusterOrchestratorEksConfigProperty(cluster_arn=eks_cluster_arn)
            ),
            vpc_config=CfnCluster.VpcConfigProperty(
                security_group_ids=[nodes_group.security_group_id], subnets=[subnet.subnet_id for subnet in subnets]
            ),
            instance_groups=[self._group(group) for group in settings.instance_groups],
            # Nodes join as capacity comes. Volumes with a key of ours are to be had in no other mode:
            # https://docs.aws.amazon.com/sagemaker/latest/dg/smcluster-cmk.html
            node_provisioning_mode="Continuous",
            # Always sent: an update of tiered storage alone is refused without it.
            node_recovery="Automatic" if settings.recovery == "automatic" else "None",
            tiered_storage_config=CfnCluster.TieredStorageConfigProperty(
                mode="Enable" if tiered else "Disable", instance_memory_allocation_percentage=tiered
            ),
            # Always sent, as what UpdateCluster is not told stays as it is: Karpenter would go on.
            auto_scaling=CfnCluster.ClusterAutoScalingConfigProperty(
                mode="Enable" if settings.karpenter else "Disable",
                auto_scaler_type="Karpenter" if settings.karpenter else None,
            ),
            cluster_role=scaling_role.role_arn if scaling_role else None,
        )
        if self._sizes:
            self._sizes.read_when_changed(self._sent())

    def _sent(self) -> list[Any]:
        """What UpdateCluster would get."""
        cluster = self.resource
        return [
            cluster.instance_groups,
            cluster.vpc_config,
            cluster.node_recovery,
            cluster.tiered_storage_config,
            cluster.auto_scaling,
            cluster.cluster_role,
            cdk.Stack.of(self).tags.tag_values(),
        ]

    def _group(self, group: InstanceGroupSettings) -> sagemaker.CfnCluster.ClusterInstanceGroupProperty:
        return CfnCluster.ClusterInstanceGroupProperty(
            instance_group_name=group.name,
            instance_type=group.type,
            instance_count=self._sizes.of(group.name)
            if self._sizes and group.name in self._scaled
            else group.max_nodes,
            min_instance_count=group.min_nodes if isinstance(group.count, NodeRange) else None,
            execution_role=self._role.role_arn,
            life_cycle_config=CfnCluster.ClusterLifeCycleConfigProperty(
                source_s3_uri=self._scripts_uri,
                on_create=LUSTRE_EFA_ENTRY if group.name in self._with_lustre_efa else ENTRY,
            ),
            threads_per_core=1 if group.type in _ONE_THREAD else group.threads_per_core,
            training_plan_arn=group.training_plan,
            capacity_requirements=CfnCluster.ClusterCapacityRequirementsProperty(spot={})
            if group.capacity == "spot"
            else None,
            on_start_deep_health_checks=list(group.deep_health_checks) or None,
            instance_storage_configs=[self._volume(group), self._root_volume()],
            kubernetes_config=_kubernetes(group),
            network_interface=CfnCluster.ClusterNetworkInterfaceProperty(interface_type=group.fabric)
            if group.uses_efa
            else None,
            override_vpc_config=self._place(group),
        )

    def _volume(self, group: InstanceGroupSettings) -> sagemaker.CfnCluster.ClusterInstanceStorageConfigProperty:
        return CfnCluster.ClusterInstanceStorageConfigProperty(
            ebs_volume_config=CfnCluster.ClusterEbsVolumeConfigProperty(
                volume_size_in_gb=group.ebs_gib, volume_kms_key_id=self._key.key_arn
            )
        )

    def _root_volume(self) -> sagemaker.CfnCluster.ClusterInstanceStorageConfigProperty:
        return CfnCluster.ClusterInstanceStorageConfigProperty(
            ebs_volume_config=CfnCluster.ClusterEbsVolumeConfigProperty(
                root_volume=True, volume_kms_key_id=self._key.key_arn
            )
        )

    def _place(self, group: InstanceGroupSettings) -> sagemaker.CfnCluster.VpcConfigProperty | None:
        subnet = self._subnet_of_group.get(group.name)
        if not subnet:
            return None
        # The fabric's group first: HyperPod checks it before anything else runs on the node.
        groups = [self._efa_group, self._nodes_group] if group.uses_efa else [self._nodes_group]
        return CfnCluster.VpcConfigProperty(
            security_group_ids=[each.security_group_id for each in groups if each], subnets=[subnet.subnet_id]
        )


def _kubernetes(group: InstanceGroupSettings) -> Any:
    partitions = node_labels(group.mig.node_layout(group.type)) if group.mig else {}
    labels = {**group.labels, **partitions}
    if not labels and not group.taints:
        return None
    return CfnCluster.ClusterKubernetesConfigProperty(
        labels=dict(sorted(labels.items())) or None,
        taints=[
            CfnCluster.ClusterKubernetesTaintProperty(key=t.key, value=t.value or None, effect=t.effect)
            for t in group.taints
        ]
        or None,
    )
