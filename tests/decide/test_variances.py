"""The parts of the noise."""

from __future__ import annotations

import random

import pytest

from trialist.decide.variances import noise_caveats, variance_words, variances_of
from trialist.values.evidence import Sample
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.searches import SearchSummary
from trialist.values.variances import FreshValue

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)


def runs(n_winners, n_splits, n_runs, *, trial=0.0, study=0.0, data=0.0, seed=0):
    rng = random.Random(seed)
    made = []
    for winner in range(n_winners):
        centre = rng.gauss(0.9, study)
        for split in range(n_splits):
            shifted = centre + rng.gauss(0, data)
            made += [
                FreshValue(winner=str(winner), split=split, value=shifted + rng.gauss(0, trial))
                for _ in range(n_runs)
            ]
    return made


def test_the_parts_of_planted_noise_are_found_again():
    found = variances_of("adam", runs(400, 3, 3, trial=0.01, study=0.03, data=0.02))
    assert found.trial == pytest.approx(0.01, rel=0.05)
    assert found.data == pytest.approx(0.02, rel=0.1)
    assert found.study == pytest.approx(0.03, rel=0.15)
    assert (found.n_trial, found.n_study, found.n_data) == (2400, 400, 1200)


def test_searches_that_differ_by_no_more_than_their_runs_have_no_variance_of_their_own():
    values = [FreshValue(winner=w, value=v) for w in "ab" for v in (0.9, 0.95, 1.0)]
    found = variances_of("adam", values)
    assert found.study == 0.0
    assert isinstance(found.data, Missing)


def test_one_run_of_each_winner_cannot_tell_searches_from_runs():
    found = variances_of("adam", runs(4, 1, 1, trial=0.01))
    assert isinstance(found.trial, Missing)
    assert "one noise" in found.study.reason


def test_noise_from_elsewhere_tells_them_apart():
    found = variances_of("adam", runs(200, 1, 1, trial=0.01, study=0.03), noise=0.01, n_noise=12)
    assert found.trial == pytest.approx(0.01)
    assert found.study == pytest.approx(0.03, rel=0.15)
    assert found.n_trial == 12


def test_one_search_has_no_study_variance():
    found = variances_of("adam", runs(1, 1, 5, trial=0.01))
    assert found.study == Missing("one search: the luck of the search is not known")
    assert found.n_study == 0


def test_the_sentence_says_what_was_not_measured():
    said = variance_words(variances_of("adam", runs(1, 1, 5, trial=0.01)), ACCURACY)
    assert said.startswith("Noise of adam (standard deviations): trial variance 0.59 points")
    assert "(4 degrees of freedom)" in said
    assert "study variance not measured (one search" in said


def test_plain_data_names_what_is_missing():
    plain = variances_of("adam", runs(1, 1, 5, trial=0.01)).to_dict()
    assert plain["study_sd"] is None
    assert set(plain["missing"]) == {"study", "data"}
    whole = variances_of("adam", runs(4, 2, 2, trial=0.01, study=0.03, data=0.02)).to_dict()
    assert "missing" not in whole


def summary(variant, search, *values):
    nothing = Missing("not asked")
    return SearchSummary(
        variant=variant,
        search=search,
        n_trials=8,
        n_lost=0,
        winner="1",
        score=nothing,
        fresh=Sample(variant=variant, seeds=tuple(range(len(values))), values=values),
        fresh_mean=nothing,
        optimism=nothing,
    )


def test_the_noise_of_tuned_variants_is_told_with_what_was_not_measured():
    groups = {
        "adam": [summary("adam", str(k), 0.9 + k / 100) for k in range(4)],
        "sgd": [summary("sgd", "0")],
    }
    (said,) = noise_caveats(groups, ACCURACY)
    assert said.startswith("Trial, study and data variance of adam are not told apart")
    (known,) = noise_caveats(groups, ACCURACY, noise=0.004, n_noise=8)
    assert "study variance 1.2 points (4 searches)" in known


def test_where_the_split_varies_with_the_seed_its_part_is_not_told_apart():
    groups = {"adam": [summary("adam", str(k), 0.9 + k / 100, 0.91) for k in range(4)]}
    (said,) = noise_caveats(groups, ACCURACY, split_varies=True)
    assert "(standard deviations): trial and data variance together " in said
    assert "data variance not measured" not in said
    (apart,) = noise_caveats(groups, ACCURACY)
    assert "(standard deviations): trial variance " in apart
    assert "data variance not measured" in apart
