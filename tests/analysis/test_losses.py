import pytest
from scipy import stats

from trialist.analysis.losses import losses_of
from trialist.values.evidence import Sample


def sample(n, *, n_failed=0, n_diverged=0):
    values = tuple(float(k) for k in range(n))
    return Sample(
        variant="x",
        seeds=tuple(range(n)),
        values=values,
        n_failed=n_failed,
        n_diverged=n_diverged,
    )


def test_counts_diverged_and_failed_runs_alike():
    found = losses_of(sample(10), sample(6, n_failed=1, n_diverged=3))
    assert (found.variant.n_lost, found.variant.n_runs) == (4, 10)
    assert (found.baseline.n_lost, found.baseline.n_runs) == (0, 10)


def test_the_test_and_the_intervals_are_exact():
    found = losses_of(sample(10), sample(6, n_diverged=4))
    assert found.p == pytest.approx(stats.fisher_exact([[4, 6], [0, 10]]).pvalue)
    expected = stats.binomtest(4, 10).proportion_ci(0.95, method="exact")
    ends = (found.variant.interval.low, found.variant.interval.high)
    assert ends == pytest.approx(tuple(expected))


def test_swapping_the_sides_keeps_p():
    one, other = sample(9, n_failed=1), sample(5, n_diverged=4)
    assert losses_of(one, other).p == pytest.approx(losses_of(other, one).p)


def test_says_nothing_where_no_run_was_lost():
    assert losses_of(sample(3), sample(4)) is None


def test_says_nothing_where_a_side_has_no_run():
    assert losses_of(sample(0), sample(0, n_failed=2)) is None
    assert losses_of(sample(0, n_failed=2), sample(0)) is None
