"""Every check over what needs images that nobody has pinned yet, and over what no shipped example asks for."""

import json
import re
from pathlib import Path

import aws_cdk as cdk
import pytest

import app as platform_app
from groundwork.environment_file import read_environments
from groundwork.images import ImageLock, read_image_lock
from rules import validation_plugins
from rules.nag import nag_plugins
from rules.report import REPORT, open_findings
from stacks.platform import PlatformStage
from tests.constructs.gateway.conftest import UNPROTECTED
from tests.constructs.gateway.templates import changed_text
from tests.inference.inference_app import ENVIRONMENT, LOCK, only
from tests.policy.review import fails_on
from tests.policy.states_language import problems

UNLOCKED = platform_app.ROOT / "environments" / "examples" / "unlocked"
# Those that have resources of their own: rolled and scheduled, asleep, turned over in steps, on processors.
ENDPOINTS = {**ENVIRONMENT, "inference": only("rolling", "zero", "canary", "smoke")}


def _lock(folder: Path) -> ImageLock:
    """The lock, with a digest for every image of the files: made up where nobody knows it."""
    known = read_image_lock(platform_app.IMAGE_LOCK)
    texts = "".join(file.read_text() for file in folder.glob("*.yaml"))
    named = set(re.findall(r"[a-z0-9.-]+\.(?:com|aws)/[a-z0-9._/-]+:[A-Za-z0-9_][\w.-]*", texts)) | known.keys()
    return LOCK | {image: known.get(image) or f"sha256:{'0' * 64}" for image in sorted(named)}


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One assembly of all of them."""
    folder = tmp_path_factory.mktemp("unlocked")
    for file in UNLOCKED.glob("*.yaml"):
        (folder / file.name).write_text(file.read_text())
    (folder / "unprotected.yaml").write_text(changed_text("gateway-public", UNPROTECTED))
    (folder / "endpoints.yaml").write_text(json.dumps(ENDPOINTS))
    lock = _lock(folder)
    file = folder / "images.lock.json"
    file.write_text(json.dumps({"images": [{"image": name, "digest": digest} for name, digest in lock.items()]}))
    app = cdk.App(
        context=platform_app.context(),
        outdir=str(tmp_path_factory.mktemp("assembly")),
        post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": False},
    )
    for environment in read_environments(folder, image_lock=lock):
        PlatformStage(app, environment=environment, image_lock=lock)
    cdk.Validations.of(app).add_plugins(*nag_plugins(), *validation_plugins(image_lock=file))
    return Path(app.synth().directory)


def test_nothing_is_found_that_has_no_reason(assembly: Path) -> None:
    assert len(list(UNLOCKED.glob("*.yaml"))) > 5
    assert open_findings(assembly) == []


def test_what_is_less_protected_is_acknowledged(assembly: Path) -> None:
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
    # The health agent's and the GPU operator's images are named by tag.
    assert any(name.startswith("NoUnpinnedImage") for name in acknowledged)


def test_a_review_of_them_fails_on_nothing(assembly: Path) -> None:
    assert fails_on(assembly) == []


def test_their_state_machines_are_sound(assembly: Path) -> None:
    assert problems(assembly) == []
