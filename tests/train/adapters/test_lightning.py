"""Lightning trains, and the run has what Lightning's own logger has."""

import csv
import signal
from pathlib import Path

import pytest

import trialist
from trialist.ledger.folder import StudyFolder
from trialist.ledger.runrows import read_rows
from trialist.values.events import RunStatus

lightning = pytest.importorskip("lightning.pytorch")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def as_logged(file):
    """Give the rows of Lightning's own file, by the house's names."""
    called = {
        "train_loss_step": "train/loss_step", "train_loss_epoch": "train/loss_epoch",
        "val_loss": "val/loss", "val_accuracy": "val/accuracy",
    }  # fmt: skip
    with file.open() as lines:
        return [
            (int(row["step"]), {called[k]: float(v) for k, v in row.items() if v and k in called})
            for row in csv.DictReader(lines)
        ]


def merged(rows):
    """Give one row per step: Lightning's file joins what comes at one step."""
    found = {}
    for step, values in rows:
        found.setdefault(step, {}).update(values)
    return found


def test_the_rows_are_those_of_lightnings_own_logger(trial, rows, tmp_path):
    logger = lightning.loggers.CSVLogger(tmp_path)
    with trialist.start_run("mine", seed=1) as run:
        trial.trained(run, logger=logger)
    mine = merged(rows(run))
    theirs = merged(as_logged(Path(logger.log_dir) / "metrics.csv"))
    assert mine.keys() == theirs.keys()
    assert len(mine) >= 6
    for step, values in theirs.items():
        assert mine[step] == pytest.approx(values, rel=1e-6)


def test_a_seed_repeats_and_another_one_differs(follows_its_seed):
    follows_its_seed(logger=False)


def test_checkpoints_and_the_resume_are_told(trial, findings):
    with trialist.start_run("mine", seed=1) as run:
        trial.trained(run, logger=False)
    exact, saved = findings(run)
    assert "exact_resume: false" in exact
    assert saved == "Lightning keeps its checkpoints in checkpoints, in the run's own folder"
    assert list((run.directory / "checkpoints").glob("*.ckpt"))


@pytest.mark.parametrize("least", [{}, {"min_epochs": 3}])
def test_told_to_stop_it_ends_at_the_next_step(trial, told_to_stop, findings, least):
    with trialist.start_run("mine", seed=1) as run:
        told_to_stop(run, after=5)  # asked once as it begins
        trainer, _ = trial.trained(run, logger=False, **least)
    assert trainer.global_step == 5
    assert not [one for one in findings(run) if "stopped early" in one]


def test_its_own_early_stopping_is_told(trial, findings):
    stopping = lightning.callbacks.EarlyStopping("val_loss", patience=0, min_delta=9.0)
    with trialist.start_run("mine", seed=1) as run:
        trial.trained(run, logger=False, more=[stopping])
    assert "Lightning stopped early, after step 12" in findings(run)


def test_an_evaluation_after_the_training_is_no_mistake(trial, rows, findings):
    with trialist.start_run("mine", seed=1) as run:
        trainer, model = trial.trained(run, logger=False)
        before = rows(run)
        trainer.validate(model, trial.loaders()[1], verbose=False)
    assert merged(rows(run)).keys() - merged(before).keys() <= {18}
    assert not [one for one in findings(run) if "twice" in one]


def test_ctrl_c_ends_a_script_as_stopped(trial):
    class Impatient(lightning.Callback):
        def on_train_batch_end(self, trainer, *rest):
            if trainer.global_step == 4:
                raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    try:
        run = trialist.start_run("mine", seed=1)
        with pytest.raises(SystemExit):
            trial.trained(run, logger=False, more=[Impatient()])
    finally:
        signal.signal(signal.SIGINT, before)
    (found,) = read_rows(StudyFolder(Path("experiments/mine")))
    assert found.status is RunStatus.STOPPED


def test_a_function_with_it_is_a_study(is_a_study):
    is_a_study("lightning")
