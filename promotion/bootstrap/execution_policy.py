"""The policies of the role that CloudFormation deploys with, from what the assembly really holds.

The CDK's bootstrap gives that role AdministratorAccess unless it is told otherwise
(`--cloudformation-execution-policies`). Here it gets the actions of the resource types that are in the templates; what
concerns identities and code is held to the names that the stacks give, and to the boundary of the environments.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from operations.local.assembly import AssemblyStack
from promotion.bootstrap.guard import NEEDS_BOUNDARY, Statement, denials
from promotion.bootstrap.identities import Identities, read_identities
from promotion.bootstrap.policy_size import Document, document, fit
from promotion.bootstrap.resource_permissions import actions_of

EVERYWHERE = "us-east-1"
"""Where requests to IAM, CloudFront, Route 53 and billing count as made."""

_NEVER = (
    "iam:*Group*",
    "iam:*User*",
    "iam:DeleteRolePermissionsBoundary",
    "iam:SetDefaultPolicyVersion",
    "iam:DescribeOrganization",
    "sts:*",
    "organizations:*",
    "account:*",
)
"""Listed by schemas for what the platform has no resource of; `sts:AssumeRole` is a mistake of one."""
_OWN_FUNCTIONS = (
    "lambda:AddPermission",
    "lambda:CreateAlias",
    "lambda:CreateFunction",
    "lambda:DeleteFunction",
    "lambda:InvokeFunction",
    "lambda:PublishVersion",
    "lambda:PutFunctionEventInvokeConfig",
    "lambda:RemovePermission",
    "lambda:UpdateAlias",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
)


@dataclass(frozen=True, kw_only=True)
class ExecutionPolicy:
    """What an administrator makes before the bootstrap of one account."""

    account: str
    qualifier: str
    regions: tuple[str, ...]
    policies: tuple[Document, ...]
    """For `--cloudformation-execution-policies`."""
    boundary: Document
    """For `--custom-permissions-boundary`: the same denials, in case somebody attaches a wider policy."""


def execution_policy(
    stacks: Iterable[AssemblyStack], *, account: str, qualifier: str, destroyable: bool = False
) -> ExecutionPolicy:
    """The policies for all stacks of one account; `destroyable` as `guard.denials` has it."""
    there = list(stacks)
    identities = read_identities((stack.name, stack.template) for stack in there)
    regions = tuple(dict.fromkeys(stack.region for stack in there))
    denied = denials(
        account=account,
        qualifier=qualifier,
        boundaries=[_arn(account, "policy", name) for name in sorted(identities.boundaries)],
        destroyable=destroyable,
    )
    allowed = _allowed(_actions(there), identities, account=account, qualifier=qualifier, regions=regions)
    return ExecutionPolicy(
        account=account,
        qualifier=qualifier,
        regions=regions,
        policies=tuple(fit([*denied, *allowed])),
        boundary=document([_allow("UpToThePolicies", ["*"], ["*"]), *denied]),
    )


def _actions(stacks: list[AssemblyStack]) -> frozenset[str]:
    """Also what templates need beside their resources: the bootstrap's version, secrets, outputs of other stacks."""
    found = {"ssm:GetParameters"}
    for stack in stacks:
        text = stack.template.read_text("utf-8")
        for resource in json.loads(text).get("Resources", {}).values():
            found |= actions_of(resource["Type"])
        if "{{resolve:secretsmanager:" in text:
            found.add("secretsmanager:GetSecretValue")
        if "{{resolve:ssm" in text:
            found |= {"ssm:GetParameter"}
        if '"Fn::GetStackOutput"' in text:
            found.add("cloudformation:DescribeStacks")
    return frozenset(action for action in found if not any(fnmatchcase(action, never) for never in _NEVER))


def _allowed(
    actions: frozenset[str], identities: Identities, *, account: str, qualifier: str, regions: tuple[str, ...]
) -> list[Statement]:
    roles = [_arn(account, "role", name) for name in sorted({f"{p}*" for p in identities.prefixes} | identities.names)]
    policies = [_arn(account, "policy", f"{prefix}*") for prefix in sorted(identities.prefixes)]
    bounds = [_arn(account, "policy", name) for name in sorted(identities.boundaries)]
    functions = [f"arn:aws:lambda:*:{account}:function:{prefix}*" for prefix in sorted(identities.prefixes)]
    linked = _arn(account, "role", "aws-service-role/*")
    reads = {a for a in actions if a.startswith(("iam:Get", "iam:List"))}
    on_roles = {
        a for a in actions if a.startswith("iam:") and "Role" in a and "Linked" not in a and "Profile" not in a
    } - reads
    on_policies = {a for a in actions if a.startswith("iam:") and "Policy" in a and "Role" not in a} - reads
    bounded = on_roles & set(NEEDS_BOUNDARY)
    own = actions & set(_OWN_FUNCTIONS)
    rest = actions - reads - on_roles - on_policies - own - {"iam:CreateServiceLinkedRole"}
    statements = [
        _allow("RolesWithABoundary", bounded, roles, {"StringEquals": {"iam:PermissionsBoundary": bounds}}),
        _allow("Roles", on_roles - bounded - {"iam:PassRole"}, roles),
        _allow(
            "PassRoles",
            on_roles & {"iam:PassRole"},
            [*roles, linked, *sorted(identities.passed)],
            {"StringEquals": {"iam:PassedToService": sorted(identities.services)}} if identities.services else None,
        ),
        _allow("ServiceLinkedRoles", actions & {"iam:CreateServiceLinkedRole"}, [linked]),
        _allow("Policies", on_policies, policies),
        _allow(
            "BoundariesAreMadeOnce", on_policies & {"iam:CreatePolicy", "iam:DeletePolicy", "iam:TagPolicy"}, bounds
        ),
        _allow("Functions", own, functions),
        _allow(
            "Assets", {"s3:GetObject", "s3:GetObjectVersion"}, [f"arn:aws:s3:::cdk-{qualifier}-assets-{account}-*/*"]
        ),
        _allow("ReadIdentities", reads, ["*"]),
        _allow(
            "Resources",
            rest,
            ["*"],
            {"StringEquals": {"aws:RequestedRegion": sorted({*regions, EVERYWHERE})}},
        ),
    ]
    return [statement for statement in statements if statement["Action"]]


def _allow(
    sid: str, actions: Iterable[str], resources: list[str], condition: dict[str, dict[str, list[str]]] | None = None
) -> Statement:
    statement: Statement = {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": resources}
    return statement | ({"Condition": condition} if condition else {})


def _arn(account: str, kind: str, name: str) -> str:
    return f"arn:aws:iam::{account}:{kind}/{name}"
