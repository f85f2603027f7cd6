"""The permissions boundary of every role of an environment."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from groundwork.acknowledge import acknowledge


def boundary_name(environment: str) -> str:
    """The boundary's name: a physical one, as roles in other stacks and Regions name it without a reference."""
    return f"groundwork-{environment}-boundary"


class PermissionsBoundary(Construct):
    """What no role of the environment can do, whatever its own policy says.

    It denies rather than lists: roles get their permissions from their own least-privilege policies, and the boundary
    stops the ways out of them - new identities, weaker boundaries, blinded audit, destroyed keys and backups.
    """

    policy: iam.ManagedPolicy

    def __init__(self, scope: Construct, construct_id: str, *, environment: str, internet: bool) -> None:
        """
        Args:
            environment: the environment's name.
            internet: whether roles may open a path to the internet.
        """
        super().__init__(scope, construct_id)
        name = boundary_name(environment)
        arn = cdk.Stack.of(self).format_arn(service="iam", region="", resource="policy", resource_name=name)
        self.policy = iam.ManagedPolicy(
            self,
            "Policy",
            managed_policy_name=name,
            description="Permissions boundary of every role of the environment",
            statements=[
                iam.PolicyStatement(sid="UpToTheRole", actions=["*"], resources=["*"]),
                _deny_weaker_boundaries(arn),
                *_denials(arn),
                *([] if internet else [_no_internet()]),
            ],
        )
        acknowledge(
            self.policy,
            "AwsSolutions::AwsSolutions-IAM5[Action::*]",
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            "NIST.800.53.R5::NIST.800.53.R5-IAMPolicyNoStatementsWithAdminAccess",
            "NIST.800.53.R5::NIST.800.53.R5-IAMPolicyNoStatementsWithFullAccess",
            "HIPAA.Security::HIPAA.Security-IAMPolicyNoStatementsWithAdminAccess",
            "HIPAA.Security::HIPAA.Security-IAMPolicyNoStatementsWithFullAccess",
            "PCI.DSS.321::PCI.DSS.321-IAMPolicyNoStatementsWithAdminAccess",
            "PCI.DSS.321::PCI.DSS.321-IAMPolicyNoStatementsWithFullAccess",
            "Groundwork::NoWildcardAction[*]",
            reason="A boundary grants nothing: a role can do what its own policy allows, less what is denied here.",
        )


def _deny(sid: str, *actions: str, resources: tuple[str, ...] = ("*",)) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid=sid, effect=iam.Effect.DENY, actions=list(actions), resources=list(resources))


def _deny_weaker_boundaries(arn: str) -> iam.PolicyStatement:
    # Shape of the example boundary in https://docs.aws.amazon.com/cdk/v2/guide/customize-permissions-boundaries.html:
    # a role may make and change other roles only as long as these carry the same boundary.
    statement = _deny(
        "RolesOnlyWithThisBoundary",
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
    )
    statement.add_condition("StringNotEquals", {"iam:PermissionsBoundary": arn})
    return statement


def _denials(arn: str) -> list[iam.PolicyStatement]:
    return [
        _deny(
            "PoliciesAndTrustStay",
            "iam:CreatePolicyVersion",
            "iam:SetDefaultPolicyVersion",
            "iam:UpdateAssumeRolePolicy",
        ),
        _deny("BoundaryStays", "iam:DeletePolicy", "iam:DeletePolicyVersion", resources=(arn,)),
        _deny("BoundaryIsNotRemoved", "iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"),
        _deny(
            "NoOtherIdentities",
            "iam:AddUserToGroup",
            "iam:AttachGroupPolicy",
            "iam:AttachUserPolicy",
            "iam:CreateAccessKey",
            "iam:CreateLoginProfile",
            "iam:CreateOpenIDConnectProvider",
            "iam:CreateSAMLProvider",
            "iam:CreateServiceSpecificCredential",
            "iam:CreateUser",
            "iam:PutGroupPolicy",
            "iam:PutUserPermissionsBoundary",
            "iam:PutUserPolicy",
            "iam:UpdateAccessKey",
            "iam:UpdateLoginProfile",
            "iam:UpdateOpenIDConnectProviderThumbprint",
            "iam:UpdateSAMLProvider",
        ),
        _deny("AccountAndOrganization", "account:*", "organizations:*"),
        _deny(
            "AuditStays",
            "cloudtrail:DeleteTrail",
            "cloudtrail:PutEventSelectors",
            "cloudtrail:StopLogging",
            "cloudtrail:UpdateTrail",
            "config:DeleteConfigurationRecorder",
            "config:DeleteDeliveryChannel",
            "config:PutConfigurationRecorder",
            "config:StopConfigurationRecorder",
            "ec2:DeleteFlowLogs",
            "guardduty:DeleteDetector",
            "guardduty:DisassociateFromAdministratorAccount",
            "guardduty:UpdateDetector",
            "logs:DeleteLogGroup",
            "securityhub:DisableSecurityHub",
        ),
        _deny(
            "KeysAndBackupsStay",
            "backup:DeleteBackupVault",
            "backup:DeleteBackupVaultLockConfiguration",
            "backup:DeleteRecoveryPoint",
            "backup:PutBackupVaultLockConfiguration",
            "backup:UpdateRecoveryPointLifecycle",
            "kms:DisableKey",
            "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion",
        ),
    ]


def _no_internet() -> iam.PolicyStatement:
    return _deny(
        "NoPathToTheInternet",
        "ec2:AcceptVpcPeeringConnection",
        "ec2:AllocateAddress",
        "ec2:AssociateAddress",
        "ec2:AttachInternetGateway",
        "ec2:AttachVpnGateway",
        "ec2:CreateCarrierGateway",
        "ec2:CreateClientVpnEndpoint",
        "ec2:CreateEgressOnlyInternetGateway",
        "ec2:CreateInternetGateway",
        "ec2:CreateNatGateway",
        "ec2:CreateRoute",
        "ec2:CreateTransitGatewayVpcAttachment",
        "ec2:CreateVpcPeeringConnection",
        "ec2:CreateVpnConnection",
        "ec2:ModifyVpcEndpoint",
        "ec2:ReplaceRoute",
    )
