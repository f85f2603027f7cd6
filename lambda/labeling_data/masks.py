"""Masks without a defect, for normal images: the algorithm wants all attributes in each row.

Source: train_segmentation.manifest of https://github.com/aws-samples/amazon-lookout-for-vision, whose normal images all
have one `dummy_anomaly_mask.png`. Here each image gets one of its own size.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from labeling_data.image_header import ImageHeader, NotAnImageError, read_header
from labeling_data.labels import BACKGROUND, metadata_of
from labeling_data.manifest import IMAGE, Row
from labeling_data.objects import Objects
from labeling_data.outcome import DataError

MASKS = "masks/"
_HEAD = 256 * 1024
"""Bytes that have the size of an image in them: a JPEG may begin with a preview of itself."""
_AT_ONCE = 500
_MOST_SIDE = 10_000


class BlankMasks:
    """Writes one blank mask for each size."""

    def __init__(self, objects: Objects, *, attribute: str, label_attribute: str, workers: int) -> None:
        self._objects, self._attribute, self._workers = objects, attribute, workers
        self._label_metadata = metadata_of(label_attribute)
        self._written = set[tuple[int, int]]()

    def complete(self, rows: Iterable[Row]) -> Iterator[tuple[Row, str]]:
        """Each row with a mask, in their order, and what was done: `kept` or `blank`; or as it is, and `no_image`."""
        rest = iter(rows)
        while batch := list(islice(rest, _AT_ONCE)):
            with ThreadPoolExecutor(self._workers) as pool:
                headers = list(pool.map(self._header, batch))
            for row, header in zip(batch, headers, strict=True):
                if self._attribute in row:
                    yield row, "kept"
                elif header is None:
                    yield row, "no_image"
                else:
                    yield {**row, **self._entries(row, header)}, "blank"

    def _header(self, row: Row) -> ImageHeader | None:
        if self._attribute in row:
            return None
        try:
            header = read_header(self._objects.read(row[IMAGE], first=_HEAD), whole=False)
        except (DataError, NotAnImageError):
            return None
        return header if max(header.width, header.height) <= _MOST_SIDE else None

    def _entries(self, row: Row, header: ImageHeader) -> Mapping[str, Any]:
        size = (header.width, header.height)
        key = f"{MASKS}blank-{header.width}x{header.height}.png"
        if size not in self._written:
            self._objects.put(key, white_png(*size), content_type="image/png")
            self._written.add(size)
        return {
            self._attribute: self._objects.uri(key),
            metadata_of(self._attribute): {
                "internal-color-map": {"0": {"class-name": BACKGROUND, "hex-color": "#ffffff", "confidence": 0.0}},
                "type": "groundtruth/semantic-segmentation",
                "human-annotated": "yes",
                "creation-date": row.get(self._label_metadata, {}).get("creation-date", "1970-01-01T00:00:00.000000"),
                "job-name": "labeling-job/blank-mask",
            },
        }


def white_png(width: int, height: int) -> bytes:
    """A white image of three colors. https://www.w3.org/TR/png-3/"""
    compressor = zlib.compressobj(9)
    row = b"\0" + b"\xff" * (3 * width)
    pixels = b"".join([*(compressor.compress(row) for _ in range(height)), compressor.flush()])
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
