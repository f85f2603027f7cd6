"""One app with a stack for each kind of endpoint and each entry of the catalogue, synthesized once."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.inference.inference_app import SECTION, add_endpoints, new_app


@dataclass(frozen=True)
class Synthesized:
    """The template of each endpoint by its name."""

    templates: dict[str, dict[str, Any]]
    warnings: dict[str, list[str]]
    """What the synthesis warns of, by endpoint; none for those that it does not."""

    def only(self, endpoint: str, kind: str) -> dict[str, Any]:
        """The properties of the only resource of its type: `only("chat", "SageMaker::Model")`."""
        (found,) = self.all(endpoint, kind)
        return found

    def all(self, endpoint: str, kind: str) -> list[dict[str, Any]]:
        resources = self.templates[endpoint]["Resources"].values()
        return [resource["Properties"] for resource in resources if resource["Type"] == f"AWS::{kind}"]


@pytest.fixture(scope="session")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """Every endpoint of tests/inference/inference_app.py."""
    folder = tmp_path_factory.mktemp("inference")
    app = new_app(folder / "assembly")
    stacks = add_endpoints(app, SECTION)
    assembly = app.synth()
    below = Path(assembly.get_nested_assembly("assembly-Models").directory)
    templates = {name: json.loads((below / stack.template_file).read_text()) for name, stack in stacks.items()}
    warnings = {
        name: [message.entry.data for message in artifact.messages if message.level.name == "WARNING"]
        for name, stack in stacks.items()
        for artifact in assembly.get_nested_assembly("assembly-Models").stacks
        if artifact.stack_name == stack.stack_name
    }
    return Synthesized(templates=templates, warnings={name: each for name, each in warnings.items() if each})
