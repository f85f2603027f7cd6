"""A statement's Effect is Allow or Deny, spelled exactly so: IAM refuses it only in the middle of a deployment."""

from __future__ import annotations

from collections.abc import Iterator

from .finding import Finding
from .policies import all_policies, statements
from .template import Template

RULE = "PolicyEffectIsAllowOrDeny"


def check(template: Template) -> Iterator[Finding]:
    """Findings for a missing Effect and for one that IAM does not know."""
    for resource, path, document in all_policies(template):
        for index, statement in enumerate(statements(document)):
            texts = template.texts(statement.get("Effect"))
            for text in texts or ("nothing",):
                if text not in ("Allow", "Deny") and not text.startswith("${"):
                    yield Finding(
                        rule=RULE,
                        resource=resource.id,
                        path=f"{path}.Statement.{index}.Effect",
                        message=f"Effect is {text!r}; IAM knows 'Allow' and 'Deny' and is case-sensitive.",
                        fix="Write Effect: Allow or Effect: Deny.",
                    )
