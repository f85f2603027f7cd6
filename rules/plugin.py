"""The CDK validation plugin that runs the Python rules after synthesis."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
import jsii

from . import acknowledgment, asset_secret
from .assembly import read_templates
from .finding import Finding
from .pack import RULE_NAMES, check_templates
from .template import Template

# Without this flag the CDK turns every error of "CloudFormation Validate", the Guard rules' too, into a
# warning.
ENFORCING_FLAG = "@aws-cdk/core:validateAgainstDefaultRules"


@jsii.implements(cdk.IPolicyValidationPlugin)
class GroundworkPolicy:
    """Findings are acknowledged as `Groundwork::<rule>` or `Groundwork::<rule>[<detail>]`."""

    def __init__(self, *, digests: frozenset[str]) -> None:
        self._digests = digests

    @property
    def name(self) -> str:
        """The plugin's name, which is the namespace of its rule ids."""
        return "Groundwork"

    @property
    def version(self) -> str:
        """The version of the rules."""
        return "1"

    @property
    def rule_ids(self) -> list[str]:
        """The rules, without the details that single findings carry."""
        return [*RULE_NAMES, acknowledgment.RULE, "GuardRulesAreEnforced"]

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Check all templates of the assembly, the files deployed with them, and the acknowledgments beside them."""
        paths = [Path(path) for path in context.template_paths]
        stacks = {stack.template_path: stack.stack_construct_path for stack in context.stack_templates}
        templates, findings = read_templates(paths)
        findings += check_templates(templates, digests=self._digests)
        violations = [_violation(template, finding, stacks) for template, finding in findings]
        for path, finding in asset_secret.check(paths):
            violations.append(_report(finding, template=str(path), construct=stacks.get(str(path))))
        for path in paths:
            for construct, finding in acknowledgment.check(path):
                violations.append(_report(finding, construct=construct, severity="fatal"))
        if context.app_construct.node.try_get_context(ENFORCING_FLAG) is not True:
            violations.append(_report(_NOT_ENFORCED, severity="fatal"))
        return cdk.PolicyValidationPluginReport(success=not violations, violations=violations)


_NOT_ENFORCED = Finding(
    rule="GuardRulesAreEnforced",
    message=f"The context value {ENFORCING_FLAG} is not true: the Guard rules only warn.",
    fix=f'Set "{ENFORCING_FLAG}": true in cdk.json, and load that context where a test builds an App.',
)


def _violation(template: Template, finding: Finding, stacks: dict[str, str]) -> cdk.PolicyViolation:
    # With a logical id the CDK finds the construct by itself; else the stack is the place to acknowledge.
    construct = None if finding.resource else stacks.get(template.name)
    return _report(finding, template=template.name, construct=construct)


def _report(
    finding: Finding, *, template: str | None = None, construct: str | None = None, severity: str = "error"
) -> cdk.PolicyViolation:
    """`fatal` is the one severity that nobody can acknowledge: it is for what acknowledgments rest on."""
    where = cdk.PolicyViolatingResource(
        resource_logical_id=finding.resource,
        construct_path=construct,
        template_path=template,
        locations=[finding.path] if finding.path else [],
    )
    return cdk.PolicyViolation(
        rule_name=finding.id,
        description=finding.message,
        fix=finding.fix,
        severity=severity,
        violating_resources=[where],
    )
