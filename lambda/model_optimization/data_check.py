"""Checks a data set line by line, all of it, in as many calls of the function as that takes.

A call ends after `BUDGET_SECONDS` with the file that it is at; the next one goes on with the following file. So a data
set may have any size, and only a single file has a limit.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from capture_converter.store import Store, StoredFile
from capture_converter.validation import Verdict, validate
from model_optimization.job import DataSet
from model_optimization.model_check import store_of
from model_optimization.objects import fingerprint
from model_optimization.outcome import Outcome, StepFailedError, again, done

BUDGET_SECONDS = 5 * 60
MOST_FILE_BYTES = 8 * 1024**3
"""In the 9 minutes that a call still has then, 15 MB/s are enough; one core was measured to do 260, without S3."""
NAMED = 5
"""So many problems are told; the converter's own command names more."""


def check_data(
    s3: Any, data: DataSet, progress: Mapping[str, Any] | None, *, clock: Callable[[], float] = time.monotonic
) -> Outcome:
    """Check what time allows; done with `data_fingerprint`, or to be asked again with `progress`.

    Raises:
        StepFailedError: more lines are bad than tolerated, with the first of them.
        StoreError: it cannot be read.
    """
    store = store_of(s3, data.uri)
    before: dict[str, Any] = dict(progress or {"after": "", "files": 0, "lines": 0, "bad": 0, "problems": []})
    files = [file for file in store.list() if file.name.endswith((".jsonl", ".json"))]
    for file in files:
        if file.size > MOST_FILE_BYTES:
            raise StepFailedError(f"{data.uri}{file.name} has more than 8 GiB: split it")
    rest = _Rest(store, [file for file in files if file.name > before["after"]], clock=clock)
    found = validate(rest, form=data.format, tolerance=data.tolerance)
    now: dict[str, Any] = {
        "after": rest.last or before["after"],
        "files": before["files"] + found.files,
        "lines": before["lines"] + found.lines,
        "bad": before["bad"] + found.bad,
        "problems": [*before["problems"], *found.problems][:NAMED],
    }
    if not rest.ended:
        return again(f"{data.uri} is being checked", progress=now)
    verdict = Verdict(files=now["files"], lines=now["lines"], bad=now["bad"], problems=(), tolerance=data.tolerance)
    if not verdict.passes:
        problems = "".join(f"\n{problem}" for problem in now["problems"])
        raise StepFailedError(f"{data.uri}: {verdict.summary()}{problems}")
    return done(data_fingerprint=fingerprint(files), data_lines=now["lines"], progress=None)


class _Rest:
    """The files of a store that are left, for as long as there is time."""

    def __init__(self, store: Store, files: list[StoredFile], *, clock: Callable[[], float]) -> None:
        self._store, self._files, self._clock = store, files, clock
        self._deadline = clock() + BUDGET_SECONDS
        self.location = store.location
        self.last = ""
        self.ended = False

    def list(self, prefix: str = "") -> Iterator[StoredFile]:  # noqa: ARG002
        for index, file in enumerate(self._files):
            if index and self._clock() > self._deadline:
                return
            yield file
            self.last = file.name
        self.ended = True

    def read(self, file: StoredFile) -> Iterator[bytes]:
        return self._store.read(file)

    def write(self, name: str, source: Any) -> None:
        raise NotImplementedError(f"{name} is only checked, not written: {source}")

    def delete(self, name: str) -> None:
        raise NotImplementedError(f"{name} is only checked, not deleted")
