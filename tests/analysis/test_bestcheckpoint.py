"""The best checkpoint, chosen afterwards, with its optimism."""

import math

import numpy as np
import pytest

from trialist.analysis.bestcheckpoint import best_checkpoint
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.trialcurve import Track, TrialCurve


def curve(values, goal=Goal.MAXIMIZE):
    track = Track(metric="val/accuracy", goal=goal, values=tuple(values))
    return TrialCurve(variant="a", name="a-1", steps=tuple(range(1, len(values) + 1)), val=track)


def test_the_value_is_in_the_metrics_own_sign():
    found = best_checkpoint(curve([0.1, 0.2, 0.3, 0.9, 0.5, 0.5, math.nan]))
    assert (found.step, found.value, found.n) == (4, 0.9, 6)
    assert found.luck == pytest.approx(0.9 - 0.4)
    assert "by about 0.5: so much better" in found.sentence


def test_near_an_end_its_luck_is_unknown():
    found = best_checkpoint(curve([0.9, 0.5, 0.4, 0.3, 0.2]))
    assert isinstance(found.luck, Missing)
    assert "is optimistic. The test set" in found.sentence


def test_a_curve_of_no_numbers_has_none():
    assert isinstance(best_checkpoint(curve([math.nan])), Missing)


def test_the_luck_on_a_plateau_is_that_of_the_best_of_many():
    rng = np.random.default_rng(0)
    lucks = [best_checkpoint(curve(rng.normal(size=100) - 50)).luck for _ in range(300)]
    found = np.mean([luck for luck in lucks if not isinstance(luck, Missing)])
    assert found == pytest.approx(2.51, abs=0.15)  # the expected best of 100 normal values
