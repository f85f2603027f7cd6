"""Splits a stream into lines without holding more than one of them."""

from collections.abc import Iterable, Iterator


def split_lines(chunks: Iterable[bytes], *, limit: int) -> Iterator[bytes | None]:
    """Lines without their line feed; None stands for one that is longer than the limit.

    Args:
        chunks: the stream, cut anywhere.
        limit: bytes of the longest line that is kept in memory.
    """
    pieces: list[bytes] = []
    size = 0
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            size += len(piece)
            if size > limit:
                yield None
            elif pieces:
                yield b"".join((*pieces, piece))
            else:
                yield piece
            pieces.clear()
            size = 0
        if rest:
            size += len(rest)
            if size > limit:
                pieces.clear()
            else:
                pieces.append(rest)
    if size:
        yield b"".join(pieces) if size <= limit else None
