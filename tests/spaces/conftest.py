"""The platforms of the tests, synthesized once."""

import json
from pathlib import Path

import aws_cdk as cdk
import pytest

import app as platform_app
from tests.spaces.spaces_app import OWN_REGISTRY, VARIANTS, build
from tests.spaces.templates import SpacesTemplate


@pytest.fixture(scope="session")
def spaces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SpacesTemplate]:
    """The stack for Spaces of each variant, by the variant's name."""
    app = cdk.App(context=platform_app.context(), outdir=str(tmp_path_factory.mktemp("spaces")))
    build(app, *VARIANTS, OWN_REGISTRY)
    assembly = Path(app.synth().directory)
    found: dict[str, SpacesTemplate] = {}
    for stage in assembly.glob("assembly-*"):
        name = stage.name.removeprefix("assembly-")
        (file,) = stage.glob(f"{name}Spaces*.template.json")
        (foundation,) = stage.glob(f"{name}Foundation*.template.json")
        manifest = json.loads((stage / "manifest.json").read_text())["artifacts"]
        waits = next(
            a["dependencies"] for a in manifest.values() if a.get("displayName", "").startswith(f"{name}/Spaces")
        )
        found[name.lower()] = SpacesTemplate(
            template=json.loads(file.read_text()),
            foundation=json.loads(foundation.read_text()),
            waits_for=[part for part in waits if "Cluster" in part],
        )
    return found
