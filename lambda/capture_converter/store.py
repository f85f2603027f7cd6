"""Where files lie: a folder, or a prefix of a bucket."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

CHUNK_BYTES = 1024 * 1024


class StoreError(Exception):
    """A file cannot be read or written; names it."""


@dataclass(frozen=True)
class StoredFile:
    """One file as it was when it was listed."""

    name: str
    """Relative to the store."""
    version: str
    """Changes with the content."""
    size: int
    """Bytes."""


class Store(Protocol):
    """Writing replaces a file as a whole, or leaves the old one."""

    location: str
    """For messages, and to tell whether two stores overlap; ends with a slash."""

    def list(self, prefix: str = "") -> Iterator[StoredFile]:
        """The files whose names begin so, by name."""
        ...

    def read(self, file: StoredFile) -> Iterator[bytes]:
        """Its content in pieces.

        Raises:
            StoreError: it cannot be read, or was changed meanwhile.
        """
        ...

    def write(self, name: str, source: Path) -> None:
        """Store a file of this machine.

        Raises:
            StoreError: it cannot be written.
        """
        ...

    def delete(self, name: str) -> None:
        """Remove a file, if it is there."""
        ...


class FolderStore:
    """A folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self.location = f"{self._folder.as_posix()}/"

    def list(self, prefix: str = "") -> Iterator[StoredFile]:
        """The files whose names begin so, by name."""
        files = {path.relative_to(self._folder).as_posix(): path for path in self._folder.rglob("*") if path.is_file()}
        for name in sorted(files):
            if name.startswith(prefix):
                status = files[name].stat()
                version = hashlib.sha256(f"{status.st_size} {status.st_mtime_ns}".encode()).hexdigest()[:16]
                yield StoredFile(name=name, version=version, size=status.st_size)

    def read(self, file: StoredFile) -> Iterator[bytes]:
        """Its content in pieces."""
        try:
            with (self._folder / file.name).open("rb") as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    yield chunk
        except OSError as error:
            raise StoreError(f"{self.location}{file.name}: {error.strerror}") from None

    def write(self, name: str, source: Path) -> None:
        """Store a file of this machine."""
        target = self._folder / name
        partial = target.with_name(target.name + ".partial")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, partial)
            partial.replace(target)
        except OSError as error:
            raise StoreError(f"{self.location}{name}: {error.strerror}") from None

    def delete(self, name: str) -> None:
        """Remove a file, if it is there."""
        (self._folder / name).unlink(missing_ok=True)
