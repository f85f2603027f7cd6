"""A KMS key policy lets somebody change it: only AWS Support recovers a key that nobody administers.

AWS refuses such a policy when the key is created, unless BypassPolicyLockoutSafetyCheck is set.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from .finding import Finding
from .intrinsics import function, items, mapping
from .policies import statements
from .template import Template

RULE = "NoKeyPolicyLockout"


def check(template: Template) -> Iterator[Finding]:
    """Findings for keys whose policy allows nobody kms:PutKeyPolicy."""
    for resource in template.of_type("AWS::KMS::Key", "AWS::KMS::ReplicaKey"):
        policy = resource.properties.get("KeyPolicy")
        if policy is None or function(policy):
            continue  # without a policy AWS writes the default one, which gives the account the key
        if not any(_administers(template, statement) for statement in statements(mapping(policy))):
            yield Finding(
                rule=RULE,
                resource=resource.id,
                path="Properties.KeyPolicy",
                message="No statement of the key policy allows anybody to change it (kms:PutKeyPolicy).",
                fix="Allow kms:* to the account's root principal; IAM policies then decide who may use the key.",
            )


def _administers(template: Template, statement: object) -> bool:
    body = mapping(statement)
    if body.get("Effect") != "Allow" or "NotPrincipal" in body or not body.get("Principal"):
        return False
    principal = body["Principal"]
    # A service cannot change a policy back: only an AWS principal counts.
    if mapping(principal) and not function(principal) and "AWS" not in mapping(principal):
        return False
    patterns = [text for action in items(body.get("Action")) for text in template.texts(action)]
    return any(fnmatchcase("kms:putkeypolicy", pattern.lower()) for pattern in patterns)
