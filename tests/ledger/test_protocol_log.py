"""The hash chain: whatever is done to it is found, at its place."""

import json
import math
import os
import resource
import subprocess
import sys
import textwrap

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialist.ledger.protocol_log import (
    ZERO_HASH,
    LogKind,
    ProtocolLog,
    _hash_of,
    read_chain,
)
from trialist.values.canonical import canonical_bytes
from trialist.values.errors import LedgerError

SHARED_PATH = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
N = 6
places = st.integers(0, N - 1)


def numbered(path):
    return path.read_bytes().splitlines(keepends=True)


def rehashed(line, **changes):
    fields = {**json.loads(line), **changes}
    fields["hash"] = _hash_of(fields)
    return canonical_bytes(fields) + b"\n"


def first_fault(path, lines):
    damaged = path.with_name("damaged.jsonl")
    damaged.write_bytes(b"".join(lines))
    chain = read_chain(damaged)
    if not chain.faults:
        return None
    assert len(chain.entries) == chain.faults[0].line - 1
    return chain.faults[0].line


def test_every_entry_follows_the_one_before_it(log_path):
    entries = [json.loads(line) for line in numbered(log_path)]
    assert [entry["prev"] for entry in entries] == [
        ZERO_HASH,
        *(entry["hash"] for entry in entries[:-1]),
    ]
    assert [entry["i"] for entry in entries] == list(range(N))
    chain = read_chain(log_path)
    assert not chain.faults
    assert not chain.torn
    assert len(chain.entries) == N
    assert chain.head == entries[-1]["hash"]
    assert [entry.kind for entry in chain.entries][:3] == ["registered", "session", "started"]


def test_the_hash_of_a_line_never_changes_between_versions(study, clock):
    log = ProtocolLog(study.ledger, clock=clock)
    log.append(LogKind.REGISTERED, plan="sha256:ab", question="größer?")
    assert log.head == "4c80e887b17194d56f9e7fe1324c7250ade3df37ffda7c30737dfeceeb2d0b76"
    log.close()


def test_a_log_that_is_not_there_is_empty(tmp_path):
    chain = read_chain(tmp_path / "ledger.jsonl")
    assert (chain.entries, chain.faults, chain.torn, chain.head) == ((), (), False, ZERO_HASH)


def test_an_opened_log_goes_on_where_it_ended(log_path, clock):
    head = read_chain(log_path).head
    log = ProtocolLog(log_path, clock=clock)
    assert log.head == head
    entry = log.append(LogKind.VERDICT, answer="yes")
    assert entry.fields["prev"] == head
    assert log.entries[-1] == entry
    log.close()
    assert len(read_chain(log_path).entries) == N + 1


def test_a_new_log_has_no_entries(study, clock):
    log = ProtocolLog(study.ledger, clock=clock)
    assert (log.entries, log.head) == ((), ZERO_HASH)
    log.close()


def test_a_line_is_on_disk_before_append_returns(study, clock, monkeypatch):
    log = ProtocolLog(study.ledger, clock=clock)
    synced = []
    monkeypatch.setattr(os, "fsync", lambda _file: synced.append(study.ledger.read_bytes()))
    log.append(LogKind.SESSION)
    assert synced == [study.ledger.read_bytes()]
    assert synced[0].endswith(b"\n")
    log.close()


def test_a_write_that_the_disk_takes_in_parts_is_still_one_line(study, clock, monkeypatch):
    log = ProtocolLog(study.ledger, clock=clock)
    whole = os.write
    monkeypatch.setattr(os, "write", lambda file, data: whole(file, data[:5]))
    log.append(LogKind.SESSION, workers=2)
    monkeypatch.undo()
    log.close()
    assert len(read_chain(study.ledger).entries) == 1
    assert not read_chain(study.ledger).faults


@pytest.mark.parametrize("payload", [{"value": math.nan}, {"value": object()}])
def test_what_json_cannot_carry_is_refused_and_leaves_the_log_whole(log_path, clock, payload):
    log = ProtocolLog(log_path, clock=clock)
    before = log_path.read_bytes()
    with pytest.raises((ValueError, TypeError)):
        log.append(LogKind.SESSION, **payload)
    assert log_path.read_bytes() == before
    log.append(LogKind.SESSION)
    log.close()
    assert not read_chain(log_path).faults


def test_a_log_that_finds_no_room_is_named_and_goes_on_later(log_path, clock):
    n = len(read_chain(log_path).entries)
    log = ProtocolLog(log_path, clock=clock)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log_path.stat().st_size + 40, before[1]))
    try:
        with pytest.raises(OSError, match=r"ledger\.jsonl"):
            log.append(LogKind.DEVIATION, message="the disk is full")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    log.close()
    later = ProtocolLog(log_path, clock=clock)
    later.append(LogKind.DEVIATION, message="there is room again")
    chain = read_chain(log_path)
    assert not chain.faults
    assert len(chain.entries) == n + 1


def test_an_argument_that_is_no_text_keeps_the_chain_whole(log_path, clock):
    log = ProtocolLog(log_path, clock=clock)
    log.append(LogKind.SESSION, command=["trialist", "run", "\udcff.yaml"])
    log.close()
    chain = read_chain(log_path)
    assert not chain.faults
    assert chain.entries[-1].fields["command"][2] == "\udcff.yaml"


# -- tampering ------------------------------------------------------------


@SHARED_PATH
@given(position=st.integers(0, 10**9), flipped=st.integers(1, 255))
def test_any_flipped_byte_is_found_in_its_line(log_path, position, flipped):
    data = bytearray(log_path.read_bytes())
    position %= len(data) - 1  # the last newline: see the torn tail
    line = data[:position].count(b"\n") + 1
    data[position] ^= flipped
    assert first_fault(log_path, [bytes(data)]) == line


@pytest.mark.slow
def test_every_single_byte_of_the_log_is_guarded(log_path):
    data = log_path.read_bytes()
    for position in range(len(data) - 1):
        damaged = bytearray(data)
        damaged[position] ^= 1
        line = data[:position].count(b"\n") + 1
        assert first_fault(log_path, [bytes(damaged)]) == line, position


def test_the_last_newline_is_the_tail_itself(log_path):
    log_path.write_bytes(log_path.read_bytes()[:-1] + b"x")
    chain = read_chain(log_path)
    assert chain.torn
    assert len(chain.entries) == N - 1


@SHARED_PATH
@given(place=st.integers(0, N - 2))
def test_a_deleted_line_is_found_at_its_place(log_path, place):
    lines = numbered(log_path)
    del lines[place]
    assert first_fault(log_path, lines) == place + 1


@SHARED_PATH
@given(one=places, other=places)
def test_swapped_lines_are_found_at_the_first_of_them(log_path, one, other):
    lines = numbered(log_path)
    lines[one], lines[other] = lines[other], lines[one]
    expected = None if one == other else min(one, other) + 1
    assert first_fault(log_path, lines) == expected


@SHARED_PATH
@given(source=places, place=st.integers(0, N))
def test_an_inserted_line_is_found_at_its_place(log_path, source, place):
    lines = numbered(log_path)
    lines.insert(place, lines[source])
    # A copy beside its original is in place itself, so what follows is not.
    assert first_fault(log_path, lines) == (place + 2 if place == source else place + 1)


@SHARED_PATH
@given(place=st.integers(0, N - 2))
def test_an_edited_and_rehashed_line_breaks_the_chain_behind_it(log_path, place):
    lines = numbered(log_path)
    lines[place] = rehashed(lines[place], plan="sha256:cd")
    assert first_fault(log_path, lines) == place + 2


@SHARED_PATH
@given(place=places)
def test_an_edited_line_is_found_at_its_place(log_path, place):
    lines = numbered(log_path)
    fields = {**json.loads(lines[place]), "time": 0.0}
    lines[place] = canonical_bytes(fields) + b"\n"
    assert first_fault(log_path, lines) == place + 1


@SHARED_PATH
@given(place=places)
def test_a_rehashed_line_with_another_number_is_found_even_at_the_end(log_path, place):
    lines = numbered(log_path)
    lines[place] = rehashed(lines[place], i=place + 7)
    assert first_fault(log_path, lines) == place + 1


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"[]\n",
        b"null\n",
        b'{"i":2}\n',
        b"[" * 100_000 + b"\n",
        b'{"hash":"a","i":"2","kind":"look","prev":"b","time":1}\n',
        b'{"hash":"a","i":2,"kind":"look","prev":"b","time":NaN}\n',
    ],
)
def test_nonsense_is_a_fault_and_never_an_exception(log_path, line):
    lines = numbered(log_path)
    lines[2] = line
    assert first_fault(log_path, lines) == 3


def test_the_same_content_in_another_spelling_is_a_change(log_path):
    lines = numbered(log_path)
    lines[1] = json.dumps(json.loads(lines[1])).encode() + b"\n"
    assert first_fault(log_path, lines) == 2


def test_one_fault_is_told_once(log_path):
    lines = numbered(log_path)
    log_path.write_bytes(b"".join(lines[:2] + lines[3:]))
    assert [fault.line for fault in read_chain(log_path).faults] == [3]


def test_every_fault_is_told_with_its_line(log_path):
    lines = numbered(log_path)
    for place in (1, 4):
        lines[place] = lines[place].replace(b'"time":1000.0', b'"time":1001.0')
    log_path.write_bytes(b"".join(lines))
    assert [fault.line for fault in read_chain(log_path).faults] == [2, 5]


def test_a_damaged_log_is_not_written_on(log_path, clock):
    lines = numbered(log_path)
    log_path.write_bytes(b"".join(lines[1:]))
    before = log_path.read_bytes()
    with pytest.raises(LedgerError, match="line 1 is entry 1, not 0") as caught:
        ProtocolLog(log_path, clock=clock)
    assert caught.value.mistakes[0].where == f"{log_path}:1"
    assert "trialist verify" in (caught.value.mistakes[0].todo or "")
    assert log_path.read_bytes() == before


# -- a killed coordinator -------------------------------------------------


@SHARED_PATH
@given(kept=st.integers(0, 10**9))
def test_a_torn_tail_is_set_aside_and_the_rest_goes_on(log_path, clock, kept):
    whole = log_path.read_bytes()
    kept %= len(whole)
    torn = log_path.with_name("torn") / "ledger.jsonl"
    torn.parent.mkdir(exist_ok=True)
    aside = torn.with_name("ledger.torn")
    aside.unlink(missing_ok=True)
    torn.write_bytes(whole[:kept])
    n_whole = whole[:kept].count(b"\n")
    tail = whole[:kept].rpartition(b"\n")[2]
    log = ProtocolLog(torn, clock=clock)
    assert len(log.entries) == n_whole
    log.append(LogKind.SESSION)
    log.close()
    chain = read_chain(torn)
    assert (len(chain.entries), chain.faults, chain.torn) == (n_whole + 1, (), False)
    assert (aside.read_bytes() if aside.exists() else b"") == (tail + b"\n" if tail else b"")


CRASHER = """
    import os, sys
    from pathlib import Path
    from trialist.ledger.anchor import write_anchor
    from trialist.ledger.protocol_log import LogKind, ProtocolLog

    left = int(sys.argv[2])

    def counted(name):
        real = getattr(os, name)
        def call(*args, **more):
            global left
            if left == 0:
                os._exit(9)
            left -= 1
            return real(*args, **more)
        setattr(os, name, call)

    real_write = os.write
    for name in ("write", "fsync", "open"):
        counted(name)
    folder = Path(sys.argv[1])
    log = ProtocolLog(folder / "ledger.jsonl", clock=lambda: 1.0)
    for number in range(3):
        entry = log.append(LogKind.STARTED, attempt=number)
        real_write(1, (entry.hash + "\\n").encode())
        write_anchor(folder, log.entries)
    log.close()
    os._exit(0)
"""


@pytest.mark.torture
@pytest.mark.slow
def test_a_crash_between_any_two_writes_loses_nothing_acknowledged(tmp_path, clock):
    for allowed in range(40):
        folder = tmp_path / str(allowed)
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(CRASHER), str(folder), str(allowed)],
            capture_output=True,
            text=True,
            check=False,
        )
        acknowledged = done.stdout.split()
        log = ProtocolLog(folder / "ledger.jsonl", clock=clock)
        hashes = [entry.hash for entry in log.entries]
        assert hashes[: len(acknowledged)] == acknowledged
        assert len(hashes) <= len(acknowledged) + 1
        log.append(LogKind.SESSION)
        log.close()
        assert not read_chain(folder / "ledger.jsonl").faults
        if done.returncode == 0:
            break
        assert done.returncode == 9, done.stderr
    else:
        pytest.fail("the script never came to its end")
    assert allowed > 8
