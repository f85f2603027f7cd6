"""A small OCI registry on 127.0.0.1, a lock file that names it, and no user's docker configuration."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from operations.images.lockfile import LockFile
from operations.images.registry import Registry
from operations.images.transport import Patience
from operations.images.update import Outcome, update

from .oci_registry import OciRegistry

IMPATIENT = Patience(connect=1, read=1, attempt=2, attempts=3, total=3, first_wait=0.01, longest_wait=0.02)


@pytest.fixture(autouse=True)
def no_docker_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "docker"
    folder.mkdir()
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    return folder


@pytest.fixture
def oci() -> Iterator[OciRegistry]:
    with OciRegistry() as registry:
        yield registry


@pytest.fixture
def lock_file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "images.lock.yaml"
        path.write_text(text)
        return path

    return write


@pytest.fixture
def entry_text() -> Callable[..., str]:
    def text(image: str, digest: str = "null", **more: str) -> str:
        fields = {
            "digest": digest,
            "read": "null" if digest == "null" else '"2026-01-02"',
            "source": '"somewhere else"',
            "signature": "unknown",
            **more,
        }
        return f"  - image: {image}\n" + "".join(f"    {name}: {value}\n" for name, value in fields.items())

    return text


@pytest.fixture
def renew() -> Callable[..., Outcome]:
    """Renew the first entry of a lock file, on a day that the test names."""

    def run(path: Path, *, day: date = date(2026, 3, 4), accept_moved: bool = False, **registry: object) -> Outcome:
        with Registry(**{"credentials": {}, "patience": IMPATIENT, **registry}) as client:
            return update(
                LockFile(path).lock.images[0],
                registry=client,
                folder=path.parent,
                today=lambda: day,
                accept_moved=accept_moved,
            )

    return run
