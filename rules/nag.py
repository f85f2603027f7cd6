"""cdk-nag's packs: those that an environment must pass, and those that are only reported."""

import aws_cdk as cdk
import jsii
from cdk_nag import (
    AwsSolutionsChecks,
    HIPAASecurityChecks,
    NagPack,
    NIST80053R5Checks,
    PCIDSS321Checks,
    ServerlessChecks,
)


def nag_plugins() -> list[cdk.IPolicyValidationPlugin]:
    """AwsSolutions and NIST 800-53 r5, which fail synthesis; HIPAA, PCI DSS and Serverless, which are reported."""
    required = [AwsSolutionsChecks(verbose=True), NIST80053R5Checks(verbose=True)]
    reported = [HIPAASecurityChecks(verbose=True), PCIDSS321Checks(verbose=True), ServerlessChecks(verbose=True)]
    return [*required, *(ReportOnly(pack) for pack in reported)]


@jsii.implements(cdk.IPolicyValidationPlugin)
class ReportOnly:
    """A pack whose findings stand in the report as warnings and never fail synthesis."""

    def __init__(self, pack: NagPack) -> None:
        self._pack = pack

    @property
    def name(self) -> str:
        """The pack's own name, so that acknowledgments read the same whether it fails synthesis or not."""
        return self._pack.read_pack_name

    @property
    def version(self) -> str | None:
        """The pack has no version of its own."""
        return None

    @property
    def rule_ids(self) -> list[str] | None:
        """The pack does not list its rules."""
        return None

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Run the pack over the whole app."""
        found = self._pack.validate_scope(context.app_construct)
        warnings = [
            cdk.PolicyViolation(
                rule_name=violation.rule_name,
                description=violation.description,
                severity="warning",
                violating_resources=violation.violating_resources,
            )
            for violation in found.violations
        ]
        return cdk.PolicyValidationPluginReport(success=True, violations=warnings)
