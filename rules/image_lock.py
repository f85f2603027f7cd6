"""Read the digests of images.lock.yaml."""

from __future__ import annotations

import re
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from .intrinsics import is_list, mapping, sequence

_DIGEST = re.compile(r"^sha256:[0-9a-f]{64}$")


class ImageLockError(ValueError):
    """The image lock cannot be read; the message names the file, the field, the value and what is allowed."""


def locked_digests(path: Path) -> frozenset[str]:
    """The digests that the lock holds; an entry whose digest is not known yet (null) adds none.

    Raises ImageLockError when the file is missing or is not a lock.
    """
    try:
        document: object = YAML(typ="safe").load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise ImageLockError(f"{path}: the image lock cannot be read: {error}") from error
    images = mapping(document).get("images")
    if not is_list(images):
        raise ImageLockError(f"{path}: images: a list of {{image, digest}} is expected, got {images!r}")
    digests = [(index, mapping(entry).get("digest")) for index, entry in enumerate(sequence(images))]
    for index, digest in digests:
        if digest is not None and not _DIGEST.match(str(digest)):
            raise ImageLockError(
                f"{path}: images.{index}.digest: {digest!r} is neither 'sha256:' and 64 hex digits nor null"
            )
    return frozenset(str(digest) for _, digest in digests if digest is not None)
