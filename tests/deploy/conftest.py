"""One engine and one set of assemblies for all deploy tests."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from operations.local.assembly import AssemblyStack, Environment
from operations.local.cdk import bootstrap
from operations.local.process import start_engine, stop_engine
from operations.local.running_engine import RunningEngine
from operations.local.workspace import Workspace, bare_environment
from tests.toolkit import make_toolkits

APP = Path(__file__).parent / "apps" / "small_platform.py"


@pytest.fixture(scope="session")
def assemblies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one cloud assembly for each variant of the app."""
    folder = tmp_path_factory.mktemp("assemblies")
    subprocess.run(
        [sys.executable, str(APP), str(folder)],
        env={**bare_environment(), "CDK_VALIDATION": "false", "TMPDIR": os.environ.get("TMPDIR", "/tmp")},
        check=True,
        timeout=60,
    )
    return folder


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    """The engine, in strict mode, ended with the session."""
    workspace = Workspace(root=tmp_path_factory.mktemp("local"))
    yield start_engine(workspace)
    stop_engine(workspace)


@pytest.fixture(scope="session")
def bootstrapped(engine: RunningEngine) -> Callable[[Environment], None]:
    """Bootstrap the Regions of an environment; each Region of an account once. The first goes by way of the CLI."""
    done: set[tuple[str, str, str]] = set()

    def place(stack: AssemblyStack) -> tuple[str, str, str]:
        return stack.account, stack.region, stack.qualifier

    def run(environment: Environment) -> None:
        missing = tuple(stack for stack in environment.stacks if place(stack) not in done)
        if missing and not done:
            bootstrap(engine, replace(environment, stacks=missing), timeout=60)
        else:
            make_toolkits(engine, missing)
        done.update(map(place, missing))

    return run
