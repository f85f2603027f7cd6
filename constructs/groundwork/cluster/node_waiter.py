"""What waits until a HyperPod cluster has its nodes."""

from collections.abc import Mapping, Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks as eks_v1
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.in_vpc import VpcPlace
from groundwork.job import JobProvider

TIMEOUT = cdk.Duration.hours(1)
"""The longest that CloudFormation waits for a custom resource; the handler gives up before and says what is missing."""
GROUP = "groundwork:node-waiter"
"""The Kubernetes group that the function's role is put into."""
_NAME = "groundwork-node-waiter"


class NodeWaiter(Construct):
    """Waits until so many nodes of each group run, and Kubernetes takes pods on them. A cluster with continuous
    provisioning is in service with none at all.

    It runs when the cluster or a number changes, and reads only: a deletion has nothing to undo.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: eks.Cluster,
        hyperpod_cluster_arn: str,
        nodes: Mapping[str, int],
        subnets: Sequence[ec2.ISubnet],
        security_group: ec2.ISecurityGroup,
        operations_key: kms.IKey,
    ) -> None:
        """
        Args:
            nodes: how many, by group.
            subnets: from where the API server can be reached, and SageMaker.
            security_group: one that the API server lets in.
            operations_key: encrypts the handler's logs; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id)
        job = JobProvider(
            self,
            "Job",
            folder="node_waiter",
            is_complete=[
                iam.PolicyStatement(
                    sid="LookAtTheCluster",
                    actions=["sagemaker:DescribeCluster", "sagemaker:ListClusterNodes"],
                    resources=[hyperpod_cluster_arn],
                )
            ],
            timeout=TIMEOUT,
            query_interval=cdk.Duration.seconds(30),
            operations_key=operations_key,
            place=VpcPlace(subnets=subnets, security_group=security_group),
        )
        access = eks_v1.CfnAccessEntry(
            self,
            "Access",
            cluster_name=cluster.cluster_name,
            principal_arn=job.done.role.role_arn,
            kubernetes_groups=[GROUP],
            type="STANDARD",
        )
        rights = eks.KubernetesManifest(self, "Rights", cluster=cluster, manifest=waiter_rights())
        resource = job.add(
            "Resource",
            resource_type="Custom::HyperPodNodes",
            properties={
                "Cluster": hyperpod_cluster_arn,
                "Nodes": {name: str(count) for name, count in sorted(nodes.items())},
                "Kubernetes": cluster.cluster_name,
                "Endpoint": cluster.cluster_endpoint,
                "Authority": cluster.cluster_certificate_authority_data,
            },
        )
        resource.node.add_dependency(access, rights)


def waiter_rights() -> list[dict[str, Any]]:
    """A role that lists nodes, bound to the group."""
    api = "rbac.authorization.k8s.io"
    rules = [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["list"]}]
    return [
        {"apiVersion": f"{api}/v1", "kind": "ClusterRole", "metadata": {"name": _NAME}, "rules": rules},
        {
            "apiVersion": f"{api}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": _NAME},
            "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": _NAME},
            "subjects": [{"apiGroup": api, "kind": "Group", "name": GROUP}],
        },
    ]
