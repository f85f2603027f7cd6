"""Start, find and stop the embedded engine's process."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass
from typing import Any

import httpx

from operations.errors import OperationError
from operations.local.certificate import write_certificate
from operations.local.workspace import PROJECT, Workspace, bare_environment, engine_python

PREFERRED_PORT = 4566
START_TIMEOUT = 60.0
"""Seconds; the first start compiles the engine's modules."""
STOP_TIMEOUT = 10.0
"""Seconds between the request to stop and the kill, and again until the kill must have worked."""
_POLL = 0.05

# Engines that this very process has started: a child is reaped by its parent only.
_children: "dict[int, subprocess.Popen[bytes]]" = {}


@dataclass(frozen=True, kw_only=True)
class RunningEngine:
    """An engine that holds the lock of its state file."""

    workspace: Workspace
    pid: int
    port: int

    @property
    def endpoint(self) -> str:
        """The one URL that every AWS client uses."""
        return f"https://127.0.0.1:{self.port}"

    def get(self, path: str, *, timeout: float = 10.0) -> Any:
        """GET a JSON document from the engine; `timeout` in seconds."""
        trust = ssl.create_default_context(cafile=str(self.workspace.certificate))
        with httpx.Client(verify=trust, trust_env=False, timeout=timeout) as client:
            return client.get(self.endpoint + path).raise_for_status().json()


def find_engine(workspace: Workspace) -> RunningEngine | None:
    """The running engine of this workspace, or None; a file that a dead engine left behind is no engine."""
    try:
        handle = workspace.state.open("r+")
    except FileNotFoundError:
        return None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            written = handle.read()
            if not written:  # locked, but not yet filled: it is starting this very moment
                return None
            return RunningEngine(workspace=workspace, **json.loads(written))
    return None


def start_engine(workspace: Workspace, *, timeout: float = START_TIMEOUT) -> RunningEngine:
    """Start the engine, or find the one that runs, and wait until it answers.

    Raises:
        OperationError: it ended, or did not answer within `timeout` seconds; the text names its log.
    """
    running = find_engine(workspace)
    if running:
        _wait_until_healthy(running, deadline=time.monotonic() + timeout, process=None)
        return running
    workspace.temporary.mkdir(parents=True, exist_ok=True)
    write_certificate(certificate=workspace.certificate, key=workspace.key)
    port = _free_port()
    command = [str(engine_python()), "-m", "operations.local.engine.launcher", "--port", str(port)]
    command += ["--state", str(workspace.state), "--key", str(workspace.key)]
    command += ["--certificate", str(workspace.certificate)]
    with workspace.log.open("wb") as log:
        # A session of its own: functions that the engine runs end together with it.
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=_engine_environment(workspace),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    engine = RunningEngine(workspace=workspace, pid=process.pid, port=port)
    try:
        _wait_until_healthy(engine, deadline=time.monotonic() + timeout, process=process)
    except BaseException:
        _signal_group(process.pid, signal.SIGKILL)
        process.wait(STOP_TIMEOUT)
        raise
    _children[process.pid] = process
    return engine


def stop_engine(workspace: Workspace, *, timeout: float = STOP_TIMEOUT) -> bool:
    """Ask the engine to end, kill it after `timeout` seconds; False when none was running.

    Raises:
        OperationError: it is still there after the kill.
    """
    engine = find_engine(workspace)
    if engine is None:
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        _signal_group(engine.pid, number)
        if _gone(workspace, deadline=time.monotonic() + timeout):
            _signal_group(engine.pid, signal.SIGKILL)
            if child := _children.pop(engine.pid, None):
                child.wait(timeout)
            shutil.rmtree(workspace.temporary, ignore_errors=True)
            return True
    raise OperationError(f"The engine (pid {engine.pid}) did not end within {2 * timeout:.0f} s.")


def _gone(workspace: Workspace, *, deadline: float) -> bool:
    while time.monotonic() < deadline:
        if find_engine(workspace) is None:
            return True
        time.sleep(_POLL)
    return False


def _signal_group(leader: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def _free_port() -> int:
    for port in (PREFERRED_PORT, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return probe.getsockname()[1]
    raise OperationError("No free port on 127.0.0.1.")


def _engine_environment(workspace: Workspace) -> dict[str, str]:
    return {
        **bare_environment(),
        "TMPDIR": str(workspace.temporary),
        # CDK's Node functions import the SDK that Lambda's own runtime would bring.
        "NODE_PATH": str(PROJECT / "node_modules"),
        "PYTHONUNBUFFERED": "1",
    }


def _wait_until_healthy(engine: RunningEngine, *, deadline: float, process: "subprocess.Popen[bytes] | None") -> None:
    while time.monotonic() < deadline:
        if process and process.poll() is not None:
            raise OperationError(f"The engine ended at its start.\n{_log_tail(engine.workspace)}")
        with contextlib.suppress(httpx.HTTPError, ssl.SSLError):
            engine.get("/_ministack/health", timeout=2.0)
            return
        time.sleep(_POLL)
    raise OperationError(f"The engine on {engine.endpoint} does not answer.\n{_log_tail(engine.workspace)}")


def _log_tail(workspace: Workspace, lines: int = 15) -> str:
    text = workspace.log.read_text(errors="replace") if workspace.log.exists() else ""
    return "\n".join([f"Log: {workspace.log}", *text.splitlines()[-lines:]])
