"""What a run's processes used, written line by line, read from the end, never in the way."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from trialist.ledger.journal import JournalWriter
from trialist.ledger.systemfile import SYSTEM, SystemWriter, last_told, read_system

ABOUT = {"n_cores": 2, "every_s": 5.0}


def written(directory, values):
    writer = SystemWriter(directory, clock=lambda: 1000.0)
    for value in values:
        writer.write({"system/rss_bytes": value}, about=ABOUT)
    return directory / SYSTEM


def test_rows_come_back_with_what_holds_for_all(tmp_path):
    written(tmp_path, [1.0, 2.0])
    found = read_system(tmp_path)
    assert [row["system/rss_bytes"] for row in found.rows] == [1.0, 2.0]
    assert found.about["n_cores"] == 2
    assert found.about["format"] == 1


def test_without_a_file_there_is_nothing(tmp_path):
    found = read_system(tmp_path)
    assert found.rows == ()
    assert found.about == {}
    assert last_told(tmp_path, "system/data_wait") is None


def test_wherever_the_file_was_cut_whole_rows_are_there(tmp_path):
    path = written(tmp_path, [1.0, 2.0, 3.0])
    data = path.read_bytes()
    ends = [place + 1 for place, byte in enumerate(data) if byte == 10]
    for length in range(len(data) + 1):
        path.write_bytes(data[:length])
        n_whole = sum(end <= length for end in ends)
        assert len(read_system(tmp_path).rows) == max(n_whole - 1, 0)


@pytest.mark.parametrize(
    "odd",
    [b"not a line\n", b'{"i":1,"k":"system","v":{}}\n', b'[1],"c":"00000000"}\n', b"\xff\xfe\n"],
)
def test_a_line_that_is_damaged_is_left_out(tmp_path, odd):
    path = written(tmp_path, [1.0, 2.0])
    head, first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(head + first + odd + second)
    assert [row["system/rss_bytes"] for row in read_system(tmp_path).rows] == [1.0, 2.0]


def test_lines_that_are_whole_and_say_something_else_are_skipped(tmp_path):
    from trialist.ledger.journal import with_checksum

    path = written(tmp_path, [1.0])
    later = [{"i": 2, "k": "weather"}, {"i": 3, "k": "system", "v": 4}]
    lines = [with_checksum(json.dumps(one, separators=(",", ":")).encode()) for one in later]
    not_an_object = with_checksum(b'"text}')
    path.write_bytes(path.read_bytes() + b"".join(lines) + not_an_object)
    assert len(read_system(tmp_path).rows) == 1


def test_of_a_long_file_the_end_is_read(tmp_path):
    path = written(tmp_path, [float(number) for number in range(400)])
    size = path.stat().st_size
    for most in (size // 7, size // 2, size - 1, size, size + 1):
        found = read_system(tmp_path, most=most)
        values = [int(row["system/rss_bytes"]) for row in found.rows]
        assert values == list(range(values[0], 400))
        assert found.about["n_cores"] == 2
        n_bytes = sum(
            len(line) for line in path.read_bytes().splitlines(keepends=True)[-len(values) :]
        )
        assert most - 120 < n_bytes <= most or len(values) == 400


def test_a_row_of_a_run_that_was_removed_is_an_error_for_the_caller(tmp_path):
    with pytest.raises(FileNotFoundError):
        SystemWriter(tmp_path / "gone", clock=time.time).write({}, about={})


def test_what_a_run_tells_of_itself_stands_at_the_end_of_its_journal(tmp_path):
    journal = JournalWriter(tmp_path / "journal.jsonl", clock=lambda: 1000.0)
    journal.start({"run": "a/seed-0"})
    journal.event("system", {"v": {"system/data_wait": 0.5}})
    for step in range(50):
        journal.metric({"train/loss": 1.0}, step)
    journal.event("system", {"v": {"system/data_wait": 0.25}})
    journal.event("system", {"v": {"system/other": 1.0}})
    journal.event("system", {"v": "odd"})
    journal.end({"status": "finished"})
    assert last_told(tmp_path, "system/data_wait") == 0.25
    assert last_told(tmp_path, "system/nothing") is None
    assert last_told(tmp_path, "system/data_wait", most=200) is None


KILLED = """
import sys, time
from pathlib import Path
from trialist.ledger.systemfile import SystemWriter
writer = SystemWriter(Path(sys.argv[1]), clock=time.time)
number = 0
while True:
    writer.write({"system/rss_bytes": float(number)}, about={"n_cores": 1})
    number += 1
    print(number, flush=True)
"""


@pytest.mark.slow
def test_a_writer_that_is_killed_loses_no_row_that_was_written(tmp_path):
    for delay in (0.0, 0.003, 0.011):
        place = tmp_path / str(delay)
        place.mkdir()
        with subprocess.Popen([sys.executable, "-c", KILLED, str(place)], stdout=-1) as process:
            process.stdout.readline()
            time.sleep(delay)
            os.kill(process.pid, signal.SIGKILL)
            told = [int(line) for line in process.stdout.read().split()] or [1]
        rows = [row["system/rss_bytes"] for row in read_system(place, most=1 << 30).rows]
        assert rows == list(range(len(rows)))
        assert len(rows) >= told[-1]
