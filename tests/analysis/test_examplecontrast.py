import numpy as np
import pytest
from scipy import stats

from trialist.analysis.examplecontrast import example_contrast
from trialist.analysis.interval import interval_at
from trialist.analysis.predictions import Arm, Predictions
from trialist.stats.crossed import crossed_mean, crossed_t
from trialist.stats.mcnemar import bonett_price, mcnemar
from trialist.values.evidence import EffectSize, Problem
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.plan import Look, Protocol


def arm(name, values, *, seeds=None, present=None):
    values = np.atleast_2d(np.asarray(values, dtype=float))
    here = np.ones(values.shape, dtype=bool) if present is None else np.atleast_2d(present)
    runs = (None,) if len(values) == 1 else tuple(range(len(values)))
    return Arm(variant=name, seeds=runs if seeds is None else seeds, values=values, present=here)


def predictions(a, b, *, clusters=None):
    arms = {"base": a, "new": b}
    seen = np.concatenate([one.values[one.present] for one in arms.values()])
    return Predictions(
        metric="m",
        examples=tuple(f"e{k}" for k in range(a.values.shape[1])),
        arms=arms,
        is_share=bool(np.isin(seen, (0, 1)).all()),
        clusters=clusters,
    )


def compared(a, b, *, clusters=None, paired=False, goal=Goal.MAXIMIZE):
    protocol = Protocol(
        metric=Metric(name="m", goal=goal),
        variants=("base", "new"),
        baseline="base",
        looks=(Look(n=1, thresholds=(0.05,)),),
        paired=paired,
    )
    return example_contrast(predictions(a, b, clusters=clusters), "new", protocol=protocol)


def bits(text):
    return [int(character) for character in text]


def test_one_run_each_of_right_and_wrong_is_mcnemar():
    found = compared(arm("base", bits("11110000" * 9)), arm("new", bits("11011001" * 9)))
    reference = mcnemar(only_baseline=9, only_variant=18, n=72)
    assert (found.test, found.design) == ("McNemar mid-p", "examples")
    assert (found.p, found.estimate) == (reference.p, reference.estimate)
    assert (found.examples.only_baseline, found.examples.only_variant) == (9, 18)
    assert found.examples.p_exact == reference.p_exact
    assert isinstance(found.effect_size, EffectSize)
    interval, expected = interval_at(found, 0.05), bonett_price(reference)
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))


def test_mcnemar_needs_no_spread_of_the_differences():
    found = compared(arm("base", [0] * 20), arm("new", [1] * 20))
    assert found.p < 0.001
    assert isinstance(found.effect_size, Missing)
    assert interval_at(found, 0.05).high == 1.0


def test_lower_is_better_turns_it_around():
    a, b = arm("base", bits("1100" * 9)), arm("new", bits("1000" * 9))
    assert compared(a, b).estimate == -0.25
    low = compared(a, b, goal=Goal.MINIMIZE)
    assert low.estimate == 0.25
    assert low.examples.only_variant == 9


def test_one_run_each_of_numbers_is_a_paired_t():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=50), rng.normal(size=50)
    found = compared(arm("base", a), arm("new", b))
    assert found.test == "paired t over examples"
    assert found.p == pytest.approx(stats.ttest_rel(b, a).pvalue)
    assert found.examples.only_variant is None


def test_clusters_forbid_mcnemar():
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 2, size=(2, 60))
    found = compared(arm("base", a), arm("new", b), clusters=np.arange(60) % 12)
    assert found.test == "t over clusters"
    assert found.examples.n_clusters == 12
    assert "clusters of examples" in found.assumptions[0]


def test_three_seeds_each_are_crossed():
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(3, 40)), rng.normal(size=(4, 40))
    found, reference = compared(arm("base", a), arm("new", b)), crossed_t(a, b)
    assert (found.test, found.design, found.n) == ("crossed t", "seeds x examples", 3)
    assert (found.p, found.df) == (reference.p, reference.df)
    assert sum(found.examples.noise) == pytest.approx(1)
    assert [one.name for one in found.examples.alone] == ["examples alone", "seeds alone"]
    welch = stats.ttest_ind(b.mean(axis=1), a.mean(axis=1), equal_var=False)
    assert found.examples.alone[1].p == pytest.approx(welch.pvalue)


def test_paired_seeds_are_matched_by_number():
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(4, 40)), rng.normal(size=(4, 40))
    found = compared(
        arm("base", a, seeds=(0, 1, 2, 3)), arm("new", b, seeds=(1, 2, 3, 4)), paired=True
    )
    assert (found.test, found.n) == ("crossed paired t", 3)
    assert found.p == crossed_mean(b[:3] - a[1:]).p
    pairs = stats.ttest_rel(b[:3].mean(axis=1), a[1:].mean(axis=1))
    assert found.examples.alone[1].p == pytest.approx(pairs.pvalue)


def test_what_cannot_be_done_alone_is_left_out():
    a, b = np.tile(np.arange(10.0), (3, 1)), np.tile(np.arange(10.0)[::-1] ** 2, (3, 1))
    found = compared(arm("base", a), arm("new", b))
    assert [one.name for one in found.examples.alone] == ["examples alone"]
    assert "All 3 runs of new gave the same value on every example" in found.hint


@pytest.mark.parametrize(("n_a", "n_b"), [(2, 2), (2, 5), (1, 5), (5, 1)])
def test_few_runs_are_refused_whatever_the_examples(n_a, n_b):
    rng = np.random.default_rng(4)
    found = compared(
        arm("base", rng.normal(size=(n_a, 500))), arm("new", rng.normal(size=(n_b, 500)))
    )
    assert found.problem is Problem.FEW_RUNS
    assert isinstance(found.p, Missing)
    assert isinstance(found.estimate, Missing)


def test_pairs_without_a_partner_are_no_runs():
    rng = np.random.default_rng(5)
    a, b = arm("base", rng.normal(size=(3, 9)), seeds=(0, 1, 2)), rng.normal(size=(3, 9))
    assert compared(a, arm("new", b, seeds=(7, 8, 9)), paired=True).problem is Problem.FEW_RUNS


def test_only_examples_that_every_run_has_are_compared():
    rng = np.random.default_rng(6)
    a, b = rng.normal(size=(2, 3, 12))
    here = np.ones((3, 12), dtype=bool)
    here[1, 4] = here[2, 7] = False
    found = compared(arm("base", a, present=here), arm("new", b))
    kept = [k for k in range(12) if k not in (4, 7)]
    assert found.p == crossed_t(a[:, kept], b[:, kept]).p
    assert (found.examples.n, found.examples.n_left_out) == (10, 2)
    assert found.hint == "Left out: 2 examples that base has no value for in every run: 'e4', 'e7'."


def test_no_common_example_is_no_comparison():
    half = np.arange(10) < 5
    values = np.linspace(0, 1, 10)
    found = compared(arm("base", values, present=half), arm("new", values, present=~half))
    assert found.problem is Problem.FEW_EXAMPLES
    assert found.examples.n == 0


@pytest.mark.parametrize("n_clusters", [2, 4])
def test_few_clusters_are_no_comparison(n_clusters):
    rng = np.random.default_rng(7)
    a, b = rng.normal(size=(2, 40))
    found = compared(arm("base", a), arm("new", b), clusters=np.arange(40) % n_clusters)
    assert found.problem is Problem.FEW_EXAMPLES


def test_nan_is_not_comparable_and_is_named():
    a, b = np.linspace(0, 1, 9), np.linspace(1, 0, 9)
    b[2:9] = np.nan
    found = compared(arm("base", a), arm("new", b))
    assert found.problem is Problem.NOT_FINITE
    assert found.hint == (
        "new has NaN or infinity on 7 examples: 'e2', 'e3', 'e4', 'e5', 'e6' and 2 more."
    )


@pytest.mark.parametrize("n_runs", [1, 3])
def test_the_same_values_and_a_constant_difference_are_told_apart(n_runs):
    values = np.tile(np.linspace(0, 1, 9), (n_runs, 1))
    same = compared(arm("base", values), arm("new", values))
    assert same.problem is Problem.NO_SPREAD
    assert "gave the same value on every example: check that what new changes" in same.hint
    if n_runs == 1:
        constant = compared(arm("base", values), arm("new", values + 0.25))
        assert constant.problem is Problem.CONSTANT
        assert constant.estimate == pytest.approx(0.25)


def test_models_that_err_on_the_same_examples_have_no_p():
    found = compared(arm("base", bits("1010")), arm("new", bits("1010")))
    assert found.problem is Problem.NO_SPREAD


def test_very_unequal_numbers_of_runs_pool_the_noise_of_seeds_and_say_so():
    rng = np.random.default_rng(11)
    found = compared(arm("base", rng.normal(size=(10, 40))), arm("new", rng.normal(size=(3, 40))))
    assert any("equal" in said for said in found.assumptions)
