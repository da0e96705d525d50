"""Late variance: against the difference between variants, and against runs with other seeds."""

import numpy as np
import pytest

from trialist.analysis.latevariance import late_spread, latevariance_of
from trialist.values.metric import Goal
from trialist.values.playbook import Level
from trialist.values.trialcurve import Track, TrialCurve


def curve(values):
    track = Track(metric="val/loss", goal=Goal.MINIMIZE, values=tuple(values))
    return TrialCurve(variant="a", name="a-1", steps=tuple(range(1, len(values) + 1)), val=track)


def noisy(sd, n=4_000, seed=0):
    rng = np.random.default_rng(seed)
    return curve((2 - np.arange(n) / n + sd * rng.normal(size=n)).tolist())


def test_the_spread_is_that_around_the_line():
    assert late_spread(noisy(0.05)) == pytest.approx(0.05, rel=0.05)


def test_few_evaluations_have_none():
    assert late_spread(curve([1.0] * 7)) is None
    assert late_spread(curve([1.0] * 8)) is None
    assert late_spread(curve([1.0] * 12)) == 0.0


def test_more_than_half_of_the_difference_is_noisy():
    check = latevariance_of(noisy(0.05), noise=None, difference=-0.09)
    assert check.level is Level.NOISY
    assert "more than half of the difference between the variants" in check.sentence
    assert "larger batch" in check.suggestion
    assert latevariance_of(noisy(0.05), noise=None, difference=0.11).level is Level.OK


def test_more_than_other_seeds_differ_is_noisy():
    assert latevariance_of(noisy(0.05), noise=0.04).level is Level.NOISY
    assert latevariance_of(noisy(0.05), noise=0.06).level is Level.OK


def test_both_reasons_are_told():
    sentence = latevariance_of(noisy(0.05), noise=0.04, difference=0.01).sentence
    assert " and more than runs with other seeds differ" in sentence


def test_without_anything_to_hold_it_against_it_is_undecided():
    assert latevariance_of(noisy(0.05), noise=None).level is Level.UNDECIDED
    assert latevariance_of(curve([1.0] * 7), noise=0.1).level is Level.UNDECIDED
