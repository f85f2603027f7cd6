"""The engine's process: start, find, stop."""

import fcntl
import json
import os
import ssl
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from operations.errors import OperationError
from operations.local.certificate import write_certificate
from operations.local.process import start_engine, stop_engine
from operations.local.running_engine import RunningEngine, find_engine
from operations.local.workspace import Workspace, bare_environment


def test_a_second_start_finds_the_running_engine(engine: RunningEngine) -> None:
    assert start_engine(engine.workspace) == engine
    assert find_engine(engine.workspace) == engine


def test_only_loopback_is_served_and_only_over_tls(engine: RunningEngine) -> None:
    assert engine.endpoint.startswith("https://127.0.0.1:")
    listening = Path(f"/proc/{engine.pid}/net/tcp")
    if listening.exists():
        rows = [line.split() for line in listening.read_text().splitlines()[1:]]
        addresses = {row[1] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == engine.port}
        assert {address.split(":")[0] for address in addresses} == {"0100007F"}
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"http://127.0.0.1:{engine.port}/_ministack/health", trust_env=False, timeout=5)


def test_a_client_that_does_not_know_the_issuer_refuses_the_engine(engine: RunningEngine) -> None:
    stranger = ssl.create_default_context()
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(engine.endpoint, verify=stranger, trust_env=False, timeout=5)


def test_the_private_key_is_readable_by_its_owner_only(engine: RunningEngine) -> None:
    assert stat.S_IMODE(engine.workspace.key.stat().st_mode) == 0o600


def test_a_state_file_that_a_dead_engine_left_is_no_engine(tmp_path: Path) -> None:
    workspace = Workspace(root=tmp_path)
    workspace.engine.mkdir()
    workspace.state.write_text(json.dumps({"pid": os.getpid(), "port": 4566}))
    assert find_engine(workspace) is None
    assert stop_engine(workspace) is False


def test_somebody_else_who_is_looking_is_no_engine(tmp_path: Path) -> None:
    workspace = Workspace(root=tmp_path)
    workspace.engine.mkdir()
    workspace.state.write_text(json.dumps({"pid": os.getpid(), "port": 4566}))
    with workspace.state.open() as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert find_engine(workspace) is None


def test_of_two_starts_at_once_both_get_one_engine_and_stop_ends_it(tmp_path: Path) -> None:
    workspace = Workspace(root=tmp_path)
    workspace.engine.mkdir()
    workspace.state.write_text(json.dumps({"pid": os.getpid(), "port": 4566}))
    with ThreadPoolExecutor(2) as pool:
        started, other = pool.map(start_engine, [workspace, workspace])
    assert started == other
    assert started.pid != os.getpid()
    assert started.get("/_ministack/health")
    assert stop_engine(workspace) is True
    assert find_engine(workspace) is None
    with pytest.raises(ProcessLookupError):
        os.kill(started.pid, 0)


def test_an_engine_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*, certificate: Path, key: Path) -> None:
        write_certificate(certificate=certificate, key=key)
        key.write_text("not a key")

    monkeypatch.setattr("operations.local.process.write_certificate", broken)
    with pytest.raises(OperationError, match="ended at its start") as refusal:
        start_engine(Workspace(root=tmp_path))
    assert str(tmp_path / "engine" / "engine.log") in str(refusal.value)
    assert "SSLError" in str(refusal.value)


def test_the_engine_does_not_get_the_users_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "HTTPS_PROXY", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"):
        monkeypatch.setenv(name, "the user's")
    assert "the user's" not in bare_environment().values()
