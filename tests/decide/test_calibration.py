"""How often the whole chain from values to verdicts is wrong, by simulation with fixed seeds.

Few studies, through the objects of the product; `make calibrate` measures every rate with many.
"""

from __future__ import annotations

import csv
import math
import os
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from trialist.analysis import contrast as contrasts
from trialist.analysis.contrast import contrast
from trialist.decide.rules import judge
from trialist.stats.sequential import thresholds
from trialist.values.evidence import LookEvidence, Sample
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.plan import Look, Protocol
from trialist.values.verdict import VerdictCode

pytestmark = pytest.mark.slow

LOOKS = (5, 8, 12, 20)
DIFFERENCE = {
    VerdictCode.IMPROVEMENT,
    VerdictCode.RELEVANT_IMPROVEMENT,
    VerdictCode.REGRESSION,
}


@pytest.fixture(autouse=True)
def _no_effect_sizes(monkeypatch):
    # They take most of the time and decide nothing.
    monkeypatch.setattr(contrasts, "hedges_g", lambda a, b: Missing("left out"))


@cache
def protocol(n_candidates, *, paired, goal=Goal.MAXIMIZE, relevant=None):
    names = ("baseline", *(f"v{k}" for k in range(n_candidates)))
    spent = [thresholds(LOOKS, alpha=0.05 / r, paired=paired) for r in range(1, n_candidates + 1)]
    return Protocol(
        metric=Metric(name="val/x", goal=goal, relevant=relevant),
        variants=names,
        baseline="baseline",
        looks=tuple(
            Look(n=n, thresholds=tuple(one[j] for one in spent)) for j, n in enumerate(LOOKS)
        ),
        paired=paired,
    )


def judged(plan, values):
    """Judge `values`, of shape (n_variants, 20); NaN is a diverged run."""
    rows = [row.tolist() for row in values]
    evidence = []
    for index, n in enumerate(LOOKS, start=1):
        samples = {
            name: sample(name, row[:n]) for name, row in zip(plan.variants, rows, strict=True)
        }
        found = {
            name: contrast(samples["baseline"], samples[name], protocol=plan)
            for name in plan.candidates
        }
        evidence.append(LookEvidence(index=index, samples=samples, contrasts=found))
    return judge(plan, evidence).verdicts


def sample(name, row):
    kept = [(seed, value) for seed, value in enumerate(row) if math.isfinite(value)]
    return Sample(
        variant=name,
        seeds=tuple(seed for seed, _ in kept),
        values=tuple(value for _, value in kept),
        n_diverged=len(row) - len(kept),
    )


def share_of(plan, draws, codes):
    """Give the share of studies in which any comparison gets one of `codes`."""
    return np.mean([any(v.name in codes for v in judged(plan, values)) for values in draws])


def normal(rng, n_studies, n_variants=2, rho=0.0):
    shared = rng.normal(size=(n_studies, 1, LOOKS[-1]))
    own = rng.normal(size=(n_studies, n_variants, LOOKS[-1]))
    return np.sqrt(rho) * shared + np.sqrt(1 - rho) * own


def test_pairs_of_equal_variants_differ_in_five_percent_of_studies():
    draws = normal(np.random.default_rng(1), 2_000, rho=0.5)
    assert 0.04 <= share_of(protocol(1, paired=True), draws, DIFFERENCE) <= 0.06


def test_equal_variants_without_pairs_differ_in_five_percent_of_studies():
    draws = normal(np.random.default_rng(2), 2_000)
    assert 0.035 <= share_of(protocol(1, paired=False), draws, DIFFERENCE) <= 0.06


@pytest.mark.parametrize("paired", [True, False])
def test_a_family_of_three_errs_in_five_percent_of_studies(paired):
    draws = normal(np.random.default_rng(3), 2_000, n_variants=4, rho=0.5 * paired)
    assert 0.02 <= share_of(protocol(3, paired=paired), draws, DIFFERENCE) <= 0.06


def test_the_others_of_a_family_err_no_more_after_one_was_found():
    draws = normal(np.random.default_rng(4), 2_000, n_variants=3, rho=0.5)
    draws[:, 1] += 3.0
    found = [judged(protocol(2, paired=True), values) for values in draws]
    assert all(first.name is VerdictCode.IMPROVEMENT for first, _ in found)
    assert 0.035 <= np.mean([second.name in DIFFERENCE for _, second in found]) <= 0.06


@pytest.mark.parametrize("paired", [True, False])
def test_a_relevant_difference_and_minimizing_change_no_error_rate(paired):
    draws = normal(np.random.default_rng(5), 2_000)
    plan = protocol(1, paired=paired, goal=Goal.MINIMIZE, relevant=1.0)
    assert share_of(plan, draws, DIFFERENCE) <= 0.06


def ceiling(rng, n_studies):
    return rng.beta(30, 1.5, size=(n_studies, 2, LOOKS[-1]))


def uneven(rng, n_studies):
    return normal(rng, n_studies) * np.array([1.0, 3.0])[None, :, None]


def diverging(rng, n_studies):
    draws = normal(rng, n_studies)
    return np.where(rng.uniform(size=draws.shape) < 0.1, np.nan, draws)


@pytest.mark.parametrize("noise", [ceiling, uneven, diverging])
@pytest.mark.parametrize("paired", [True, False])
def test_other_noise_stays_within_six_percent(noise, paired):
    draws = noise(np.random.default_rng(6), 2_000)
    assert share_of(protocol(1, paired=paired), draws, DIFFERENCE) <= 0.06


def test_a_difference_that_is_just_relevant_is_rarely_called_less():
    draws = normal(np.random.default_rng(7), 2_000)
    draws[:, 1] += 1.0
    plan = protocol(1, paired=False, relevant=1.0)
    less = {VerdictCode.EQUIVALENT, VerdictCode.NO_RELEVANT_IMPROVEMENT, VerdictCode.REGRESSION}
    assert share_of(plan, draws, less) <= 0.03


def test_the_interval_holds_the_truth_after_stopping_and_large_effects_stop_early():
    draws = normal(np.random.default_rng(8), 2_000, rho=0.5)  # differences have an SD of 1
    draws[:, 1] += 2.0
    verdicts = [judged(protocol(1, paired=True), values)[0] for values in draws]
    assert np.mean([v.interval.low <= 2.0 <= v.interval.high for v in verdicts]) >= 0.945
    assert np.mean([v.name is VerdictCode.IMPROVEMENT for v in verdicts]) >= 0.99
    assert np.mean([v.n for v in verdicts]) <= 9.0


# -- real runs: the same recipe drawn twice -------------------------------


def same_recipe(rng, n_studies):
    """Draw two "variants" from the runs of one recipe: 1,460 real GPT-2-size training runs."""
    folder = os.environ.get("TRIALIST_DATA")
    path = Path(folder or ".") / "modded-nanogpt" / "final_val_loss.csv"
    if not (folder and path.exists()):
        pytest.skip("TRIALIST_DATA names no folder with modded-nanogpt/final_val_loss.csv")
    groups = defaultdict(list)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            groups[row["group"], row["steps"]].append(float(row["final_val_loss"]))
    large = [np.array(values) for values in groups.values() if len(values) >= 10]
    assert len(large) >= 50
    chosen = rng.integers(len(large), size=n_studies)
    return np.array([rng.choice(large[k], size=(2, LOOKS[-1])) for k in chosen])


@pytest.mark.parametrize("paired", [True, False])
def test_real_runs_of_one_recipe_rarely_differ_from_themselves(paired):
    draws = same_recipe(np.random.default_rng(9), 2_000)
    plan = protocol(1, paired=paired, goal=Goal.MINIMIZE)
    assert share_of(plan, draws, DIFFERENCE) <= 0.06
