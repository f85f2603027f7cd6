"""A server that does not come up says why, and none outlives the tests."""

import sys
import time
from pathlib import Path

import pytest

from tests.gateway_boot.process import ServerFailedError, listens, start, stopping

SLEEP = "import time; time.sleep(60)"


def test_a_server_that_ends_at_its_start_is_reported_with_its_log(tmp_path: Path):
    command = [sys.executable, "-c", "print('no such database'); raise SystemExit(3)"]
    with (
        stopping(start("proxy", command, folder=tmp_path)) as server,
        pytest.raises(ServerFailedError, match=r"proxy ended with exit code 3\.\nLog: .*proxy\.log\nno such database"),
    ):
        server.wait_until(lambda: False, timeout=30)


def test_waiting_has_an_end(tmp_path: Path):
    with (
        stopping(start("proxy", [sys.executable, "-c", SLEEP], folder=tmp_path)) as server,
        pytest.raises(ServerFailedError, match=r"proxy was not ready within 0 s"),
    ):
        server.wait_until(lambda: False, timeout=0.2)


def test_what_a_server_started_ends_with_it(tmp_path: Path):
    child = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True)"
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {f'{child}; {SLEEP}'!r}]); {SLEEP}"
    with stopping(start("proxy", [sys.executable, "-c", parent], folder=tmp_path)) as server:
        server.wait_until(lambda: server.log.read_text().endswith("\n"), timeout=30)
        port = int(server.log.read_text())
        assert listens(port)
    assert server.process.returncode is not None
    deadline = time.monotonic() + 10
    while listens(port):
        assert time.monotonic() < deadline, "the child outlives it"
        time.sleep(0.05)


def test_a_server_sees_nothing_of_the_callers_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-real")
    command = [sys.executable, "-c", "import os; print(sorted(os.environ))"]
    with stopping(start("proxy", command, folder=tmp_path, environment={"LITELLM_MODE": "PRODUCTION"})) as server:
        server.process.wait(30)
    assert "LITELLM_MODE" in server.log.read_text()
    assert "OPENAI_API_KEY" not in server.log.read_text()
