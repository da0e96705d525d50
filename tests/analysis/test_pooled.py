import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from trialist.analysis.direct import records_of
from trialist.analysis.evidence import evidence_at
from trialist.values.evidence import Problem
from trialist.values.judging import Variance
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Protocol

RNG = np.random.default_rng(5)
GROUPS = {name: list(RNG.normal(k / 2, 1, size=6)) for k, name in enumerate("abcd")}


def contrasts(groups=GROUPS, *, paired=False, goal=Goal.MAXIMIZE, registered=True):
    protocol = Protocol(
        metric=Metric(name="val/x", goal=goal),
        variants=tuple(groups),
        baseline="a",
        looks=(Look(n=6, thresholds=(0.05, 0.05, 0.05)),),
        paired=paired,
        variance=Variance.POOLED,
        registered=registered,
    )
    records = records_of(groups, paired=True)
    return evidence_at(protocol, records, look_index=1, seeds=None).contrasts


def test_the_p_of_the_family_is_dunnetts():
    found = contrasts()
    expected = stats.dunnett(
        *[GROUPS[name] for name in "bcd"], control=GROUPS["a"], rng=np.random.default_rng(0)
    )
    for name, p in zip("bcd", expected.pvalue, strict=True):
        assert found[name].shared_noise.p == pytest.approx(p, abs=2e-3)
        assert found[name].p <= found[name].shared_noise.p
        assert found[name].test == "Dunnett"
        assert found[name].df == 20


def test_blocks_use_the_residual_of_seeds_by_variants():
    found = contrasts(paired=True)
    rows = np.array(list(GROUPS.values()))
    residual = rows - rows.mean(1, keepdims=True) - rows.mean(0, keepdims=True) + rows.mean()
    sd = math.sqrt((residual**2).sum() / 15)
    assert found["b"].df == 15
    assert found["b"].se == pytest.approx(sd * math.sqrt(2 / 6))
    assert found["b"].sd == pytest.approx(sd * math.sqrt(2))
    assert found["b"].test == "block Dunnett"


def test_what_all_seeds_share_does_not_count_as_noise():
    shared = np.array([5.0, -3.0, 8.0, 0.0, 2.0, -7.0])
    moved = {name: list(values + shared) for name, values in GROUPS.items()}
    one, other = contrasts(paired=True), contrasts(moved, paired=True)
    assert other["c"].se == pytest.approx(one["c"].se)
    assert other["c"].shared_noise.p == pytest.approx(one["c"].shared_noise.p)


def test_a_pair_that_is_missing_anywhere_is_left_out_everywhere():
    broken = {**GROUPS, "d": [*GROUPS["d"][:5], math.nan]}
    found = contrasts(broken, paired=True, registered=False)
    assert found["b"].n == 5
    assert found["b"].n_unpaired == 2
    assert found["d"].n_unpaired == 1


def test_a_candidate_that_was_answered_does_not_hold_the_others_back():
    early = {**GROUPS, "d": GROUPS["d"][:4]}
    found = contrasts(early, paired=True)
    assert found["b"].n == 6
    assert found["b"].df == 10
    assert found["b"].shared_noise.n_others == (6, 6, 6)
    assert found["d"].shared_noise is None


def test_two_runs_borrow_the_noise_of_the_others():
    few = {**GROUPS, "d": GROUPS["d"][:2]}
    assert contrasts(few)["d"].problem is None
    least = {name: values[:2] for name, values in GROUPS.items()}
    assert contrasts(least)["d"].problem is Problem.TWO_RUNS


def test_one_run_borrows_nothing():
    few = {**GROUPS, "d": GROUPS["d"][:1]}
    found = contrasts(few)
    assert found["d"].problem is Problem.ONE_RUN
    assert found["d"].shared_noise is None
    assert len(found["b"].shared_noise.n_others) == 3


def test_too_few_shared_seeds_say_nothing():
    records_by_seed = {
        "a": {0: 1.0, 1: 2.0, 2: 4.0},
        "b": {0: 1.5, 1: 2.5, 2: 3.5},
        "c": {1: 1.0, 5: 3.0, 6: 0.0, 2: 7.0},
        "d": {0: 1.0, 2: 0.0, 9: 1.0},
    }
    found = contrasts(records_by_seed, paired=True, registered=False)
    assert found["b"].problem is Problem.TWO_RUNS
    assert found["b"].shared_noise is None


def test_nothing_is_pooled_where_nothing_can_be_tested():
    found = contrasts({name: [1.0, 1.0, 1.0] for name in "abcd"})
    assert {one.problem for one in found.values()} == {Problem.NO_SPREAD}


def test_minimizing_mirrors_and_unequal_noise_is_measured():
    up, down = contrasts(), contrasts(goal=Goal.MINIMIZE)
    assert down["b"].estimate == pytest.approx(-up["b"].estimate)
    assert down["b"].shared_noise.p == pytest.approx(up["b"].shared_noise.p)
    noisy = contrasts({**GROUPS, "d": [9 * value for value in GROUPS["d"]]})
    assert noisy["b"].shared_noise.sd_ratio > 3
    assert replace(noisy["b"].shared_noise, p=0.0).p == 0.0


def test_a_block_whose_differences_are_all_constant_says_nothing():
    groups = {
        "a": {0: 1.0, 1: 2.0, 2: 3.0, 3: 7.0},
        "b": {0: 2.0, 1: 3.0, 2: 9.0},
        "c": {0: 4.0, 1: 5.0, 3: 1.0},
        "d": {0: 1.5, 1: 2.5, 2: 0.0},
    }
    found = contrasts(groups, paired=True, registered=False)
    assert found["b"].problem is Problem.TWO_RUNS
    assert found["b"].shared_noise is None


def test_two_shared_seeds_do_not_count_as_the_pairs_that_a_variant_has_itself():
    broken = {**GROUPS, "d": [*GROUPS["d"][:2], *[math.nan] * 4]}
    found = contrasts(broken, paired=True)
    assert (found["b"].n, found["b"].df) == (2, 3)
    assert found["b"].problem is Problem.TWO_RUNS
