"""Overfitting: the goal metric decides, the loss beside it is a note, the training has to go on."""

import math

import pytest

from trialist.analysis.overfitting import overfitting_of
from trialist.values.metric import Goal
from trialist.values.playbook import Level
from trialist.values.trialcurve import Track, TrialCurve

UP = (1.0, 0.8, 0.6, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
DOWN = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
ACCURACY = tuple(1 - value / 2 for value in UP)


def track(values, name="val/loss", goal=Goal.MINIMIZE):
    return Track(metric=name, goal=goal, values=tuple(values))


def curve(val=UP, *, loss=DOWN, **more):
    val = val if isinstance(val, Track) else track(val)
    given = {
        "variant": "a",
        "name": "a-1",
        "steps": tuple(range(10, 10 * len(val.values) + 1, 10)),
        "val": val,
        "loss": None if loss is None else track(loss, "train/loss"),
    }
    return TrialCurve(**given | more)


def accuracy(values=ACCURACY, name="val/accuracy"):
    return track(values, name, Goal.MAXIMIZE)


def test_a_loss_that_rises_while_the_training_improves_is_overfitting():
    check = overfitting_of(curve())
    assert check.level is Level.OVERFITTING
    assert check.numbers["best_step"] == 40
    assert check.numbers["rise"] == pytest.approx(0.25)
    assert check.sentence == (
        "val/loss is best at step 40 and then becomes worse by 0.25 (5 times its noise), while "
        "the training went on to improve."
    )
    assert "regularization" in check.suggestion


def test_it_blocks_only_where_the_trial_is_one_of_the_best():
    assert not overfitting_of(curve()).blocks
    assert overfitting_of(curve(is_best=True)).blocks


def test_a_training_that_became_worse_too_is_no_overfitting():
    assert overfitting_of(curve(loss=UP)).level is Level.OK


def test_without_the_training_it_is_a_suspicion():
    check = overfitting_of(curve(loss=None, is_best=True))
    assert check.level is Level.SUSPECT
    assert not check.blocks
    assert "what the training did meanwhile was not logged" in check.sentence


def test_the_same_metric_of_the_training_is_asked_before_its_loss():
    better, worse = (accuracy(values, "train/accuracy") for values in (UP, ACCURACY))
    assert overfitting_of(curve(accuracy(), train=better)).level is Level.OVERFITTING
    assert overfitting_of(curve(accuracy(), train=worse)).level is Level.OK


def test_a_training_metric_that_was_not_known_there_leaves_a_suspicion():
    early = (math.nan,) * 5 + DOWN[5:]
    assert overfitting_of(curve(loss=early)).level is Level.SUSPECT


@pytest.mark.parametrize(
    "val",
    [
        DOWN,  # falls to its end
        (*DOWN[:6], 0.5, 0.501, 0.502, 0.503),  # less than 2 % of the best
        (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.6, 0.6, 0.6),  # turns among the last four
        (1.0, 0.5, 0.9, 0.6, 0.9, 0.6, 0.9, 0.6, 0.9, 0.6),  # less than four times its noise
    ],
)
def test_small_late_or_noisy_rises_do_not_count(val):
    assert overfitting_of(curve(val)).level is Level.OK


def test_fewer_than_eight_evaluations_are_undecided():
    check = overfitting_of(curve(UP[:7], loss=DOWN[:7]))
    assert check.level is Level.UNDECIDED
    assert check.n == 7


def test_a_loss_beside_a_steady_accuracy_is_a_note():
    one = curve(
        accuracy((0.5, 0.6, 0.7, 0.75, 0.8, 0.8, 0.8, 0.8, 0.81, 0.82)), beside=(track(UP),)
    )
    check = overfitting_of(one)
    assert check.level is Level.NOTE
    assert check.sentence == (
        "val/loss rises by 0.25 after step 40, but val/accuracy, which decides, does not become "
        "worse."
    )
    assert check.numbers["loss"] == "val/loss"


def test_an_accuracy_that_improves_beside_a_rising_loss_is_told():
    better = accuracy((0.5, 0.6, 0.7, 0.75, 0.8, 0.8, 0.8, 0.8, 0.81, 0.82))
    assert "val/accuracy is better at the end than there" in (
        overfitting_of(curve(beside=(better,))).sentence
    )
    worse = accuracy(ACCURACY)
    assert "better at the end" not in overfitting_of(curve(beside=(worse,))).sentence


def test_other_metrics_beside_do_not_matter():
    few = track((math.nan,) * 9 + (1.0,))
    error = track(UP, "val/error")
    one = curve(DOWN, beside=(error, few, track(DOWN, "val/aux_loss")))
    assert overfitting_of(one).level is Level.OK


def test_a_perfect_curve_that_rises_has_no_noise_to_count_in():
    val = (0.5, 0.0, *(0.1,) * 8)
    check = overfitting_of(curve(val))
    assert check.level is Level.OVERFITTING
    assert "(without noise)" in check.sentence


@pytest.mark.parametrize("factor", [0.001, 1000.0])
def test_the_unit_of_the_loss_changes_nothing(factor):
    scaled = curve(tuple(factor * v for v in UP), loss=tuple(factor * v for v in DOWN))
    assert overfitting_of(scaled).level is Level.OVERFITTING
