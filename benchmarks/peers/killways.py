"""A list of trials by each tool, set up so that the work survives a kill as well as the tool can.

`python -m benchmarks.peers.killways WAY PLACE RUNS ROLE`; PLACE outlives the process.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.killtask import LONG_EVERY, LONG_STEPS, PAUSE_S, note, short

STUDY = """\
name: killed
trial: trial.py:{function}
metric: {{name: val/accuracy, goal: maximize}}
variants: {{baseline: {{}}, same: {{}}}}
seeds: {seeds}
"""
TRIAL = """\
import time
from pathlib import Path

from benchmarks.peers.killtask import LONG_EVERY, LONG_STEPS, PAUSE_S, note, short

PLACE = Path(__file__).parent


def train(config, run):
    if "checks" in run.directory.parts:  # a run that the product repeats to see whether it can be
        return {"val/accuracy": float(run.seed.base)}
    variant = run.directory.parts[-3] == "same"
    short(2 * run.seed.base + variant, PLACE)
    return {"val/accuracy": float(run.seed.base)}


def long(config, run):
    began = run.restore() or {"step": 0}
    note(PLACE, begins=began["step"])
    for step in range(began["step"] + 1, LONG_STEPS + 1):
        time.sleep(PAUSE_S)
        note(PLACE, step=step)
        run.log({"train/loss": 1 / step}, step=step)
        if step % LONG_EVERY == 0:
            run.checkpoint({"step": step})
    return {"val/accuracy": 1.0}
"""


def trialist(place: Path, runs: int, role: str) -> None:
    """`trialist run`, the same command each time."""
    from trialist.__main__ import main

    (place / "trial.py").write_text(TRIAL)
    function = "long" if role == "long" else "train"
    (place / "study.yaml").write_text(STUDY.format(function=function, seeds=max(runs // 2, 3)))
    os.chdir(place)
    sys.argv = ["trialist", "run", "study.yaml", "--quiet", "--workers", "2"]
    sys.exit(main())


def stored_by_trialist(place: Path) -> tuple[int, int]:
    """Give how many runs have a result, and how many are said to be running."""
    import trialist as package

    status = [run.status for run in package.open(place / "experiments").runs()]
    return status.count("finished"), status.count("running")


def _optuna_storage(place: Path, *, journal: bool):
    import optuna
    from optuna.storages import JournalStorage, RDBStorage, RetryHeartbeatStaleTrialCallback
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if journal:
        return JournalStorage(JournalFileBackend(str(place / "journal.log")))
    return RDBStorage(
        f"sqlite:///{place / 'optuna.db'}",
        engine_kwargs={"connect_args": {"timeout": 60}},
        heartbeat_interval=1,
        grace_period=2,
        heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(max_retry=5),
    )


def _optuna(place: Path, runs: int, role: str, *, journal: bool) -> None:
    """A worker of a study that ends when enough trials are complete."""
    import warnings

    warnings.simplefilter("ignore")
    import optuna
    from optuna.study import MaxTrialsCallback
    from optuna.trial import TrialState

    storage = _optuna_storage(place, journal=journal)
    if role == "create":
        optuna.create_study(storage=storage, study_name="s", direction="maximize")
        return
    sampler = optuna.samplers.RandomSampler()
    study = optuna.load_study(study_name="s", storage=storage, sampler=sampler)
    if role == "mend":  # what the documentation offers for what is left after the last worker
        time.sleep(3.5)
        optuna.storages.fail_stale_trials(study)
        return

    def objective(trial):
        trial.suggest_float("x", 0, 1)
        return _optuna_long(trial, place) if role == "long" else short(trial.number, place)

    enough = MaxTrialsCallback(runs, states=(TrialState.COMPLETE,))
    study.optimize(objective, callbacks=[enough])


def _optuna_long(trial, place: Path) -> float:
    """Save and load by hand, under the number of the first try, as Optuna's example does."""
    from optuna.storages import RetryHeartbeatStaleTrialCallback

    frozen = trial.study.get_trials(deepcopy=False)[trial.number]
    first = RetryHeartbeatStaleTrialCallback.retried_trial_number(frozen)
    number = trial.number if first is None else first
    path = place / f"checkpoint-{number}"
    began = int(path.read_text()) if path.exists() else 0
    note(place, begins=began)
    for step in range(began + 1, LONG_STEPS + 1):
        time.sleep(PAUSE_S)
        note(place, step=step)
        if step % LONG_EVERY == 0:
            path.with_suffix(".new").write_text(str(step))
            path.with_suffix(".new").replace(path)
    return 1.0


def optuna_sqlite(place: Path, runs: int, role: str) -> None:
    """Two processes on SQLite, with heartbeat, retry callback, and stale trials failed at last."""
    _optuna(place, runs, role, journal=False)


def optuna_journal(place: Path, runs: int, role: str) -> None:
    """Two processes on a journal file, which has no heartbeat."""
    _optuna(place, runs, role, journal=True)


def _stored_by_optuna(place: Path, *, journal: bool) -> tuple[int, int]:
    import optuna

    study = optuna.load_study(study_name="s", storage=_optuna_storage(place, journal=journal))
    states = [trial.state.name for trial in study.get_trials(deepcopy=False)]
    return states.count("COMPLETE"), states.count("RUNNING")


def _trainable(place: Path, role: str):
    from ray import tune

    class Trial(tune.Trainable):
        def setup(self, config):
            self.key, self.at = config["key"], 0
            self.began = role != "long"

        def reset_config(self, config):
            self.setup(config)
            return True

        def step(self):
            if role != "long":
                return {"value": short(self.key, place), "done": True}
            if not self.began:
                note(place, begins=self.at)
                self.began = True
            for _ in range(LONG_EVERY):
                self.at += 1
                time.sleep(PAUSE_S)
                note(place, step=self.at)
            return {"value": 1.0, "done": self.at >= LONG_STEPS}

        def save_checkpoint(self, checkpoint_dir):
            (Path(checkpoint_dir) / "step").write_text(str(self.at))

        def load_checkpoint(self, checkpoint):
            self.at = int((Path(checkpoint) / "step").read_text())

    return Trial


def ray_tune(place: Path, runs: int, role: str) -> None:
    """`Tuner.fit`, or `Tuner.restore` where the experiment is there; five failures allowed."""
    os.environ |= {"RAY_AIR_NEW_OUTPUT": "0", "RAY_CHDIR_TO_TRIAL_DIR": "0"}
    import ray
    from ray import tune

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error",
             namespace=str(place))  # fmt: skip
    trainable = _trainable(place, role)
    path = place / "ray" / "killed"
    if tune.Tuner.can_restore(str(path)):
        space = {"key": tune.grid_search(list(range(runs)))}
        tuner = tune.Tuner.restore(str(path), trainable, resume_errored=True, param_space=space)
    else:
        tuner = tune.Tuner(
            trainable,
            param_space={"key": tune.grid_search(list(range(runs)))},
            tune_config=tune.TuneConfig(reuse_actors=True, max_concurrent_trials=2),
            run_config=tune.RunConfig(
                name="killed",
                verbose=0,
                storage_path=str(path.parent),
                failure_config=tune.FailureConfig(max_failures=5),
                checkpoint_config=tune.CheckpointConfig(
                    checkpoint_frequency=int(role == "long"), num_to_keep=2
                ),
            ),
        )
    results = tuner.fit()
    done = {
        r.metrics["config"]["key"]
        for r in results
        if r.metrics and r.metrics.get("value") is not None
    }
    (place / "stored").write_text(f"{len(done)} 0")


def _stored_by_ray(place: Path) -> tuple[int, int]:
    done, running = (place / "stored").read_text().split()
    return int(done), int(running)


@dataclass(frozen=True)
class Way:
    """How a tool is started, and how its store is asked afterwards."""

    run: Callable[[Path, int, str], None]
    stored: Callable[[Path], tuple[int, int]]
    pool: bool = True  # one command that has the workers under it


WAYS = {
    "trialist": Way(trialist, stored_by_trialist),
    "Optuna, SQLite": Way(optuna_sqlite, lambda p: _stored_by_optuna(p, journal=False), pool=False),
    "Optuna, journal file": Way(
        optuna_journal, lambda p: _stored_by_optuna(p, journal=True), pool=False
    ),
    "Ray Tune": Way(ray_tune, _stored_by_ray),
}

if __name__ == "__main__":
    WAYS[sys.argv[1]].run(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
