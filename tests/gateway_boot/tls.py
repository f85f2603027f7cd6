"""TLS in front of a server that has none, with the embedded engine's certificate."""

import contextlib
from collections.abc import Generator
from pathlib import Path

from operations.local.workspace import Workspace, node
from tests.gateway_boot.installed import NODE_FOLDER
from tests.gateway_boot.process import free_port, listens, start, stopping

START_TIMEOUT = 30.0


@contextlib.contextmanager
def behind_tls(folder: Path, *, port: int, workspace: Workspace) -> Generator[int]:
    """Serve what is on `port` of 127.0.0.1 on another port with TLS; that port.

    Args:
        folder: for its log.
        port: of the server without TLS.
        workspace: whose engine has the certificate.

    Raises:
        ServerFailedError: it did not start; the text says why.
    """
    front = free_port()
    program = str(NODE_FOLDER / "tls-front.js")
    command = [str(node()), program, str(front), str(port), str(workspace.certificate), str(workspace.key)]
    with stopping(start(f"tls-front-of-{port}", command, folder=folder)) as server:
        server.wait_until(lambda: listens(front), timeout=START_TIMEOUT)
        yield front
