import numpy as np
import pytest
from scipy import stats

from trialist.analysis.armmean import arm_mean
from trialist.analysis.predictions import Arm, Predictions
from trialist.stats.crossed import crossed_mean
from trialist.values.missing import Missing


def predictions(values, *, present=None, clusters=None, answers=None, truth=None, n_categories=2):
    values = np.atleast_2d(np.asarray(values, dtype=float))
    here = np.ones(values.shape, dtype=bool) if present is None else np.atleast_2d(present)
    seeds = (None,) if len(values) == 1 else tuple(range(len(values)))
    one = Arm(variant="x", seeds=seeds, values=values, present=here, answers=answers)
    return Predictions(
        metric="m",
        examples=tuple(map(str, range(values.shape[1]))),
        arms={"x": one},
        is_share=bool(np.isin(values, (0, 1)).all()),
        clusters=clusters,
        truth=truth,
        n_categories=n_categories,
    )


def test_one_run_has_the_standard_error_of_its_examples():
    values = np.random.default_rng(0).normal(size=40)
    found = arm_mean(predictions(values), "x")
    assert found.mean == pytest.approx(values.mean())
    assert found.se == pytest.approx(stats.sem(values))
    low, high = stats.t.interval(0.95, 39, values.mean(), stats.sem(values))
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high))
    assert isinstance(found.sd, Missing)


def test_a_share_has_an_exact_interval_within_0_and_1():
    found = arm_mean(predictions([1] * 19 + [0]), "x")
    reference = stats.binomtest(19, 20).proportion_ci(0.95)
    assert found.interval.high == pytest.approx(reference.high)
    whole = arm_mean(predictions([1] * 20), "x")
    assert whole.interval.high == 1
    assert isinstance(whole.se, Missing)


def test_equal_numbers_have_no_interval():
    found = arm_mean(predictions([0.5] * 20), "x")
    assert isinstance(found.interval, Missing)


def test_seeds_and_examples_count_both():
    values = np.random.default_rng(1).normal(size=(4, 30))
    found, reference = arm_mean(predictions(values), "x"), crossed_mean(values)
    assert found.se == pytest.approx(reference.se)
    assert found.sd == pytest.approx(np.std(values.mean(axis=1), ddof=1))
    assert found.sample.values == pytest.approx(values.mean(axis=1))


def test_two_runs_say_too_little_and_equal_runs_have_no_sd():
    found = arm_mean(predictions(np.random.default_rng(2).normal(size=(2, 30))), "x")
    assert found.se == Missing("two runs say too little about how runs differ")
    assert arm_mean(predictions(np.tile(np.arange(9.0), (3, 1))), "x").sd == 0


def test_values_that_are_not_there_are_left_out():
    present = np.array([True, True, False, True])
    found = arm_mean(predictions([1.0, 2.0, 0.0, np.nan], present=present), "x")
    assert found.n_examples == 2
    assert found.mean == 1.5
    nothing = arm_mean(predictions([0.0, 0.0], present=[False, False]), "x")
    assert nothing.sample.n == 0
    assert isinstance(nothing.mean, Missing)


def test_clusters_are_those_of_the_examples_that_are_left():
    values = np.random.default_rng(3).normal(size=24)
    present = np.arange(24) % 8 != 0
    found = arm_mean(predictions(values, present=present, clusters=np.arange(24) % 8), "x")
    assert found.se > 0
    few = arm_mean(predictions(values, clusters=np.arange(24) % 3), "x")
    assert few.interval.reason == few.se.reason
    assert "3 clusters cannot be judged" in few.se.reason


def test_kappa_is_that_of_every_run():
    truth = np.array([0, 1, 0, 1, 1, 0])
    answers = np.array([[0, 1, 0, 1, 1, 0], [0, 1, 0, 1, 0, 0]])
    values = (answers == truth).astype(float)
    found = arm_mean(predictions(values, answers=answers, truth=truth), "x")
    assert found.kappas[0].value == 1
    assert 0 < found.kappas[1].value < 1


def test_there_is_no_kappa_without_categories():
    truth = np.zeros(4, dtype=int)
    one = predictions([1, 1, 1, 1], answers=np.zeros((1, 4), dtype=int), truth=truth)
    assert arm_mean(one, "x").kappas == ()
    many = predictions(
        [1, 1], answers=np.zeros((1, 2), dtype=int), truth=truth[:2], n_categories=99
    )
    assert arm_mean(many, "x").kappas == ()
