"""Keeps a deployment from changing the layout of a live instance group unasked."""

from collections.abc import Collection, Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct, IDependable

from groundwork.job import Job
from groundwork.mig.layouts import NodeLayout

FOLDER = "mig_layout_guard"
_TIMEOUT = cdk.Duration.minutes(5)


class LayoutGuard(Construct):
    """A deployment that changes a group's layout fails here, unless the group allows it. Groups that are new or gone
    pass.

    It looks at its properties alone and waits for nothing: make everything that a node or Kubernetes would notice wait
    for `passed`, so that a deployment that is refused has touched nothing. `LayoutRollout` carries out what it lets
    pass.
    """

    passed: IDependable

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        layouts: Mapping[str, NodeLayout],
        may_change: Collection[str],
        operations_key: kms.IKey,
    ) -> None:
        """
        Args:
            layouts: by instance group; of every group whose GPUs could be partitioned, as the first partitioning of a
                live group is a change as well (`group_layout`).
            may_change: the groups whose layout may change (`allow_change`).
            operations_key: encrypts the logs; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id)
        job = Job(
            self,
            "Job",
            folder=FOLDER,
            resource_type="Custom::MigLayoutGuard",
            properties={
                "Layouts": {group: layout.config_name for group, layout in sorted(layouts.items())},
                "MayChange": sorted(may_change),
            },
            on_event=[
                iam.PolicyStatement(
                    sid="SeeARollBack",
                    actions=["cloudformation:DescribeStacks"],
                    resources=[cdk.Stack.of(self).stack_id],
                )
            ],
            timeout=_TIMEOUT,
            operations_key=operations_key,
        )
        self.passed = job.resource
