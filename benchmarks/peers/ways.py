"""The same runs by each tool, two at a time; each way is a process of its own.

`python -m benchmarks.peers.ways WAY RUNS STEPS` in a folder that may be written to.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

WORKERS = 2
STUDY = """\
name: ways
trial: digits_task.py:train
metric: {{name: val/accuracy, goal: maximize}}
config: {{steps: {steps}}}
variants: {{baseline: {{}}, same: {{}}}}
seeds: {seeds}
"""
TASK = Path(__file__).with_name("digits_task.py")


def sequential(runs: int, steps: int) -> None:
    """One process in a loop."""
    from benchmarks.peers.digits_task import work

    for seed in range(runs):
        work(seed, steps)


def trialist(runs: int, steps: int) -> None:
    """`trialist run`, the report included."""
    Path("digits_task.py").write_text(TASK.read_text())
    Path("study.yaml").write_text(STUDY.format(steps=steps, seeds=runs // 2))
    words = [sys.executable, "-m", "trialist", "run", "study.yaml", "--quiet"]
    subprocess.run([*words, "--workers", str(WORKERS)], check=True, stdout=subprocess.DEVNULL)


def process_per_run(runs: int, steps: int) -> None:
    """A shell loop, a launcher, a sweep agent: one interpreter for each run."""
    code = "import sys; from benchmarks.peers.digits_task import work; work({}, {})"
    waiting = [[sys.executable, "-c", code.format(seed, steps)] for seed in range(runs)]
    running: list[subprocess.Popen[bytes]] = []
    while waiting or running:
        while waiting and len(running) < WORKERS:
            running.append(subprocess.Popen(waiting.pop(0)))
        running = [one for one in running if one.poll() is None]
        time.sleep(0.005)


def two_processes(runs: int, steps: int) -> None:
    """Two interpreters with half the list each: no tool at all."""
    code = (
        "from benchmarks.peers.digits_task import work\n"
        "for seed in range({}, {}, {}): work(seed, {})"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code.format(first, runs, WORKERS, steps)])
        for first in range(WORKERS)
    ]
    if any(one.wait() for one in both):
        raise RuntimeError("a process failed")


def optuna_threads(runs: int, steps: int) -> None:
    """Optuna, `n_jobs=2`: threads."""
    import optuna
    from benchmarks.peers.digits_task import work

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: work(trial.number, steps), n_trials=runs, n_jobs=WORKERS)


def optuna_processes(runs: int, steps: int) -> None:
    """Optuna, two processes on one SQLite file."""
    import optuna

    url = f"sqlite:///{Path('optuna.db').resolve()}"
    optuna.create_study(storage=url, study_name="s")
    code = (
        "import optuna; from benchmarks.peers.digits_task import work\n"
        "optuna.logging.set_verbosity(optuna.logging.WARNING)\n"
        f"s = optuna.load_study(study_name='s', storage={url!r},"
        " sampler=optuna.samplers.RandomSampler())\n"
        "from optuna.study import MaxTrialsCallback\n"
        f"s.optimize(lambda t: work(t.number, {steps}), callbacks=[MaxTrialsCallback({runs})])"
    )
    both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(WORKERS)]
    if any(one.wait() for one in both):
        raise RuntimeError("a process of Optuna failed")


def _ray_tune(runs: int, steps: int, *, reuse: bool) -> None:
    os.environ |= {"RAY_AIR_NEW_OUTPUT": "0", "RAY_CHDIR_TO_TRIAL_DIR": "0"}
    import ray
    from ray import tune

    ray.init(num_cpus=WORKERS, include_dashboard=False, log_to_driver=False,
             logging_level="error")  # fmt: skip

    class Trial(tune.Trainable):
        def setup(self, config):
            self.seed = config["seed"]

        def reset_config(self, config):
            self.seed = config["seed"]
            return True

        def step(self):
            from benchmarks.peers.digits_task import work

            return {"accuracy": work(self.seed, steps), "done": True}

        def save_checkpoint(self, checkpoint_dir):
            """Nothing to keep: a run is one step."""

        def load_checkpoint(self, checkpoint):
            """Nothing was kept."""

    tuner = tune.Tuner(
        Trial,
        param_space={"seed": tune.grid_search(list(range(runs)))},
        tune_config=tune.TuneConfig(reuse_actors=reuse, max_concurrent_trials=WORKERS),
        run_config=tune.RunConfig(verbose=0, storage_path=str(Path.cwd() / "ray")),
    )
    results = tuner.fit()
    if len(results) != runs or results.errors:
        raise RuntimeError(f"Ray Tune finished {len(results)} with {results.errors}")


def ray_tune(runs: int, steps: int) -> None:
    """Ray Tune as it comes."""
    _ray_tune(runs, steps, reuse=False)


def ray_tune_reuse(runs: int, steps: int) -> None:
    """Ray Tune with `reuse_actors=True`."""
    _ray_tune(runs, steps, reuse=True)


WAYS: dict[str, Callable[[int, int], None]] = {
    "one process in a loop": sequential,
    "trialist": trialist,
    "Optuna, two processes on SQLite": optuna_processes,
    "Optuna, n_jobs=2": optuna_threads,
    "Ray Tune, reuse_actors=True": ray_tune_reuse,
    "Ray Tune": ray_tune,
    "two plain processes": two_processes,
    "a process per run": process_per_run,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
