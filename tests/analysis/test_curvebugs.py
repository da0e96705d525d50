"""Curves that most often are a mistake: a training loss that rises, a metric with a period."""

import numpy as np
import pytest

from trialist.analysis.curvebugs import period_of, rising_train_of
from trialist.values.metric import Goal
from trialist.values.playbook import Level
from trialist.values.trialcurve import Track, TrialCurve


def track(values, name):
    return Track(metric=name, goal=Goal.MINIMIZE, values=tuple(float(v) for v in values))


def curve(val, *, loss=None, **more):
    return TrialCurve(
        variant="a",
        name="a-1",
        steps=tuple(range(10, 10 * len(val) + 1, 10)),
        val=track(val, "val/loss"),
        loss=None if loss is None else track(loss, "train/loss"),
        **more,
    )


def with_loss(loss, **more):
    return curve(np.ones(len(loss)), loss=loss, **more)


def noise(n, sd, seed=0):
    return sd * np.random.default_rng(seed).normal(size=n)


def test_a_training_loss_that_rises_is_a_bug():
    check = rising_train_of(with_loss(np.linspace(1, 2, 40) + noise(40, 0.02), is_best=True))
    assert check.level is Level.BUG
    assert check.change.kind == "fix_code"
    assert check.blocks
    assert "the sign of the loss" in check.suggestion


def test_it_may_rise_without_noise():
    check = rising_train_of(with_loss([1.0] * 5 + [2.0] * 5))
    assert check.level is Level.BUG
    assert check.sentence.endswith("by 1, without noise.")
    assert not check.blocks


@pytest.mark.parametrize(
    "loss",
    [
        np.linspace(2, 1, 40),
        1 + noise(40, 0.1),
        np.linspace(1, 1.01, 40),
        [3 - 0.1 * k for k in range(20)] + [1 + 0.2 * k for k in range(20)],  # an instability
    ],
)
def test_what_falls_stays_or_blows_up_is_none(loss):
    assert rising_train_of(with_loss(loss)).level is Level.OK


def test_a_loss_that_explodes_is_an_instability():
    check = rising_train_of(with_loss(np.exp(np.linspace(0, 20, 40)), is_best=True))
    assert check.level is Level.INSTABILITY
    assert "a lower learning rate" in check.suggestion
    assert not check.blocks
    assert check.change is None


def test_a_loss_below_zero_that_rises_is_a_bug():
    assert rising_train_of(with_loss(np.linspace(-10, -1, 40))).level is Level.BUG


def test_without_a_training_loss_nothing_is_said():
    assert rising_train_of(curve([1.0] * 10)).level is Level.UNDECIDED
    assert rising_train_of(with_loss([1.0] * 7)).level is Level.UNDECIDED


@pytest.mark.parametrize("per_epoch", [3, 4, 5, 10])
def test_a_period_of_the_epoch_is_a_bug(per_epoch):
    k = np.arange(12 * per_epoch)
    saw = (k % per_epoch) / per_epoch
    val = 2 / (1 + 0.05 * k) + 0.2 * saw + noise(len(k), 0.01)
    check = period_of(curve(val, epoch=10.0 * per_epoch))
    assert check.level is Level.BUG
    assert "shuffled anew" in check.suggestion
    assert not check.blocks


def test_another_period_is_none():
    k = np.arange(120)
    val = np.sin(2 * np.pi * k / 80) + noise(120, 0.01)
    assert period_of(curve(val, epoch=50.0)).level is Level.OK
    assert period_of(curve(np.ones(60), epoch=50.0)).level is Level.OK


def test_noise_alone_seldom_has_a_period():
    alarms = sum(
        period_of(curve(2 / (1 + 0.1 * np.arange(60)) + noise(60, 0.05, seed), epoch=50.0)).level
        is Level.BUG
        for seed in range(200)
    )
    assert alarms <= 6


@pytest.mark.parametrize(
    ("n", "epoch"),
    [(60, None), (7, 50.0), (60, 20.0), (60, 54.0), (29, 50.0)],
    ids=["unknown", "few", "two per epoch", "no whole number", "few epochs"],
)
def test_what_could_not_be_seen_is_undecided(n, epoch):
    assert period_of(curve(np.ones(n), epoch=epoch)).level is Level.UNDECIDED
