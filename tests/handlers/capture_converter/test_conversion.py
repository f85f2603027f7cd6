"""A whole conversion: what is kept, what is counted, and what an interruption leaves."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from capture_converter import conversion
from capture_converter.ledger import LedgerError
from capture_converter.settings import Settings
from capture_converter.store import FolderStore, StoredFile, StoreError
from capture_converter.tally import Tally
from tests.handlers.capture_converter.captures import chat, line, said


class CrashError(Exception):
    pass


class Store(FolderStore):
    """Dies at the given write, and can lose a file while it is read."""

    writes_left = 10**9
    after = False
    """Whether it dies after the write rather than before."""

    def write(self, name: str, source: Path) -> None:
        self.writes_left -= 1
        if self.writes_left < 0 and not self.after:
            raise CrashError
        super().write(name, source)
        if self.writes_left < 0:
            raise CrashError

    def read(self, file: StoredFile) -> Iterator[bytes]:
        for chunk in super().read(file):
            for at in range(0, len(chunk), 7):
                yield chunk[at : at + 7]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Tally]:
    monkeypatch.setattr(conversion, "BATCH_FILES", 2)
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    def convert(*, dies_at: int | None = None, after: bool = False, apart: bool = False, **settings: Any) -> Tally:
        target = Store(tmp_path / "target")
        target.after = after
        if dies_at is not None:
            target.writes_left = dies_at
        source = Store(tmp_path / "source")
        state = Store(tmp_path / "state") if apart else None
        return conversion.convert(source, target, settings=Settings(**settings), scratch=scratch, state=state)

    return convert


def capture(folder: Path, name: str, *lines: bytes) -> None:
    path = folder / "source/endpoint/AllTraffic/2026/01/01/00" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(each + b"\n" for each in lines))


def exchange(number: int) -> bytes:
    return line(chat(f"Why {number}?"), said("So."))


def asked(folder: Path, part: str = "*") -> list[str]:
    files = sorted((folder / "target").glob(f"{part}/*.jsonl"))
    lines = [json.loads(each) for file in files for each in file.read_text().splitlines()]
    return [each["messages"][0]["content"] for each in lines]


def fill(folder: Path) -> set[str]:
    """Five files with a duplicate across batches and broken lines; the questions that are to be kept."""
    for number in range(5):
        capture(folder, f"{number}.jsonl", exchange(number), b"{", exchange(number + 10), exchange(0))
    return {f"Why {number}?" for at in range(5) for number in (at, at + 10)}


def test_everything_is_counted(tmp_path: Path, run: Callable[..., Tally]) -> None:
    expected = fill(tmp_path)
    capture(tmp_path, "9.jsonl", b"x" * 5000, line(chat("Why, a@example.com?"), said("So.")))
    capture(tmp_path, "manifest.txt", b"no capture")
    tally = run(validation_share=0.5, max_line_bytes=4096)
    assert (tally.files, tally.lines) == (6, 22)
    assert tally.train + tally.validation == len(expected) + 1
    assert tally.dropped == {"duplicate": 5, "not_json": 5, "line_too_long": 1}
    assert tally.redacted == {"email": 1}
    assert (len(asked(tmp_path, "train")), len(asked(tmp_path, "validation"))) == (tally.train, tally.validation)
    assert sorted(asked(tmp_path)) == sorted({*expected, "Why, [email]?"})
    assert json.loads((tmp_path / "target/report.json").read_text()) == tally.as_json()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("dies_at", range(12))
def test_a_run_that_died_is_finished_by_the_next(
    tmp_path: Path, run: Callable[..., Tally], dies_at: int, after: bool
) -> None:
    expected = fill(tmp_path)
    with pytest.raises(CrashError):
        run(dies_at=dies_at, after=after, validation_share=0.5)
    tally = run(validation_share=0.5)
    assert sorted(asked(tmp_path)) == sorted(expected)
    assert (tally.lines, tally.dropped) == (20, {"duplicate": 5, "not_json": 5})
    assert tally.train + tally.validation == len(expected)


def test_what_is_converted_is_not_converted_again_but_what_is_new_is(tmp_path: Path, run: Callable[..., Tally]) -> None:
    fill(tmp_path)
    first = run().as_json()
    assert run().as_json() == first
    capture(tmp_path, "0-late.jsonl", exchange(0), exchange(99))
    tally = run()
    assert (tally.files, tally.dropped["duplicate"]) == (6, 6)
    assert asked(tmp_path).count("Why 99?") == 1


def test_the_same_capture_gives_the_same_bytes(tmp_path: Path, run: Callable[..., Tally]) -> None:
    fill(tmp_path)

    def contents() -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in (tmp_path / "target/train").iterdir()}

    run()
    first = contents()
    (tmp_path / "target").rename(tmp_path / "before")
    run()
    assert contents() == first


def test_other_settings_need_another_target(tmp_path: Path, run: Callable[..., Tally]) -> None:
    fill(tmp_path)
    run()
    with pytest.raises(LedgerError, match="other settings"):
        run(streamed="drop")
    assert run(batch_bytes=2**20).files == 5


def test_a_target_with_other_files_is_left_alone(tmp_path: Path, run: Callable[..., Tally]) -> None:
    fill(tmp_path)
    other = tmp_path / "target/train/mine.jsonl"
    other.parent.mkdir(parents=True)
    other.write_text("{}")
    with pytest.raises(LedgerError, match=r"mine\.jsonl"):
        run()
    assert other.exists()


def test_a_missing_entry_is_noticed(tmp_path: Path, run: Callable[..., Tally]) -> None:
    fill(tmp_path)
    run()
    (tmp_path / "target/state/00001.json").unlink()
    with pytest.raises(LedgerError, match=r"00001\.json is missing"):
        run()


def test_source_and_target_may_not_overlap(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="overlap"):
        conversion.convert(
            FolderStore(tmp_path), FolderStore(tmp_path / "target"), settings=Settings(), scratch=tmp_path
        )


def test_a_file_that_cannot_be_read_fails_the_run_and_names_it(tmp_path: Path) -> None:
    gone = StoredFile(name="gone.jsonl", version="1", size=3)
    with pytest.raises(StoreError, match=r"gone\.jsonl"):
        list(FolderStore(tmp_path).read(gone))


def test_examples_that_were_deleted_do_not_come_back_and_do_not_stop_the_next_run(
    run: Callable[..., Tally], tmp_path: Path
) -> None:
    for number in range(4):
        capture(tmp_path, f"{number}.jsonl", exchange(number))
    assert run(apart=True, validation_share=0.0).train == 4
    assert not (tmp_path / "target/state").exists()
    # What a rule of the bucket's lifecycle does to the first batch, and a day later to the second.
    (tmp_path / "target/train/00000.jsonl").unlink()
    capture(tmp_path, "4.jsonl", exchange(4))
    run(apart=True, validation_share=0.0)
    (tmp_path / "target/train/00001.jsonl").unlink()
    capture(tmp_path, "5.jsonl", exchange(5))
    run(apart=True, validation_share=0.0)
    left = {path.name: path.read_text().count("\n") for path in (tmp_path / "target/train").iterdir()}
    assert left == {"00002.jsonl": 1, "00003.jsonl": 1}
