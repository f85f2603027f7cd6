"""What `make install-gateway` installs: LiteLLM, PostgreSQL and Redis from Python packages, Prisma from npm ones."""

import subprocess
import sys
import tempfile
from pathlib import Path

from operations.local.workspace import PROJECT, bare_environment, node

VIRTUAL_ENVIRONMENT = PROJECT / ".venv-gateway"
NODE_FOLDER = Path(__file__).parent / "node"
QUERY_ENGINE = NODE_FOLDER / "query-engine.js"
_GENERATE_TIMEOUT = 120


class NotInstalledError(Exception):
    """Something is missing that `make install-gateway` brings."""


def site_packages() -> Path:
    """The folder of the gateway's Python packages.

    Raises:
        NotInstalledError: there is none.
    """
    found = sorted(VIRTUAL_ENVIRONMENT.glob("lib/python3.*/site-packages"))
    if not found:
        raise NotInstalledError(f"{VIRTUAL_ENVIRONMENT} has no packages: run `make install-gateway`.")
    return found[0]


def program(name: str) -> str:
    """The path of a program of the gateway's virtual environment.

    Raises:
        NotInstalledError: it is not there.
    """
    path = VIRTUAL_ENVIRONMENT / "bin" / name
    if not path.exists():
        raise NotInstalledError(f"{path} does not exist: run `make install-gateway`.")
    return str(path)


def generate_client() -> None:
    """Generate Prisma's Python client for LiteLLM's schema into the virtual environment, and compile it.

    Raises:
        subprocess.CalledProcessError: Prisma failed; what it says is on standard error.
    """
    schema = (site_packages() / "litellm_proxy_extras" / "schema.prisma").read_text()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "schema.prisma"
        file.write_text(schema)
        environment = {
            **bare_environment(),
            "PATH": f"{VIRTUAL_ENVIRONMENT / 'bin'}:{bare_environment()['PATH']}",
            # Generating asks the engines for nothing but their version; unnamed, they would be downloaded.
            "PRISMA_CLI_QUERY_ENGINE_TYPE": "binary",
            "PRISMA_QUERY_ENGINE_BINARY": str(QUERY_ENGINE),
            "PRISMA_SCHEMA_ENGINE_BINARY": str(QUERY_ENGINE),
            "CHECKPOINT_DISABLE": "1",
        }
        _run([str(node()), "node_modules/prisma/build/index.js", "generate", "--schema", str(file)], environment)
    _run([program("python"), "-m", "compileall", "-q", str(site_packages() / "prisma")], bare_environment())


def _run(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(
        command,
        cwd=NODE_FOLDER,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=_GENERATE_TIMEOUT,
    )


if __name__ == "__main__":
    try:
        generate_client()
    except NotInstalledError as error:
        sys.exit(str(error))
