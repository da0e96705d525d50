"""Small sums over samples and intervals."""

from trialist.values.evidence import Interval, Sample


def test_a_sample_counts_what_it_has_and_what_it_lost():
    sample = Sample(variant="wide", seeds=(0, 2), values=(0.5, 0.6), n_failed=1, n_diverged=2)
    assert (sample.n, sample.n_lost) == (2, 3)


def test_the_half_width_is_half_of_the_width():
    assert Interval(low=-1.0, high=3.0).half_width == 2.0
