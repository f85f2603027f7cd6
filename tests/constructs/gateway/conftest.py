"""The gateway's stacks in the tests' variants, synthesized once and without the checks."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

import app as platform_app
from operations.local.assembly import read_environment
from tests.constructs.gateway.platform_app import PRIVATE_RDS, PUBLIC_AURORA, Variant, build


@dataclass(frozen=True)
class Synthesized:
    """A variant's templates by the name of their stack."""

    templates: dict[str, Any]

    def resources(self, stack: str, resource_type: str) -> list[dict[str, Any]]:
        found = self.templates[stack]["Resources"].values()
        return [resource for resource in found if resource["Type"] == resource_type]

    def properties(self, stack: str, resource_type: str) -> list[dict[str, Any]]:
        return [resource["Properties"] for resource in self.resources(stack, resource_type)]

    def one(self, stack: str, resource_type: str) -> dict[str, Any]:
        (properties,) = self.properties(stack, resource_type)
        return properties

    def container(self, name: str = "Gateway") -> dict[str, Any]:
        return next(c for c in self.task()["ContainerDefinitions"] if c["Name"] == name)

    def task(self) -> dict[str, Any]:
        """The definition that the service runs, and not the release."""
        tasks = self.properties("Gateway", "AWS::ECS::TaskDefinition")
        return next(t for t in tasks if "Gateway" in {c["Name"] for c in t["ContainerDefinitions"]})

    def environment(self) -> dict[str, Any]:
        return {entry["Name"]: entry["Value"] for entry in self.container()["Environment"]}


Synthesize = Callable[[Variant], Synthesized]


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory: pytest.TempPathFactory) -> Synthesize:
    """Synthesize a variant."""

    def run(variant: Variant) -> Synthesized:
        app = cdk.App(context=platform_app.context(), outdir=str(tmp_path_factory.mktemp(variant.name)))
        build(app, variant)
        environment = read_environment(assembly=Path(app.synth().directory), name=variant.name)
        return Synthesized({s.name.split("-")[1]: json.loads(s.template.read_text()) for s in environment.stacks})

    return run


@pytest.fixture(scope="session")
def public(synthesize: Synthesize) -> Synthesized:
    """Internet-facing, on Aurora, data kept."""
    return synthesize(PUBLIC_AURORA)


@pytest.fixture(scope="session")
def private(synthesize: Synthesize) -> Synthesized:
    """Internal and without internet, on RDS, data not kept."""
    return synthesize(PRIVATE_RDS)
