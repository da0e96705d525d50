"""Each replicate's rate is its own, times what its schedule says."""

import pytest

from trialist.train import Constant, Cosine, OneCycle
from trialist.train.replicates.stackedrates import StackedRates


def test_rates_are_shares_of_each_ones_own():
    schedules = [Cosine(), OneCycle(), Constant()]
    rates = StackedRates([0.1, 0.2, 0.3], schedules, total=10)
    for step in range(12):
        found = rates.at(step)
        expected = [one.at(step, 10) for one in schedules]
        assert list(found.lrs) == pytest.approx(
            [base * one.lr for base, one in zip([0.1, 0.2, 0.3], expected, strict=True)]
        )
        assert list(found.momenta) == [one.momentum for one in expected]


def test_those_that_stay_keep_their_rates():
    rates = StackedRates([0.1, 0.2, 0.3], [Cosine(), OneCycle(), Constant()], total=10)
    rates.keep([2, 1])
    assert list(rates.at(4).lrs) == [0.3, 0.2 * OneCycle().at(4, 10).lr]
    rates.keep([0])
    assert (list(rates.at(4).lrs), list(rates.at(4).momenta)) == ([0.3], [None])
