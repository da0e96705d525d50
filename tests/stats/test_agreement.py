import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.stats.agreement import cohen_kappa
from trialist.values.errors import InsufficientDataError
from trialist.values.evidence import Interval
from trialist.values.missing import Missing


def test_is_the_published_example():
    # Fleiss, Cohen & Everitt 1969, table 1: 200 subjects, kappa .429, standard error .054
    table = np.array([[106, 10, 4], [22, 28, 10], [2, 12, 6]])
    a, b = np.nonzero(np.ones((3, 3)))
    found = cohen_kappa(np.repeat(a, table.ravel()), np.repeat(b, table.ravel()))
    assert found.value == pytest.approx(0.429, abs=5e-4)
    assert isinstance(found.interval, Interval)
    assert found.interval.half_width / 1.96 == pytest.approx(0.054, abs=5e-4)


def test_is_that_of_statsmodels():
    agreement = pytest.importorskip("statsmodels.stats.inter_rater")
    rng = np.random.default_rng(1)
    a = rng.integers(0, 4, size=300)
    b = np.where(rng.random(300) < 0.6, a, rng.integers(0, 4, size=300))
    table = np.bincount(a * 4 + b, minlength=16).reshape(4, 4)
    reference = agreement.cohens_kappa(table)
    found = cohen_kappa(a, b)
    assert found.value == pytest.approx(reference.kappa)
    assert found.interval.low == pytest.approx(reference.kappa_low)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=80))
def test_it_does_not_matter_who_is_first(pairs):
    a, b = np.array(pairs).T
    try:
        found = cohen_kappa(a, b)
    except InsufficientDataError:
        assert len(set(a) | set(b)) == 1
        return
    other = cohen_kappa(b, a)
    assert found.value == pytest.approx(other.value)
    assert -1 <= found.value <= 1
    assert found.agreement == pytest.approx(np.mean(a == b))


def test_full_agreement_has_no_interval_of_width_zero():
    a = np.arange(60) % 3
    found = cohen_kappa(a, a)
    assert found.value == 1
    assert isinstance(found.interval, Missing)


def test_few_items_give_a_value_and_no_interval():
    found = cohen_kappa(np.array([0, 1, 1]), np.array([0, 1, 0]))
    assert found.interval == Missing("3 items are too few for an interval of kappa: it needs 50")


def test_refuses_no_items_and_one_category():
    empty = np.array([], dtype=int)
    with pytest.raises(InsufficientDataError, match="no item"):
        cohen_kappa(empty, empty)
    with pytest.raises(InsufficientDataError, match="one category"):
        cohen_kappa(np.zeros(5, dtype=int), np.zeros(5, dtype=int))


@pytest.mark.parametrize("n", [50, 300])
def test_the_interval_covers_as_it_says(n):
    rng = np.random.default_rng(5)
    shares = np.array([0.5, 0.3, 0.2])
    truth = 0.6  # b is a with chance .6, else drawn anew: kappa is .6
    covered = 0
    for _ in range(1500):
        a = rng.choice(3, p=shares, size=n)
        b = np.where(rng.random(n) < truth, a, rng.choice(3, p=shares, size=n))
        interval = cohen_kappa(a, b).interval
        covered += interval.low <= truth <= interval.high
    assert 0.93 <= covered / 1500 <= 0.965
