"""Examples per second: what fits, and from where on a larger batch is no faster."""

import pytest

from trialist.analysis.throughput import BatchTiming, has_settled, throughput_of
from trialist.values.missing import Missing


def timings(*seconds, first=8, bytes_each=100):
    return [
        BatchTiming(batch_size=first * 2**k, seconds=one, peak_bytes=bytes_each * 2**k)
        for k, one in enumerate(seconds)
    ]


def test_the_efficiency_is_the_rate_of_the_next_size_over_perfect_scaling():
    table = throughput_of(timings(1.0, 1.0, 1.25, 2.5), limit=10**9)
    assert [row.timing.rate for row in table.rows] == [8, 16, 25.6, 25.6]
    assert [row.efficiency for row in table.rows[:3]] == pytest.approx([1.0, 0.8, 0.5])
    assert table.rows[3].efficiency == Missing("no larger batch was tried")
    assert table.saturated_at == 32
    assert table.largest == 64


def test_what_takes_more_than_the_limit_does_not_fit():
    table = throughput_of(timings(1.0, 1.0, 1.0), limit=250)
    assert [row.fits for row in table.rows] == [True, True, False]
    assert table.largest == 16
    assert throughput_of(timings(1.0), limit=99).largest == Missing(
        "no batch size that was tried fits"
    )


def test_a_rate_that_grows_to_the_end_is_not_saturated():
    assert throughput_of(timings(1.0, 1.1), limit=10**9).saturated_at == Missing(
        "the rate grew up to the end"
    )


def test_a_poor_doubling_before_better_ones_is_not_the_end():
    assert throughput_of(timings(1.0, 2.0, 2.0, 4.0), limit=10**9).saturated_at == 32


def test_two_poor_doublings_in_a_row_settle_it():
    assert has_settled(timings(1.0, 2.0, 4.0))
    assert not has_settled(timings(1.0, 2.0, 2.0))
    assert not has_settled(timings(1.0, 2.0))
    assert not has_settled([])
