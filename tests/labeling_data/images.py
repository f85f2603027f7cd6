"""Images for the tests, without a library."""

import struct
import zlib


def png(*, side: int = 64, shade: int = 128, spot: int | None = None) -> bytes:
    """A square of one shade of gray, with a darker square in it where there is a defect.

    Args:
        shade: 0 to 255, of the object.
        spot: 0 to 255, of the defect.
    """
    rows = [bytearray([0] + [shade] * side) for _ in range(side)]
    if spot is not None:
        for row in rows[side // 4 : side // 2]:
            row[side // 4 : side // 2] = bytes([spot]) * (side // 2 - side // 4)
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def jpeg(*, width: int = 640, height: int = 480, more: bytes = b"") -> bytes:
    """The segments of a photograph, with as good as no picture in it."""
    exif = b"\xff\xe1" + struct.pack(">H", 2 + 40) + b"Exif\0\0" + bytes(34)
    tables = b"\xff\xdb" + struct.pack(">H", 67) + bytes(65)
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">H", 8) + bytes(6) + b"\x2a" * 20
    return b"\xff\xd8" + exif + tables + b"\xff\xff" + frame[1:] + scan + more + b"\xff\xd9"
