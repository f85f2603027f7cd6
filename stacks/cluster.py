"""The cluster of an environment: Kubernetes, its nodes, their storage and what connects them."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct, DependencyGroup, IDependable

from groundwork.cluster.core_addons import CoreAddons
from groundwork.cluster.dependencies import Dependencies
from groundwork.cluster.eks_cluster import EksCluster
from groundwork.cluster.execution_role import ExecutionRole
from groundwork.cluster.guarded_layouts import GuardedLayouts
from groundwork.cluster.hyperpod_cluster import HyperPodCluster
from groundwork.cluster.karpenter import scaling_role
from groundwork.cluster.lifecycle_scripts import LifecycleScripts
from groundwork.cluster.lustre import LustreFileSystem
from groundwork.cluster.network_fit import subnet_index
from groundwork.cluster.node_security_groups import NodeSecurityGroups
from groundwork.cluster.node_waiter import NodeWaiter
from groundwork.cluster.settings import ClusterSettings
from groundwork.environment import Environment
from groundwork.governance.settings import GovernanceSettings
from groundwork.governance.task_governance import TaskGovernance
from groundwork.images import ImageLock
from groundwork.network.existing_vpc import ImportedVpc
from groundwork.network.settings import NetworkSettings
from groundwork.network.vpc import PlatformVpc
from stacks.cluster_profiles import add_profiles
from stacks.cluster_storage import add_storage
from stacks.platform_stack import PlatformStack


class ClusterStack(PlatformStack):
    """EKS and HyperPod. Made in the order control plane, what HyperPod depends on, nodes, what runs on them; deleted in
    the reverse."""

    eks: EksCluster
    hyperpod: HyperPodCluster
    nodes_group: ec2.ISecurityGroup
    """Of every node and its pods."""
    functions_group: ec2.ISecurityGroup
    """Of functions that call the Kubernetes API."""
    lustre: LustreFileSystem | None = None
    governance: TaskGovernance | None = None
    ready: IDependable
    """What runs on nodes depends on this: they have joined, and Kubernetes has put CoreDNS on one."""

    @property
    def shared(self) -> IDependable:
        """What people and operators run depends on this: quotas have made the namespaces of teams, and the web hook of
        the queues answers, without which nothing is admitted."""
        return DependencyGroup(self.ready, *([self.governance] if self.governance else []))

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        settings: ClusterSettings,
        governance: GovernanceSettings | None,
        network: PlatformVpc | ImportedVpc,
        network_settings: NetworkSettings,
        efa_group: ec2.ISecurityGroup | None,
        key: kms.IKey,
        operations_key: kms.IKey,
        access_logs: s3.IBucket,
        image_lock: ImageLock,
    ) -> None:
        """
        Args:
            governance: how teams share the cluster, if they do.
            network_settings: say which zone each cluster subnet is in.
            efa_group: of the EFA fabric, with rules to itself alone.
            key: encrypts Kubernetes secrets, volumes, scripts and the file system.
            operations_key: encrypts logs; its policy must let CloudWatch Logs use it.
            access_logs: receives a record of each request for a script.
            image_lock: holds the digests of images that the settings name.
        """
        super().__init__(
            scope,
            construct_id,
            environment=environment,
            stateful=True,
            description="EKS and HyperPod: nodes, storage and what connects them",
        )
        self._environment, self._settings, self._network = environment, settings, network
        self._network_settings, self._efa_group, self._key = network_settings, efa_group, key
        self._operations_key, self._access_logs = operations_key, access_logs
        self._groups = NodeSecurityGroups(
            self,
            "SecurityGroups",
            cluster=environment.name,
            vpc=network.vpc,
            clients=settings.access.clients,
        )
        self.nodes_group, self.functions_group = self._groups.nodes, self._groups.add_functions()
        self._layouts = GuardedLayouts(self, groups=settings.instance_groups, operations_key=operations_key)
        self._create_control_plane()
        self._create_nodes()
        if governance:
            self._share(governance)
        self.lustre, releases = add_storage(
            self,
            cluster=self.eks.cluster,
            settings=settings,
            subnet=self._subnet,
            groups=self._groups,
            efa_group=efa_group,
            functions_group=self.functions_group,
            functions_subnets=network.subnets.private,
            key=key,
            operations_key=operations_key,
            keep=environment.keep_data,
            after=self.shared,
        )
        add_profiles(
            self,
            cluster=self.eks.cluster,
            settings=settings,
            hyperpod_cluster_arn=self.hyperpod.resource.attr_cluster_arn,
            lustre=self.lustre,
            releases=releases,
            image_lock=image_lock,
            after=self.shared,
        )
        for kind, warning in [*settings.warnings, *(governance.warnings_with(settings) if governance else ())]:
            cdk.Annotations.of(self).add_warning_v2(f"Groundwork:{kind}", warning)

    def _create_control_plane(self) -> None:
        self.eks = EksCluster(
            self,
            "Eks",
            name=self._environment.name,
            version=self._settings.kubernetes.version,
            access=self._settings.access,
            vpc=self._network.vpc,
            subnets=self._network.subnets.private,
            security_group=self._groups.control_plane,
            key=self._key,
            operations_key=self._operations_key,
            keep=self._environment.keep_data,
        )
        self._layouts.judge_before(self._groups, self.eks)  # and so before all that is on Kubernetes
        self._addons = CoreAddons(self, "Addons", cluster=self.eks.cluster, versions=self._settings.addons)
        self._dependencies = Dependencies(
            self,
            "Dependencies",
            cluster=self.eks.cluster,
            settings=self._settings,
            region=self._environment.region,
        )

    def _create_nodes(self) -> None:
        settings, subnets = self._settings, self._network.subnets.cluster
        scripts = LifecycleScripts(
            self,
            "Scripts",
            key=self._key,
            operations_key=self._operations_key,
            access_logs=self._access_logs,
            keep=self._environment.keep_data,
            hugepages_mib=settings.hugepages_mib,
        )
        role = ExecutionRole(
            self,
            "ExecutionRole",
            eks_cluster_arn=self.eks.cluster.cluster_arn,
            vpc=self._network.vpc,
            subnets=subnets,
            security_groups=[g for g in (self._groups.nodes, self._efa_group) if g],
            scripts=scripts.bucket,
            scripts_key=self._key,
        )
        scaling = scaling_role(self, "ScalingRole", volumes_key=self._key)
        self._layouts.judge_before(scripts, role, scaling)
        self.hyperpod = HyperPodCluster(
            self,
            "HyperPod",
            name=self._environment.name,
            settings=settings,
            eks_cluster_arn=self.eks.cluster.cluster_arn,
            execution_role=role.role,
            scaling_role=scaling,
            scripts_uri=scripts.uri,
            subnets=subnets,
            subnet_of_group={g.name: self._subnet(g.zone) for g in settings.instance_groups if g.zone is not None},
            nodes_group=self._groups.nodes,
            efa_group=self._efa_group,
            volumes_key=self._key,
            operations_key=self._operations_key,
        )
        # Rights, rules, scripts and HyperPod's own pods have to be there before the first node, and after the last one.
        self.hyperpod.node.add_dependency(
            self._groups, self._addons.node_addons, self._dependencies, scripts, role, scaling, self._network.vpc
        )
        self._layouts.roll_out(
            cluster=self.eks.cluster,
            hyperpod_cluster=self._environment.name,
            node_role=role.role,
            volumes_key=self._key,
            network=self._network,
            security_groups=self._groups,
            after=self._dependencies,
            before=self.hyperpod,
        )
        waiter = NodeWaiter(
            self,
            "Nodes",
            cluster=self.eks.cluster,
            hyperpod_cluster_arn=self.hyperpod.resource.attr_cluster_arn,
            nodes=settings.expected_nodes,
            subnets=self._network.subnets.private,
            security_group=self.functions_group,
            operations_key=self._operations_key,
        )
        self.ready = DependencyGroup(waiter, self._addons.add_dns(after=waiter))

    def _share(self, governance: GovernanceSettings) -> None:
        self.governance = TaskGovernance(
            self,
            "Governance",
            environment=self._environment.name,
            settings=governance,
            eks_cluster_name=self.eks.cluster.cluster_name,
            hyperpod_cluster_arn=self.hyperpod.resource.attr_cluster_arn,
            nodes_ready=self.ready,
            operations_key=self._operations_key,
        )

    def _subnet(self, zone: str | int) -> ec2.ISubnet:
        index = subnet_index(self._network_settings, zone)
        if index is None:
            raise ValueError(f"the network has no cluster subnet in zone {zone}; the settings refuse that")
        return self._network.subnets.cluster[index]
