"""Manifests: one JSON object a line, each of one image."""

import json
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn, cast

from labeling_data.objects import Objects

IMAGE = "source-ref"
DIGEST = "content-sha256"
"""Of an image's bytes, where the ingest has read them."""
Row = Mapping[str, Any]


class RowError(Exception):
    """A row cannot be used."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind, self.reason = kind, reason


def parse(line: bytes | None) -> Row:
    """A row.

    Raises:
        RowError: it is none.
    """
    if line is None:
        raise RowError("unreadable", "the line is too long")
    try:
        found: object = json.loads(line.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise RowError("unreadable", "the line is no JSON") from None
    if not isinstance(found, dict):
        raise RowError("unreadable", "the line is no JSON object")
    row = cast("Row", found)
    image = row.get(IMAGE)
    if not isinstance(image, str) or not image.startswith("s3://") or not image.isprintable():
        raise RowError("unreadable", f"the line has no {IMAGE}")
    return row


def rows(objects: Objects, uri: str) -> Iterator[tuple[int, Row | RowError]]:
    """The rows of a manifest, or why a line is none, with the lines' numbers."""
    for number, line in objects.lines(uri):
        try:
            yield number, parse(line)
        except RowError as error:
            yield number, error


class LinesFile:
    """JSON objects to be stored, a line each."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.count = 0

    def add(self, row: Mapping[str, Any]) -> None:
        """Write a line."""
        self._stream.write(json.dumps(row, separators=(",", ":")).encode() + b"\n")
        self.count += 1


@contextmanager
def stored_lines(objects: Objects, key: str) -> Generator[LinesFile]:
    """A file of lines that is stored at the end; not where an error comes before."""
    with tempfile.TemporaryFile() as stream:
        yield LinesFile(stream)
        stream.seek(0)
        objects.put(key, stream, content_type="application/jsonl")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
