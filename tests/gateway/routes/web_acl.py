"""A web ACL as CloudFormation writes it, evaluated on requests.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements.html, read 2026-11-23
"""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Any

from tests.gateway.routes.managed_rules import MANAGED_GROUPS, Seen
from tests.gateway.routes.request import Request
from tests.gateway.routes.statements import Context, Counters, matches

INSPECTED = {"REGIONAL": 8 * 1024, "CLOUDFRONT": 16 * 1024}
"""Bytes of a body that a load balancer and a distribution hand to the firewall unless told otherwise.
https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-setting-body-inspection-limit.html, read 2026-11-23"""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the firewall says of a request."""

    blocked: bool
    status: int = 403
    rule: str = ""
    counted: frozenset[str]


@dataclass
class WebAcl:
    """Remembers requests, for rules that count a rate."""

    properties: dict[str, Any]
    resources: Mapping[str, Any] = field(default_factory=dict)
    """Of the template, for sets that rules refer to."""
    bad_addresses: frozenset[IPv4Address] = frozenset()
    """What stands on AWS's lists."""
    _seen: Counters = field(default_factory=lambda: defaultdict(deque))

    def judge(self, request: Request) -> Verdict:
        """Run the rules in their order until one of them ends it."""
        inspected = INSPECTED[self.properties["Scope"]]
        context = Context(request=request, inspected=inspected, resources=self.resources, counters=self._seen)
        counted: set[str] = set()
        for rule in sorted(self.properties["Rules"], key=lambda rule: rule["Priority"]):
            if verdict := self._apply(rule, context, counted):
                return verdict
        action = _only(self.properties["DefaultAction"])
        return Verdict(blocked=action == "Block", rule="Default", counted=frozenset(counted))

    def _apply(self, rule: dict[str, Any], context: Context, counted: set[str]) -> Verdict | None:
        if group := rule["Statement"].get("ManagedRuleGroupStatement"):
            return self._apply_group(group, rule["OverrideAction"], context, counted)
        context.rule = rule["Name"]
        if not matches(rule["Statement"], context):
            return None
        context.labels |= {label["Name"] for label in rule.get("RuleLabels", ())}
        kind = _only(rule["Action"])
        if kind == "Count":
            counted.add(rule["Name"])
            return None
        if kind not in ("Allow", "Block"):
            raise NotImplementedError(f"action {kind}")
        response = (rule["Action"][kind] or {}).get("CustomResponse", {})
        status = int(response.get("ResponseCode", 403))
        return Verdict(blocked=kind == "Block", status=status, rule=rule["Name"], counted=frozenset(counted))

    def _apply_group(
        self, group: dict[str, Any], override: dict[str, Any], context: Context, counted: set[str]
    ) -> Verdict | None:
        if unknown := set(group) - {"VendorName", "Name", "RuleActionOverrides"}:
            raise NotImplementedError(f"{sorted(unknown)} of a managed rule group")
        rules = MANAGED_GROUPS[group["Name"]]
        actions = {one["Name"]: _only(one["ActionToUse"]) for one in group.get("RuleActionOverrides", ())}
        if strangers := set(actions) - set(rules):
            raise ValueError(f"{group['Name']} has no rule {sorted(strangers)}")
        count_all = _only(override) == "Count"
        seen = Seen(request=context.request, inspected=context.inspected, bad_addresses=self.bad_addresses)
        for name, applies in rules.items():
            if not applies(seen):
                continue
            action = "Count" if count_all else actions.get(name, "Block")
            if action == "Block":
                return Verdict(blocked=True, rule=name, counted=frozenset(counted))
            if action != "Count":
                raise NotImplementedError(f"action {action}")
            counted.add(name)
        return None


def _only(choice: dict[str, Any]) -> str:
    (name,) = choice
    return name
