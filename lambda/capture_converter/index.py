"""Remembers which examples and which input files were seen: on disk, so that the memory stays bounded."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

CACHE_KIB = 32768


class Index:
    """A scratch database: what it holds is read again from the batches that are done, when a run is repeated."""

    def __init__(self, folder: Path) -> None:
        path = folder / "index.sqlite"
        path.unlink(missing_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None)
        # Nothing to recover: a run that dies starts with a new one.
        for statement in (
            "PRAGMA journal_mode=OFF",
            "PRAGMA synchronous=OFF",
            f"PRAGMA cache_size=-{CACHE_KIB}",
            "CREATE TABLE example (digest BLOB PRIMARY KEY) WITHOUT ROWID",
            "CREATE TABLE input (name TEXT, version TEXT, PRIMARY KEY (name, version)) WITHOUT ROWID",
            "BEGIN",
        ):
            self._database.execute(statement)

    def __enter__(self) -> "Index":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, digest: bytes) -> bool:
        """Remember an example; whether it is new."""
        return self._database.execute("INSERT OR IGNORE INTO example VALUES (?)", (digest,)).rowcount == 1

    def add_all(self, digests: Iterable[bytes]) -> None:
        """Remember examples of an earlier run."""
        self._database.executemany("INSERT OR IGNORE INTO example VALUES (?)", ((each,) for each in digests))

    def finish(self, inputs: Iterable[tuple[str, str]]) -> None:
        """Remember names and versions of input files that are done."""
        self._database.executemany("INSERT OR IGNORE INTO input VALUES (?, ?)", inputs)

    def is_finished(self, name: str, version: str) -> bool:
        """Whether this version of an input file is done."""
        row = self._database.execute("SELECT 1 FROM input WHERE name = ? AND version = ?", (name, version))
        return row.fetchone() is not None
