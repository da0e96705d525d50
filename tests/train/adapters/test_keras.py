"""Keras trains, and the run has what its own history has."""

import os

import pytest

import trialist

os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

CALLED = {
    "loss": "train/loss", "accuracy": "train/accuracy",
    "val_loss": "val/loss", "val_accuracy": "val/accuracy",
}  # fmt: skip


def test_the_rows_are_those_of_its_own_history(trial, rows):
    with trialist.start_run("mine", seed=1) as run:
        _, history = trial.trained(run)
    theirs = [
        (6 * (epoch + 1), {name: history.history[given][epoch] for given, name in CALLED.items()})
        for epoch in range(3)
    ]
    assert rows(run) == theirs


def test_a_seed_repeats_and_another_one_differs(follows_its_seed):
    follows_its_seed()


def test_the_resume_is_told(trial, findings):
    with trialist.start_run("mine", seed=1) as run:
        trial.trained(run, epochs=1)
    (exact,) = findings(run)
    assert "exact_resume: false. Keras goes on" in exact


def test_told_to_stop_it_ends_at_the_next_step(trial, told_to_stop, findings):
    with trialist.start_run("mine", seed=1) as run:
        told_to_stop(run, after=9)  # asked once as it begins
        model, _ = trial.trained(run)
    assert int(model.optimizer.iterations) == 9
    assert not [one for one in findings(run) if "stopped early" in one]


def test_its_own_early_stopping_is_told(trial, findings):
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=0, min_delta=9.0)
    with trialist.start_run("mine", seed=1) as run:
        trial.trained(run, more=[stopping])
    assert "Keras stopped early, after step 12" in findings(run)


def test_a_function_with_it_is_a_study(is_a_study):
    is_a_study("keras")
