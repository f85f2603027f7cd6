"""Every check over the clusters whose images nobody has pinned yet; tests/policy reads the folder of the others."""

import json
from pathlib import Path

import aws_cdk as cdk

import app as platform_app
from groundwork.yaml_document import read_yaml
from rules import validation_plugins
from rules.nag import nag_plugins
from rules.report import REPORT, open_findings
from tests.cluster.cluster_app import FILES, LOCK, platform


def test_nothing_is_found_that_has_no_reason(tmp_path: Path) -> None:
    app = cdk.App(
        context=platform_app.context(),
        outdir=str(tmp_path / "assembly"),
        post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": False},
    )
    files = sorted(FILES["rl-rollouts"].parent.glob("*.yaml"))
    for file in (file for file in files if "cluster" in read_yaml(file).content):
        platform(app, file)
    lock = tmp_path / "images.lock.yaml"
    lock.write_text(json.dumps({"images": [{"image": name, "digest": digest} for name, digest in LOCK.items()]}))
    cdk.Validations.of(app).add_plugins(*nag_plugins(), *validation_plugins(image_lock=lock))
    assembly = Path(app.synth().directory)
    assert open_findings(assembly) == []
    plugins = json.loads((assembly / REPORT).read_text())["pluginReports"]
    acknowledged = {finding["ruleName"] for plugin in plugins for finding in plugin.get("suppressedViolations", ())}
    # The agent's and the GPU operator's images are named by tag.
    assert any(name.startswith("NoUnpinnedImage") for name in acknowledged)
