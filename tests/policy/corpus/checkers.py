"""The three sets of checks that every template goes through; each gives the ids of the rules that refuse it.

Only errors count: they stop a synthesis, a warning does not.
"""

from __future__ import annotations

from functools import cache

from cfnlint.config import ConfigMixIn
from cfnlint.decode import decode_str
from cfnlint.runner import Runner
from cloudformation_validate import (
    PseudoParameterOverrides,
    RuleFilterConfig,
    Severity,
    TemplateContent,
    ValidateConfig,
)

from tests.policy.rules.engines import guard_engine, guard_findings, guard_rule_names, python_findings

REGION = "eu-central-1"
# The CDK excludes it as well: it refuses splits that the CDK writes.
_EXCLUDED_BY_CDK = ["E1018"]


def validate(text: str) -> set[str]:
    """CloudFormation Validate with its own rules, as every `cdk synth` runs it."""
    config = ValidateConfig(
        severity_level=Severity.ERROR,
        exclude=RuleFilterConfig(ids=[*_EXCLUDED_BY_CDK, *guard_rule_names()]),
        pseudo_parameter_overrides=PseudoParameterOverrides(account_id="111122223333", region=REGION),
    )
    return {finding.rule_id for finding in guard_engine().validate_template(TemplateContent(text), config).diagnostics}


def cfn_lint(text: str) -> set[str]:
    """cfn-lint's errors."""
    template, errors = decode_str(text)
    matches = errors or list(_linter().validate_template(template))
    return {match.rule.id for match in matches if match.rule.id.startswith("E")}


def pack(text: str) -> set[str]:
    """The project's own rules, Guard and Python."""
    return {finding.rule for finding in [*python_findings(text), *guard_findings(text)]}


CHECKERS = {"validate": validate, "cfn-lint": cfn_lint, "pack": pack}


@cache
def _linter() -> Runner:
    """One runner for all templates: reading its rules takes ten times as long as a template."""
    return Runner(ConfigMixIn(regions=[REGION]))
