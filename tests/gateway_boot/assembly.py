"""The cloud assembly of the boot test: the environment of boot.yaml, synthesized as every environment is."""

from pathlib import Path

import aws_cdk as cdk

import app as platform_app
from groundwork.gateway.settings import GatewaySettings
from tests.gateway.section import read
from tests.gateway_boot.templates import Templates, read_templates

FILE = Path(__file__).with_name("boot.yaml")
NAME = "boot"


def gateway_section() -> GatewaySettings:
    """The section, checked."""
    section = read(FILE).gateway
    assert section
    return section


def synthesize(folder: Path) -> Templates:
    """Synthesize it into a new folder, without the checks; its templates."""
    (folder / "environments").mkdir(parents=True)
    (folder / "environments" / FILE.name).write_text(FILE.read_text())
    context = {**platform_app.context(), "environments": str(folder / "environments")}
    app = cdk.App(context=context, outdir=str(folder / "out"))
    platform_app.build(app)
    return read_templates(Path(app.synth().directory), environment=NAME)
