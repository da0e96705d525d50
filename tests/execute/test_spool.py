"""What a script logs on its way into the journal of its run."""

import json
import math
import os
import resource
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.execute.handle import Handle, StopRun
from trialist.execute.recorder import Recorder
from trialist.execute.spool import SilentWriter, Spool, SpoolWriter
from trialist.ledger.journal import JournalWriter, read_journal
from trialist.values.errors import LedgerError

GOAL = "val/accuracy"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "spool.jsonl"


@pytest.fixture
def handle(make_task):
    """Give the worker's side of a run, with a journal."""
    task = make_task(metric=GOAL)
    journal = JournalWriter(task.directory / "journal.jsonl", clock=time.time)
    journal.start({"run": task.name})
    return Handle(task, {}, Recorder(journal, GOAL), stop=lambda: False)


def events(handle, kind):
    journal = read_journal(handle.directory / "journal.jsonl")
    return [event for event in journal.events if event["k"] == kind]


def rows(handle):
    return [(event["step"], event["v"]) for event in events(handle, "metric")]


def messages(handle):
    return [event["message"] for event in events(handle, "finding")]


def recorder_of(path):
    return Recorder(SpoolWriter(path), GOAL)


def test_what_a_script_logs_reaches_the_journal(path, handle):
    script = recorder_of(path)
    script.log({"train/loss": 0.5}, 1)
    script.log({"val_accuracy": 0.9}, 2)
    script.finding("odd")
    assert Spool(path).drain(handle) == 4
    assert rows(handle) == [(1, {"train/loss": 0.5}), (2, {GOAL: 0.9})]
    assert [event["message"] for event in events(handle, "note")] == [
        "'val_accuracy' is recorded as 'val/accuracy'"
    ]
    assert messages(handle) == ["odd"]


def test_numbers_that_json_lacks_come_through(path, handle):
    recorder_of(path).log({GOAL: math.nan, "train/loss": -math.inf}, 1)
    Spool(path).drain(handle)
    assert rows(handle) == [(1, {GOAL: "NaN", "train/loss": "-Infinity"})]


def test_only_what_is_new_is_read(path, handle):
    script, spool = recorder_of(path), Spool(path)
    assert spool.drain(handle) == 0  # nobody has written yet
    script.log({GOAL: 0.1}, 1)
    assert spool.drain(handle) == 1
    assert spool.drain(handle) == 0
    script.log({GOAL: 0.2}, 2)
    assert spool.drain(handle) == 1
    assert rows(handle) == [(1, {GOAL: 0.1}), (2, {GOAL: 0.2})]


def test_a_line_that_is_being_written_waits(path, handle):
    recorder_of(path).log({GOAL: 0.1}, 1)
    whole = path.read_bytes()
    path.write_bytes(whole[:20])
    spool = Spool(path)
    assert spool.drain(handle) == 0
    path.write_bytes(whole)
    assert spool.drain(handle) == 1
    assert messages(handle) == []


def test_a_line_that_the_script_never_finished_is_said_once(path, handle):
    recorder_of(path).log({GOAL: 0.1}, 1)
    with path.open("ab") as file:
        file.write(b'{"i":1,"k":"met')
    spool = Spool(path)
    assert spool.drain(handle, ended=True) == 1
    assert spool.drain(handle, ended=True) == 0
    assert messages(handle) == ["the script was ended while it logged: its last row is lost"]


def test_the_next_script_of_a_run_begins_a_line_of_its_own(path, handle):
    path.write_bytes(b'{"i":0,"k":"met')
    recorder_of(path).log({GOAL: 0.1}, 1)
    Spool(path).drain(handle, ended=True)
    assert rows(handle) == [(1, {GOAL: 0.1})]
    (message,) = messages(handle)
    assert message.startswith("a damaged line in spool.jsonl was skipped")


def test_a_row_that_found_no_room_leaves_no_part_behind(path, handle):
    for step in (1, 2):
        writer = SpoolWriter(path)
        writer.metric({"train/loss": 0.5}, step)
        writer.close()
    writer = SpoolWriter(path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 40, before[1]))
    try:
        with pytest.raises(OSError, match=r"spool\.jsonl"):
            writer.metric({"train/loss": 0.3}, 3)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    writer.metric({"train/loss": 0.2}, 4)
    assert Spool(path).drain(handle, ended=True) == 3


@pytest.mark.parametrize("line", [b"nonsense", b"[1]", b'{"k":"metric"}', b""])
def test_a_damaged_line_is_a_finding_and_the_rest_goes_on(path, handle, line):
    path.write_bytes(line + b"\n")
    recorder_of(path).log({GOAL: 0.1}, 1)
    assert Spool(path).drain(handle) == 2
    assert len(messages(handle)) == 1
    assert rows(handle) == [(1, {GOAL: 0.1})]


@pytest.mark.parametrize("content", [b"[1", b"[" * 100_000, b'"a"', b"{", b'{"i":0'])
def test_a_line_with_a_fitting_checksum_may_still_be_no_event(path, handle, content):
    from trialist.ledger.journal import with_checksum

    path.write_bytes(with_checksum(content + b"}"))
    Spool(path).drain(handle)
    assert len(messages(handle)) == 1


def test_a_metric_from_two_sources_is_a_finding(path, handle):
    handle.log({"train/loss": 0.5}, step=5)
    recorder_of(path).log({"train/loss": 0.4}, 3)
    Spool(path).drain(handle)
    assert messages(handle) == ["metric 'train/loss' came at step 5, then at step 3"]


def test_other_kinds_are_passed_on_as_they_are(path, handle):
    SpoolWriter(path).event("checkpoint", {"step": 3, "file": "a.pt", "sha256": "x", "bytes": 1})
    Spool(path).drain(handle)
    (event,) = events(handle, "checkpoint")
    assert {key: event[key] for key in ("step", "file", "sha256", "bytes")} == {
        "step": 3,
        "file": "a.pt",
        "sha256": "x",
        "bytes": 1,
    }


def test_a_run_that_is_to_stop_loses_no_row(path, make_task):
    task = make_task(seed=7)
    journal = JournalWriter(task.directory / "journal.jsonl", clock=time.time)
    journal.start({})
    handle = Handle(task, {}, Recorder(journal, GOAL), stop=lambda: True)
    script = recorder_of(path)
    script.log({GOAL: 0.1}, 1)
    script.log({GOAL: 0.2}, 2)
    spool = Spool(path)
    with pytest.raises(StopRun):
        spool.drain(handle)
    assert handle.should_stop()
    assert spool.drain(handle) == 1
    assert rows(handle) == [(1, {GOAL: 0.1}), (2, {GOAL: 0.2})]


def test_a_second_process_cannot_write(path):
    first, second = SpoolWriter(path), SpoolWriter(path)
    first.note("mine")
    with pytest.raises(LedgerError, match="another process of this run"):
        second.note("mine too")
    first.close()
    second.note("now it is")
    second.close()
    assert len(path.read_bytes().splitlines()) == 2


def test_a_process_of_a_higher_rank_checks_and_keeps_nothing(tmp_path):
    script = Recorder(SilentWriter(), GOAL)
    script.log({GOAL: 0.1}, 1)
    assert script.last == {GOAL: 0.1}
    assert list(tmp_path.iterdir()) == []


@given(st.lists(st.integers(1, 200), max_size=40), st.integers(1, 64))
def test_whatever_the_pieces_every_line_comes_once(tmp_path_factory, sizes, piece):
    folder = tmp_path_factory.mktemp("pieces")
    source, path = folder / "source", folder / "spool"
    writer = SpoolWriter(source)
    for number, size in enumerate(sizes):
        writer.note(f"{number} " + "x" * size)
    whole = source.read_bytes()
    seen: list[str] = []

    class Keeper:
        def relay(self, kind, fields):
            seen.append(fields["message"])

    spool, keeper = Spool(path), Keeper()
    with path.open("ab") as file:
        for start in range(0, len(whole), piece * 8):
            file.write(whole[start : start + piece * 8])
            file.flush()
            spool.drain(keeper)
    assert seen == [f"{number} " + "x" * size for number, size in enumerate(sizes)]


def test_a_script_that_is_killed_loses_nothing_that_it_logged(path, handle, until):
    code = """
    import sys
    from trialist.execute.recorder import Recorder
    from trialist.execute.spool import SpoolWriter
    script = Recorder(SpoolWriter(__import__("pathlib").Path(sys.argv[1])), "val/accuracy")
    for step in range(10**9):
        script.log({"val/accuracy": 0.5}, step)
        print(step, flush=True)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(path)], stdout=subprocess.PIPE, text=True
    ) as script:
        spool = Spool(path)
        until(lambda: spool.drain(handle) > 0)
        os.kill(script.pid, signal.SIGKILL)
        said, _ = script.communicate()
    spool.drain(handle, ended=True)
    steps = [step for step, _ in rows(handle)]
    acknowledged = [int(line) for line in said.splitlines() if line.isdigit()]
    assert steps == list(range(len(steps)))
    assert len(steps) >= len(acknowledged) - 1


def test_a_spool_is_whole_lines_of_json(path):
    script = recorder_of(path)
    for step in range(3):
        script.log({GOAL: 0.5}, step)
    for line in path.read_text().splitlines():
        assert json.loads(line)["k"] == "metric"
    assert Path(path).read_bytes().endswith(b"\n")


def test_what_a_script_uses_of_the_machine_reaches_the_journal(path, handle):
    recorder_of(path).event("system", {"v": {"system/data_wait": 0.25}})
    Spool(path).drain(handle)
    assert [event["v"] for event in events(handle, "system")] == [{"system/data_wait": 0.25}]
    assert messages(handle) == []
