"""What nobody who deploys may do, whatever else is allowed: the ways from deploying to being an administrator.

https://docs.aws.amazon.com/cdk/v2/guide/customize-permissions-boundaries.html, and the paths of
`review.escalation_paths`.
"""

from typing import Any

Statement = dict[str, Any]

NEEDS_BOUNDARY = (
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
)
"""Actions with which a role gets rights: only for roles that carry the boundary of their environment."""

_OF_OTHERS = (
    "account:*",
    "iam:*AccessKey*",
    "iam:*AccountAlias*",
    "iam:*AccountPasswordPolicy*",
    "iam:*Group*",
    "iam:*LoginProfile*",
    "iam:*MFADevice*",
    "iam:*OpenIDConnectProvider*",
    "iam:*SAMLProvider*",
    "iam:*SSHPublicKey*",
    "iam:*ServerCertificate*",
    "iam:*ServiceSpecificCredential*",
    "iam:*SigningCertificate*",
    "iam:*User*",
    "iam:DeleteRolePermissionsBoundary",
    "iam:SetDefaultPolicyVersion",
    "organizations:*",
    "sts:AssumeRole*",
    "sts:Get*Token*",
)
_CHANGES_OF_ROLES = (
    *NEEDS_BOUNDARY,
    "iam:DeleteRole",
    "iam:PassRole",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
)
_CHANGES_OF_POLICIES = ("iam:CreatePolicyVersion", "iam:DeletePolicyVersion")


def denials(*, account: str, qualifier: str, boundaries: list[str], destroyable: bool) -> list[Statement]:
    """Statements that deny.

    Args:
        account: twelve digits.
        qualifier: of the bootstrap, whose roles and version stay as they are.
        boundaries: ARNs of the environments' boundaries.
        destroyable: whether a boundary may be deleted with its environment. Where it may, somebody who deploys could
            put a weaker one in its place.
    """
    role, bucket = f"arn:aws:iam::{account}:role/cdk-{qualifier}-*", f"arn:aws:s3:::cdk-{qualifier}-*"
    policies = [*boundaries, f"arn:aws:iam::{account}:policy/groundwork-deploy-*"]
    deletion = () if destroyable else ("iam:DeletePolicy",)
    return [
        _deny("RolesOnlyWithABoundary", NEEDS_BOUNDARY, ["*"])
        | {"Condition": {"StringNotEquals": {"iam:PermissionsBoundary": boundaries}}},
        _deny("NoOtherIdentities", _OF_OTHERS, ["*"]),
        _deny("BoundariesStay", (*_CHANGES_OF_POLICIES, *deletion), policies),
        _deny("BootstrapRolesStay", _CHANGES_OF_ROLES, [role]),
        _deny(
            "AssetsStay",
            ("s3:DeleteBucket*", "s3:DeleteObject*", "s3:PutBucket*", "s3:PutObject*"),
            [bucket, f"{bucket}/*"],
        ),
        _deny(
            "BootstrapVersionStays",
            ("ssm:DeleteParameter*", "ssm:PutParameter"),
            [f"arn:aws:ssm:*:{account}:parameter/cdk-bootstrap/*"],
        ),
    ]


def _deny(sid: str, actions: tuple[str, ...], resources: list[str]) -> Statement:
    return {"Sid": sid, "Effect": "Deny", "Action": sorted(actions), "Resource": resources}
