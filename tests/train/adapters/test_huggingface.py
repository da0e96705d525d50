"""The Trainer of transformers trains, and the run has what its own history has."""

import pytest

import trialist

transformers = pytest.importorskip("transformers")
pytest.importorskip("accelerate")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

CALLED = {
    "loss": "train/loss", "grad_norm": "train/grad_norm", "learning_rate": "train/learning_rate",
    "train_loss": "train/loss_mean", "total_flos": "train/total_flos",
    "eval_loss": "val/loss", "eval_accuracy": "val/accuracy",
}  # fmt: skip
LEFT_OUT = {"step", "epoch"}


def test_the_rows_are_those_of_its_own_history(trial, rows):
    with trialist.start_run("mine", seed=1) as run:
        trainer = trial.trained(run)
    theirs = [
        (row["step"], {CALLED[name]: row[name] for name in row if name in CALLED})
        for row in trainer.state.log_history
    ]
    assert rows(run) == theirs
    assert {name for _, row in theirs for name in row} == set(CALLED.values())
    known = {name for row in trainer.state.log_history for name in row} - set(CALLED) - LEFT_OUT
    assert all(name.endswith(("_runtime", "_per_second")) for name in known)


def test_a_seed_repeats_and_another_one_differs(follows_its_seed):
    follows_its_seed()


def test_the_order_of_the_data_follows_from_the_seed_too(trial, monkeypatch):
    def order(seed, **config):
        seen = []

        def forward(_, x, labels=None):
            seen.extend(x[:, 0].tolist())
            said = net.net(x)
            return {"loss": said.sum(), "logits": said}

        net = trial.Net()
        with monkeypatch.context() as patched:
            patched.setattr(trial.Net, "forward", forward)
            with trialist.start_run("mine", config=config, seed=seed) as run:
                trial.trained(run, eval_strategy="no", max_steps=6)
        return seen

    first = order(1)
    assert order(1, again=True) == first
    assert order(2) != first
    assert sorted(order(2, again=True)) == sorted(first)


def test_checkpoints_and_the_resume_are_told(trial, findings):
    with trialist.start_run("mine", seed=1) as run:
        trial.trained(run)
    exact, saved = findings(run)
    assert "exact_resume: false" in exact
    assert saved.endswith("keeps its checkpoints in hf, in the run's own folder")
    assert (run.directory / "hf" / "checkpoint-18").is_dir()


def test_told_to_stop_it_ends_at_the_next_step(trial, told_to_stop, findings):
    with trialist.start_run("mine", seed=1) as run:
        told_to_stop(run, after=6)  # asked twice as it begins
        trainer = trial.trained(run)
    assert trainer.state.global_step == 5
    assert not [one for one in findings(run) if "stopped early" in one]


def test_its_own_early_stopping_is_told(trial, findings):
    stopping = transformers.EarlyStoppingCallback(1, early_stopping_threshold=9.0)
    with trialist.start_run("mine", seed=1) as run:
        trial.trained(
            run, more=[stopping], load_best_model_at_end=True, metric_for_best_model="eval_loss"
        )
    assert "The Hugging Face Trainer stopped early, after step 12" in findings(run)


def test_a_function_with_it_is_a_study(is_a_study):
    is_a_study("huggingface")
