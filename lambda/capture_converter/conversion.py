"""Converts all captured files that are not converted yet, batch by batch.

A batch is done when its entry stands in the ledger. A run that dies loses the batch that it was in, and the next one
does that again: nothing is lost, and nothing is doubled.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from .example import ExampleMaker
from .index import Index
from .ledger import Entry, Ledger, LedgerError
from .lines import split_lines
from .reason import Dropped, Reason
from .settings import Settings
from .store import Store, StoredFile
from .tally import Tally

BATCH_FILES = 10_000
"""So many files are in a batch at the most: Data Capture writes many small ones."""


def convert(source: Store, target: Store, *, settings: Settings, scratch: Path, state: Store | None = None) -> Tally:
    """Convert what the source has and the target lacks; the tally of everything in the target.

    Args:
        source: what Data Capture has written; files that do not end with .jsonl are passed over.
        target: gets `train/`, `validation/`, `state/` and `report.json`.
        scratch: an empty folder with room for a batch, and for about 50 bytes an example.
        state: gets `state/` in place of the target.

    Raises:
        LedgerError: the target was made with other settings, or overlaps with the source.
        StoreError: a file could not be read or written. What is done stays done.
    """
    if source.location.startswith(target.location) or target.location.startswith(source.location):
        raise LedgerError(f"source {source.location} and target {target.location} overlap")
    ledger, total, number = Ledger(target, fingerprint=settings.fingerprint(), state=state), Tally(), 0
    with Index(scratch) as index:
        for entry in ledger.entries():
            index.add_all(ledger.digests(entry.number))
            index.finish(entry.inputs)
            total.add(entry.tally)
            number = entry.number + 1
        ledger.discard_after(number)
        pending = (
            file
            for file in source.list()
            if file.name.endswith(".jsonl") and not index.is_finished(file.name, file.version)
        )
        for batch in _batches(pending, size=settings.batch_bytes):
            batch_scratch = scratch / "batch"
            batch_scratch.mkdir(exist_ok=True)
            parts = [batch_scratch / name for name in ("train", "validation", "digests")]
            tally = _convert_batch(source, batch, settings=settings, index=index, parts=parts)
            inputs = [(file.name, file.version) for file in batch]
            ledger.commit(Entry(number=number, inputs=inputs, tally=tally), parts=parts, scratch=scratch)
            index.finish(inputs)
            total.add(tally)
            number += 1
    ledger.report(total.as_json(), scratch=scratch)
    return total


def _batches(files: Iterable[StoredFile], *, size: int) -> Iterator[list[StoredFile]]:
    batch: list[StoredFile] = []
    total = 0
    for file in files:
        batch.append(file)
        total += file.size
        if len(batch) == BATCH_FILES or total >= size:
            yield batch
            batch, total = [], 0
    if batch:
        yield batch


def _convert_batch(
    source: Store, batch: Sequence[StoredFile], *, settings: Settings, index: Index, parts: Sequence[Path]
) -> Tally:
    maker, tally = ExampleMaker(settings), Tally(files=len(batch), bytes=sum(file.size for file in batch))
    with ExitStack() as files:
        train, validation, digests = (files.enter_context(path.open("wb")) for path in parts)
        for file in batch:
            for line in split_lines(source.read(file), limit=settings.max_line_bytes):
                tally.lines += 1
                try:
                    if line is None:
                        raise Dropped(Reason.LINE_TOO_LONG)
                    example = maker.make(line)
                    if not index.add(example.digest):
                        raise Dropped(Reason.DUPLICATE)
                except Dropped as dropped:
                    tally.dropped[dropped.reason.value] += 1
                    continue
                digests.write(example.digest)
                if example.validates:
                    tally.validation += 1
                    validation.write(example.line)
                else:
                    tally.train += 1
                    train.write(example.line)
    tally.redacted.update(maker.redactor.replaced)
    return tally
