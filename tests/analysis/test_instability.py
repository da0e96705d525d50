"""Instability: a loss that rises after a steady decline, for more than a moment."""

import math

import numpy as np
import pytest

from trialist.analysis.instability import blowup_in, instability_of, trains_stably
from trialist.values.metric import Goal
from trialist.values.playbook import Level
from trialist.values.trialcurve import Track, TrialCurve


def curve(losses, val=None):
    n = len(losses if losses is not None else val)
    val = Track(metric="val/loss", goal=Goal.MINIMIZE, values=tuple(val or [1.0] * n))
    loss = None
    if losses is not None:
        loss = Track(metric="train/loss", goal=Goal.MINIMIZE, values=tuple(map(float, losses)))
    return TrialCurve(variant="a", name="a-1", steps=tuple(range(1, n + 1)), val=val, loss=loss)


def falling(n=200, noise=0.02, seed=0):
    rng = np.random.default_rng(seed)
    return 2.3 * np.exp(-np.arange(n) / 60) + 0.3 + noise * rng.normal(size=n)


def blown(*, at=100, lasts=30, times=4.0, **more):
    losses = falling(**more)
    losses[at : at + lasts] *= times
    return losses


def test_a_loss_that_only_falls_is_stable():
    assert blowup_in(range(200), falling()) is None
    assert instability_of(curve(falling())).level is Level.OK


def test_a_loss_that_rises_again_is_not():
    found = blowup_in(range(200), blown())
    assert 100 <= found.onset <= 105
    assert 0.1 < found.share < 0.25
    assert found.worst > 2
    assert not found.is_early


def test_the_start_of_a_training_calls_for_warmup():
    losses = falling()
    losses[12:40] = 8.0
    early = instability_of(curve(losses))
    assert early.level is Level.INSTABILITY
    assert early.suggestion.startswith("a longer warm-up first")
    late = instability_of(curve(blown()))
    assert late.suggestion.startswith("clipping of gradient norms first")
    assert late.change.to_dict() == {"kind": "tame_instability", "variant": "a"}
    assert "a lower learning rate last" in late.suggestion


def test_a_single_outlier_is_no_instability():
    losses = falling()
    losses[150] *= 2
    assert blowup_in(range(200), losses) is None


def test_a_loss_that_never_declined_is_no_instability():
    assert blowup_in(range(100), [1.0 + 0.1 * k for k in range(100)]) is None
    assert blowup_in(range(100), [1.0] * 100) is None


def test_a_loss_that_ends_in_no_number_has_risen():
    losses = falling()
    losses[150:] = math.nan
    found = blowup_in(range(200), losses)
    assert found.onset == 150
    assert found.share == pytest.approx(0.25)


def test_a_loss_that_becomes_huge_has_risen():
    losses = falling()
    losses[150:] = 1e300
    assert blowup_in(range(200), losses).worst == math.inf
    tiny = [1.0] + [1e-300] * 8_000 + [1e90] * 1_000
    assert blowup_in(range(len(tiny)), tiny).worst == math.inf


def test_a_loss_that_begins_infinite_never_declined():
    assert blowup_in(range(10), [math.inf] + [1.0] * 9) is None


def test_a_loss_that_can_be_negative_has_regained_half_of_its_fall():
    losses = falling() - 5
    assert blowup_in(range(200), losses) is None
    losses[100:150] = -3.0
    found = blowup_in(range(200), losses)
    assert found is not None
    assert found.worst == math.inf


def test_rare_rises_count_by_steps_not_by_points():
    steps = [*range(100), *range(10_000, 20_000, 100)]
    losses = np.concatenate([falling(100), falling(100) / 50])
    losses[60:70] = 9.0
    assert blowup_in(steps, losses) is None


def test_few_points_say_nothing():
    assert blowup_in(range(7), falling(7)) is None
    assert instability_of(curve(falling(7))).level is Level.UNDECIDED
    assert instability_of(curve(None, [1.0] * 10)).level is Level.UNDECIDED


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_the_unit_of_the_loss_changes_nothing(scale):
    found = blowup_in(range(200), scale * blown())
    assert (found.onset, found.share) == (
        blowup_in(range(200), blown()).onset,
        blowup_in(range(200), blown()).share,
    )


@pytest.mark.parametrize(
    ("losses", "is_stable"),
    [
        (falling(), True),
        (blown(), False),
        ([1.0, 2.0], False),
        ([1.0], True),
        ([1.0, math.nan, 0.5], False),
    ],
)
def test_a_stable_training_stays_finite_and_ends_below_its_start(losses, is_stable):
    assert trains_stably(curve(losses)) is is_stable


def test_without_a_loss_the_goal_metric_has_to_stay_finite():
    assert trains_stably(curve(None, [1.0, 2.0]))
    assert not trains_stably(curve(None, [1.0, math.inf]))
    assert not trains_stably(curve([]))
