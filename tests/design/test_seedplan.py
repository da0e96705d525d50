import numpy as np
import pytest
from scipy import stats

from trialist.design.seedplan import SeedQuestion, plan_seeds
from trialist.stats.power import more_seeds, power_of_t
from trialist.values.missing import Missing


def planned(**asked):
    return plan_seeds(SeedQuestion(**{"sd": 1.0, **asked}), rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    ("relevant", "unpaired", "paired"),
    [(0.5, 64, 34), (0.75, 29, 16), (1.0, 17, 10), (1.5, 9, 6), (2.0, 6, 5)],
)
def test_needs_the_seeds_of_the_specification(relevant, unpaired, paired):
    for is_paired, n in ((False, unpaired), (True, paired)):
        needed = planned(relevant=relevant, paired=is_paired).needed
        assert (needed.low, needed.point, needed.high) == (n, n, n)
        assert not needed.is_beyond


def test_the_range_is_that_of_more_seeds():
    needed = planned(relevant=0.7, df=4).needed
    low, high = more_seeds(1.0, 4, 0, relevant=0.7, paired=False, alpha=0.05)
    assert (needed.low, needed.high) == (low, high)
    assert needed.low < needed.point < needed.high


def test_without_a_relevant_difference_there_is_a_table_only():
    plan = planned()
    assert isinstance(plan.needed, Missing)
    assert isinstance(plan.equal, Missing)
    assert isinstance(plan.rows[0].found, Missing)
    assert (plan.several, plan.ways, plan.cures) == (None, None, None)
    assert [row.n for row in plan.rows] == [3, 5, 8, 12, 20]


def test_a_row_says_what_its_seeds_do():
    plan = planned(relevant=1.0, df=9, n_comparisons=3)
    row = next(row for row in plan.rows if row.n == 8)
    assert row.found == pytest.approx(power_of_t(1.0, 8, paired=False, alpha=0.05 / 3))
    assert row.found_if_noisier < row.found
    assert power_of_t(row.detectable, 8, paired=False, alpha=0.05 / 3) == pytest.approx(0.8)
    assert row.half_width == pytest.approx(stats.t.isf(0.05 / 6, 14) * np.sqrt(2 / 8))


def test_so_few_seeds_that_may_not_call_two_equal_do_not():
    rows = {row.n: row.equal for row in planned(relevant=2.4).rows}
    assert rows[3] == 0.0
    assert rows[5] > 0.5


def test_a_plan_that_can_come_out_one_way_only_has_cures():
    assert planned(relevant=2.0, looks=(8,)).cures is None
    plan = planned(relevant=0.2, looks=(5,))
    assert not plan.ways.is_fair
    assert plan.cures.seeds > 100


def test_several_looks_are_drawn_and_one_is_computed():
    several = planned(relevant=1.0, looks=(5, 8, 12, 20)).several
    assert several.if_relevant.better == pytest.approx(0.84, abs=0.03)
    assert several.if_relevant.mean_seeds < 20
    assert several.if_none.better + several.if_none.worse < 0.055
    assert planned(relevant=1.0, looks=(12,)).several is None


def test_one_seed_finds_nothing():
    plan = planned(relevant=1.0, looks=(1,))
    assert isinstance(plan.risk, Missing)
    assert plan.ways.found == 0.0
    assert all(row.n > 1 for row in plan.rows)


@pytest.mark.parametrize("paired", [False, True])
def test_two_seeds_get_no_verdict_so_they_find_nothing(paired):
    plan = planned(relevant=500.0, looks=(2,), paired=paired)
    assert (plan.needed.low, plan.equal.low) == (3, 3)
    assert plan.ways.found == 0.0
    assert plan.cures.seeds == 3
    assert isinstance(plan.risk, Missing)
    assert all(row.n >= 3 for row in plan.rows)
    assert planned(relevant=500.0, looks=(1, 2), paired=paired).several is None


def test_a_look_at_two_seeds_answers_nothing_and_costs_its_share():
    several = planned(relevant=500.0, looks=(2, 5)).several
    assert several.if_relevant.mean_seeds == 5.0


def test_what_takes_more_seeds_than_are_considered_is_beyond():
    plan = planned(relevant=1e-6)
    assert plan.needed.is_beyond
    assert plan.rows
