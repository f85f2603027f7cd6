"""Which actions CloudFormation needs for a resource type, from the schemas that cfn-lint carries.

A resource provider's schema lists them under `handlers.*.permissions`, and those of its tags under
`tagging.permissions`: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from promotion.errors import PromotionError

_REGION = "us-east-1"
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+\*?")
_CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
_WITHOUT_ACTIONS = ("AWS::CDK::Metadata", "AWS::CloudFormation::WaitConditionHandle")
# What Lambda-backed custom resources are called with: the role that deploys the stack.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html
_INVOKE = frozenset({"lambda:InvokeFunction"})
# Types that are older than handlers, from what their services say of the calls behind them.
_OLDER = {
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonfsx.html, read on 2026-11-23: a
    # deletion makes a last backup; a file system has a service-linked role, interfaces and a grant on its key.
    "AWS::FSx::FileSystem": """
        fsx:CreateBackup fsx:CreateFileSystem fsx:DeleteFileSystem fsx:DescribeBackups fsx:DescribeFileSystems
        fsx:ListTagsForResource fsx:TagResource fsx:UntagResource fsx:UpdateFileSystem
        ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs
        ec2:GetSecurityGroupsForVpc iam:CreateServiceLinkedRole kms:CreateGrant kms:DescribeKey
    """,
}


@cache
def actions_of(resource_type: str) -> frozenset[str]:
    """The actions of all handlers of a type.

    Raises:
        PromotionError: the type has no schema, or one that names no action; nothing is guessed.
    """
    if resource_type in _WITHOUT_ACTIONS:
        return frozenset()
    if resource_type.startswith(_CUSTOM):
        return _INVOKE
    if resource_type in _OLDER:
        return frozenset(_OLDER[resource_type].split())
    schema = _schema(resource_type)
    listed = [
        *(action for handler in schema.get("handlers", {}).values() for action in handler.get("permissions", ())),
        *schema.get("tagging", {}).get("permissions", ()),
    ]
    # Some schemas name things that are no actions, such as `s3:REST.PUT.OBJECT`.
    actions = frozenset(action.strip() for action in listed if _ACTION.fullmatch(action.strip()))
    if not actions:
        raise PromotionError(
            f"{resource_type}: cfn-lint's schemas tell no permissions of it, so none can be granted; "
            "deploy it in a stack of its own, with a role of its own, or install a cfn-lint that knows it."
        )
    return actions


def _schema(resource_type: str) -> dict[str, Any]:
    folder = _schemas()
    name = _index(folder).get(resource_type)
    return json.loads((folder / "resources" / f"{name}.json").read_text("utf-8")) if name else {}


@cache
def _index(folder: Path) -> dict[str, str]:
    return json.loads((folder / "providers" / f"{_REGION}.json").read_text("utf-8"))


@cache
def _schemas() -> Path:
    # Found without an import, which would take half a second.
    package = find_spec("cfnlint")
    if package is None or not package.submodule_search_locations:
        raise PromotionError("The bootstrap policy needs the resource schemas of cfn-lint: `pip install cfn-lint`.")
    return Path(package.submodule_search_locations[0]) / "data" / "schemas"
