"""`trialist.start_run`: in a study, and on its own."""

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

import trialist
from trialist.execute import monitor
from trialist.execute.load import LOADING
from trialist.ledger.folder import StudyFolder
from trialist.ledger.journal import read_journal
from trialist.ledger.runrows import read_rows
from trialist.values.errors import ConfigError, LedgerError, MetricError
from trialist.values.events import FailureKind, RunStatus

MINE = StudyFolder(Path("experiments/mine"))


@pytest.fixture(autouse=True)
def _alone(outside_of_studies):
    """No test begins inside of a study."""


def script(code, *words, **variables):
    """Run a script of its own, and give what it did."""
    Path("script.py").write_text(textwrap.dedent(code))
    return subprocess.run(
        [sys.executable, "script.py", *words],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def row():
    (found,) = read_rows(MINE)
    return found


def test_a_run_of_its_own_is_recorded_in_the_store():
    with trialist.start_run("mine", config={"lr": 0.1}, seed=3, tags=["r1"]) as run:
        assert run.config == {"lr": 0.1}
        assert run.seed.base == 3
        assert run.directory.is_dir()
        assert not run.should_stop()
        run.log({"train/loss": 0.5}, step=1)
        run.log({"val_accuracy": 0.9}, step=1)
        assert row().status is RunStatus.RUNNING
    found = row()
    assert found.status is RunStatus.FINISHED
    assert (found.seed, found.tags, found.config) == (3, ("r1",), {"lr": 0.1})
    assert found.last == {"train/loss": 0.5, "val/accuracy": 0.9}
    assert Path("experiments/.gitignore").read_text() == "*\n"
    assert trialist.verify("mine").holds


def test_what_is_raised_goes_on_and_fails_the_run():
    with pytest.raises(ZeroDivisionError), trialist.start_run("mine", seed=0):
        _ = 1 / 0
    found = row()
    assert (found.status, found.failure) == (RunStatus.FAILED, FailureKind.ERROR)
    assert found.message == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("error", "status", "failure"),
    [
        (SystemExit(0), RunStatus.FINISHED, None),
        (SystemExit(3), RunStatus.FAILED, FailureKind.ERROR),
        (KeyboardInterrupt(), RunStatus.STOPPED, None),
        (MemoryError(), RunStatus.FAILED, FailureKind.OOM),
        (RuntimeError("CUDA out of memory"), RunStatus.FAILED, FailureKind.OOM),
        (MetricError("odd"), RunStatus.FAILED, FailureKind.ERROR),
    ],
)
def test_how_a_run_ended_is_said(error, status, failure):
    with pytest.raises(type(error)), trialist.start_run("mine", seed=0):
        raise error
    assert (row().status, row().failure) == (status, failure)


@pytest.mark.parametrize(
    ("words", "status"),
    [("sys.exit(3)", "failed"), ("sys.exit('no data')", "failed"), ("sys.exit(0)", "finished")],
)
def test_how_a_script_leaves_is_how_its_run_ended(words, status):
    done = script(f"""
        import sys, trialist
        run = trialist.start_run("mine", seed=0)
        run.log({{"val/loss": 1.0}}, step=1)
        {words}
    """)
    assert "Traceback" not in done.stderr
    found = row()
    assert found.status.value == status
    assert found.message in (None, "SystemExit: 3", "SystemExit: no data")


def test_a_run_without_a_seed_says_so():
    with trialist.start_run("mine") as run:
        with pytest.raises(ConfigError, match="started without a seed"):
            run.seed.all()
        run.log({"val/loss": 1.0}, step=1)
    assert row().seed is None
    assert read_journal(row().journal).start["seeds"] is None


def test_a_mistake_raises_until_the_first_evaluation():
    with pytest.raises(MetricError) as caught, trialist.start_run("mine", seed=0) as run:
        run.log({"acc": 0.5}, step=1)
    assert caught.value.mistakes[0].todo == "call it 'val/acc' or 'train/acc'"


def test_runs_one_after_the_other_need_no_with():
    first = trialist.start_run("mine", seed=0)
    first.log({"val/loss": 1.0}, step=1)
    second = trialist.start_run("mine", seed=1)
    assert not first.is_open
    second.close()
    assert [found.status for found in read_rows(MINE)] == [RunStatus.FINISHED] * 2


def test_a_run_inside_of_another_is_refused():
    with trialist.start_run("mine", seed=0), pytest.raises(LedgerError, match="still open"):
        trialist.start_run("mine", seed=1)


def test_a_run_that_was_killed_goes_on_from_its_checkpoint():
    run = trialist.start_run("mine", seed=0)
    run.checkpoint({"weights": [1.0, 2.0]}, step=4)
    run._end = lambda _: None  # killed: nothing is written any more
    run.close()
    Path(run.directory / "lock").unlink()
    with trialist.start_run("mine", seed=0) as again:
        assert again.restore() == {"weights": [1.0, 2.0]}
        assert again.resumed_step == 4
    with trialist.start_run("mine", seed=0) as anew:
        assert anew.restore() is None  # the one before has a result
    assert trialist.verify("mine").holds


def test_the_name_is_that_of_the_script_where_none_is_given(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/a/my train.py"])
    trialist.start_run(seed=0).close()
    monkeypatch.setattr(sys, "argv", ["-c"])
    trialist.start_run(seed=0).close()
    assert sorted(path.name for path in Path("experiments").glob("[!.]*")) == ["my-train", "runs"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "a/b"}, "the name 'a/b' cannot be a folder"),
        ({"name": "mine", "seed": -1}, "seed is -1"),
        ({"name": "mine", "seed": True}, "seed is True"),
        ({"name": "mine", "seed": 0.5}, "seed is 0.5"),
        ({"name": "mine", "tags": [""]}, "tags are"),
        ({"name": "mine", "tags": [3]}, "tags are"),
        ({"name": "mine", "config": {"f": print}}, "config.f is"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_is_written(options, message):
    with pytest.raises(ConfigError, match=message.replace(".", r"\.")):
        trialist.start_run(**options)
    assert not Path("experiments").exists()


def test_a_store_that_cannot_be_written_is_said():
    Path("experiments").write_text("a file")
    with pytest.raises(LedgerError, match="the store cannot be written"):
        trialist.start_run("mine", seed=0)


def test_a_worker_that_imports_a_file_starts_no_run(monkeypatch):
    monkeypatch.setenv(LOADING, "1")
    with pytest.raises(ConfigError, match="while a worker imported this file"):
        trialist.start_run("mine")


def test_a_higher_rank_gets_the_run_and_writes_nothing(monkeypatch):
    monkeypatch.setenv("RANK", "1")
    with trialist.start_run("mine", config={"lr": 0.1}, seed=3) as run:
        run.log({"val/loss": 1.0}, step=1)
        assert (run.config, run.seed.base) == ({"lr": 0.1}, 3)
    assert not Path("experiments").exists()


def test_a_study_cannot_take_the_name_of_free_runs(small):
    path = small()
    trialist.start_run("small", seed=0).close()
    with pytest.raises(LedgerError, match="small holds runs without a plan"):
        trialist.run(path)
    with pytest.raises(LedgerError, match=r"holds free runs \(no plan\)"):
        trialist.report("small")


# -- in scripts of their own ----------------------------------------------


ENDS = """
import sys, trialist
run = trialist.start_run("mine", seed=0)
run.log({"val/loss": 1.0}, step=1)
%s
"""


@pytest.mark.parametrize(
    ("last", "status"),
    [
        ("", RunStatus.FINISHED),
        ("raise ValueError('odd')", RunStatus.FAILED),
        ("import os; os.kill(os.getpid(), 9)", RunStatus.FAILED),
    ],
)
def test_without_with_the_end_of_the_script_is_the_end_of_the_run(last, status):
    done = script(ENDS % last)
    found = row()
    assert found.status is status
    assert found.last == {"val/loss": 1.0}
    if "ValueError" in last:
        assert found.message == "ValueError: odd"
        assert "ValueError: odd" in done.stderr
    if "kill" in last:
        assert found.failure is FailureKind.LOST


def test_a_script_pays_no_heavy_import():
    done = script(
        """
        import sys, trialist
        with trialist.start_run("mine", seed=0) as run:
            run.log({"val/loss": 1.0}, step=1)
        heavy = {"torch", "numpy", "scipy", "pydantic", "rich", "ruamel", "pandas"}
        print(sorted(heavy & set(sys.modules)))
        """
    )
    assert done.stdout == "[]\n", done.stderr


def test_workers_of_a_data_loader_write_nothing():
    done = script(
        """
        import os, multiprocessing, trialist, warnings

        def work(run):
            warnings.simplefilter("ignore")
            run.log({"val/loss": 9.0}, step=9)

        if __name__ == "__main__":
            with trialist.start_run("mine", seed=0) as run:
                child = multiprocessing.get_context("fork").Process(target=work, args=(run,))
                child.start()
                child.join()
                run.log({"val/loss": 1.0}, step=1)
        """
    )
    assert done.returncode == 0, done.stderr
    assert row().last == {"val/loss": 1.0}


LOOP = """
import sys, trialist
for seed in range(1000):
    with trialist.start_run("mine", config={"k": int(sys.argv[1])}, seed=seed) as run:
        for step in range(20):
            run.log({"val/loss": 1.0}, step=step)
            print(seed, step, flush=True)
"""


@pytest.mark.slow
def test_kills_at_random_moments_lose_nothing():
    Path("loop.py").write_text(LOOP)
    rng = random.Random(0)
    acknowledged = set()
    for kill in range(6):
        loops = [
            subprocess.Popen(
                [sys.executable, "loop.py", str(2 * kill + k)], stdout=subprocess.PIPE, text=True
            )
            for k in range(2)
        ]
        first = [[loop.stdout.readline() for _ in range(rng.randint(1, 25))] for loop in loops]
        time.sleep(rng.uniform(0, 0.02))
        for k, loop in enumerate(loops):
            loop.send_signal(signal.SIGKILL)
            said = [*first[k], *loop.stdout.read().splitlines()[:-1]]
            loop.stdout.close()
            loop.wait()
            acknowledged |= {(2 * kill + k, *map(int, line.split())) for line in said}
    found = trialist.verify("mine")
    assert found.holds, found.faults
    recorded = {
        (one.config["k"], one.seed, event["step"])
        for one in read_rows(MINE)
        for event in read_journal(one.journal).events
        if event["k"] == "metric"
    }
    assert len(acknowledged) > 50
    assert acknowledged <= recorded


# -- inside of a study ------------------------------------------------------


@pytest.fixture
def attached(tmp_path, monkeypatch):
    """Give what a worker sets for a script."""
    directory = tmp_path / "experiments" / "digits" / "trials" / "wide" / "seed-3" / "attempt-1"
    directory.mkdir(parents=True)
    (directory / "config.json").write_text(json.dumps({"lr": 0.2}))
    monkeypatch.setenv("TRIALIST_RUN_DIR", str(directory))
    monkeypatch.setenv("TRIALIST_SEED", "3")
    monkeypatch.setenv("TRIALIST_CONFIG", str(directory / "config.json"))
    monkeypatch.setenv("TRIALIST_METRIC", "val/accuracy")
    return directory


def spooled(directory, kind):
    path = directory / "spool.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    return [event for line in lines if (event := json.loads(line))["k"] == kind]


def test_in_a_study_it_is_the_run_of_the_study(attached):
    with trialist.start_run("mine", config={"lr": 0.2, "epochs": 3}, seed=3) as run:
        assert run.config == {"lr": 0.2, "epochs": 3}
        assert run.directory == attached
        run.log({"val/accuracy": 0.9}, step=1)
    assert [event["v"] for event in spooled(attached, "metric")] == [{"val/accuracy": 0.9}]
    assert spooled(attached, "finding") == []
    assert not Path("experiments/mine").exists()


def test_in_a_study_the_study_wins_and_a_difference_is_a_finding(attached):
    run = trialist.start_run(config={"lr": 0.1}, seed=7)
    assert (run.config, run.seed.base) == ({"lr": 0.2}, 3)
    assert [event["message"] for event in spooled(attached, "finding")] == [
        "the script gave config.lr = 0.1, the study says 0.2: the study counts",
        "the script gave seed 7, the study says 3: the study counts",
    ]


def test_in_a_study_a_second_call_gives_the_same_run(attached):
    first = trialist.start_run()
    assert trialist.start_run(config={"extra": 1}) is first
    assert first.config == {"lr": 0.2, "extra": 1}
    first.close()
    assert trialist.start_run() is not first


def test_in_a_study_what_is_raised_leaves_the_script(attached):
    with pytest.raises(KeyError), trialist.start_run():
        raise KeyError("lr")


STUDY = """
command: python train.py --lr {lr} --seed {seed}
metric: {name: val/accuracy, goal: maximize}
config: {lr: 0.1}
variants: {baseline: {}, faster: {lr: 0.3}}
seeds: 2
"""
TRAIN = """
import argparse, random, sys, trialist
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=1.0)
parser.add_argument("--seed", type=int, default=0)
args = parser.parse_args()
with trialist.start_run(config={"lr": args.lr, "width": 8}, seed=args.seed) as run:
    rng = random.Random(run.seed.train)
    for step in range(1, 4):
        run.log({"train/loss": 1 / step}, step=step)
    run.predictions("val", [1, 2], [0, 1], [0, 1])
    run.log({"val_accuracy": 1.0 if run.config["width"] == 8 else rng.random()}, step=3)
    run.finding(f"{run.name} {run.config}")
"""


@pytest.mark.slow
def test_a_script_that_a_study_starts_has_its_rows_in_the_journals_of_the_study():
    Path("train.py").write_text(TRAIN + "    run.log({'val/noise': rng.random()}, step=3)\n")
    Path("study.yaml").write_text(STUDY.replace("val/accuracy", "val/noise"))
    result = trialist.run("study.yaml")
    assert result.finished
    journal = read_journal(Path("experiments/study/trials/faster/seed-1/attempt-1/journal.jsonl"))
    assert journal.end["status"] == "finished"
    steps = [event["step"] for event in journal.events if event["k"] == "metric"]
    assert steps == [1, 2, 3, 3, 3]
    kinds = [event["k"] for event in journal.events]
    assert kinds.count("predictions") == 1
    said = [event["message"] for event in journal.events if event["k"] == "finding"]
    assert "faster/seed-1 {'lr': 0.3, 'width': 8}" in said
    assert not Path("experiments/train").exists()


@pytest.mark.slow
def test_predictions_that_contradict_the_value_fail_the_run_of_a_script():
    Path("train.py").write_text(TRAIN.replace("[0, 1], [0, 1])", "[0, 1], [1, 1])"))
    Path("study.yaml").write_text(STUDY)
    with pytest.raises(trialist.TrialistError, match=r"give 0\.5"):
        trialist.run("study.yaml")


DIES = """
import os, signal, sys
import trialist

with trialist.start_run() as run:
    state = run.restore() or {"step": 0}
    for step in range(state["step"] + 1, 4):
        run.log({"val/accuracy": step / 10 + run.seed.base / 100}, step=step)
        run.checkpoint({"step": step}, step=step)
    if not os.path.exists(f"died-{run.name.replace('/', '-')}"):
        open(f"died-{run.name.replace('/', '-')}", "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_a_script_that_was_killed_after_its_last_step_is_finished():
    Path("train.py").write_text(DIES)
    Path("study.yaml").write_text(
        "name: s\ncommand: python train.py --seed {seed}\nseeds: 3\n"
        "metric: {name: val/accuracy, goal: maximize}\n"
    )
    result = trialist.run("study.yaml")
    (baseline,) = result.results.variants
    assert baseline.sample.values == pytest.approx((0.3, 0.31, 0.32))
    for seed in range(3):
        attempt = Path(f"experiments/s/trials/baseline/seed-{seed}/attempt-2")
        events = read_journal(attempt / "journal.jsonl").events
        assert [event["step"] for event in events if event["k"] == "resumed"] == [3]


def test_a_run_of_its_own_measures_what_it_uses(monkeypatch):
    monkeypatch.setattr(monitor, "FIRST_AFTER_S", 0.0)
    monkeypatch.setattr(monitor, "EVERY_S", 0.05)
    before = set(threading.enumerate())
    with trialist.start_run("mine", seed=0) as run:
        for step in range(8):
            run.log({"train/loss": 1.0}, step=step)
            time.sleep(0.03)
        assert len(set(threading.enumerate()) - before) == 1  # its sign of life
    found = trialist.status("mine")
    assert found.machine.n_runs == 1
    assert found.to_dict()["machine"]["rss_bytes"] > 1e6
    assert any(label == "used" for label, _ in found.notes)


def test_a_short_run_of_its_own_says_nothing_of_the_machine(monkeypatch):
    monkeypatch.setattr(monitor, "FIRST_AFTER_S", 600.0)  # so that it is short on any machine
    with trialist.start_run("mine", seed=0) as run:
        run.log({"train/loss": 1.0}, step=0)
    found = trialist.status("mine")
    assert found.machine is None
    assert "machine" not in found.to_dict()
    assert found.notes == ()
