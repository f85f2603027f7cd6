"""Names and classes of images, from their paths."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from labeling_data.labels import CLASSES

_UNUSUAL = re.compile(r"[^A-Za-z0-9._-]")
_SUFFIX = 12
"""Hexadecimal digits."""


class AmbiguousClassError(Exception):
    """A path has folders of both classes."""


def class_of(path: str) -> str | None:
    """`normal` or `anomaly`, where a folder of the path is named so; None where none is.

    Raises:
        AmbiguousClassError: there are both.
    """
    folders = {part.lower() for part in PurePosixPath(path).parts[:-1]}
    found = [name for name in CLASSES if name in folders]
    if len(found) > 1:
        raise AmbiguousClassError("its path has both a folder `normal` and a folder `anomaly`")
    return found[0] if found else None


def flat_names(paths: Iterable[str]) -> Iterator[str]:
    """A name in one folder for each path, in their order.

    The first path with a file name keeps it. Each other one gets a suffix, from its whole path: the same paths have the
    same names each time.
    """
    ordered = list(paths)
    plain = [_UNUSUAL.sub("_", PurePosixPath(path).name) for path in ordered]
    # Nobody's suffix may make the name of another file.
    taken, reserved = set[str](), set(plain)
    for path, name in zip(ordered, plain, strict=True):
        chosen = name
        if name in taken:
            digest = hashlib.sha256(path.encode()).hexdigest()
            for length in range(_SUFFIX, len(digest) + 1):
                chosen = with_suffix(name, digest[:length])
                if chosen not in reserved and chosen not in taken:
                    break
        taken.add(chosen)
        yield chosen


def with_suffix(name: str, suffix: str) -> str:
    """`1.png` as `1-suffix.png`."""
    path = PurePosixPath(name)
    return f"{path.stem}-{suffix}{path.suffix}"
