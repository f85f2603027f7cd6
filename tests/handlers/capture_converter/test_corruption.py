"""Whatever happens to a line: that line is lost at the most, and it is counted."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from capture_converter.conversion import convert
from capture_converter.lines import split_lines
from capture_converter.settings import Settings
from capture_converter.store import FolderStore
from capture_converter.tally import Tally
from tests.handlers.capture_converter.captures import chat, line, said, side, stream

GOOD = [
    line(chat("Why 0?"), said("So.")),
    line(side(chat("Why 1?"), encoding="BASE64"), side(stream("S", "o."), encoding="BASE64")),
    line(chat("Why 2?", "So.", "And?"), stream("N", "o.")),
    line(side(chat("Why 3?"), encoding="BASE64"), said("So.")),
]


def converted(lines: list[bytes]) -> tuple[list[bytes], Tally]:
    with tempfile.TemporaryDirectory() as folder:
        source, target, scratch = (Path(folder) / name for name in ("source", "target", "scratch"))
        source.mkdir()
        scratch.mkdir()
        (source / "a.jsonl").write_bytes(b"\n".join(lines) + b"\n")
        tally = convert(
            FolderStore(source), FolderStore(target), settings=Settings(validation_share=0), scratch=scratch
        )
        return (target / "train/00000.jsonl").read_bytes().splitlines(keepends=True), tally


EXPECTED, _ = converted(GOOD)


@st.composite
def corrupted(draw: st.DrawFn, whole: bytes) -> bytes:
    """A line with a piece cut out, put in or replaced, anywhere; line feeds as well."""
    start = draw(st.integers(0, len(whole)))
    end = draw(st.one_of(st.just(start), st.integers(start, len(whole)), st.just(min(start + 1, len(whole)))))
    piece = draw(st.one_of(st.binary(max_size=20), st.sampled_from([b'"', b"{", b"\\", b"null", b"\n", b"\xff", b"7"])))
    return whole[:start] + piece + whole[end:]


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_a_corruption_loses_only_its_own_line_and_is_counted(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD) - 1))
    broken = data.draw(corrupted(GOOD[at]))
    examples, tally = converted([*GOOD[:at], broken, *GOOD[at + 1 :]])
    others = [each for number, each in enumerate(EXPECTED) if number != at]
    assert [each for each in examples if each in others] == others
    assert tally.lines == len(GOOD) + broken.count(b"\n")
    assert tally.lines == tally.train + sum(tally.dropped.values())
    assert len(examples) == tally.train


@given(st.lists(st.binary(max_size=40), max_size=30), st.integers(1, 60))
def test_lines_are_the_same_wherever_the_stream_is_cut(chunks: list[bytes], limit: int) -> None:
    whole = b"".join(chunks)
    lines = whole.split(b"\n")
    if not lines[-1]:
        lines.pop()
    assert list(split_lines(chunks, limit=limit)) == [each if len(each) <= limit else None for each in lines]
