"""What runs use, measured from outside, and by themselves where nobody is outside."""

import os
import shutil
import subprocess
import sys
import threading
import time

import pytest

from trialist.execute import monitor
from trialist.execute.devices import usable_cores
from trialist.execute.footprint import Footprint
from trialist.execute.inline import InlineExecutor
from trialist.execute.monitor import Monitor, OwnSampler, Sampler
from trialist.execute.nvml import Gpus
from trialist.ledger.journal import read_journal
from trialist.ledger.systemfile import read_system

BUSY = "while True: pass"
CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"
USED_S = 0.2


@pytest.fixture
def process():
    started = []

    def start(code):
        """Start a process, and give it when it has begun."""
        code = f"print(1, flush=True)\n{code}"
        one = subprocess.Popen(
            [sys.executable, "-c", code], start_new_session=True, stdout=subprocess.PIPE
        )
        started.append(one)
        assert one.stdout.readline()
        return Footprint(one.pid)

    yield start
    for one in started:
        os.killpg(one.pid, 9)
        one.wait()
        one.stdout.close()


@pytest.mark.slow
@pytest.mark.parametrize("code", [BUSY, CHILD], ids=["itself", "its child"])
def test_a_busy_process_tree_is_seen_as_busy(process, code, tmp_path, until):
    footprint = process(code)
    # A new child counts within a second; other processes may have the cores meanwhile.
    until(lambda: footprint.cpu_seconds() > USED_S, every=0.1)
    sampler = Sampler(footprint, tmp_path, gpus=Gpus(()))

    def sampled():
        """Give the moment, and what the kernel had counted just before and just after."""
        now, before = time.monotonic(), footprint.cpu_seconds()
        sampler.sample(now)
        return now, before, footprint.cpu_seconds()

    began, *first = sampled()
    until(lambda: footprint.cpu_seconds() > first[1] + USED_S, every=0.1)
    ended, *last = sampled()
    found = read_system(tmp_path)
    (row,) = found.rows
    span = (ended - began) * usable_cores()
    least, most = (last[0] - first[1]) / span, (last[1] - first[0]) / span
    assert least - 0.01 <= row["system/cpu_utilization"] <= most + 0.01
    assert least > 0
    assert row["system/rss_bytes"] > 1e6
    assert found.about["missing"] == {"gpu": "no GPU was given to this run"}
    assert found.about["n_cores"] == usable_cores()


def test_an_idle_process_is_seen_as_idle(process, tmp_path):
    sampler = Sampler(process("import time; time.sleep(600)"), tmp_path, gpus=Gpus(()))
    for _ in range(2):
        sampler.sample(time.monotonic())
        time.sleep(0.2)
    (row,) = read_system(tmp_path).rows
    assert row["system/cpu_utilization"] < 0.3


def test_a_run_whose_folder_or_process_is_gone_disturbs_nobody(process, tmp_path):
    footprint = process("pass")
    time.sleep(0.3)
    gone = tmp_path / "gone"
    sampler = Sampler(footprint, gone, gpus=Gpus(()))
    for now in (1.0, 2.0, 2.0, 1.0):
        sampler.sample(now)
    assert not gone.exists()
    gone.mkdir()
    sampler.sample(7.0)
    shutil.rmtree(gone)
    sampler.sample(12.0)


class Counted(Footprint):
    """Counts how often it is asked."""

    asked = 0

    def cpu_seconds(self):
        self.asked += 1
        return super().cpu_seconds()


def test_a_pool_measures_each_run_when_it_is_time(tmp_path, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(monitor.time, "monotonic", lambda: now[0])
    footprint = Counted(os.getpid())
    watch = Monitor(lambda place: ())
    places = [tmp_path / "one", tmp_path / "two"]
    for place in places:
        place.mkdir()

    def look_until(end, directory, since):
        while now[0] < end:
            watch.look(0, directory, footprint=footprint, since=since)
            now[0] += 0.2

    look_until(100.9, places[0], 100.0)
    assert footprint.asked == 0  # a short run costs nothing
    look_until(118.0, places[0], 100.0)
    assert footprint.asked == 4  # at 1, 6, 11 and 16 s
    assert len(read_system(places[0]).rows) == 3
    look_until(125.0, places[1], 118.0)  # the next run on the same place
    assert footprint.asked == 6
    assert len(read_system(places[1]).rows) == 1
    assert len(read_system(places[0]).rows) == 3


def test_a_place_asks_for_its_own_gpus_only(tmp_path, monkeypatch):
    now = [10.0]
    monkeypatch.setattr(monitor.time, "monotonic", lambda: now[0])
    asked = []
    watch = Monitor(lambda place: asked.append(place) or ())
    for place in (0, 1, 0, 1):
        watch.look(place, tmp_path / str(place), footprint=Footprint(os.getpid()), since=0.0)
        now[0] += 10
    assert asked == [0, 1]


def test_a_run_in_this_process_measures_itself_without_a_thread(make_task, monkeypatch):
    monkeypatch.setattr(monitor, "FIRST_AFTER_S", 0.0)
    monkeypatch.setattr(monitor, "EVERY_S", 0.05)
    n_threads = []

    def train(config, run):
        for step in range(8):
            run.log({"val/accuracy": 0.5}, step=step)
            n_threads.append(threading.active_count())
            time.sleep(0.03)

    before = threading.active_count()
    task = make_task()
    inline = InlineExecutor(train, threads=1, interrupted=lambda: False)
    inline.submit(task)
    inline.poll(0.0)
    assert len(read_system(task.directory).rows) >= 2
    assert set(n_threads) == {before + 1}  # the attempt's sign of life
    assert "system" not in {
        event["k"] for event in read_journal(task.directory / "journal.jsonl").events
    }


def test_a_short_run_in_this_process_is_not_measured(make_task, monkeypatch):
    monkeypatch.setattr(monitor, "FIRST_AFTER_S", 600.0)  # so that it is short on any machine
    task = make_task()
    inline = InlineExecutor(
        lambda config, run: run.log({"val/accuracy": 0.5}, step=1) or 0.5,
        threads=1, interrupted=lambda: False,
    )  # fmt: skip
    inline.submit(task)
    inline.poll(0.0)
    assert not (task.directory / "system.jsonl").exists()


def test_a_process_that_cannot_be_asked_is_not_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(monitor, "FIRST_AFTER_S", 0.0)
    monkeypatch.setattr(monitor, "footprint_of", lambda pid: None)
    sampler = OwnSampler(tmp_path)
    sampler()
    sampler()
    assert read_system(tmp_path).rows == ()


TRIAL = """
    import time

    def train(config, run):
        while not (run.directory / "enough").exists():
            sum(range(2_000_000))
            time.sleep(0.05)
        return 0.5
"""


@pytest.mark.slow
def test_the_pool_watches_its_workers(start_pool, make_task, until, monkeypatch):
    monkeypatch.setattr(monitor, "FIRST_AFTER_S", 0.1)
    monkeypatch.setattr(monitor, "EVERY_S", 0.2)
    pool = start_pool(TRIAL, workers=2)
    tasks = [make_task(seed=seed) for seed in (0, 1)]
    for task in tasks:
        pool.submit(task)
    ended = []

    def both_ended():
        ended.extend(pool.poll(0.05))
        for task in tasks:
            if len(read_system(task.directory).rows) >= 2:
                (task.directory / "enough").touch()
        return len(ended) == 2

    until(both_ended)
    assert [event.attempt.value for event in ended] == [0.5, 0.5]
    for task in tasks:
        rows = read_system(task.directory).rows
        assert len(rows) >= 2
        assert max(row["system/cpu_utilization"] for row in rows) > 0
        assert min(row["system/rss_bytes"] for row in rows) > 1e6
