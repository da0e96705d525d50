"""A small picture as plain bytes, and as a PNG file: for grids of examples."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Colors of pixels, row by row from the top left.

    Attributes:
        width: In pixels, from 1.
        height: In pixels, from 1.
        rgb: Red, green and blue of each, a byte each.
    """

    width: int
    height: int
    rgb: bytes

    def __post_init__(self) -> None:
        if min(self.width, self.height) < 1 or len(self.rgb) != self.n_bytes:
            raise ValueError(
                f"{len(self.rgb)} bytes are no picture of {self.width} x {self.height} pixels"
            )

    @property
    def n_bytes(self) -> int:
        """How many bytes the pixels take."""
        return self.width * self.height * _CHANNELS

    def row(self, number: int) -> bytes:
        """Give the colors of one row, from 0."""
        size = self.width * _CHANNELS
        return self.rgb[number * size : (number + 1) * size]

    def enlarged(self, times: int) -> Picture:
        """Give the picture with each pixel so many times as wide and as high."""
        rows = []
        for number in range(self.height):
            row = self.row(number)
            pixels = (row[at : at + _CHANNELS] for at in range(0, len(row), _CHANNELS))
            rows.append(b"".join(pixel * times for pixel in pixels) * times)
        return Picture(width=self.width * times, height=self.height * times, rgb=b"".join(rows))

    def png(self) -> bytes:
        """Give the picture as a PNG file.

        References:
            ISO/IEC 15948, Portable Network Graphics, sections 5 and 11.
        """
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        lines = b"".join(b"\0" + self.row(number) for number in range(self.height))
        chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
        return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def grid(rows: Sequence[Sequence[Picture]], *, gap: int = 2) -> Picture:
    """Give pictures in rows and columns as one, white between them.

    Args:
        rows: Rows of equal length; all pictures of one size.
        gap: Pixels between two pictures, and around all of them.

    Raises:
        ValueError: If the rows or the pictures differ in size.
    """
    sizes = {(one.width, one.height) for row in rows for one in row}
    if len(sizes) != 1 or len({len(row) for row in rows}) != 1:
        raise ValueError("a grid takes rows of equal length, of pictures of one size")
    ((width, height),) = sizes
    n_columns = len(rows[0])
    whole = n_columns * (width + gap) + gap
    space, line = b"\xff" * (gap * _CHANNELS), b"\xff" * (whole * _CHANNELS) * gap
    parts = [line]
    for row in rows:
        lines = (space.join(one.row(number) for one in row) for number in range(height))
        parts += [space + one + space for one in lines]
        parts.append(line)
    return Picture(width=whole, height=len(rows) * (height + gap) + gap, rgb=b"".join(parts))


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))
