"""A loop with Accelerate, and the run has what `accelerator.log` was given."""

import pytest

import trialist

pytest.importorskip("accelerate")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

CALLED = {"loss": "train/loss", "lr": "train/lr", "val_loss": "val/loss"}


def test_the_rows_are_those_that_were_logged(trial, rows):
    told = []
    with trialist.start_run("mine", seed=1) as run:
        trial.trained(run, told=told)
    expected = [
        (step, {CALLED[name]: row[name] for name in row if name in CALLED}) for step, row in told
    ]
    assert rows(run) == expected
    assert len(expected) == 21


def test_a_seed_repeats_and_another_one_differs(follows_its_seed):
    follows_its_seed()


def test_checkpoints_and_the_resume_are_told(trial, findings):
    with trialist.start_run("mine", seed=1) as run:
        trial.trained(run)
    exact, saved = findings(run)
    assert "exact_resume: false" in exact
    assert saved == "Accelerate keeps its checkpoints in accelerate, in the run's own folder"


def test_told_to_stop_it_says_so(trial, told_to_stop):
    with trialist.start_run("mine", seed=1) as run:
        told_to_stop(run, after=6)  # asked once as it begins
        assert trial.trained(run) == 5


def test_the_run_outlives_the_end_of_the_training(trial, rows):
    with trialist.start_run("mine", seed=1) as run:
        trial.trained(run, epochs=1)
        run.log({"test/loss": 0.5}, step=7)
    assert rows(run)[-1] == (7, {"test/loss": 0.5})


def test_accelerate_knows_the_tracker_and_gives_the_run():
    import accelerate

    with trialist.start_run("mine", seed=1) as run:
        tracker = trialist.train.accelerate_tracker(run)
        accelerator = accelerate.Accelerator(log_with=tracker, cpu=True)
        accelerator.init_trackers("mine")
        assert accelerator.get_tracker("trialist", unwrap=True) is run


def test_a_function_with_it_is_a_study(is_a_study):
    is_a_study("accelerate")
