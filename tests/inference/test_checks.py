"""Every check over the kinds of endpoints that have different resources."""

import json
from pathlib import Path

import aws_cdk as cdk

from rules import validation_plugins
from rules.nag import nag_plugins
from rules.report import open_findings
from tests.inference.browser_app import BROWSER_LOCK, add_browser
from tests.inference.inference_app import add_endpoints, new_app, only

DIFFERENT = ("rolling", "zero", "canary", "smoke")


def test_nothing_is_found_that_has_no_reason(tmp_path: Path) -> None:
    app = new_app(tmp_path / "assembly")
    assert add_endpoints(app, only(*DIFFERENT)).keys() == set(DIFFERENT)
    add_browser(app, "Sandboxed")
    lock = tmp_path / "images.lock.yaml"
    lock.write_text(
        json.dumps({"images": [{"image": name, "digest": digest} for name, digest in BROWSER_LOCK.items()]})
    )
    cdk.Validations.of(app).add_plugins(*nag_plugins(), *validation_plugins(image_lock=lock))
    assert open_findings(Path(app.synth().directory)) == []
