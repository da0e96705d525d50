"""A study that goes on without the terminal it was started from, waited for and watched."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import trialist
from trialist.lab.detach import Detached, EndedAtOnce, detach
from trialist.lab.watch import watch
from trialist.values.errors import LedgerError

pytestmark = pytest.mark.slow

MANY = "200"
"""Seeds of a study that goes on for a minute, unless it is asked to end."""
PACED = """
import random, time


def train(config, run):
    for step in range(1, 11):
        time.sleep(0.02)
        run.log({"train/loss": 1 / step}, step=step)
    rng = random.Random(f"{run.seed.train}/{config['gain']}")
    return {"val/accuracy": 0.8 + config["gain"] + rng.gauss(0, 0.002)}
"""
FOLDER = Path("experiments/small")


def said(*words: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "trialist", *words],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


class Heard:
    """A display that remembers what it was told; the first runs wait for it."""

    def __init__(self) -> None:
        self.ended: list[tuple[str, int | None]] = []
        self.notes: list[str] = []
        self.counts: list[int] = []

    def __enter__(self):
        return self

    def __exit__(self, *reason: object) -> None:
        return None

    def update(self, progress) -> None:
        Path("watched").touch()
        self.counts.append(progress.n_done)

    def run_ended(self, record) -> None:
        self.ended.append((record.variant, record.seed))

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_a_detached_study_runs_on_by_itself_and_can_be_watched_and_waited_for(
    small: Callable[..., Path],
) -> None:
    waits = "    while not Path('watched').exists():\n        time.sleep(0.01)\n    rng ="
    small(
        "from pathlib import Path\n" + PACED.replace("    rng =", waits), seeds="{min: 3, max: 5}"
    )
    done = said("run", "study.yaml", "--detach")
    assert done.returncode == 0, done.stderr
    words = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert words["log"] == str(FOLDER / "coordinator.log")
    assert words["wait"] == "trialist wait small"
    pid = int(words["running"].removeprefix("small, process "))
    assert os.getsid(pid) == pid
    assert (FOLDER / "ledger.jsonl").exists()
    heard = Heard()
    waited = watch(display=lambda _metric: heard)
    assert waited.exit_code == 0
    assert waited.status.state == "finished"
    assert len(heard.ended) == len(set(heard.ended)) >= 2
    assert heard.counts == sorted(heard.counts)
    assert any("better" in note for note in heard.notes)
    assert trialist.wait("small").exit_code == 0
    log = (FOLDER / "coordinator.log").read_text()
    assert "baseline/seed-0" in log
    assert "better helps" in log
    again = said("run", "study.yaml", "--detach")  # the answer is there already
    assert again.returncode == 0
    assert "better helps" in again.stdout
    assert (FOLDER / "coordinator.log").read_text() == log


def test_what_keeps_a_study_from_running_is_shown_by_the_command_that_detaches(
    small: Callable[..., Path],
) -> None:
    small(PACED + "\n1 / 0\n")
    plain, detached = said("run", "study.yaml"), said("run", "study.yaml", "--detach")
    assert detached.returncode == plain.returncode == 2
    assert (detached.stdout, detached.stderr) == (plain.stdout, plain.stderr)
    assert not FOLDER.exists()
    found = detach(["run", "study.yaml", "--json"])
    assert isinstance(found, EndedAtOnce)
    assert json.loads(found.stdout)["error"] == "TrialLoadError"


def test_a_detached_study_ends_at_its_next_step_when_it_is_asked_to(
    small: Callable[..., Path],
) -> None:
    small(PACED, seeds=MANY)
    found = detach(["run", "study.yaml"])
    assert isinstance(found, Detached)
    assert found.to_dict()["study"] == "small"
    waiting = trialist.wait(timeout=0.05)
    assert (waiting.timed_out, waiting.exit_code) == (True, 4)
    assert waiting.to_dict()["state"] == "running"
    second = said("run", "study.yaml", "--detach")
    assert second.returncode == 2
    assert f"by process {found.pid}" in second.stderr
    os.kill(found.pid, signal.SIGTERM)
    waited = trialist.wait(timeout=300)
    assert (waited.timed_out, waited.exit_code) == (False, 4)
    log = found.log.read_text()
    assert "stopping after this step of " in log
    assert "Go on with: trialist run study.yaml" in log
    os.waitpid(found.pid, 0)


def test_the_time_given_to_a_study_ends_it_and_it_goes_on_from_there(
    small: Callable[..., Path],
) -> None:
    small(PACED, seeds="{min: 5, max: 6}")
    first = said("run", "study.yaml", "--max-seconds", "0.8")
    assert first.returncode == 4, first.stderr
    assert "the 0.8 s of --max-seconds are over; nothing is lost. Go on with: " in first.stderr
    assert "report.html" not in first.stdout
    assert not (FOLDER / "results.json").exists()
    assert said("wait").returncode == 4
    result = trialist.run("study.yaml", max_seconds=600)
    assert result.finished
    assert not result.out_of_time
    assert trialist.run("study.yaml", max_seconds=1e-9).finished


def test_the_time_of_a_function_that_is_no_file_is_limited_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def train(config, run):
        for step in range(100_000):
            time.sleep(0.01)
            run.log({"train/loss": 1.0}, step=step)
        return 1.0

    study = trialist.Study(
        trial=train, name="inline", metric={"name": "val/accuracy", "goal": "maximize"}, seeds=3
    )
    began = time.monotonic()
    result = trialist.run(study, max_seconds=0.3)
    assert result.out_of_time
    assert not result.interrupted
    assert time.monotonic() - began < 300


def test_runs_that_fail_are_what_waiting_ends_with(small: Callable[..., Path]) -> None:
    small("def train(config, run):\n    1 / (config['gain'] == 0.0)\n    return 0.5\n", seeds="3")
    assert said("run", "study.yaml").returncode == 3
    done = said("wait")
    assert done.returncode == 3
    said_first = "failed  better/seed-0 (gain 0.05), before its first step: ZeroDivisionError"
    assert said_first in done.stdout
    assert "| ZeroDivisionError: division by zero" in done.stdout
    as_json = said("wait", "--json")
    assert as_json.returncode == 3
    assert len(json.loads(as_json.stdout)["failures"]) == 6
    watched = said("watch", "--json")
    assert watched.returncode == 3
    assert json.loads(watched.stdout)["timed_out"] is False


def test_why_a_detached_study_ended_is_what_waiting_ends_with(small: Callable[..., Path]) -> None:
    small(PACED.replace('f"{run.seed.train}/', 'f"0/'))
    assert said("run", "study.yaml", "--detach").returncode == 0
    waited = trialist.wait("small")
    assert waited.exit_code == 4
    assert waited.to_dict()["error"].startswith("error: seeds 0, 1, 2")
    assert "the seed changes nothing" in said("status").stdout
    os.utime(FOLDER / "coordinator.log", (1.0, 1.0))  # that of an earlier session
    assert trialist.status().error == ""


def test_watching_can_be_left_without_disturbing_the_study(small: Callable[..., Path]) -> None:
    small(PACED, seeds=MANY)
    found = detach(["run", "study.yaml"])
    assert isinstance(found, Detached)
    watching = subprocess.Popen(
        [sys.executable, "-m", "trialist", "watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "seed-" in watching.stderr.readline()
    watching.send_signal(signal.SIGINT)
    _, err = watching.communicate(timeout=300)
    assert watching.returncode == 130
    assert err.endswith("no longer watched; the study goes on\n")
    assert trialist.status().state == "running"
    os.kill(found.pid, signal.SIGTERM)
    assert trialist.wait().exit_code == 4
    os.waitpid(found.pid, 0)


def test_six_starts_at_once_on_an_empty_store_give_one_study(small: Callable[..., Path]) -> None:
    small(PACED, seeds="3")
    starts = [
        subprocess.Popen(
            [sys.executable, "-m", "trialist", "run", "study.yaml", "--quiet"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    ends = [(*start.communicate(timeout=300), start.returncode) for start in starts]
    refused = [err for _, err, code in ends if code == 2]
    assert any(code == 0 for _, _, code in ends), ends
    assert all("this study is being run already, by process" in err for err in refused)
    assert len(refused) + sum(code == 0 for _, _, code in ends) == 6
    journals = list(FOLDER.glob("trials/*/*/*/journal.jsonl"))
    assert len(journals) == 9
    assert said("verify").returncode == 0


def test_an_answer_whose_results_were_not_written_is_not_waited_to_the_end(
    small: Callable[..., Path],
) -> None:
    small(PACED, seeds="3")
    assert said("run", "study.yaml", "--quiet").returncode == 0
    results = FOLDER / "results.json"
    written = results.read_text()
    results.unlink()  # its coordinator was killed just before
    for words in (["wait"], ["watch"]):
        done = said(*words)
        assert done.returncode == 4
        assert "not written yet: run the same command again" in done.stdout
    results.write_text(written.replace("sha256:", "sha256:0", 1))  # those of an earlier plan
    assert trialist.wait().exit_code == 4
    assert said("run", "study.yaml", "--quiet").returncode == 0
    assert results.read_text() == written
    assert trialist.wait().exit_code == 0


def test_there_is_nothing_to_wait_for_without_a_study(tmp_path: Path) -> None:
    for ask in (trialist.wait, trialist.watch):
        with pytest.raises(LedgerError, match="no study here"):
            ask(store=tmp_path)
