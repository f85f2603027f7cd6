"""What is an image, and which."""

import pytest

from labeling_data.image_header import Limits, NotAnImageError, read_header
from labeling_data.masks import white_png
from tests.labeling_data.images import jpeg, png


def test_kind_and_size_are_in_the_bytes_and_not_in_the_name() -> None:
    found = [read_header(each) for each in (png(side=70), jpeg(width=4000, height=3000), white_png(90, 65))]
    assert [(each.content_type, each.width, each.height) for each in found] == [
        ("image/png", 70, 70),
        ("image/jpeg", 4000, 3000),
        ("image/png", 90, 65),
    ]


def test_a_camera_may_write_behind_the_end() -> None:
    assert read_header(jpeg() + bytes(1000)).width == 640


def test_the_beginning_is_enough_where_the_end_was_not_read() -> None:
    assert read_header(png()[:40], whole=False).width == 64
    assert read_header(jpeg()[:200], whole=False).width == 640


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "neither JPEG nor PNG"),
        (b"GIF89a" + bytes(100), "neither"),
        (b"<html>404</html>", "neither"),
        (png()[:-8], "cut off"),
        (jpeg()[:-2], "cut off"),
        (png().replace(b"\0\0\0\x40", b"\0\0\0\x41", 1), "broken"),
        (png(side=0), "no pixels"),
        (jpeg(width=0), "no pixels"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(20) + b"\xff\xd9", "no frame"),
        (b"\xff\xd8\xff", "no frame"),
        (b"\x89PNG\r\n\x1a\n", "no IHDR"),
    ],
)
def test_what_is_none_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(NotAnImageError, match=reason):
        read_header(data)


@pytest.mark.parametrize("data", [png(), jpeg(more=b"\x55" * 50)])
def test_no_cut_and_no_changed_byte_of_a_header_is_more_than_a_refusal(data: bytes) -> None:
    for at in range(min(len(data), 150)):
        for broken in (data[:at], data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]):
            try:
                header = read_header(broken)
            except NotAnImageError:
                continue
            assert header.width > 0
            assert header.height > 0


def test_limits_are_told_with_what_was_found() -> None:
    limits = Limits()
    assert limits.refusal(read_header(png(side=64))) is None
    assert limits.refusal(read_header(jpeg(width=4096, height=64))) is None
    assert limits.refusal(read_header(png(side=63))) == "63x63 pixels; allowed are 64 to 4096 on each side"
    assert limits.refusal(read_header(jpeg(width=4097, height=3000))) is not None
    assert limits.size_refusal(0) == "it is empty"
    assert limits.size_refusal(8 * 1024 * 1024) is None
    assert limits.size_refusal(9_000_000) == "9000000 bytes; allowed are 8388608"
