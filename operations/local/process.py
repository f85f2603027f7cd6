"""Start and stop the embedded engine's process."""

import contextlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time

import httpx

from operations.errors import OperationError
from operations.local.certificate import write_certificate
from operations.local.orphans import end_orphans
from operations.local.running_engine import RunningEngine, find_engine, log_tail
from operations.local.turn import turn
from operations.local.workspace import PROJECT, Workspace, bare_environment, engine_python

PREFERRED_PORT = 4566
START_TIMEOUT = 60.0
"""Seconds; the first start compiles the engine's modules."""
STOP_TIMEOUT = 10.0
"""Seconds between the request to stop and the kill, and again until the kill must have worked."""
_POLL = 0.05

# Engines that this very process has started: a child is reaped by its parent only.
_children: "dict[int, subprocess.Popen[bytes]]" = {}


def start_engine(workspace: Workspace, *, timeout: float = START_TIMEOUT) -> RunningEngine:
    """Start the engine, or find the one that runs, and wait until it answers.

    Of several starts at once one starts it, and the others wait and find it.

    Raises:
        OperationError: it ended, or did not answer within `timeout` seconds; the text names its log.
    """
    with turn(workspace, timeout=timeout):
        if running := find_engine(workspace):
            _wait_until_healthy(running, deadline=time.monotonic() + timeout, process=None)
            return running
        _clear(workspace)
        return _launch(workspace, timeout=timeout)


def _launch(workspace: Workspace, *, timeout: float) -> RunningEngine:
    workspace.temporary.mkdir(parents=True, exist_ok=True)
    write_certificate(certificate=workspace.certificate, key=workspace.key)
    with _listening_socket() as listening, workspace.log.open("wb") as log:
        port = listening.getsockname()[1]
        command = [str(engine_python()), "-m", "operations.local.engine.launcher"]
        command += ["--port", str(port), "--socket", str(listening.fileno())]
        command += ["--state", str(workspace.state), "--key", str(workspace.key)]
        command += ["--certificate", str(workspace.certificate)]
        # A session of its own: its group, the functions that the engine runs included, is ended as a whole.
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=_engine_environment(workspace),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[listening.fileno()],
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
    """Ask the engine to end, kill it after `timeout` seconds; False when there was nothing to end.

    What an engine that has crashed left running is ended too.

    Raises:
        OperationError: it is still there after the kill.
    """
    if not workspace.engine.exists():
        return False
    with turn(workspace, timeout=START_TIMEOUT):
        engine = find_engine(workspace)
        if engine:
            _end(engine, timeout=timeout)
        return _clear(workspace) or engine is not None


def _end(engine: RunningEngine, *, timeout: float) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        _signal_group(engine.pid, number)
        if _gone(engine.workspace, deadline=time.monotonic() + timeout):
            _signal_group(engine.pid, signal.SIGKILL)
            if child := _children.pop(engine.pid, None):
                child.wait(timeout)
            return
    raise OperationError(f"The engine (pid {engine.pid}) did not end within {2 * timeout:.0f} s.")


def _clear(workspace: Workspace) -> bool:
    """Where no engine runs: end what one left running, and delete its files; whether anything was running."""
    ended = end_orphans(workspace, timeout=STOP_TIMEOUT)
    for pid in [pid for pid, child in _children.items() if child.poll() is not None]:
        del _children[pid]
    if workspace.state.exists():
        # Emptied, not deleted: the lock belongs to the file, not to its name.
        os.truncate(workspace.state, 0)
    shutil.rmtree(workspace.temporary, ignore_errors=True)
    return ended


def _gone(workspace: Workspace, *, deadline: float) -> bool:
    while time.monotonic() < deadline:
        if find_engine(workspace) is None:
            return True
        time.sleep(_POLL)
    return False


def _signal_group(leader: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def _listening_socket() -> socket.socket:
    """Handed on to the engine, so that nobody takes a port between its choice and its use."""
    for port in (PREFERRED_PORT, 0):
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
            listening.listen()  # until then others may bind it, too
        except OSError:
            listening.close()
        else:
            return listening
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
            raise OperationError(f"The engine ended at its start.\n{log_tail(engine.workspace)}")
        with contextlib.suppress(httpx.HTTPError, ssl.SSLError):
            engine.get("/_ministack/health", timeout=2.0)
            return
        time.sleep(_POLL)
    raise OperationError(f"The engine on {engine.endpoint} does not answer.\n{log_tail(engine.workspace)}")
