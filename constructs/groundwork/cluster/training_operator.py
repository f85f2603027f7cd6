"""HyperPod's training operator: jobs of several nodes that begin again where they failed, of the kind
`HyperPodPyTorchJob`.

Source: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-eks-operator-install.html (read 2026-11-23).
"""

from collections.abc import Mapping

from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from constructs import Construct, IDependable

from groundwork.cluster.addon_versions import CERT_MANAGER, TRAINING_OPERATOR, AddonName
from groundwork.cluster.core_addons import HEALTH_TAINT, addon
from groundwork.cluster.health_agent import NAMESPACE
from groundwork.pod_role import PodRole

_ACCOUNT = "hp-training-operator-controller-manager"
_TOLERATIONS = {"tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}, HEALTH_TAINT]}


class TrainingOperator(Construct):
    """cert-manager, which signs for the operator's web hooks, and the operator's add-on with its role.

    The role holds what `AmazonSageMakerHyperPodTrainingOperatorAccess` does (version 3), for this cluster alone: AWS's
    policy goes by the tag `SageMaker=true` of any cluster.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: eks.ICluster,
        hyperpod_cluster_arn: str,
        versions: Mapping[AddonName, str],
        after: IDependable,
    ) -> None:
        """
        Args:
            versions: by add-on; EKS's default for those that are not named.
            after: what waits for nodes: without one neither add-on becomes active.
        """
        super().__init__(scope, construct_id)
        certificates = addon(
            self,
            "CertManager",
            cluster=cluster,
            name=CERT_MANAGER,
            version=versions.get(CERT_MANAGER),
            # Its web hook and its injector are deployments of their own.
            values={**_TOLERATIONS, "webhook": _TOLERATIONS, "cainjector": _TOLERATIONS},
        )
        certificates.node.add_dependency(after)
        role = PodRole(
            self,
            "Role",
            cluster=cluster,
            namespace=NAMESPACE,
            service_account=_ACCOUNT,
            statements=[
                iam.PolicyStatement(
                    sid="LookAtNodes", actions=["sagemaker:DescribeClusterNode"], resources=[hyperpod_cluster_arn]
                )
            ],
        )
        operator = addon(
            self, "Operator", cluster=cluster, name=TRAINING_OPERATOR, version=versions.get(TRAINING_OPERATOR)
        )
        operator.node.add_dependency(certificates, role.association)
