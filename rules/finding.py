"""What a rule reports."""

from __future__ import annotations

import re
from dataclasses import dataclass

# The CDK parses brackets in a rule id: an unbalanced one would stop the whole validation.
_BRACKETS = re.compile(r"[\[\](){}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One mistake in one template.

    `rule` names the rule. `detail` tells findings of one rule on one resource apart, so that each is
    acknowledged on its own; leave it out where an acknowledgment may cover the resource.
    `resource` is the logical id, or None where the mistake is not inside a resource.
    `path` is the dotted property path. `message` says what is wrong and why it matters, `fix` what to do.
    """

    rule: str
    message: str
    fix: str
    resource: str | None = None
    path: str = ""
    detail: str | None = None

    @property
    def id(self) -> str:
        """The id to acknowledge, without the plugin's name: `Rule` or `Rule[detail]`."""
        if self.detail is None:
            return self.rule
        return f"{self.rule}[{_BRACKETS.sub('', self.detail).replace(' ', '-')}]"
