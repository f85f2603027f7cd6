"""Every check over what no shipped example asks for; tests/policy runs them over the examples."""

import json
from pathlib import Path

import aws_cdk as cdk

import app as platform_app
from rules.report import REPORT, open_findings
from tests.constructs.gateway.conftest import UNPROTECTED
from tests.constructs.gateway.templates import changed_text


def test_what_is_less_protected_is_acknowledged_with_its_reason_and_nothing_else_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "environments"
    folder.mkdir()
    (folder / "unprotected.yaml").write_text(changed_text("gateway-public", UNPROTECTED))
    app = cdk.App(
        context={**platform_app.context(), "environments": str(folder)},
        outdir=str(tmp_path / "assembly"),
        post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": False},
    )
    platform_app.build(app)
    platform_app.attach_checks(app)
    assembly = Path(app.synth().directory)
    assert open_findings(assembly) == []
    plugins = json.loads((assembly / REPORT).read_text())["pluginReports"]
    acknowledged = {finding["ruleName"] for plugin in plugins for finding in plugin.get("suppressedViolations", ())}
    assert acknowledged >= {
        "AwsSolutions-EC23",  # the load balancer is open to all
        "AwsSolutions-RDS3",  # the database has no stand-in
        "AwsSolutions-RDS10",  # and can be deleted
        "NIST.800.53.R5-ELBDeletionProtectionEnabled",
        "NIST.800.53.R5-RDSMultiAZSupport",
        "NIST.800.53.R5-RDSInstanceDeletionProtectionEnabled",
    }
