"""What waits until a HyperPod cluster has its nodes."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.job import Job

TIMEOUT = cdk.Duration.hours(1)
"""The longest that CloudFormation waits for a custom resource; the handler gives up before and says what is missing."""


class NodeWaiter(Construct):
    """Waits until so many nodes of each group have joined. A cluster with continuous provisioning is in service with
    none at all.

    It runs when the cluster or a number changes, and reads only: a deletion has nothing to undo.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster_arn: str,
        nodes: Mapping[str, int],
        operations_key: kms.IKey,
    ) -> None:
        """
        Args:
            cluster_arn: of the HyperPod cluster.
            nodes: how many, by group.
            operations_key: encrypts the handler's logs; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id)
        Job(
            self,
            "Job",
            folder="node_waiter",
            resource_type="Custom::HyperPodNodes",
            properties={"Cluster": cluster_arn, "Nodes": {name: str(count) for name, count in sorted(nodes.items())}},
            statements=[
                iam.PolicyStatement(
                    sid="LookAtTheCluster",
                    actions=["sagemaker:DescribeCluster", "sagemaker:ListClusterNodes"],
                    resources=[cluster_arn],
                )
            ],
            timeout=TIMEOUT,
            query_interval=cdk.Duration.seconds(30),
            operations_key=operations_key,
        )
