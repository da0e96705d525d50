"""A process is told from later ones of its number, and from those of other machines."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from trialist.ledger import holder as holder_module
from trialist.ledger.holder import Holder, process_ticks, read_holder, this_machine


def test_this_process_is_here_and_alive():
    here = Holder.here()
    assert here.is_here
    assert here.is_alive
    assert Holder.from_json(here.to_json()) == here


def test_a_clock_that_was_set_back_by_hours_does_not_end_a_living_process():
    moved = replace(Holder.here(), started=Holder.here().started - 7200)
    assert moved.is_alive


def test_a_later_process_under_the_same_number_is_not_the_holder():
    here = Holder.here()
    assert not replace(here, ticks=here.ticks - 1).is_alive


def test_a_holder_of_an_earlier_version_is_told_by_its_start_alone():
    old = replace(Holder.here(), ticks=None, machine=None)
    assert old.is_here
    assert old.is_alive
    assert not replace(old, started=old.started - 7200).is_alive
    assert replace(old, host="elsewhere").is_alive


def test_another_boot_or_container_of_the_same_name_cannot_be_asked():
    there = replace(Holder.here(), machine="another boot pid:[1]", pid=2**22)
    assert not there.is_here
    assert there.is_alive


def test_a_process_that_is_gone_is_not_alive():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert not replace(Holder.here(), pid=process.pid).is_alive
    assert process_ticks(process.pid) is None


def test_where_the_system_tells_neither_boot_nor_ticks_names_and_times_count(monkeypatch):
    class Nowhere(type(Path())):
        def read_text(self, **_options):
            raise FileNotFoundError

    monkeypatch.setattr(holder_module, "Path", Nowhere)
    this_machine.cache_clear()
    here = Holder.here()
    assert (here.ticks, here.machine) == (None, None)
    assert here.is_here
    assert here.is_alive
    this_machine.cache_clear()


@pytest.mark.parametrize("data", [b"", b"[]", b'{"pid": 1}', b"\xff\xfe"])
def test_a_file_that_names_nobody_is_nobodys(tmp_path, data):
    path = tmp_path / "lease.json"
    assert read_holder(path) is None
    path.write_bytes(data)
    assert read_holder(path) is None


def test_the_ticks_are_those_of_the_kernel():
    fields = Path(f"/proc/{os.getpid()}/stat").read_text().rpartition(")")[2].split()
    assert process_ticks(os.getpid()) == int(fields[22 - 3])
