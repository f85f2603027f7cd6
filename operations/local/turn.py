"""One command at a time starts or stops the engine of a workspace."""

import contextlib
import fcntl
import time
from collections.abc import Generator

from operations.errors import OperationError
from operations.local.workspace import Workspace

_POLL = 0.05


@contextlib.contextmanager
def turn(workspace: Workspace, *, timeout: float) -> Generator[None]:
    """Wait up to `timeout` seconds until no other command starts or stops the engine, and keep others waiting.

    Raises:
        OperationError: another one is still at it.
    """
    deadline = time.monotonic() + timeout
    workspace.engine.mkdir(parents=True, exist_ok=True)
    with workspace.turn.open("a") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise OperationError(
                        f"Another command has been starting or stopping the engine of {workspace.root} "
                        f"for more than {timeout:.0f} s."
                    ) from None
                time.sleep(_POLL)
        yield
