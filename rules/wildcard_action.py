"""No wildcard among the actions that an identity is allowed, outside the acknowledged list.

Each pattern is a finding of its own (`NoWildcardAction[s3:Get*]`): the acknowledgments beside their causes are
the list of wildcards with their reasons. Which resources a statement names is cdk-nag's business (IAM5).
"""

from __future__ import annotations

from collections.abc import Iterator

from .finding import Finding
from .intrinsics import items, mapping
from .policies import identity_policies, statements
from .template import Template

RULE = "NoWildcardAction"
FIX = (
    "Name the actions that are called. Where a pattern cannot be avoided (a CDK grant writes it, a boundary "
    "needs it), acknowledge exactly this id beside the grant and say what limits it."
)


def check(template: Template) -> Iterator[Finding]:
    """Findings for every wildcard, and every NotAction, in an Allow statement of an identity policy."""
    for resource, path, document in identity_policies(template):
        seen: set[str] = set()
        for statement in statements(document):
            if mapping(statement).get("Effect") == "Deny":
                continue
            patterns = {
                text
                for action in items(statement.get("Action"))
                for text in template.texts(action)
                if "*" in text or "?" in text
            }
            if "NotAction" in statement:
                patterns.add("NotAction")
            for pattern in sorted(patterns - seen):
                yield Finding(
                    rule=RULE,
                    detail=pattern,
                    resource=resource.id,
                    path=path,
                    message=f"The policy allows {_meaning(pattern)}, also actions that AWS adds later.",
                    fix=FIX,
                )
            seen |= patterns


def _meaning(pattern: str) -> str:
    return "everything but the actions it lists" if pattern == "NotAction" else f"every action like '{pattern}'"
