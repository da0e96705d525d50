from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.spread import is_flat, rounding_of


def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


@given(st.lists(st.integers(1, 9_000), min_size=2, max_size=20), st.integers(1, 900))
def test_one_image_more_in_every_pair_is_flat(hits, more):
    a = [n / 10_000 for n in hits]
    b = [(n + more) / 10_000 for n in hits]
    differences = [y - x for x, y in zip(a, b, strict=True)]
    assert is_flat(differences, rounding=rounding_of((*a, *b)))


@given(st.lists(st.integers(1, 9_000), min_size=2, max_size=20), st.integers(1, 900))
def test_one_image_more_in_every_pair_is_flat_in_single_precision_too(hits, more):
    a = [single(n / 10_000) for n in hits]
    b = [single((n + more) / 10_000) for n in hits]
    differences = [y - x for x, y in zip(a, b, strict=True)]
    assert is_flat(differences, rounding=rounding_of((*a, *b)))


def test_one_image_of_a_million_is_spread():
    values = [0.951234, 0.951235]
    assert not is_flat(values, rounding=rounding_of(values))
    values = [single(value) for value in values]
    assert not is_flat(values, rounding=rounding_of(values))


def test_whole_numbers_are_exact():
    assert rounding_of((16_000_000.0, 16_000_001.0)) == 0.0


def test_numbers_beyond_single_precision_are_double():
    assert 0 < rounding_of((1e300, 0.5)) < 1e286
