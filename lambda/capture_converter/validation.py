"""Checks a data set line by line, before a job that costs money begins."""

from collections.abc import Iterator
from dataclasses import dataclass

from .lines import split_lines
from .settings import MIB
from .store import Store
from .training_line import BadLine, check_line

MAX_LINE_BYTES = 8 * MIB
SHOWN = 100
"""So many problems are named; all are counted."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was found."""

    files: int
    lines: int
    bad: int
    problems: tuple[str, ...]
    """`file:line: what is wrong`; the first `SHOWN`."""
    tolerance: float
    """Share of lines that may be bad, 0 to 1."""

    @property
    def passes(self) -> bool:
        """Whether there is something to train on, and no more bad lines than tolerated."""
        return self.lines > self.bad and self.bad <= self.tolerance * self.lines

    def summary(self) -> str:
        """In one sentence."""
        if not self.lines:
            return "no lines: the data set is empty"
        share = 100 * self.bad / self.lines
        return (
            f"{self.bad} of {self.lines} lines in {self.files} files are bad ({share:.3g} %; "
            f"{100 * self.tolerance:.3g} % tolerated)"
        )


def validate(store: Store, *, form: str, tolerance: float) -> Verdict:
    """Check all files that end with .jsonl or .json; blank lines count as bad.

    Args:
        form: one of `FORMATS`.
        tolerance: share of lines that may be bad, 0 to 1.

    Raises:
        StoreError: a file could not be read.
    """
    files = lines = bad = 0
    problems: list[str] = []
    for file in store.list():
        if not file.name.endswith((".jsonl", ".json")):
            continue
        files += 1
        for number, line in enumerate(split_lines(store.read(file), limit=MAX_LINE_BYTES), start=1):
            lines += 1
            for problem in _problems(line, form=form):
                bad += 1
                if len(problems) < SHOWN:
                    problems.append(f"{file.name}:{number}: {problem}")
    return Verdict(files=files, lines=lines, bad=bad, problems=tuple(problems), tolerance=tolerance)


def _problems(line: bytes | None, *, form: str) -> Iterator[str]:
    if line is None:
        yield f"longer than {MAX_LINE_BYTES // MIB} MiB"
        return
    try:
        check_line(line, form=form)
    except BadLine as error:
        yield str(error)
