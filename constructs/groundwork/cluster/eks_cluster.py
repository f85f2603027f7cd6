"""The Kubernetes control plane of a HyperPod cluster."""

import hashlib
from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk.lambda_layer_kubectl_v34 import KubectlV34Layer
from constructs import Construct

from groundwork.cluster.access_settings import AccessSettings
from groundwork.cluster.kubectl_functions import finish_kubectl_functions
from groundwork.removal import removal_policy

_ALL_LOGS = [
    eks.ClusterLoggingTypes.API,
    eks.ClusterLoggingTypes.AUDIT,
    eks.ClusterLoggingTypes.AUTHENTICATOR,
    eks.ClusterLoggingTypes.CONTROLLER_MANAGER,
    eks.ClusterLoggingTypes.SCHEDULER,
]


class EksCluster(Construct):
    """EKS without nodes of its own: HyperPod brings them. Reached through the VPC only, secrets encrypted, every log
    kept; its administrators are those that the settings name, and the function that applies manifests.

    kubectl is 1.34, which talks to Kubernetes 1.33 to 1.35.
    """

    cluster: eks.Cluster

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        version: str,
        access: AccessSettings,
        vpc: ec2.IVpc,
        subnets: Sequence[ec2.ISubnet],
        security_group: ec2.ISecurityGroup,
        key: kms.IKey,
        operations_key: kms.IKey,
        keep: bool,
    ) -> None:
        """
        Args:
            name: what people type in `aws eks update-kubeconfig --name`.
            subnets: of the control plane's interfaces and of the functions that apply manifests, in two zones at least.
            security_group: of the control plane's interfaces.
            key: encrypts Kubernetes secrets; cannot be changed.
            operations_key: encrypts logs; its policy must let CloudWatch Logs use it.
            keep: whether the logs outlive the stack.
        """
        super().__init__(scope, construct_id)
        log = logs.LogGroup(
            self,
            "Log",
            # EKS writes there by this name, and would make the group itself: unencrypted and for ever.
            log_group_name=f"/aws/eks/{name}/cluster",
            encryption_key=operations_key,
            retention=logs.RetentionDays.ONE_YEAR,
            removal_policy=removal_policy(keep=keep),
        )
        self.cluster = eks.Cluster(
            self,
            "Cluster",
            cluster_name=name,
            version=eks.KubernetesVersion.of(version),
            vpc=vpc,
            vpc_subnets=[ec2.SubnetSelection(subnets=list(subnets))],
            security_group=security_group,
            endpoint_access=eks.EndpointAccess.PRIVATE,
            default_capacity_type=eks.DefaultCapacityType.NODEGROUP,
            default_capacity=0,
            bootstrap_cluster_creator_admin_permissions=False,
            bootstrap_self_managed_addons=False,
            secrets_encryption_key=key,
            cluster_logging=_ALL_LOGS,
            kubectl_provider_options=eks.KubectlProviderOptions(
                kubectl_layer=KubectlV34Layer(self, "Kubectl"), memory=cdk.Size.mebibytes(1024)
            ),
        )
        self.cluster.node.add_dependency(log)
        cdk.Annotations.of(self.cluster).acknowledge_warning(
            "@aws-cdk/aws-eks:isolatedSubnetsForKubectlPrivateSubnets",
            "The network makes the endpoints that the section names, and charts come from a private registry.",
        )
        self._admit(access)
        finish_kubectl_functions(self.cluster, operations_key=operations_key)

    def _admit(self, access: AccessSettings) -> None:
        everything = eks.AccessPolicy.from_access_policy_name(
            "AmazonEKSClusterAdminPolicy", access_scope_type=eks.AccessScopeType.CLUSTER
        )
        for principal in access.admins:
            # Named by the principal: another order in the file must not move one's access to the other's resource.
            name = hashlib.sha256(principal.encode()).hexdigest()[:8]
            self.cluster.grant_access(f"Admin{name}", principal, [everything])
        self.cluster.grant_access("BreakGlass", access.break_glass, [everything])
