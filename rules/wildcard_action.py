"""No wildcard among the actions that a policy allows, outside the acknowledged list.

Each pattern is a finding of its own (`NoWildcardAction[s3:Get*]`): the acknowledgments beside their causes are
the list of wildcards with their reasons. Which resources a statement names is cdk-nag's business (IAM5).

A policy of a resource names who may act, on that resource alone: there, patterns such as `kms:GenerateDataKey*`, which
CDK grants write, count only when everybody may act. A whole service counts always, save in two statements that give
nobody a permission: the one that leaves a key to the IAM policies of its own account, and one in the policy of a VPC
endpoint that lets only chosen accounts through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .finding import Finding
from .intrinsics import function, items, mapping
from .policies import Document, all_policies, statements
from .template import Resource, Template

RULE = "NoWildcardAction"
FIX = (
    "Name the actions that are called. Where a pattern cannot be avoided (a CDK grant writes it, a boundary "
    "needs it), acknowledge exactly this id beside the grant and say what limits it."
)

_KEYS = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
_ROOT = re.compile(r"^arn:(?:[^:$]+|\$\{AWS::Partition\}):iam::(\d{12}|\$\{AWS::AccountId\}):root$")
_ENDPOINT = "AWS::EC2::VPCEndpoint"
_LIMITS = set(
    "aws:principalaccount aws:resourceaccount s3:resourceaccount aws:principalorgid aws:resourceorgid".split()
)
# `*` and `sqs:*`, however many stars it has.
_WHOLE_SERVICE = re.compile(r"^(?:[\w-]+:)?\*+$")


def check(template: Template) -> Iterator[Finding]:
    """Findings for every wildcard, and every NotAction, in an Allow statement."""
    seen: set[tuple[str, str, str]] = set()
    for resource, path, document in all_policies(template):
        for statement in statements(document):
            if statement.get("Effect") == "Deny" or _gives_nobody_anything(template, resource, statement):
                continue
            for pattern in sorted(_patterns(template, statement)):
                if (resource.id, path, pattern) in seen:
                    continue
                seen.add((resource.id, path, pattern))
                yield Finding(
                    rule=RULE,
                    detail=pattern,
                    resource=resource.id,
                    path=path,
                    message=f"The policy allows {_meaning(pattern)}, also actions that AWS adds later.",
                    fix=FIX,
                )


def _patterns(template: Template, statement: Document) -> set[str]:
    texts = {text for action in items(statement.get("Action")) for text in template.texts(action)}
    patterns = {text for text in texts if "*" in text or "?" in text}
    if "Principal" in statement and not _is_everybody(template, statement["Principal"]):
        patterns = {pattern for pattern in patterns if _WHOLE_SERVICE.match(pattern)}
    return patterns | {"NotAction"} if "NotAction" in statement else patterns


def _is_everybody(template: Template, principal: object) -> bool:
    value = principal if function(principal) else mapping(principal).get("AWS", principal)
    return any(text == "*" for item in items(value) for text in template.texts(item))


def _meaning(pattern: str) -> str:
    return "everything but the actions it lists" if pattern == "NotAction" else f"every action like '{pattern}'"


def _gives_nobody_anything(template: Template, resource: Resource, statement: Document) -> bool:
    if resource.type in _KEYS:
        return _is_own_account(template, statement.get("Principal"))
    return resource.type == _ENDPOINT and _is_limited(statement)


def _is_own_account(template: Template, principal: object) -> bool:
    if function(principal) or set(mapping(principal)) != {"AWS"}:
        return False
    texts = [text for item in items(mapping(principal)["AWS"]) for text in template.texts(item)]
    roots = [_ROOT.match(text) for text in texts]
    own = {"${AWS::AccountId}", template.account}
    # Where the assembly does not know the account, a literal one is taken for the own.
    return bool(roots) and all(root and (root.group(1) in own or template.account is None) for root in roots)


def _is_limited(statement: Document) -> bool:
    """Only an equality counts: StringLike may be '*', and StringNotEquals lets everybody else through."""
    keys = {str(key).lower() for key in mapping(mapping(statement.get("Condition")).get("StringEquals"))}
    return bool(keys & _LIMITS)
