"""Checkpoints on disk: which are kept, which is believed, and what a kill leaves."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.ledger.checkpoints import (
    CheckpointFolder,
    CheckpointLine,
    faults,
    has_checkpoints,
    judged_checkpoint,
    kept_of,
    lines_in,
    newest_sound,
    resumable,
)
from trialist.ledger.journal import JournalWriter, read_journal
from trialist.values.events import EventKind
from trialist.values.metric import Goal


def line_of(number, value=None):
    return CheckpointLine(step=number, file=f"{number}.npz", sha256="ab", bytes=1, value=value)


class Run:
    """An attempt that saves numbers as checkpoints."""

    def __init__(self, folder, clock, *, goal=Goal.MAXIMIZE, plan="sha256:ab"):
        self.folder = folder
        folder.mkdir(parents=True)
        self.journal = JournalWriter(folder / "journal.jsonl", clock=clock)
        self.journal.start({"plan": plan})
        self.checkpoints = CheckpointFolder(folder, goal)

    def save(self, step, value=None, data=None):
        text = f"state {step}".encode() if data is None else data
        line = self.checkpoints.save(
            lambda file: file.write(text), step=step, value=value, suffix=".npz"
        )
        self.journal.record(EventKind.CHECKPOINT, line.to_dict())
        self.checkpoints.keep(line)
        return self.folder / "checkpoints" / line.file

    @property
    def files(self):
        return sorted(path.name for path in (self.folder / "checkpoints").iterdir())


@pytest.fixture
def start(tmp_path, clock):
    def start(number=1, **fields):
        return Run(tmp_path / "seed-0" / f"attempt-{number}", clock, **fields)

    return start


@pytest.mark.parametrize(
    ("goal", "values", "kept"),
    [
        (Goal.MAXIMIZE, [0.5, 0.9, 0.7, 0.6], [2, 3, 4]),
        (Goal.MINIMIZE, [0.5, 0.9, 0.7, 0.6], [1, 3, 4]),
        (Goal.MAXIMIZE, [0.9, 0.9, 0.7, 0.6], [1, 3, 4]),
        (Goal.MAXIMIZE, [0.1, 0.2, 0.3, 0.4], [3, 4]),
        (Goal.MAXIMIZE, [None, float("nan"), float("inf"), None], [3, 4]),
        (None, [0.9, 0.5, 0.4, 0.3], [3, 4]),
        (Goal.MAXIMIZE, [0.5], [1]),
        (Goal.MAXIMIZE, [], []),
    ],
)
def test_the_latest_two_and_the_earliest_best_are_kept(goal, values, kept):
    lines = [line_of(k, value) for k, value in enumerate(values, start=1)]
    assert [one.step for one in kept_of(lines, goal)] == kept


@given(st.lists(st.sampled_from([0.1, 0.5, 0.5, 0.9]), min_size=1))
def test_what_is_kept_was_kept_before(values):
    # Else the rule would ask for a file that was removed long ago.
    lines = [line_of(k, value) for k, value in enumerate(values)]
    before = {one.file for one in kept_of(lines[:-1], Goal.MAXIMIZE)} | {lines[-1].file}
    assert {one.file for one in kept_of(lines, Goal.MAXIMIZE)} <= before


def test_the_others_are_removed_by_the_run(start):
    run = start()
    for step, value in ((1, 0.2), (2, 0.8), (3, 0.5), (4, 0.6), (5, 0.7)):
        run.save(step, value)
    assert run.files == ["00002-step-2.npz", "00004-step-4.npz", "00005-step-5.npz"]
    assert [one.step for one in lines_in(run.folder)] == [1, 2, 3, 4, 5]
    assert lines_in(run.folder)[0].event == 1
    assert list(faults(run.folder, Goal.MAXIMIZE)) == []


def test_a_folder_is_empty_until_something_is_kept(start):
    run = start()
    assert run.checkpoints.is_empty
    run.save(1)
    assert not run.checkpoints.is_empty


def test_the_same_step_twice_makes_two_files(start):
    run = start()
    run.save(3)
    run.save(3, data=b"other")
    assert run.files == ["00001-step-3.npz", "00002-step-3.npz"]
    assert newest_sound([run.folder], None, damaged=pytest.fail).path.read_bytes() == b"other"


def test_a_write_that_fails_leaves_nothing(start):
    run = start()
    run.save(1)

    def fails(file):
        file.write(b"half")
        raise ValueError("cannot be saved")

    with pytest.raises(ValueError, match="cannot be saved"):
        run.checkpoints.save(fails, step=2, value=None, suffix=".npz")
    assert run.files == ["00001-step-1.npz"]


def test_the_newest_of_the_newest_attempt_is_found(start):
    first, second, third = start(1), start(2), start(3)
    first.save(9)
    second.save(3)
    second.save(4)
    newest_first = [third.folder, second.folder, first.folder]
    found = newest_sound(newest_first, Goal.MAXIMIZE, damaged=pytest.fail)
    assert (found.attempt, found.line.step) == (second.folder, 4)


def test_where_the_last_is_damaged_the_one_before_is_taken(start):
    run = start()
    run.save(1)
    run.save(2).write_bytes(b"cut")
    told = []
    assert newest_sound([run.folder], None, damaged=told.append).line.step == 1
    (said,) = told
    assert "attempt-1/00002-step-2.npz is damaged: its digest is" in said
    assert said.endswith("an older one is used")
    assert [one.partition(" is damaged")[0][-16:] for one in faults(run.folder)] == [
        "00002-step-2.npz"
    ]


def test_where_both_are_gone_the_best_is_taken_and_then_an_earlier_attempt(start):
    run, before = start(2), start(1)
    before.save(1)
    for step, value in ((1, 0.2), (2, 0.9), (3, 0.5), (4, 0.6)):
        run.save(step, value)
    for name in run.files[1:]:
        (run.folder / "checkpoints" / name).unlink()
    told = []
    newest_first = [run.folder, before.folder]
    assert newest_sound(newest_first, Goal.MAXIMIZE, damaged=told.append).line.step == 2
    assert len(told) == 2
    assert len(list(faults(run.folder, Goal.MAXIMIZE))) == 2
    assert list(faults(run.folder, Goal.MAXIMIZE, missing=False)) == []
    (run.folder / "checkpoints" / run.files[0]).unlink()
    found = newest_sound(newest_first, Goal.MAXIMIZE, damaged=told.append)
    assert found.attempt == before.folder


def test_where_nothing_was_saved_nothing_is_found(start, tmp_path):
    assert newest_sound([start().folder], None, damaged=pytest.fail) is None
    assert newest_sound([tmp_path / "gone"], None, damaged=pytest.fail) is None


def test_a_journal_with_a_damaged_line_is_passed_over(start):
    run, before = start(2), start(1)
    before.save(1)
    run.save(2)
    path = run.folder / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"step":2', b'"step":3'))
    told = []
    found = newest_sound([run.folder, before.folder], None, damaged=told.append)
    assert found.attempt == before.folder
    (said,) = told
    assert said.startswith("no checkpoint of attempt-2 can be used: this line was changed")
    assert list(faults(run.folder)) == []


def test_a_run_goes_on_from_attempts_of_its_own_plan_that_saved_something(start, tmp_path):
    first, second, third, other = start(1), start(2), start(3), start(4, plan="sha256:other")
    for run in (first, third, other):
        run.save(1)
    started = [run.folder for run in (first, second, third, other)]
    assert resumable(started, "sha256:ab") == (third.folder, first.folder)
    assert not has_checkpoints(second.folder)


@pytest.mark.parametrize("journal", [None, b"", b"damaged\n"])
def test_an_attempt_without_a_readable_start_is_not_gone_on_from(start, journal):
    run = start()
    run.save(1)
    path = run.folder / "journal.jsonl"
    if journal is None:
        path.unlink()
    else:
        path.write_bytes(journal)
    assert resumable([run.folder], "sha256:ab") == ()


WRITER = """
import sys, time
from pathlib import Path
from trialist.ledger.checkpoints import CheckpointFolder
from trialist.ledger.journal import JournalWriter
from trialist.values.events import EventKind
from trialist.values.metric import Goal

folder = Path(sys.argv[1])
journal = JournalWriter(folder / "journal.jsonl", clock=time.time)
journal.start({"plan": "a"})
checkpoints = CheckpointFolder(folder, Goal.MAXIMIZE)
for step in range(100_000):
    data = bytes([step % 251]) * 50_000
    line = checkpoints.save(
        lambda file: [file.write(data[k : k + 1000]) for k in range(0, 50_000, 1000)],
        step=step, value=float(step % 7), suffix=".npz",
    )
    journal.record(EventKind.CHECKPOINT, line.to_dict())
    checkpoints.keep(line)
"""


@pytest.mark.slow
@pytest.mark.torture
def test_thirty_kills_while_saving_leave_the_newest_one_sound(tmp_path):
    script = tmp_path / "writer.py"
    script.write_text(textwrap.dedent(WRITER), encoding="utf-8")
    rng = random.Random(5)
    n_saved = 0
    for number in range(30):
        folder = tmp_path / f"attempt-{number}"
        folder.mkdir()
        process = subprocess.Popen([sys.executable, str(script), str(folder)])
        journal, n_before = folder / "journal.jsonl", rng.randint(0, 4)
        deadline = time.monotonic() + 180
        while not (journal.exists() and journal.read_bytes().count(b"\n") > n_before):
            assert time.monotonic() < deadline
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.01))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        lines = lines_in(folder)
        read_journal(folder / "journal.jsonl")
        assert list(faults(folder, Goal.MAXIMIZE)) == []
        found = newest_sound([folder], Goal.MAXIMIZE, damaged=pytest.fail)
        assert (None if found is None else found.line) == (lines[-1] if lines else None)
        n_saved += len(lines)
    assert n_saved > 30


# the one that a result is about


def test_the_judged_checkpoint_is_the_last_one_with_the_runs_result(start):
    run = start()
    run.save(1, 0.5)
    run.save(2, 0.9)
    run.save(3, 0.5)
    found = judged_checkpoint(run.folder, Goal.MAXIMIZE, 0.5)
    assert found.line.step == 3


def test_a_run_that_reports_its_best_value_is_judged_by_its_best_checkpoint(start):
    run = start()
    for step, value in enumerate((0.5, 0.9, 0.7, 0.6), start=1):
        run.save(step, value)
    assert judged_checkpoint(run.folder, Goal.MAXIMIZE, 0.9).line.step == 2
    assert judged_checkpoint(run.folder, Goal.MAXIMIZE, 0.901).line.step == 2


def test_without_values_the_last_checkpoint_is_judged(start):
    run = start()
    run.save(1)
    run.save(2)
    assert judged_checkpoint(run.folder, Goal.MAXIMIZE, 0.9).line.step == 2


def test_a_damaged_checkpoint_is_not_judged(start):
    run = start()
    run.save(1, 0.5)
    run.save(2, 0.9).write_bytes(b"x")
    assert judged_checkpoint(run.folder, Goal.MAXIMIZE, 0.9).line.step == 1
    for path in run.folder.glob("checkpoints/*"):
        path.unlink()
    assert judged_checkpoint(run.folder, Goal.MAXIMIZE, 0.9) is None
