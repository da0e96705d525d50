"""How many steps to begin with: the fastest perfect fit."""

import math

from trialist.analysis.initialsteps import initial_steps
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.trialcurve import RateCourse, Track, TrialCurve


def curve(name, *train, **more):
    steps = tuple(range(100, 100 * len(train) + 1, 100))
    val = Track(metric="val/accuracy", goal=Goal.MAXIMIZE, values=(0.5,) * len(train))
    own = Track(metric="train/accuracy", goal=Goal.MAXIMIZE, values=train)
    return TrialCurve(
        **{"variant": "a", "name": name, "steps": steps, "val": val, "train": own} | more
    )


RATES = {"slow": 0.001, "good": 0.01, "fast": 0.1}


def test_the_fastest_fit_gives_the_steps():
    curves = [curve("slow", 0.5, 0.9, 1.0), curve("good", 0.5, 1.0, 1.0), curve("fast", math.nan)]
    found = initial_steps(curves, RATES, perfect=1.0)
    assert (found.steps, found.trial, found.rate) == (200, "good", 0.01)
    assert (found.n, found.n_fitted, found.caveats) == (3, 2, ())


def test_the_best_rate_must_not_lie_at_an_end():
    low = initial_steps([curve("slow", 1.0)], RATES, perfect=1.0)
    assert "has the lowest learning rate that was tried, 0.001" in low.caveats[0]
    high = initial_steps([curve("fast", 1.0)], RATES, perfect=1.0)
    assert "has the highest learning rate" in high.caveats[0]


def test_a_rate_that_decays_is_a_caveat():
    found = initial_steps([curve("good", 1.0, schedule=RateCourse.DECAY)], RATES, perfect=1.0)
    assert "hold it constant" in found.caveats[0]


def test_where_nothing_fits_there_is_no_answer():
    assert isinstance(initial_steps([curve("good", 0.9)], RATES, perfect=1.0), Missing)
    assert isinstance(initial_steps([curve("good", 1.0, train=None)], RATES, perfect=1.0), Missing)
    assert isinstance(initial_steps([curve("other", 1.0)], RATES, perfect=1.0), Missing)
