"""One engine and one set of assemblies for all deploy tests."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.local.process import start_engine, stop_engine
from operations.local.running_engine import RunningEngine
from operations.local.workspace import Workspace, bare_environment

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
