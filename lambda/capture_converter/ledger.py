"""Which batches are done. One counts from the moment on at which its entry is stored, and not before.

train/00000.jsonl  validation/00000.jsonl   the examples: what a job reads, and nothing beside them
state/00000.digests                         of the examples, to find duplicates in later batches
state/00000.json                            the entry: names of the inputs, tally, settings

What is in `state/` may lie elsewhere: examples are deleted after some time, and must not come back by it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .example import DIGEST_BYTES
from .store import Store, StoredFile
from .tally import Tally, read_tally

PARTS = ("train/{:05}.jsonl", "validation/{:05}.jsonl", "state/{:05}.digests")
ENTRY = "state/{:05}.json"
REPORT = "report.json"


class LedgerError(Exception):
    """What lies in the output is not this conversion's."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One batch that is done."""

    number: int
    inputs: Sequence[tuple[str, str]]
    """Names and versions."""
    tally: Tally


class Ledger:
    """The batches below one output location."""

    def __init__(self, store: Store, *, fingerprint: str, state: Store | None = None) -> None:
        """
        Args:
            fingerprint: of the settings; all batches must have the same.
            state: where `state/` lies; None: with the examples.
        """
        self._store, self._fingerprint, self._state = store, fingerprint, state or store

    def entries(self) -> Iterator[Entry]:
        """The batches that are done.

        Raises:
            LedgerError: they were made with other settings, or one is missing.
        """
        entries = (file for file in self._state.list("state/") if file.name.endswith(".json"))
        for number, file in enumerate(entries):
            found = json.loads(b"".join(self._state.read(file)))
            if file.name != ENTRY.format(number):
                raise LedgerError(f"{self._state.location}{ENTRY.format(number)} is missing; choose an empty target")
            if found["settings"] != self._fingerprint:
                raise LedgerError(f"{self._state.location} was made with other settings; choose an empty target")
            inputs = [(name, version) for name, version in found["inputs"]]
            yield Entry(number=number, inputs=inputs, tally=read_tally(found["tally"]))

    def digests(self, number: int) -> Iterator[bytes]:
        """The digests of a batch's examples."""
        name = PARTS[2].format(number)
        file = next((each for each in self._state.list(name) if each.name == name), None)
        if file is None:
            raise LedgerError(f"{self._state.location}{name} is missing; choose an empty target")
        rest = b""
        for chunk in self._state.read(file):
            whole = rest + chunk
            end = len(whole) - len(whole) % DIGEST_BYTES
            yield from (whole[at : at + DIGEST_BYTES] for at in range(0, end, DIGEST_BYTES))
            rest = whole[end:]

    def discard_after(self, number: int) -> None:
        """Delete what an interrupted run left of batches from this number on.

        Raises:
            LedgerError: something else lies there.
        """
        for folder, part in zip(("train/", "validation/"), PARTS, strict=False):
            done = {part.format(each) for each in range(number)}
            for file in [each for each in self._store.list(folder) if each.name not in done]:
                if not _is_part(file, folder):
                    raise LedgerError(f"{self._store.location}{file.name} is no part; choose an empty target")
                self._store.delete(file.name)

    def commit(self, entry: Entry, *, parts: Sequence[Path], scratch: Path) -> None:
        """Store a batch: its parts first, its entry last.

        Args:
            parts: files in the order of `PARTS`; those without content are left out, except the digests.
            scratch: folder to write to.

        Raises:
            StoreError: it could not be stored, and does not count.
        """
        for name, path in zip(PARTS, parts, strict=True):
            if name is PARTS[2]:
                self._state.write(name.format(entry.number), path)
            elif path.stat().st_size:
                self._store.write(name.format(entry.number), path)
        found = {"settings": self._fingerprint, "inputs": list(entry.inputs), "tally": entry.tally.as_json()}
        _write_json(self._state, ENTRY.format(entry.number), found, scratch=scratch)

    def report(self, content: object, *, scratch: Path) -> None:
        """Store what people read, beside the examples."""
        _write_json(self._store, REPORT, content, scratch=scratch)


def _write_json(store: Store, name: str, content: object, *, scratch: Path) -> None:
    path = scratch / "object.json"
    path.write_text(json.dumps(content, indent=1, sort_keys=True))
    store.write(name, path)


def _is_part(file: StoredFile, folder: str) -> bool:
    stem, dot, kind = file.name.removeprefix(folder).partition(".")
    return bool(dot) and stem.isdigit() and kind in ("jsonl", "jsonl.partial")
