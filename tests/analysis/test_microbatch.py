"""Equal parts of a batch, whatever fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.microbatch import micro_batch_for
from trialist.values.errors import ConfigError


@pytest.mark.parametrize(
    ("size", "fits", "expected"),
    [(100, 32, 25), (64, 100, 64), (128, 32, 32), (96, 40, 32), (7, 1, 1)],
)
def test_it_is_the_largest_divisor_that_fits(size, fits, expected):
    assert micro_batch_for(size, fits=fits) == expected


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_the_parts_make_the_whole_batch(size, fits):
    try:
        found = micro_batch_for(size, fits=fits)
    except ConfigError:
        return
    assert size % found == 0
    assert found <= fits


def test_a_prime_number_has_no_equal_parts():
    with pytest.raises(ConfigError, match="a batch of 101 has no equal parts between 9 and 32"):
        micro_batch_for(101, fits=32)
    with pytest.raises(ConfigError, match="no equal parts") as caught:
        micro_batch_for(127, fits=32)
    assert "take batch size 128, in parts of 32" in caught.value.mistakes[0].todo


@pytest.mark.parametrize(("size", "fits"), [(0, 1), (1, 0)])
def test_nothing_has_no_parts(size, fits):
    with pytest.raises(ConfigError, match="examples, and"):
        micro_batch_for(size, fits=fits)
