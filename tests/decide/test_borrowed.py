import math
from dataclasses import replace

import pytest

from trialist.analysis.contrast import contrast
from trialist.decide.borrowed import borrowed_notes
from trialist.values.evidence import Problem, Sample, SharedNoise
from trialist.values.judging import Variance
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Protocol
from trialist.values.prior import SpreadPrior


def protocol(**changes):
    plain = {
        "metric": Metric(name="val/x", goal=Goal.MAXIMIZE),
        "variants": ("a", "b"),
        "baseline": "a",
        "looks": (Look(n=5, thresholds=(0.05,)),),
        "paired": False,
    }
    return Protocol(**{**plain, **changes})


def made(plan):
    a = Sample(variant="a", seeds=tuple(range(5)), values=(0.1, 0.4, 0.2, 0.5, 0.3))
    b = Sample(variant="b", seeds=tuple(range(5)), values=(0.9, 1.1, 1.4, 1.0, 1.2))
    return contrast(a, b, protocol=plan)


def test_the_usual_tests_need_no_such_note():
    assert borrowed_notes(made(protocol()), protocol()) == ()


def test_evidence_at_any_time_is_told_with_what_it_needs():
    plan = protocol(is_open=True)
    (note,) = borrowed_notes(made(plan), plan)
    assert note.startswith("Evidence E = ")
    assert "against the 20 that are needed" in note


def test_a_family_needs_more_evidence_for_its_first():
    plan = protocol(is_open=True, variants=("a", "b", "c"))
    (note,) = borrowed_notes(made(plan), plan)
    assert "against 40 that the first of 2 comparisons needs" in note


def test_earlier_runs_are_named_with_the_risk():
    prior = SpreadPrior(sd=0.2, df=12.0, n_groups=30)
    plan = protocol(variance=Variance.HISTORY, prior=prior)
    (note,) = borrowed_notes(made(plan), plan)
    assert note.startswith("Assisted: the noise is drawn towards that of 30 groups")
    assert "too eager" in note


@pytest.mark.parametrize(
    ("ratio", "words", "warns"),
    [
        (1.42, "the largest SD is 1.4 times the smallest", False),
        (3.5, "the largest SD is 3.5 times the smallest", True),
        (math.inf, "one variant has no spread at all", True),
    ],
)
def test_declared_equal_noise_is_held_against_the_measured(ratio, words, warns):
    plan = protocol(variance=Variance.POOLED)
    noise = SharedNoise(n_baseline=5, n_others=(5,), p=0.01, sd_ratio=ratio)
    one = replace(made(protocol()), test="Dunnett", shared_noise=noise)
    (note,) = borrowed_notes(one, plan)
    assert words in note
    assert ("variance: separate" in note) == warns


def test_what_was_not_tested_gets_no_note():
    one = replace(made(protocol(is_open=True)), problem=Problem.TWO_RUNS)
    assert borrowed_notes(one, protocol(is_open=True)) == ()


def test_earlier_runs_that_do_not_fit_are_not_used_and_it_is_said():
    prior = SpreadPrior(sd=1e-6, df=20.0, n_groups=30)
    plan = protocol(variance=Variance.HISTORY, prior=prior)
    (note,) = borrowed_notes(made(plan), plan)
    assert note.startswith("Not assisted: ")
