"""A PostgreSQL 16 from a Python package, with LiteLLM's schema in it."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path

from operations.local.workspace import bare_environment
from tests.gateway_boot.installed import site_packages
from tests.gateway_boot.process import ServerFailedError, free_port, listens, start, stopping

START_TIMEOUT = 60.0
MIGRATION_TIMEOUT = 180.0
USER = "gateway"
NOBODY = 65534
"""PostgreSQL refuses to run as root: where the tests do (in a container), it runs as this user and group."""


@contextlib.contextmanager
def postgres(folder: Path) -> Generator[str]:
    """Start an empty PostgreSQL; its URL. It ends, and its data goes, with the block; its log stays in `folder`.

    Raises:
        ServerFailedError: it did not start; the text says why.
    """
    home = Path(tempfile.mkdtemp(prefix="gateway-postgres-"))
    data = str(home / "data")
    user = NOBODY if os.geteuid() == 0 else None
    if user is not None:
        os.chown(home, user, user)
    try:
        _run(["initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"], user=user)
        port = free_port()
        # Durability against a power cut is not what is tested: a restart of the proxy is.
        command = [_binary("postgres"), "-D", data, "-h", "127.0.0.1", "-p", str(port)]
        command += ["-k", "", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "max_connections=300"]
        server = start("postgres", command, folder=folder, user=user)
        # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
        with stopping(server, number=signal.SIGINT):
            server.wait_until(lambda: listens(port) and _accepts(port), timeout=START_TIMEOUT)
            yield f"postgresql://{USER}@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def create_database(url: str, name: str, *, owner: str = USER) -> str:
    """Create a database beside the one of `url`, and its owner where that is somebody new; its URL for the owner."""
    if owner != USER:
        run_sql(url, f'CREATE ROLE "{owner}" LOGIN')
    run_sql(url, f'CREATE DATABASE "{name}" OWNER "{owner}"')
    return f"{url.rpartition('/')[0].replace(USER, owner)}/{name}"


def migrate(url: str) -> int:
    """Apply LiteLLM's migrations, as its migration task does; how many there were.

    Raises:
        ServerFailedError: one of them failed; the text is PostgreSQL's.
    """
    folder = site_packages() / "litellm_proxy_extras" / "migrations"
    files = sorted(folder.glob("*/migration.sql"))
    arguments = [argument for file in files for argument in ("--file", str(file))]
    _run(["psql", url, "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", *arguments], timeout=MIGRATION_TIMEOUT)
    return len(files)


def run_sql(url: str, statement: str) -> str:
    """Run one statement; its rows, a line each, columns separated by "|".

    Raises:
        ServerFailedError: PostgreSQL refused it.
    """
    options = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"]
    return _run(["psql", url, *options, "--command", statement]).strip()


def _accepts(port: int) -> bool:
    command = [_binary("pg_isready"), "--host", "127.0.0.1", "--port", str(port), "--quiet"]
    return subprocess.run(command, env=bare_environment(), timeout=10, check=False).returncode == 0


def _binary(name: str) -> str:
    return str(site_packages() / "pgserver" / "pginstall" / "bin" / name)


def _run(command: list[str], *, user: int | None = None, timeout: float = START_TIMEOUT) -> str:
    name, *arguments = command
    result = subprocess.run(
        [_binary(name), *arguments],
        cwd="/",
        env={**bare_environment(), "LC_ALL": "C"},
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if result.returncode:
        raise ServerFailedError(f"{name} ended with exit code {result.returncode}.\n{result.stderr.strip()}")
    return result.stdout
