"""How many nodes the groups have that Karpenter fills, at the moment when their cluster changes."""

import hashlib
import json
from collections.abc import Sequence
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.job import Job
from groundwork.mig.layout_role import as_findings_name_it

TIMEOUT = cdk.Duration.minutes(5)


class GroupSizes(Construct):
    """Reads the groups' sizes whenever the cluster changes, and not otherwise.

    UpdateCluster sets how many nodes a group shall have, and Karpenter counts that number up and down behind
    CloudFormation's back (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_BatchAddClusterNodes.html). A
    number that stands in a template would be set again by every change of the cluster: none, and work would end. A node
    that is added between this reading and the change, a few seconds, may go again.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: str,
        groups: Sequence[str],
        operations_key: kms.IKey,
    ) -> None:
        """
        Args:
            cluster: name of the HyperPod cluster, which waits for this.
            groups: by name.
            operations_key: encrypts the logs; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id)
        self._groups = sorted(groups)
        # SageMaker makes the last part of the ARN when the cluster is made, which waits for this.
        clusters = cdk.Stack.of(self).format_arn(service="sagemaker", resource="cluster", resource_name="*")
        self._job = Job(
            self,
            "Job",
            folder="group_sizes",
            resource_type="Custom::GroupSizes",
            properties={"Cluster": cluster, "Groups": self._groups},
            on_event=[
                iam.PolicyStatement(sid="LookAtTheCluster", actions=["sagemaker:DescribeCluster"], resources=[clusters])
            ],
            timeout=TIMEOUT,
            operations_key=operations_key,
        )
        acknowledge(
            self._job,
            f"AwsSolutions::AwsSolutions-IAM5[Resource::{as_findings_name_it(self, clusters)}]",
            reason="SageMaker makes the last part of a cluster's ARN when the cluster is made, which waits for this.",
        )

    def of(self, group: str) -> float:
        """The number of nodes of one: a token, as it is known at the deployment only."""
        return cdk.Token.as_number(self._job.resource.get_att(f"Nodes{self._groups.index(group)}"))

    def read_when_changed(self, content: object) -> None:
        """Read them with each deployment that changes this, and with no other.

        Args:
            content: all that a change of the cluster would send.
        """
        text = json.dumps(cdk.Stack.of(self).resolve(content), sort_keys=True)
        resource = cast("cdk.CfnCustomResource", self._job.resource.node.default_child)
        resource.add_property_override("Change", hashlib.sha256(text.encode()).hexdigest()[:16])
