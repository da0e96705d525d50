from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from trialist.decide.recipes import bars_of, claim_of, replicate_of, scope_of
from trialist.values.evidence import Sample
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.replicate import Replicate
from trialist.values.searches import Claim, SearchSummary
from trialist.values.verdict import VerdictCode


def search(variant, *, name="0", fresh=(0.9,), n_trials=20, n_lost=0):
    values = tuple(fresh)
    sample = Sample(
        variant=variant, seeds=tuple(range(len(values))), values=values, n_failed=n_lost
    )
    mean = sum(values) / len(values) if values else Missing("the winner was not run again")
    return SearchSummary(
        variant=variant,
        search=name,
        n_trials=n_trials,
        n_lost=0,
        winner="1",
        score=0.95,
        fresh=sample,
        fresh_mean=mean,
        optimism=0.95 - mean if values else mean,
    )


def groups(**counts):
    """Give searches by variant: a list of the fresh values of each search."""
    return {
        variant: tuple(
            search(variant, name=str(k), fresh=fresh) for k, fresh in enumerate(searches)
        )
        for variant, searches in counts.items()
    }


def bars(found, *, goal=Goal.MAXIMIZE, baseline="sgd"):
    return bars_of(found, baseline=baseline, claim=claim_of(found), goal=goal)


# what the searches can support


def test_without_fresh_runs_nothing_is_claimed():
    assert claim_of(groups(sgd=[()] * 4, adam=[()] * 4)) is Claim.NOTHING


def test_one_search_each_is_about_configurations():
    found = groups(sgd=[(0.9, 0.8)], adam=[()])
    assert claim_of(found) is Claim.CONFIGURATIONS
    assert replicate_of(Claim.CONFIGURATIONS) is Replicate.FRESH_SEED
    assert scope_of(Claim.CONFIGURATIONS) == "these configurations, not the recipes"


def test_fresh_runs_that_were_all_lost_are_fresh_runs():
    found = {"sgd": (search("sgd", fresh=(), n_lost=2),), "adam": (search("adam", fresh=()),)}
    assert claim_of(found) is Claim.CONFIGURATIONS


def test_several_searches_are_about_recipes():
    found = groups(sgd=[(0.9,)] * 3, adam=[(0.9,)])
    assert claim_of(found) is Claim.RECIPES
    assert replicate_of(Claim.RECIPES) is Replicate.SEARCH
    assert scope_of(Claim.RECIPES) == "these recipes: tuning included"


# what forbids a comparison


def test_one_search_without_fresh_runs_is_refused():
    bar = bars(groups(sgd=[()], adam=[()]))["adam"]
    assert bar.code is VerdictCode.REFUSED
    assert bar.lead == "One search per variant cannot claim a recipe (adam and sgd)"
    assert bar.why.startswith("the winner's score lies, for it was chosen for being high.")
    assert "5 fresh seeds each to compare these configurations; to compare" in bar.why


def test_where_lower_is_better_it_was_chosen_for_being_low():
    bar = bars(groups(sgd=[()], adam=[()]), goal=Goal.MINIMIZE)["adam"]
    assert "chosen for being low" in bar.why


def test_two_searches_without_fresh_runs_are_too_few():
    bar = bars(groups(sgd=[()] * 2, adam=[()] * 4))["adam"]
    assert bar.lead.startswith("Fewer than 3 searches per variant cannot claim")
    assert "configurations" not in bar.why


def test_many_searches_without_fresh_runs_are_refused_too():
    bar = bars(groups(sgd=[()] * 4, adam=[()] * 4))["adam"]
    assert bar.lead.startswith("Winners' scores cannot claim a recipe")
    assert "Run each of the 8 winners with one fresh seed." in bar.why


def test_a_configuration_without_fresh_runs_is_refused():
    found = groups(sgd=[(0.9, 0.8)], adam=[()], lion=[(0.9, 0.8)])
    assert list(bars(found)) == ["adam"]
    bar = bars(found)["adam"]
    assert bar.lead == "No fresh run of adam's winner (adam and sgd)"
    assert bar.why.startswith("the winner was not run again, and the score")


def unscored(variant, *, n_trials, name="0"):
    found = search(variant, name=name, fresh=(), n_trials=n_trials, n_lost=2)
    return replace(found, winner=None, score=Missing("no trial gave a value"))


@pytest.mark.parametrize(("n_trials", "kind"), [(8, "trial"), (0, "run")])
def test_what_has_no_score_is_not_said_to_have_a_winner(n_trials, kind):
    found = {"sgd": groups(sgd=[(0.9, 0.8)])["sgd"], "adam": (unscored("adam", n_trials=n_trials),)}
    bar = bars(found)["adam"]
    assert bar.lead == f"No {kind} of adam gave a value (adam and sgd)"
    assert "winner's" not in bar.why
    assert "was chosen" not in bar.why


def test_runs_of_what_was_not_searched_are_not_said_to_be_chosen():
    base = tuple(unscored("sgd", n_trials=0, name=str(k)) for k in range(4))
    bar = bars({"sgd": base, "adam": groups(adam=[(0.9,)] * 4)["adam"]})["adam"]
    assert bar.lead == "0 of 4 runs of sgd gave a value (adam and sgd)"
    assert "chosen" not in bar.why


@pytest.mark.parametrize(("n", "word"), [(1, "One search"), (2, "2 searches")])
def test_too_few_searches_of_either_side_are_refused(n, word):
    few, enough = [(0.9,)] * n, [(0.9,)] * 3
    assert bars(groups(sgd=enough, adam=few))["adam"].lead.startswith(f"{word} of adam cannot")
    assert bars(groups(sgd=few, adam=enough))["adam"].lead.startswith(f"{word} of sgd cannot")


def test_enough_searches_need_enough_fresh_runs():
    bar = bars(groups(sgd=[(0.9,)] * 4, adam=[(0.9,), (0.9,), (), ()]))["adam"]
    assert bar.lead.startswith("2 of 4 winners of adam with fresh runs cannot claim")
    assert "Run the other winners" in bar.why


def test_three_searches_each_may_be_compared():
    assert bars(groups(sgd=[(0.9,)] * 3, adam=[(0.9,)] * 3)) == {}


@pytest.mark.parametrize(("n_trials", "barred"), [(20, False), (25, False), (26, True), (80, True)])
def test_unequal_budgets_cannot_be_compared(n_trials, barred):
    found = {
        "sgd": tuple(search("sgd", name=str(k)) for k in range(3)),
        "adam": tuple(search("adam", name=str(k), n_trials=n_trials) for k in range(3)),
    }
    assert ("adam" in bars(found)) is barred
    if barred:
        bar = bars(found)["adam"]
        assert bar.code is VerdictCode.NOT_COMPARABLE
        assert f"a search of adam has {n_trials} trials, one of sgd 20" in bar.why


def test_budgets_that_the_table_does_not_tell_are_not_compared():
    found = {
        "sgd": tuple(search("sgd", name=str(k), n_trials=0) for k in range(3)),
        "adam": tuple(search("adam", name=str(k), n_trials=9) for k in range(3)),
    }
    assert bars(found) == {}


# what the rule is worth: two equal recipes, tuned by searches over a bowl in two dimensions


def winners(rng, *, n_searches, n_trials, noise, n_sets=10_000):
    """Give the quality of the winner of each search, in SDs between configurations."""
    points = rng.uniform(-1, 1, size=(n_sets, n_searches, n_trials, 2))
    quality = -((points - 0.2) ** 2).sum(axis=-1)
    quality /= quality.std()
    chosen = (quality + noise * rng.normal(size=quality.shape)).argmax(axis=-1)
    return np.take_along_axis(quality, chosen[..., None], axis=-1)[..., 0]


def type_one(a, b):
    return float((stats.ttest_ind(a, b, axis=1, equal_var=False).pvalue < 0.05).mean())


@pytest.mark.parametrize(("k", "noise"), [(3, 0.05), (4, 0.25), (4, 1.0)])
def test_searches_as_values_find_a_difference_between_equal_recipes_rarely(k, noise):
    rng = np.random.default_rng(11)
    sides = []
    for _ in range(2):
        quality = winners(rng, n_searches=k, n_trials=20 // k, noise=noise)
        sides.append(quality + noise * rng.normal(size=quality.shape))  # one fresh run each
    assert type_one(*sides) <= 0.055 + 0.005  # two Monte Carlo standard errors


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n_trials", "noise", "low", "high"), [(5, 0.05, 0.80, 0.95), (20, 0.05, 0.55, 0.75),
                                           (20, 0.5, 0.12, 0.25), (100, 1.0, 0.08, 0.18)]
)  # fmt: skip
def test_fresh_seeds_of_one_winner_say_nothing_about_its_recipe(n_trials, noise, low, high):
    rng = np.random.default_rng(12)
    sides = []
    for _ in range(2):
        quality = winners(rng, n_searches=1, n_trials=n_trials, noise=noise)
        sides.append(quality + noise * rng.normal(size=(len(quality), 5)))
    assert low <= type_one(*sides) <= high


@pytest.mark.slow
def test_a_larger_budget_alone_is_found_as_a_difference():
    rng = np.random.default_rng(13)
    rates = []
    for n_trials in (8, 10, 16):
        sides = []
        for n in (8, n_trials):
            quality = winners(rng, n_searches=8, n_trials=n, noise=0.05)
            sides.append(quality + 0.05 * rng.normal(size=quality.shape))
        rates.append(type_one(*sides))
    equal, allowed, barred = rates
    assert equal <= 0.055
    assert allowed <= 0.06
    assert barred >= 0.12
