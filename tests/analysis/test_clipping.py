"""Where to clip gradient norms, and when it is too much."""

import math

import numpy as np
import pytest

from trialist.analysis.clipping import clipped_of, clipping_of
from trialist.values.errors import InsufficientDataError
from trialist.values.metric import Goal
from trialist.values.playbook import Level
from trialist.values.trialcurve import Track, TrialCurve


def test_the_norm_is_the_ninetieth_percentile_of_heavy_tails():
    norms = np.random.default_rng(0).lognormal(sigma=2, size=100_000)
    found = clipping_of(norms.tolist())
    assert found.norm == pytest.approx(math.exp(2 * 1.2815515594), rel=0.03)
    assert np.mean(norms > found.norm) == pytest.approx(0.1, abs=1e-4)


def test_the_warmup_is_left_out():
    norms = [1e6] * 100 + [1.0] * 900
    assert clipping_of(norms, warmup=100).norm == 1.0
    assert clipping_of(norms, warmup=100).n == 900


def test_norms_that_are_not_finite_are_left_out():
    assert clipping_of([1.0] * 50 + [math.nan, math.inf]).n == 50


def test_few_norms_are_refused():
    with pytest.raises(InsufficientDataError, match="49 gradient norms"):
        clipping_of([1.0] * 49)


def curve(clipped):
    val = Track(metric="val/loss", goal=Goal.MINIMIZE, values=(1.0, 2.0))
    return TrialCurve(variant="a", name="a-1", steps=(1, 2), val=val, clipped=clipped)


def test_more_than_half_of_the_steps_is_a_lower_rate_in_disguise():
    assert clipped_of(curve(0.5)).level is Level.OK
    check = clipped_of(curve(0.6))
    assert check.level is Level.INSTABILITY
    assert check.sentence.startswith("60 % of the steps had their gradient norms clipped")
    assert "lower the learning rate" in check.suggestion
    assert check.change.kind == "tame_instability"


def test_without_clipping_nothing_is_said():
    assert clipped_of(curve(None)).level is Level.UNDECIDED
