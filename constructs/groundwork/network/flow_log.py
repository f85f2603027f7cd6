"""The record of all traffic of a VPC."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.removal import removal_policy
from groundwork.settings import LogRetentionDays


class FlowLog(Construct):
    """Accepted and rejected traffic of a VPC, in an encrypted log group."""

    log_group: logs.LogGroup

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        key: kms.IKey,
        retention_days: LogRetentionDays,
        keep: bool,
    ) -> None:
        """
        Args:
            key: encrypts the log group; its policy must let CloudWatch Logs use it.
            retention_days: days for which a record is kept, one of the values that CloudWatch Logs takes.
            keep: whether the records outlive their stack.
        """
        super().__init__(scope, construct_id)
        self.log_group = logs.LogGroup(
            self,
            "Records",
            encryption_key=key,
            removal_policy=removal_policy(keep=keep),
        )
        # The number itself: CDK's names for it are an enumeration that an environment file does not speak.
        cast("logs.CfnLogGroup", self.log_group.node.default_child).retention_in_days = retention_days
        role = self._create_role()
        flow_log = ec2.CfnFlowLog(
            self,
            "FlowLog",
            resource_type="VPC",
            resource_id=vpc.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_group_name=self.log_group.log_group_name,
            deliver_logs_permission_arn=role.role_arn,
        )
        flow_log.node.add_dependency(role)  # and its policy

    def _create_role(self) -> iam.Role:
        # Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html, cut to the one log group.
        stack = cdk.Stack.of(self)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "vpc-flow-logs.amazonaws.com",
                conditions={
                    "StringEquals": {"aws:SourceAccount": stack.account},
                    "ArnLike": {
                        "aws:SourceArn": stack.format_arn(service="ec2", resource="vpc-flow-log", resource_name="*")
                    },
                },
            ),
        )
        self.log_group.grant(role, "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams")
        acknowledge(
            role,
            "NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy",
            "HIPAA.Security::HIPAA.Security-IAMNoInlinePolicy",
            "PCI.DSS.321::PCI.DSS.321-IAMNoInlinePolicy",
            reason="The policy names one log group, belongs to this role alone and goes with it; the permissions "
            "boundary limits what the role could be given.",
        )
        return role
