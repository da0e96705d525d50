"""Pictures: what a PNG reader of others reads is what was given."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.values.picture import Picture, grid


def picture(width, height, first=0):
    return Picture(
        width=width,
        height=height,
        rgb=bytes((first + place) % 256 for place in range(width * height * 3)),
    )


def read(png):
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(png))
    image.load()
    return image


@given(width=st.integers(1, 9), height=st.integers(1, 9), first=st.integers(0, 255))
def test_a_png_file_holds_the_pixels(width, height, first):
    given = picture(width, height, first)
    image = read(given.png())
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (width, height))
    assert image.tobytes() == given.rgb


def test_the_same_picture_gives_the_same_bytes():
    assert picture(5, 4).png() == picture(5, 4).png()


def test_enlarging_repeats_pixels():
    found = read(picture(2, 3).enlarged(4).png())
    expected = read(picture(2, 3).png()).resize((8, 12), resample=0)
    assert found.tobytes() == expected.tobytes()


def test_a_grid_has_each_picture_at_its_place():
    rows = [[picture(2, 3, 10 * (2 * down + right)) for right in range(2)] for down in range(3)]
    image = read(grid(rows, gap=1).png())
    assert image.size == (2 * 3 + 1, 3 * 4 + 1)
    for down, row in enumerate(rows):
        for right, one in enumerate(row):
            left, top = 1 + right * 3, 1 + down * 4
            assert image.crop((left, top, left + 2, top + 3)).tobytes() == one.rgb
    assert image.crop((0, 0, 7, 1)).tobytes() == b"\xff" * 21
    assert image.crop((3, 0, 4, 13)).tobytes() == b"\xff" * 39


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="11 bytes are no picture of 2 x 2 pixels"):
        Picture(width=2, height=2, rgb=bytes(11))
    with pytest.raises(ValueError, match="one size"):
        grid([[picture(2, 2), picture(2, 3)]])
    with pytest.raises(ValueError, match="rows of equal length"):
        grid([[picture(2, 2)], [picture(2, 2), picture(2, 2)]])
