"""What the store remembers beside its studies."""

from __future__ import annotations

import multiprocessing
import os
from itertools import count
from pathlib import Path

import pytest

from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.ledger.storelog import BASELINES, ENTRY, OPENINGS, RECORD, remember, remembered
from trialist.values.errors import LedgerError


def clock():
    ticks = count(1)
    return lambda: float(next(ticks))


def lines(place: Path, n: int):
    log = ProtocolLog(place / "ledger.jsonl", clock=clock())
    made = [log.append(LogKind.ADOPTED, variant=f"{place.name}-{k}") for k in range(n)]
    log.close()
    return made


def keep(store: Path, entry, name=BASELINES, study="a"):
    return remember(store, name, study, entry, lambda before: {"n": len(before)}, clock=clock())


def test_a_store_that_never_adopted_remembers_nothing(tmp_path):
    assert remembered(tmp_path, BASELINES) == ()


def test_a_line_names_the_studys_own_line_and_knows_those_before_it(tmp_path):
    first, second = lines(tmp_path, 2)
    keep(tmp_path, first)
    keep(tmp_path, second, study="b")
    one, two = remembered(tmp_path, BASELINES)
    assert (one.fields[ENTRY], one.fields["study"], one.fields["n"]) == (first.hash, "a", 0)
    assert (two.fields[ENTRY], two.fields["study"], two.fields["n"]) == (second.hash, "b", 1)
    assert one.kind == LogKind.ADOPTED


def test_a_line_is_remembered_once(tmp_path):
    (entry,) = lines(tmp_path, 1)
    assert keep(tmp_path, entry) == keep(tmp_path, entry)
    assert len(remembered(tmp_path, BASELINES)) == 1


def test_the_chains_do_not_mix(tmp_path):
    (entry,) = lines(tmp_path, 1)
    keep(tmp_path, entry, OPENINGS)
    assert remembered(tmp_path, BASELINES) == ()
    assert len(remembered(tmp_path, OPENINGS)) == 1


def test_a_changed_line_is_found(tmp_path):
    for entry in lines(tmp_path, 2):
        keep(tmp_path, entry)
    path = tmp_path / RECORD / f"{BASELINES}.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"study":"a"', b'"study":"b"', 1))
    with pytest.raises(LedgerError, match="was changed") as caught:
        remembered(tmp_path, BASELINES)
    assert caught.value.mistakes[0].where == f"{path}:1"


def _remember_many(store: Path, first: int) -> None:
    for number in range(20):
        place = store / f"study-{first}-{number}"
        place.mkdir()
        (entry,) = lines(place, 1)
        keep(store, entry, study=place.name)


def test_two_processes_write_one_chain(tmp_path):
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=_remember_many, args=(tmp_path, one)) for one in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    # The time is each writer's own, and its order does not matter; the chain does.
    assert len(remembered(tmp_path, BASELINES)) == 40


@pytest.mark.parametrize("written", [0, 10, 200])
def test_a_kill_inside_a_line_loses_only_what_nobody_was_told(tmp_path, written, monkeypatch):
    first, second = lines(tmp_path, 2)
    keep(tmp_path, first)
    real = os.write
    path = tmp_path / RECORD / f"{BASELINES}.jsonl"

    def dies(file, data):
        real(file, bytes(data)[:written])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", dies)
        with pytest.raises(KeyboardInterrupt):
            keep(tmp_path, second)
    assert [one.fields[ENTRY] for one in remembered(tmp_path, BASELINES)] == [first.hash]
    keep(tmp_path, second)
    assert [one.fields[ENTRY] for one in remembered(tmp_path, BASELINES)] == [
        first.hash,
        second.hash,
    ]
    assert path.read_bytes().endswith(b"\n")
