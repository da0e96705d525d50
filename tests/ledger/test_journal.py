"""Journals: whole lines, one writer, nothing acknowledged is lost, damage is named at its place."""

import hashlib
import json
import math
import os
import random
import resource
import subprocess
import sys
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.ledger import journal as journal_module
from trialist.ledger.journal import JournalWriter, read_journal, scan_journal, with_checksum
from trialist.values.errors import JournalError
from trialist.values.events import EventKind, decode_number


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.jsonl"


def written(path, clock, *, rows=3, ended=True):
    writer = JournalWriter(path, clock=clock)
    writer.start({"run": "wide/seed-0", "plan": "sha256:ab"})
    for step in range(rows):
        clock.now += 0.1
        writer.metric({"train/loss": 1.0 / (step + 1)}, step)
    if ended:
        writer.end({"status": "finished", "value": 0.5})
    return path


def numbered(path):
    return path.read_bytes().splitlines(keepends=True)


def test_every_call_is_one_whole_line_in_order(path, clock):
    writer = JournalWriter(path, clock=clock)
    seen = []
    for call in (
        lambda: writer.start({"run": "a"}),
        lambda: writer.metric({"train/loss": 0.5}, 1),
        lambda: writer.note("a note"),
        lambda: writer.finding("größer\nthan one line", step=1),
        lambda: writer.end({"status": "finished"}),
    ):
        call()
        data = path.read_bytes()
        assert data.endswith(b"\n")
        seen.append(data.count(b"\n"))
    assert seen == [1, 2, 3, 4, 5]
    journal = read_journal(path)
    assert [event["i"] for event in journal.events] == [0, 1, 2, 3, 4]
    assert [event["k"] for event in journal.events] == [
        *("start", "metric", "note", "finding", "end"),
    ]
    assert journal.events[3]["message"] == "größer\nthan one line"
    assert not journal.torn


def test_the_first_line_says_the_format_and_the_run(path, clock):
    start = dict(read_journal(written(path, clock)).start)
    assert len(start.pop("c")) == 8
    assert start == {
        "i": 0, "k": "start", "t": 1000.0, "format": 1, "run": "wide/seed-0", "plan": "sha256:ab",
    }  # fmt: skip


def test_the_digest_is_the_sha256_of_the_file(path, clock):
    writer = JournalWriter(path, clock=clock)
    writer.start({})
    writer.metric({"train/loss": math.nan}, 0)
    digest = writer.end({"status": "finished"})
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read_journal(path).digest == digest


def test_a_journal_without_an_end_has_no_digest(path, clock):
    journal = read_journal(written(path, clock, ended=False))
    assert (journal.digest, journal.end, journal.last_step) == (None, None, 2)


def test_an_empty_journal_is_one_whose_writer_was_killed_at_once(path):
    path.write_bytes(b"")
    journal = read_journal(path)
    assert (journal.events, journal.torn, dict(journal.start)) == ((), False, {})
    assert journal.last_step is None
    assert journal.end is None


def test_a_journal_that_logged_nothing_has_no_last_step(path, clock):
    assert read_journal(written(path, clock, rows=0)).last_step is None


@given(values=st.dictionaries(st.text(), st.floats(), max_size=4), step=st.integers(0, 2**60))
def test_every_float_reads_back_bit_by_bit(tmp_path_factory, values, step):
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    writer = JournalWriter(path, clock=lambda: 1.5)
    writer.metric(values, step)
    event = read_journal(path).events[0]
    assert event["step"] == step
    back = {name: decode_number(value) for name, value in event["v"].items()}
    assert {name: value.hex() for name, value in back.items()} == {
        name: value.hex() for name, value in values.items()
    }


def test_nan_and_infinity_are_words_in_strict_json(path, clock):
    writer = JournalWriter(path, clock=clock)
    writer.metric({"a/x": math.nan, "b/x": math.inf, "c/x": -math.inf, "d/x": 1.0}, 0)

    def refuse(word):
        raise AssertionError(word)

    line = json.loads(path.read_text(), parse_constant=refuse)
    assert line["v"] == {"a/x": "NaN", "b/x": "Infinity", "c/x": "-Infinity", "d/x": 1.0}


def test_a_second_writer_is_refused(path, clock):
    written(path, clock, ended=False)
    before = path.read_bytes()
    with pytest.raises(JournalError, match="has a journal already") as caught:
        JournalWriter(path, clock=clock)
    assert caught.value.mistakes[0].where == str(path)
    assert path.read_bytes() == before


def test_a_write_that_the_disk_takes_in_parts_is_still_one_line(path, clock, monkeypatch):
    whole = os.write
    monkeypatch.setattr(os, "write", lambda file, data: whole(file, data[:7]))
    writer = JournalWriter(path, clock=clock)
    writer.start({"run": "wide/seed-0"})
    digest = writer.end({"status": "finished"})
    monkeypatch.undo()
    assert read_journal(path).digest == digest


def test_a_line_that_found_no_room_leaves_no_part_behind(path, clock):
    writer = JournalWriter(path, clock=clock)
    writer.start({"run": "wide/seed-0"})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 40, before[1]))
    try:
        with pytest.raises(OSError, match=r"journal\.jsonl"):
            writer.metric({"train/loss": 0.5, "val/accuracy": 0.9}, 1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    digest = writer.end({"status": "failed"})
    journal = read_journal(path)
    assert [event["k"] for event in journal.events] == ["start", "end"]
    assert journal.digest == digest


def test_the_file_is_synced_once_a_second_and_at_the_end(path, clock, monkeypatch):
    synced = []
    monkeypatch.setattr(journal_module.os, "fsync", lambda file: synced.append(clock.now))
    writer = JournalWriter(path, clock=clock)
    writer.start({})
    synced.clear()
    for step in range(100):
        clock.now = 1000.0 + step / 10
        writer.metric({"train/loss": 1.0}, step)
    assert synced == pytest.approx([1001.0 + second for second in range(9)], abs=0.11)
    clock.now += 0.01
    writer.end({"status": "finished"})
    assert synced[-1] == clock.now


# -- damage ---------------------------------------------------------------


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_torn_last_line_is_told_and_left_out(path, clock, cut):
    data = written(path, clock, ended=False).read_bytes()
    path.write_bytes(data[:-cut])
    journal = read_journal(path)
    assert journal.torn
    assert [event["i"] for event in journal.events] == [0, 1, 2]


def test_a_torn_end_line_is_no_end(path, clock):
    path.write_bytes(written(path, clock).read_bytes()[:-1])
    journal = read_journal(path)
    assert (journal.torn, journal.end, journal.digest) == (True, None, None)


@pytest.mark.parametrize(
    ("damage", "line", "words"),
    [
        (lambda lines: [lines[0], *lines[2:]], 2, "event 2 stands where event 1 belongs"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2, "deleted, inserted or moved"),
        (lambda lines: [lines[0], lines[1], *lines[1:]], 3, "event 1 stands where event 2 belongs"),
        (lambda lines: lines[1:], 1, "event 1 stands where event 0 belongs"),
        (lambda lines: [lines[0], b"{nonsense\n", *lines[2:]], 2, "not JSON"),
        (lambda lines: [lines[0], b"\n", *lines[1:]], 2, "not JSON"),
        (lambda lines: [lines[0], b"[" * 100_000 + b"\n", *lines[2:]], 2, "not JSON"),
        (lambda lines: [lines[0], b"\xff\xfe\xfd\n", *lines[2:]], 2, "not JSON"),
        (lambda lines: [lines[0], b"[1, 2]\n", *lines[2:]], 2, "not an event"),
        (lambda lines: [lines[0], b'{"i":1,"k":"metric"}\n', *lines[2:]], 2, "not an event"),
        (
            lambda lines: [lines[0], lines[1].replace(b'"step"', b'"stop"'), *lines[2:]],
            2,
            "not an event",
        ),
        (
            lambda lines: [*lines[:-1], lines[-1].replace(b'"status"', b'"stutas"')],
            5,
            "not an event",
        ),
        (lambda lines: [*lines, with_checksum(b'{"i":5,"k":"note","t":2.0}')], 6, "after the end"),
        (lambda lines: [*lines[:2], lines[2].replace(b"0.5", b"0.6"), *lines[3:]], 3, "checksum"),
        (lambda lines: [*lines[:2], lines[2].replace(b',"c"', b',"d"'), *lines[3:]], 3, "checksum"),
        (lambda lines: [*lines, b'{"i":5'], 6, "something after the end"),
    ],
)
def test_damage_is_named_at_file_and_line(path, clock, damage, line, words):
    lines = numbered(written(path, clock))
    path.write_bytes(b"".join(damage(lines)))
    with pytest.raises(JournalError, match=words) as caught:
        read_journal(path)
    assert caught.value.mistakes[0].where == f"{path}:{line}"


def test_a_kind_of_a_later_version_is_kept(path, clock):
    lines = numbered(written(path, clock, rows=1))
    lines[1] = with_checksum(b'{"i":1,"k":"image","t":2.0,"name":"x"}')
    path.write_bytes(b"".join(lines))
    assert read_journal(path).events[1]["name"] == "x"


@given(position=st.integers(0, 10**9), flipped=st.integers(1, 255))
def test_a_flipped_byte_is_named_at_its_line(tmp_path_factory, position, flipped):
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    writer = JournalWriter(path, clock=lambda: 1.5)
    writer.start({"run": "a"})
    writer.metric({"train/loss": 0.25}, 1)
    digest = writer.end({"status": "finished"})
    data = bytearray(path.read_bytes())
    data[position % len(data)] ^= flipped
    path.write_bytes(data)
    line = data[: position % len(data)].count(b"\n") + 1
    if position % len(data) == len(data) - 1:  # the last line end: a torn line, and no end
        assert read_journal(path).digest != digest
        return
    with pytest.raises(JournalError) as caught:
        read_journal(path)
    assert int(str(caught.value.mistakes[0].where).rpartition(":")[2]) in (line, line + 1)


# -- single kinds of lines ------------------------------------------------


def with_checkpoints(path, clock):
    writer = JournalWriter(path, clock=clock)
    writer.start({})
    for step in (1, 2):
        writer.metric({"train/loss": 1.0}, step)
        clock.now += 1.5
        writer.record(EventKind.CHECKPOINT, {"step": step})
    writer.sync()
    return writer


def test_the_lines_of_some_kinds_come_in_order(path, clock):
    with_checkpoints(path, clock)
    found = scan_journal(path, {EventKind.CHECKPOINT, EventKind.START})
    assert [(one["i"], one["k"]) for one in found] == [
        *((0, "start"), (2, "checkpoint"), (4, "checkpoint")),
    ]


def test_a_line_of_these_kinds_that_was_changed_is_named_and_others_are_not_read(path, clock):
    with_checkpoints(path, clock)
    path.write_bytes(path.read_bytes().replace(b'"train/loss":1.0', b'"train/loss":2.0'))
    assert len(list(scan_journal(path, {EventKind.CHECKPOINT}))) == 2
    with pytest.raises(JournalError) as caught:
        list(scan_journal(path, {EventKind.METRIC}))
    assert caught.value.mistakes[0].where == f"{path}:2"


def test_a_line_of_no_kind_is_damage_and_a_torn_one_is_none(path, clock):
    with_checkpoints(path, clock)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"i":5,"k":"checkpoint","t"')
    assert len(list(scan_journal(path, {EventKind.CHECKPOINT}))) == 2
    path.write_bytes(b"noise\n" + whole)
    with pytest.raises(JournalError):
        list(scan_journal(path, {EventKind.CHECKPOINT}))
    spaced = json.dumps({"k": "note", "i": 0, "t": 1.0}).encode()
    path.write_bytes(with_checksum(spaced))  # by another program: its head is read the long way
    assert list(scan_journal(path, {EventKind.CHECKPOINT})) == []
    assert len(list(scan_journal(path, {EventKind.NOTE}))) == 1


def test_how_long_it_ran_is_known_from_its_lines(path, clock):
    with_checkpoints(path, clock)
    assert read_journal(path).seconds == 3.0
    path.write_bytes(b"")
    assert read_journal(path).seconds is None


# -- a killed writer ------------------------------------------------------

WRITER = """
    import os, sys, time
    from pathlib import Path
    from trialist.ledger.journal import JournalWriter

    writer = JournalWriter(Path(sys.argv[1]), clock=time.time)
    writer.start({"run": "a"})
    for step in range(10**9):
        writer.metric({"train/loss": 1.0 / (step + 1), "val/accuracy": 0.5}, step)
        os.write(1, b"%d\\n" % (step + 1))
"""


@pytest.mark.torture
@pytest.mark.slow
def test_a_writer_killed_at_any_moment_loses_nothing_it_acknowledged(tmp_path):
    rng = random.Random(7)
    for round_ in range(6):
        path = tmp_path / f"journal-{round_}.jsonl"
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WRITER), str(path)], stdout=subprocess.PIPE
        ) as process:
            wanted = rng.randrange(1, 3000)
            acknowledged = 0
            while acknowledged < wanted:
                acknowledged = int(process.stdout.readline())
            process.kill()
            told = process.stdout.read().split(b"\n")
            acknowledged = max([acknowledged, *(int(line) for line in told[:-1] if line)])
        journal = read_journal(path)
        rows = [event for event in journal.events if event["k"] == "metric"]
        assert len(rows) >= acknowledged
        assert len(rows) <= acknowledged + 1
        assert [row["step"] for row in rows] == list(range(len(rows)))
        assert journal.end is None


def test_a_line_whose_checksum_fits_and_that_is_no_json_is_named(path):
    lines = [b'{"i":0,"k":"note","t":1.0,"message":"a"}', b'{"i":1,"k":"note","t":}']
    path.write_bytes(b"".join(map(with_checksum, lines)))
    with pytest.raises(JournalError, match="not JSON") as caught:
        read_journal(path)
    assert caught.value.mistakes[0].where == f"{path}:2"


@pytest.mark.parametrize(
    "lines",
    [
        [b'{"i":0,"k":"note","t":1.0}', b'{"i":0,"k":"note","t":1.0}'],
        [b'{"i":0,"k":"note","t":1.0,"i":5}'],
        [b'{"i":0,"k":"note"}'],
        [b'{"i":0,"k":"metric","t":1.0}'],
        [b'{"i":0,"k":"x","y":["a"}', b'{"i":1,"k":"x","y":"b"]}'],
        [b'{"i":0,"k":"x","t":1.0}', b'{"i":1,"k":"x","t":1.0},{"i":2,"k":"x","t":1.0}'],
    ],
)
def test_lines_that_are_only_sound_together_are_damaged(path, lines):
    path.write_bytes(b"".join(map(with_checksum, lines)))
    with pytest.raises(JournalError):
        read_journal(path)
