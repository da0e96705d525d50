import numpy as np
import pytest

from trialist.stats.winnerscurse import most_optimism


@pytest.mark.parametrize("n", [2, 5, 20, 100])
def test_it_is_the_expected_largest_error(n):
    errors = np.random.default_rng(n).normal(size=(20_000, n)).max(axis=1)
    assert most_optimism(n, 2.0) == pytest.approx(2 * errors.mean(), rel=0.05)


def test_one_score_is_not_chosen():
    assert most_optimism(1, 1.0) == 0
    assert most_optimism(0, 1.0) == 0
