"""Keeps a deployment from changing the layout of a live instance group unasked."""

from collections.abc import Collection, Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.job import Job
from groundwork.mig.layout_change import FOLDER
from groundwork.mig.layout_role import as_findings_name_it
from groundwork.mig.layouts import NodeLayout

TIMEOUT = cdk.Duration.hours(1)
"""The longest that CloudFormation waits for a custom resource; a change ends before."""


class LayoutGuard(Construct):
    """A deployment that changes a group's layout fails here, before anything is touched; or, where the group allows it,
    empties the nodes and changes them first. Groups that are new or gone pass.

    Make the HyperPod cluster wait for it, and it for the ConfigMap with the layouts.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        layouts: Mapping[str, NodeLayout],
        may_change: Collection[str],
        state_machine: sfn.StateMachine,
        operations_key: kms.IKey,
    ) -> None:
        """
        Args:
            layouts: by instance group; of every group whose GPUs could be partitioned, as the first partitioning of a
                live group is a change as well (`group_layout`).
            may_change: the groups whose layout may change (`allow_change`).
            state_machine: of `LayoutChange`.
            operations_key: encrypts the logs; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        executions = stack.format_arn(
            service="states",
            resource="execution",
            resource_name=f"{state_machine.state_machine_name}:*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        job = Job(
            self,
            "Job",
            folder=FOLDER,
            resource_type="Custom::MigLayouts",
            properties={
                "StateMachine": state_machine.state_machine_arn,
                "Layouts": {
                    group: {"Layout": layout.config_name, "Resources": layout.resources}
                    for group, layout in sorted(layouts.items())
                },
                "MayChange": sorted(may_change),
            },
            statements=[
                iam.PolicyStatement(
                    sid="ChangeLayouts",
                    actions=["states:StartExecution"],
                    resources=[state_machine.state_machine_arn],
                ),
                iam.PolicyStatement(sid="SeeTheirEnd", actions=["states:DescribeExecution"], resources=[executions]),
                iam.PolicyStatement(
                    sid="SeeARollBack", actions=["cloudformation:DescribeStacks"], resources=[stack.stack_id]
                ),
            ],
            timeout=TIMEOUT,
            operations_key=operations_key,
            query_interval=cdk.Duration.seconds(30),
        )
        acknowledge(
            job,
            f"AwsSolutions::AwsSolutions-IAM5[Resource::{as_findings_name_it(self, executions)}]",
            reason="The executions of this one state machine, whose names are made when they start.",
        )
