"""The app run as a user runs it: in a process of its own, with every check, and without any network."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def run_app() -> Run:
    """Synthesize a folder of environment files into a folder."""
    # In a network namespace of its own, where not even the loopback device is up.
    prefix = ("unshare", "--map-root-user", "--net")
    possible = shutil.which("unshare") and subprocess.run([*prefix, "true"], check=False, timeout=10)
    if not possible or possible.returncode:
        assert "CI" not in os.environ, "CI must be able to make a network namespace"
        prefix = ()

    def run(environments: Path, outdir: Path) -> subprocess.CompletedProcess[str]:
        context = f'{{"environments": "{environments}"}}'
        environment = {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION"}
        return subprocess.run(
            [*prefix, sys.executable, str(ROOT / "app.py")],
            env=environment | {"CDK_CONTEXT_JSON": context, "CDK_OUTDIR": str(outdir)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def checked_assembly(run_app: Run, all_environments: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assembly of all of them, with every check passed."""
    outdir = tmp_path_factory.mktemp("checked")
    result = run_app(all_environments, outdir)
    assert result.returncode == 0, result.stdout + result.stderr
    return outdir
