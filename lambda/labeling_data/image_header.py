"""What the bytes of an image say of it, without a decoder.

Sources: https://www.w3.org/TR/png-3/#5DataRep and ITU-T T.81, annex B (https://www.w3.org/Graphics/JPEG/itu-t81.pdf).
"""

import struct
import zlib
from dataclasses import dataclass

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"IEND\xaeB`\x82"
_JPEG = b"\xff\xd8\xff"
_JPEG_END = b"\xff\xd9"
_TAIL = 64 * 1024
"""Bytes: cameras write data of their own behind the end of a picture."""
# Start of frame, but for three markers in the same range that are tables.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
"""Markers without a length."""


class NotAnImageError(Exception):
    """No whole JPEG or PNG; the text says why."""


@dataclass(frozen=True, kw_only=True)
class ImageHeader:
    """Kind and size of an image."""

    content_type: str
    width: int
    """Pixels."""
    height: int
    """Pixels."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Of an image.

    Those of a labeling job are 40 MB and 100 million pixels
    (https://docs.aws.amazon.com/sagemaker/latest/dg/input-data-limits.html). The algorithm's own are not documented;
    what stands here is what Lookout for Vision took, whose models it trains
    (https://docs.aws.amazon.com/lookout-for-vision/latest/developer-guide/limits.html).
    """

    most_bytes: int = 8 * 1024 * 1024
    least_side: int = 64
    """Pixels."""
    most_side: int = 4096
    """Pixels."""

    def refusal(self, header: ImageHeader) -> str | None:
        """Why an image cannot be used."""
        sides = (header.width, header.height)
        if self.least_side <= min(sides) and max(sides) <= self.most_side:
            return None
        found = f"{header.width}x{header.height} pixels"
        return f"{found}; allowed are {self.least_side} to {self.most_side} on each side"

    def size_refusal(self, size: int) -> str | None:
        """Why an object cannot be used, before it is read."""
        if size == 0:
            return "it is empty"
        return None if size <= self.most_bytes else f"{size} bytes; allowed are {self.most_bytes}"


def read_header(data: bytes, *, whole: bool = True) -> ImageHeader:
    """Of an image.

    Args:
        data: its bytes, or the first of them.
        whole: whether all bytes are there; the end of the image must be among them then.

    Raises:
        NotAnImageError: it is none, or cut off.
    """
    if data.startswith(_PNG):
        header, end = _png(data), _PNG_END
    elif data.startswith(_JPEG):
        header, end = _jpeg(data), _JPEG_END
    else:
        raise NotAnImageError("neither JPEG nor PNG")
    if not header.width or not header.height:
        raise NotAnImageError("its header is broken: a side of no pixels")
    if whole and end not in data[-_TAIL:]:
        raise NotAnImageError("it is cut off: its end is missing")
    return header


def _png(data: bytes) -> ImageHeader:
    chunk = data[12:29]
    if data[8:16] != b"\0\0\0\rIHDR" or len(data) < 33 or zlib.crc32(chunk) != int.from_bytes(data[29:33], "big"):
        raise NotAnImageError("its header is broken: no IHDR")
    width, height = struct.unpack(">II", chunk[4:12])
    return ImageHeader(content_type="image/png", width=width, height=height)


def _jpeg(data: bytes) -> ImageHeader:
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker in _FRAMES and at + 9 <= len(data):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return ImageHeader(content_type="image/jpeg", width=width, height=height)
        elif marker in _FRAMES or marker in (0xD9, 0xDA):
            break
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    raise NotAnImageError("its header is broken: no frame")
