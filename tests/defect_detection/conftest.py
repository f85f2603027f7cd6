"""One assembly of tests/defect_detection/defect_app.py, made once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from operations.local.process import start_engine, stop_engine
from operations.local.workspace import Workspace
from tests.defect_detection.behaviour import Behaviour
from tests.defect_detection.defect_app import PROJECTS, add_projects, new_app
from tests.defect_detection.engine_world import Synthesized, World
from tests.defect_detection.fake_sagemaker import FakeSageMaker
from tests.defect_detection.fake_server import serve


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """Every project of the tests."""
    app = new_app(tmp_path_factory.mktemp("defects") / "assembly")
    stack = add_projects(app, PROJECTS, keep=True)
    assembly = Path(app.synth().directory)
    template = json.loads((assembly / "assembly-Vision" / stack.template_file).read_text())
    return Synthesized(assembly=assembly, template=template)


@pytest.fixture(scope="session")
def deployed(synthesized: Synthesized, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Any]]:
    """The stack on the engine, and a server for the fake of each test."""
    workspace = Workspace(root=tmp_path_factory.mktemp("local"))
    holder = FakeSageMaker()
    server = serve(holder)
    try:
        world = World(start_engine(workspace), f"http://127.0.0.1:{server.server_port}")
        world.deploy(json_copy(synthesized))
        yield world, holder
    finally:
        stop_engine(workspace, timeout=0.5)
        server.shutdown()
        server.server_close()


@pytest.fixture
def boards(deployed: tuple[World, Any]) -> Behaviour:
    """The project with people and an endpoint, where nothing has happened yet."""
    return _fresh(deployed, "boards")


@pytest.fixture
def cookies(deployed: tuple[World, Any]) -> Behaviour:
    """The project that begins with an exported manifest."""
    return _fresh(deployed, "cookies")


def _fresh(deployed: tuple[World, Any], project: str) -> Behaviour:
    world, fake = deployed
    fake.__dict__.pop("answer", None)
    fake.__dict__.update(FakeSageMaker(statements=world.rights[project]).__dict__)
    world.clear(project)
    return Behaviour(world, fake)


def json_copy(synthesized: Synthesized) -> Synthesized:
    """One that may be changed."""
    return Synthesized(synthesized.assembly, json.loads(json.dumps(synthesized.template)))
