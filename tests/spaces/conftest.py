"""The platforms of the tests, synthesized once, with every check."""

import json
from pathlib import Path
from typing import Any

import pytest

from rules.report import REPORT
from tests.spaces.spaces_app import synthesize
from tests.spaces.templates import SpacesTemplate


@pytest.fixture(scope="session")
def spaces_assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them."""
    return synthesize(tmp_path_factory.mktemp("spaces"))


@pytest.fixture(scope="session")
def report(spaces_assembly: Path) -> dict[str, Any]:
    """What the checks said."""
    return json.loads((spaces_assembly / REPORT).read_text())


@pytest.fixture(scope="session")
def spaces(spaces_assembly: Path) -> dict[str, SpacesTemplate]:
    """The stack for Spaces of each variant, by the variant's name."""
    found: dict[str, SpacesTemplate] = {}
    for stage in spaces_assembly.glob("assembly-*"):
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
            bytes=file.stat().st_size,
        )
    return found
