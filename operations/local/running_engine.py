"""Find the embedded engine that runs, and talk to it."""

import contextlib
import fcntl
import json
import ssl
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from operations.errors import OperationError
from operations.local.workspace import Workspace


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
        with self.http(timeout=timeout) as client:
            return client.get(path).raise_for_status().json()

    def put(self, path: str, document: Any, *, timeout: float = 10.0) -> Any:
        """PUT a JSON document to the engine, and read its answer; `timeout` in seconds."""
        with self.http(timeout=timeout) as client:
            return client.put(path, json=document).raise_for_status().json()

    def http(self, *, timeout: float) -> httpx.Client:
        """A client of the engine's address, to be closed by the caller; `timeout` in seconds."""
        trust = ssl.create_default_context(cafile=str(self.workspace.certificate))
        return httpx.Client(base_url=self.endpoint, verify=trust, trust_env=False, timeout=timeout)


def find_engine(workspace: Workspace) -> RunningEngine | None:
    """The running engine of this workspace, or None; a file that a dead engine left behind is no engine."""
    try:
        handle = workspace.state.open()
    except FileNotFoundError:
        return None
    with handle:
        try:
            # Shared: only the engine's own, exclusive lock is in the way, never somebody else who is looking.
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            written = handle.read()
            if not written:  # locked, but not yet filled: it is starting this very moment
                return None
            return RunningEngine(workspace=workspace, **json.loads(written))
    return None


@contextlib.contextmanager
def answering(engine: RunningEngine) -> Generator[None]:
    """Within it, a call that the engine does not answer is an OperationError with the end of the engine's log."""
    try:
        yield
    except (BotoCoreError, ClientError, httpx.HTTPError, ssl.SSLError) as error:
        raise OperationError(
            f"The engine on {engine.endpoint} does not answer as it should: {error}\n{log_tail(engine.workspace)}\n"
            "Where it has crashed, `make local-down` clears what is left of it."
        ) from error


def log_tail(workspace: Workspace, lines: int = 15) -> str:
    """Where the engine's log is, and its end."""
    text = workspace.log.read_text(errors="replace") if workspace.log.exists() else ""
    return "\n".join([f"Log of the engine: {workspace.log}", *text.splitlines()[-lines:]])
