"""Carries out the changes of layout of a deployment, before the cluster itself changes."""

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


class LayoutRollout(Construct):
    """Runs `LayoutChange` for each group whose layout changes, and waits for its end. Groups that are new or gone pass;
    where the stack rolls back, layouts go back the same way.

    Make it wait for `LayoutGuard`, which has refused what nobody asked for, and for the ConfigMap with the layouts; and
    the HyperPod cluster for it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        layouts: Mapping[str, NodeLayout],
        custom: Collection[str],
        state_machine: sfn.StateMachine,
        operations_key: kms.IKey,
    ) -> None:
        """
        Args:
            layouts: by instance group, the same that the guard has.
            custom: the groups whose layout is none of those that the ConfigMap always has: it gets there with the
                deployment that changes to it, and the nodes read it a little later.
            state_machine: of `LayoutChange`.
            operations_key: encrypts the logs; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id)
        executions = cdk.Stack.of(self).format_arn(
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
                "Custom": sorted(custom),
            },
            on_event=[
                iam.PolicyStatement(
                    sid="ChangeLayouts",
                    actions=["states:StartExecution"],
                    resources=[state_machine.state_machine_arn],
                )
            ],
            is_complete=[
                iam.PolicyStatement(sid="SeeTheirEnd", actions=["states:DescribeExecution"], resources=[executions])
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
