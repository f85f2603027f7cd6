"""One assembly of tests/optimization/optimization_app.py, made once; tests/policy runs every check over an environment
with such jobs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from operations.local.process import start_engine, stop_engine
from operations.local.workspace import Workspace
from tests.optimization.behaviour import Behaviour
from tests.optimization.engine_world import World
from tests.optimization.fake_sagemaker import FakeSageMaker
from tests.optimization.optimization_app import SECTION, add_optimization, new_app
from tests.optimization.sagemaker_server import serve
from tests.optimization.synthesized import Synthesized


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """Every job of the section."""
    folder = tmp_path_factory.mktemp("optimization")
    app = new_app(folder / "assembly")
    stack = add_optimization(app, SECTION)
    assembly = Path(app.synth().directory)
    template = json.loads((assembly / "assembly-Models" / stack.template_file).read_text())
    return Synthesized(assembly=assembly, template=template)


@pytest.fixture(scope="session")
def deployed(synthesized: Synthesized, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Any]]:
    """The stack on the engine, and a server for the fake of each test."""
    workspace = Workspace(root=tmp_path_factory.mktemp("local"))
    holder = FakeSageMaker()
    server = serve(holder)
    try:
        world = World(start_engine(workspace), f"http://127.0.0.1:{server.server_port}")
        world.deploy(synthesized)
        yield world, holder
    finally:
        stop_engine(workspace, timeout=0.5)
        server.shutdown()
        server.server_close()


@pytest.fixture
def behaviour(deployed: tuple[World, Any]) -> Behaviour:
    """A world where nothing has happened yet."""
    world, fake = deployed
    fresh = FakeSageMaker(statements=world.statements("chat"))
    fake.__dict__.update(fresh.__dict__)
    world.clear()
    return Behaviour(world, fake)
