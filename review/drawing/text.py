"""How wide text is, and where it may break, without a font at hand.

The widths are those of a wide sans serif, so that no usual one is wider. Only the box of a text depends on them.
"""

import re

_NARROW, _THIN, _WIDE, _CAPITAL, _OTHER = 0.3, 0.4, 0.95, 0.71, 0.6
_BOLD = 1.08
# After a space, a slash, a colon, a comma or a hyphen, and before a capital within a word.
_BREAK = re.compile(r"(?<=[ /:,\-])|(?<=[a-z0-9])(?=[A-Z])")


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width in pixels at a font size in pixels."""
    return sum(_em(character) for character in text) * size * (_BOLD if bold else 1)


def wrap(text: str, size: float, most: float, *, bold: bool = False) -> tuple[str, ...]:
    """Lines of at most `most` pixels. A part without a place to break is cut where it must be."""
    lines, line = [], ""
    for part in (piece for whole in _BREAK.split(text) for piece in _cut(whole, size, most, bold=bold)):
        if line and width((line + part).rstrip(), size, bold=bold) > most:
            lines.append(line.rstrip())
            line = ""
        line += part
    return (*lines, line.rstrip()) if line.strip() else tuple(lines)


def _cut(text: str, size: float, most: float, *, bold: bool) -> tuple[str, ...]:
    pieces, piece = [], ""
    for character in text:
        if piece and width(piece + character, size, bold=bold) > most:
            pieces.append(piece)
            piece = ""
        piece += character
    return (*pieces, piece) if piece else tuple(pieces)


def _em(character: str) -> float:
    if character in "ijl|.,:;'!":
        return _NARROW
    if character in "frt()[]{}-/ ":
        return _THIN
    if character in "mwMW@%":
        return _WIDE
    return _CAPITAL if character.isupper() else _OTHER
