"""What a manifest is about, whenever and by which job it was written."""

import hashlib
import json
from typing import Any

from defect_detection.objects import rows

_METADATA = "-metadata"


def manifest_fingerprint(s3: Any, uri: str) -> tuple[str, int]:
    """A digest of the pictures and their labels, without who labeled them when, in any order; and how many there are.

    Raises:
        StepFailedError: it cannot be read.
    """
    total, count = 0, 0
    for row in rows(s3, uri):
        said = {key: value for key, value in row.items() if not key.endswith(_METADATA)}
        digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()
        # A sum, as no order is kept in mind: memory does not grow with the manifest.
        total, count = (total + int.from_bytes(digest)) % (1 << 256), count + 1
    return f"{total:064x}", count
