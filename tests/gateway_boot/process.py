"""A server of its own process on 127.0.0.1: started, waited for, and ended with all that it started."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from operations.local.workspace import bare_environment

POLL = 0.05
"""Seconds between two looks at whether a server answers."""
STOP_TIMEOUT = 20.0
"""Seconds between the request to end and the kill."""
_LOG_LINES = 40


class ServerFailedError(Exception):
    """A server ended at its start, or did not answer in time; the text has the end of its log."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running process, leader of a process group."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def wait_until(self, ready: Callable[[], bool], *, timeout: float) -> None:
        """Wait until `ready()`, at most `timeout` seconds.

        Raises:
            ServerFailedError: it ended, or it was not ready in time.
        """
        deadline = time.monotonic() + timeout
        while not ready():
            if self.process.poll() is not None:
                raise ServerFailedError(f"{self.name} ended with exit code {self.process.returncode}.\n{self.tail()}")
            if time.monotonic() > deadline:
                raise ServerFailedError(f"{self.name} was not ready within {timeout:.0f} s.\n{self.tail()}")
            time.sleep(POLL)

    def tail(self) -> str:
        """The end of its log, and where the whole is."""
        lines = self.log.read_text(errors="replace").splitlines()[-_LOG_LINES:]
        return "\n".join([f"Log: {self.log}", *lines])

    def stop(self, *, number: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end, kill it after 20 s; what it started ends with it."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_TIMEOUT)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_TIMEOUT)


def start(
    name: str,
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    user: int | None = None,
) -> Server:
    """Start `command` in `folder`, where its log is, with `environment` and nothing of the caller's.

    `user` is who runs it, as user and group id; by default whoever runs the tests.
    """
    log = folder / f"{name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**bare_environment(), "HOME": str(folder), "TMPDIR": str(folder), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    return Server(name=name, process=process, log=log)


@contextlib.contextmanager
def stopping(server: Server, *, number: signal.Signals = signal.SIGTERM) -> Generator[Server]:
    """End the server when the block ends, however it does."""
    try:
        yield server
    finally:
        server.stop(number=number)


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    """Whether somebody accepts connections on this port of 127.0.0.1."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
