"""What this machine can feed."""

import os

import pytest

from trialist.execute import devices
from trialist.execute.devices import (
    chosen_gpus,
    usable_cores,
    visible_gpus,
    worker_count,
    workers_for,
)
from trialist.values.errors import ConfigError


@pytest.fixture
def dev(tmp_path):
    for name in ("nvidia0", "nvidia10", "nvidia2", "nvidiactl", "nvidia-uvm", "null"):
        (tmp_path / name).touch()
    return tmp_path


def test_gpus_are_the_numbered_device_files_in_order(dev):
    assert visible_gpus({}, devices=dev) == ("0", "2", "10")


def test_a_machine_without_gpus_has_none(tmp_path):
    assert visible_gpus({}, devices=tmp_path) == ()
    assert visible_gpus({}, devices=tmp_path / "nowhere") == ()


@pytest.mark.parametrize(
    ("named", "gpus"),
    [
        ("1,3", ("1", "3")),
        (" 2 ", ("2",)),
        ("", ()),
        ("-1", ()),
        ("GPU-ab,MIG-cd", ("GPU-ab", "MIG-cd")),
        ("MIG-GPU-8932f937/1/0", ("MIG-GPU-8932f937/1/0",)),
        ("0,-1,1", ("0",)),
        ("0,,1", ("0",)),
        ("NoDevFiles", ()),
        ("none", ()),
    ],
)
def test_the_environment_says_which_gpus_are_meant(dev, named, gpus):
    assert visible_gpus({"CUDA_VISIBLE_DEVICES": named}, devices=dev) == gpus


@pytest.mark.parametrize(
    ("asked", "threads", "gpus", "runs", "count"),
    [
        (4, 1, 0, 100, 4),
        (4, 1, 0, 3, 3),
        ("auto", 1, 0, 100, 8),
        ("auto", 3, 0, 100, 2),
        ("auto", 16, 0, 100, 1),
        ("auto", 1, 2, 100, 2),
        ("auto", 1, 0, 5, 5),
        (1, 1, 8, 0, 1),
    ],
)
def test_workers_are_as_many_as_the_machine_can_feed(
    monkeypatch, asked, threads, gpus, runs, count
):
    monkeypatch.setattr(devices, "usable_cores", lambda: 8)
    assert worker_count(asked, threads=threads, gpus=gpus, runs=runs) == count


def test_only_cores_that_this_process_may_use_count(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 3}, raising=False)
    assert usable_cores() == 2


@pytest.mark.parametrize(("known", "count"), [(6, 6), (None, 1)])
def test_without_affinity_all_cores_count(monkeypatch, known, count):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: known)
    assert usable_cores() == count


@pytest.mark.parametrize(
    ("asked", "gpus"),
    [
        (None, ("0", "GPU-ab")),
        ("auto", ("0", "GPU-ab")),
        (2, ("0", "GPU-ab")),
        (1, ("0",)),
        (0, ("",)),
    ],
)
def test_a_study_may_use_some_of_the_gpus_or_hide_them(asked, gpus):
    assert chosen_gpus(("0", "GPU-ab"), asked) == gpus


def test_more_gpus_than_there_are_are_refused():
    assert chosen_gpus((), None) == ()
    with pytest.raises(ConfigError, match=r"resources.gpus is 2, and 1 GPU can be seen"):
        chosen_gpus(("0",), 2)


def test_a_plans_workers_are_counted_by_its_own_threads_and_gpus(monkeypatch, make_plan):
    monkeypatch.setattr(devices, "usable_cores", lambda: 8)
    monkeypatch.setattr(devices, "visible_gpus", lambda: ())
    plan = make_plan(seeds=range(10), threads=2)
    assert (workers_for(plan, "auto"), workers_for(plan, 3)) == (4, 3)
    monkeypatch.setattr(devices, "visible_gpus", lambda: ("0", "1", "2"))
    assert workers_for(plan, "auto") == 3
    assert workers_for(make_plan(seeds=range(10), gpus=1), "auto") == 1
