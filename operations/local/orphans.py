"""Ends what a crashed engine left running: its functions, which nothing else would ever end."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from operations.errors import OperationError
from operations.local.workspace import Workspace

_POLL = 0.05
_PROCESSES = Path("/proc")


def end_orphans(workspace: Workspace, *, timeout: float) -> bool:
    """Kill the process group of an engine that no longer runs; False when there was none.

    A group's number may by now be somebody else's: it is killed only where a member's command line names a file in
    the temporary folder of this workspace, as that of every function does.

    Raises:
        OperationError: it is still there after `timeout` seconds.
    """
    leader = _recorded_leader(workspace)
    if leader is None or not _is_ours(leader, workspace):
        return False
    deadline = time.monotonic() + timeout
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
    while _is_ours(leader, workspace):
        if time.monotonic() > deadline:
            raise OperationError(f"What the crashed engine left (process group {leader}) did not end.")
        time.sleep(_POLL)
    return True


def _recorded_leader(workspace: Workspace) -> int | None:
    try:
        return int(json.loads(workspace.state.read_text())["pid"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):  # never written, or not to its end
        return None


def _is_ours(leader: int, workspace: Workspace) -> bool:
    marker = f"{workspace.temporary.resolve()}{os.sep}"
    return any(group == leader and marker in command for group, command in _commands())


def _commands() -> Iterator[tuple[int, str]]:
    """Process group and command line of every process."""
    if (_PROCESSES / "self" / "cmdline").exists():
        for folder in _PROCESSES.glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has just ended
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                yield os.getpgid(int(folder.name)), command.decode(errors="replace")
        return
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pgid=,args="],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=10,
        check=True,
    )
    for line in listed.stdout.splitlines():
        group, _, command = line.strip().partition(" ")
        yield int(group), command
