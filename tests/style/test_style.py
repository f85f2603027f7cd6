"""Style and types, as `make lint` checks them; here, so that the processors that run the tests share this work too."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "pyrefly check --output-format=min-text"])
def test_it_finds_nothing(command: str) -> None:
    result = subprocess.run(command.split(), cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
