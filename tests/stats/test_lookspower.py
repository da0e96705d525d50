import math

import numpy as np
import pytest

from trialist.stats.lookspower import Looks, simulate_looks
from trialist.stats.power import power_of_t
from trialist.stats.sequential import thresholds

STUDIES = 20_000
NOISE = 4 * 0.5 / math.sqrt(STUDIES)


def outcome(effect, margin=None, *, n=(3, 5, 8, 12, 20), paired=True, seed=1):
    looks = Looks(n=n, thresholds=thresholds(n, alpha=0.05, paired=paired), paired=paired)
    return simulate_looks(effect, margin, looks, rng=np.random.default_rng(seed), n_studies=STUDIES)


@pytest.mark.parametrize(
    ("effect", "found", "seeds"), [(0, 0.049, 19.8), (0.5, 0.53, 18.4), (1, 0.985, 13.4)]
)
def test_gives_the_figures_of_the_specification(effect, found, seeds):
    got = outcome(effect)
    assert got.better + got.worse == pytest.approx(found, abs=NOISE)
    assert got.mean_seeds == pytest.approx(seeds, abs=0.1)


def test_a_margin_ends_studies_without_a_difference_early():
    got = outcome(0.0, 1.0)
    assert got.not_worth == pytest.approx(0.97, abs=NOISE)
    assert got.better == pytest.approx(0.021, abs=NOISE)
    assert got.mean_seeds == pytest.approx(13.3, abs=0.15)


@pytest.mark.parametrize("paired", [False, True])
def test_one_look_is_the_t_test(paired):
    got = outcome(0.9, n=(10,), paired=paired)
    assert got.better + got.worse == pytest.approx(
        power_of_t(0.9, 10, paired=paired, alpha=0.05), abs=NOISE
    )
    assert got.mean_seeds == 10


@pytest.mark.parametrize("paired", [False, True])
def test_the_shares_are_all_there_is(paired):
    got = outcome(0.3, 0.6, paired=paired)
    assert got.better + got.worse + got.not_worth + got.open == pytest.approx(1)


def test_a_look_at_one_seed_cannot_end_a_study():
    one = Looks(n=(1, 6), thresholds=(0.0, 0.05), paired=True)
    rng = np.random.default_rng(0)
    assert simulate_looks(50.0, None, one, rng=rng, n_studies=100).mean_seeds == 6


def test_the_same_generator_gives_the_same_answer():
    assert outcome(0.4, 0.8) == outcome(0.4, 0.8)
