"""What difference a round can show."""

import numpy as np
import pytest
from scipy import stats

from trialist.design.protocol import build_plan
from trialist.design.resolution import SearchSpread, resolution_of
from trialist.stats.power import detectable_effect, power_of_t
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.space import Arm, Parameter
from trialist.values.study import SeedRange, Study


def case(n_variants=2, replicates=4, tuned=Tuned.RECIPE, seeds=None):
    lr = Parameter(name="lr", low=0.1, high=1.0)
    names = [f"v{place}" for place in range(n_variants)]
    search = SearchPlan(
        method=Method.QUASI_RANDOM,
        arms=tuple(Arm(variant=name, parameters=(lr,)) for name in names),
        trials=16 * replicates,
        replicates=replicates,
        seed=0,
        tuned=tuned,
    )
    study = Study(
        trial="train.py:train",
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005),
        variants={name: {} for name in names},
        seeds=seeds or replicates,
        paired=("order", "init", "train"),
    )
    return build_plan(study, code=(), trial="train.py:train"), search


@pytest.mark.parametrize("replicates", [3, 4, 8])
@pytest.mark.parametrize("n_variants", [2, 4])
def test_the_difference_is_found_in_eighty_percent(replicates, n_variants):
    plan, search = case(n_variants, replicates)
    found = resolution_of(plan, search)
    alpha = 0.05 / (n_variants - 1)
    assert found.n == replicates
    assert found.effect == pytest.approx(
        detectable_effect(replicates, paired=True, alpha=alpha), rel=1e-6
    )
    assert power_of_t(found.effect, replicates, paired=True, alpha=alpha) == pytest.approx(0.8)


def test_the_figure_holds_in_a_simulation():
    plan, search = case()
    effect = resolution_of(plan, search).effect
    differences = np.random.default_rng(1).normal(effect, 1.0, size=(20_000, 4))
    found = stats.ttest_1samp(differences, 0.0, axis=1).pvalue < 0.05
    assert found.mean() == pytest.approx(0.8, abs=0.01)


def test_without_an_earlier_study_the_answer_is_in_sds():
    found = resolution_of(*case())
    assert found.sentence == (
        "With 4 searches per variant, a difference of 2.1 SDs is found in 80 % of cases; the SD is "
        "that of the difference of two winners, the luck of the search included, which no run has "
        "shown yet. More trials per search (16 here) make it smaller, more seeds do not."
    )
    assert isinstance(found.difference, Missing)


def test_the_seeds_alone_are_a_floor():
    found = resolution_of(*case(), seed_sd=0.004)
    assert "The seeds alone (an SD of 0.40 points) make that about 1.2 points already." in (
        found.sentence
    )


def test_an_earlier_study_gives_it_in_the_metrics_unit():
    spread = SearchSpread(sd=0.006, df=3, study="round-1")
    found = resolution_of(*case(), spread=spread)
    assert found.difference == pytest.approx(found.effect * 0.006)
    assert found.sentence == (
        "With 4 searches per variant, a difference of 1.3 points is found in 80 % of cases: the "
        "winners' differences had an SD of 0.60 points in round-1 (3 degrees of freedom)."
    )


@pytest.mark.parametrize(("n", "words"), [(1, "1 search"), (2, "2 searches")])
def test_too_few_searches_find_nothing(n, words):
    found = resolution_of(*case(replicates=n))
    assert isinstance(found.effect, Missing)
    assert found.sentence == (
        f"With {words} per variant nothing can be said about a recipe: search each variant 3 "
        "times or more."
    )


def test_configurations_are_told_as_other_plans_are():
    plan, search = case(replicates=1, tuned=Tuned.CONFIGURATION, seeds=SeedRange(min=5, max=12))
    found = resolution_of(plan, search)
    assert found.n == 12
    assert found.sentence.startswith("With 12 seeds per variant, a difference of 0.9")
    assert found.sentence.endswith(
        "That is of the winners' fresh runs: whether another search would have found as good a "
        "winner is not tested."
    )
