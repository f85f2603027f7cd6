"""What a Space is to Systems Manager."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from groundwork.pod_role import acknowledge_inline_policy, acknowledge_wildcards

_REPORT = """
    ssm:DescribeAssociation ssm:ListInstanceAssociations ssm:PutComplianceItems ssm:UpdateAssociationStatus
    ssm:UpdateInstanceAssociationStatus ssm:UpdateInstanceInformation
"""
_CHANNELS = """
    ssmmessages:CreateControlChannel ssmmessages:CreateDataChannel ssmmessages:OpenControlChannel
    ssmmessages:OpenDataChannel ec2messages:AcknowledgeMessage ec2messages:DeleteMessage ec2messages:FailMessage
    ec2messages:GetEndpoint ssm:GetDeployablePatchSnapshotForInstance ssm:GetManifest ssm:ListAssociations
    ssm:PutInventory ssm:PutConfigurePackageResult
"""


class ManagedInstanceRole(Construct):
    """The role of the agent in a Space that editors connect to. The controller's policy hands on roles of this name
    only, so it has one.

    Its rights are those of https://docs.aws.amazon.com/sagemaker/latest/dg/permission-setup.html (read 2026-11-23),
    except reading the account's parameters: sessions do not, and people work beside the agent.
    """

    role: iam.Role

    def __init__(self, scope: Construct, construct_id: str, *, environment: str) -> None:
        """
        Args:
            environment: its name, which tells the roles of one account apart.
        """
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        self.role = iam.Role(
            self,
            "Role",
            role_name=f"sagemaker-space-{environment}",
            description="Spaces that editors connect to by Systems Manager",
            assumed_by=iam.ServicePrincipal(
                "ssm.amazonaws.com",
                conditions={
                    "StringEquals": {"aws:SourceAccount": stack.account},
                    "ArnLike": {"aws:SourceArn": _arn(stack, "*")},
                },
            ),
        )
        statements = _statements(stack)
        for statement in statements:
            self.role.add_to_policy(statement)
        acknowledge_inline_policy(self.role)
        acknowledge_wildcards(
            self.role,
            [resource for statement in statements for resource in statement.resources],
            reason="Systems Manager names an instance when it registers, and its channels have no resource. The agent "
            "speaks for its own instance alone: the service knows it by its key.",
        )


def _statements(stack: cdk.Stack) -> list[iam.PolicyStatement]:
    instances, documents = _arn(stack, "managed-instance/*"), _arn(stack, "document/*")
    own_instance = {"ArnLike": {"ssm:SourceInstanceARN": instances}}
    return [
        iam.PolicyStatement(
            sid="Report", actions=_REPORT.split(), resources=[instances, documents, _arn(stack, "association/*")]
        ),
        iam.PolicyStatement(
            sid="Documents", actions=["ssm:GetDocument", "ssm:DescribeDocument"], resources=[documents]
        ),
        iam.PolicyStatement(sid="Channels", actions=_CHANNELS.split(), resources=["*"]),
        iam.PolicyStatement(
            sid="Messages",
            actions=["ec2messages:GetMessages", "ec2messages:SendReply"],
            resources=["*"],
            conditions=own_instance,
        ),
    ]


def _arn(stack: cdk.Stack, resource: str) -> str:
    return stack.format_arn(service="ssm", resource=resource, arn_format=cdk.ArnFormat.NO_RESOURCE_NAME)
