"""Every role and every user has a permissions boundary, in each branch of each condition.

A boundary is the ceiling that an account's owner sets: whatever a stack, a custom resource or a mistake writes into
a policy, the identity cannot do more.
"""

from __future__ import annotations

from collections.abc import Iterator

from .finding import Finding
from .intrinsics import may_be_absent
from .template import Template

RULE = "PermissionsBoundaryIsSet"


def check(template: Template) -> Iterator[Finding]:
    """Findings for identities that have no boundary, or none under some condition."""
    for resource in template.of_type("AWS::IAM::Role", "AWS::IAM::User"):
        if may_be_absent(resource.properties.get("PermissionsBoundary")):
            yield Finding(
                rule=RULE,
                resource=resource.id,
                path="Properties.PermissionsBoundary",
                message="The identity has no permissions boundary, or none under some condition: nothing limits what "
                "its policies may grant later.",
                fix="Set permissions_boundary in the environment file; the Stage passes it to every role it makes.",
            )
