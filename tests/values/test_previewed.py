"""Previews: they go to another process and back, and into one file."""

import io
import json

import pytest

from trialist.values.picture import Picture
from trialist.values.previewed import Example, Previewed


def made(n=2, epochs=3, size=4):
    def one(value):
        return Picture(width=size, height=size, rgb=bytes([value] * (size * size * 3)))

    return Previewed(
        columns=("original", "weak"),
        own="weak",
        notes=("A note.",),
        examples=tuple(
            Example(
                number=10 + place,
                label=None if place else "7",
                pictures=((one(place),), tuple(one(100 + epoch) for epoch in range(epochs))),
            )
            for place in range(n)
        ),
    )


def test_it_is_the_same_after_a_way_through_json():
    assert Previewed.from_dict(json.loads(json.dumps(made().to_dict()))) == made()


def test_small_pictures_are_enlarged():
    assert made(size=4).times == 24
    assert made(size=96).times == 1
    assert made(size=500).times == 1


def test_one_file_shows_all_of_it():
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(made(size=48).png()))
    assert image.size == (4 + 4 * (96 + 4), 4 + 2 * (96 + 4))
    assert image.getpixel((10, 10)) == (0, 0, 0)
    assert image.getpixel((10, 110)) == (1, 1, 1)
    assert image.getpixel((110, 10)) == (100, 100, 100)
    assert image.getpixel((310, 10)) == (102, 102, 102)
