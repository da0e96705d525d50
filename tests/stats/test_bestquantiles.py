from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.stats.bestquantiles import best_quantile
from trialist.values.errors import InsufficientDataError, MetricError


@given(st.integers(1, 7), st.integers(0, 500), st.sampled_from([0.25, 0.5, 0.75]))
def test_it_is_the_quantile_over_all_subsets(m, seed, q):
    scores = np.random.default_rng(seed).random(7).tolist()
    bests = sorted(max(subset) for subset in combinations(scores, m))
    worse_or_equal = np.arange(1, len(bests) + 1) / len(bests)
    found = best_quantile(scores, m, q)
    # no more than q of the subsets are worse, and no more than 1 - q are better
    assert np.mean([best < found for best in bests]) <= q + 1e-9
    assert np.mean([best > found for best in bests]) <= 1 - q + 1e-9
    assert worse_or_equal[-1] == 1


def test_lower_is_better_mirrors_higher_is_better():
    scores = [0.3, 0.1, 0.7, 0.5, 0.2]
    for q in (0.25, 0.5, 0.75):
        mirrored = best_quantile([-one for one in scores], 2, q)
        assert best_quantile(scores, 2, q, maximize=False) == -mirrored


def test_a_luckier_search_is_no_worse():
    scores = list(range(20))
    found = [best_quantile(scores, 4, q) for q in (0.1, 0.25, 0.5, 0.75, 0.9)]
    assert found == sorted(found)


def test_lost_trials_are_the_worst():
    assert best_quantile([None, 1.0, 2.0, 3.0], 2, 0.0) == 1.0
    assert best_quantile([None, 1.0, 2.0, 3.0], 4, 0.5) == 3.0


@pytest.mark.parametrize(("scores", "m"), [([1.0, 2.0], 3), ([1.0], 0), ([None, None, 1.0], 2)])
def test_too_few_trials_are_refused(scores, m):
    with pytest.raises(InsufficientDataError):
        best_quantile(scores, m, 0.5)


def test_nan_is_refused():
    with pytest.raises(MetricError):
        best_quantile([1.0, float("nan")], 1, 0.5)
