"""The local pool, with real processes."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from trialist.execute import footprint
from trialist.execute.executor import Died, Ended
from trialist.execute.local import LocalPool
from trialist.ledger.attempts import read_attempt
from trialist.ledger.folder import StudyFolder
from trialist.ledger.holder import process_start
from trialist.ledger.journal import read_journal
from trialist.values.errors import TrialLoadError
from trialist.values.events import FailureKind, RunStatus

pytestmark = pytest.mark.slow


@pytest.fixture
def collect():
    """Give a function that polls until `enough(events)` holds."""

    def collect(pool, enough):
        events = []
        deadline = time.monotonic() + 180
        while not enough(events):
            assert time.monotonic() < deadline, f"only came: {events}"
            events += pool.poll(0.05)
        return events

    return collect


@pytest.fixture
def run_all(collect):
    """Give a function that runs tasks on a pool and gives how they ended, by seed."""

    def run_all(pool, tasks):
        waiting = list(tasks)
        ended = {}
        free = pool.workers
        while len(ended) < len(tasks):
            while free and waiting:
                pool.submit(waiting.pop(0))
                free -= 1
            for event in collect(pool, lambda events: any(map(is_over, events))):
                if is_over(event):
                    ended[(event.task.variant, event.task.seed)] = event
                    free += 1
        return ended

    return run_all


@pytest.fixture
def run_in_time(run_all, make_task):
    """Give a function that runs a task, again where the machine was too slow for its time limit."""

    def run_in_time(pool, variant, **config):
        for number in range(1, 30):
            task = make_task(variant, seed=99, number=number, config=config)
            event = run_all(pool, [task])[(variant, 99)]
            if isinstance(event, Ended) or event.failure is not FailureKind.TIMEOUT:
                return event
        return event

    return run_in_time


def is_over(event):
    return isinstance(event, (Ended, Died))


def some_over(events):
    return any(map(is_over, events))


def output(task, name="stdout"):
    return (task.directory / f"{name}.log").read_text(encoding="utf-8")


def wait_for_step(task, collect, pool):
    """Poll until the task logged something, and give all events."""
    journal = task.directory / "journal.jsonl"
    return collect(
        pool, lambda _events: journal.exists() and read_journal(journal).last_step is not None
    )


RANDOM = """
    import random, sys, os
    print("imported")

    def train(config, run):
        print("out", config["name"], run.seed.base)
        print("err", run.seed.base, file=sys.stderr)
        os.write(1, b"from C\\n")
        run.log({"train/loss": random.random()}, step=1)
        return {"val/accuracy": random.random()}
"""


def test_two_workers_give_the_results_of_one_in_any_order(start_pool, run_all, make_task):
    results = []
    for number, (workers, order) in enumerate([(1, 1), (2, -1)], start=1):
        pool = start_pool(RANDOM, workers=workers)
        tasks = [make_task(seed=seed, number=number, config={"name": "x"}) for seed in range(6)]
        ended = run_all(pool, tasks[::order])
        results.append({key: event.attempt.value for key, event in ended.items()})
        assert all(event.attempt.status is RunStatus.FINISHED for event in ended.values())
        pids = {read_journal(task.directory / "journal.jsonl").start["pid"] for task in tasks}
        assert len(pids) <= workers
        assert os.getpid() not in pids
    assert results[0] == results[1]
    assert len(set(results[0].values())) == 6


def test_what_a_run_prints_is_in_its_own_folder_and_nowhere_else(
    start_pool, run_all, make_task, tmp_path, capfd, monkeypatch
):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # it would empty the buffers by itself
    pool = start_pool(RANDOM, workers=2)
    tasks = [make_task(seed=seed, config={"name": "größe"}) for seed in (0, 1)]
    run_all(pool, tasks)
    pool.close()
    for seed, task in enumerate(tasks):
        assert sorted(output(task).splitlines()) == ["from C", f"out größe {seed}"]
        assert output(task, "stderr") == f"err {seed}\n"
    assert (tmp_path / "workers.log").read_text() == "imported\n"
    assert capfd.readouterr() == ("", "")


LEAKS = """
    import os, random, sys, warnings
    import numpy as np

    warnings.filterwarnings("ignore", message="of the module")

    def train(config, run):
        seen = {
            "cwd": os.getcwd(),
            "environment": os.environ.get("LEAK"),
            "path": "PATH" in os.environ,
            "python": random.random(),
            "numpy": float(np.random.rand()),
            "stdout": sys.stdout is sys.__stdout__,
            "filters": [str(one) for one in warnings.filters],
        }
        print(seen)
        warnings.warn("of the module")
        warnings.warn("of the run")
        os.chdir("/")
        os.environ["LEAK"] = "1"
        del os.environ["PATH"]
        warnings.simplefilter("error")
        sys.stdout = open(os.devnull, "w")
        random.seed(0)
        np.random.seed(0)
        return 1.0
"""


def test_nothing_that_a_run_does_is_there_for_the_next_one(
    start_pool, run_all, make_task, monkeypatch
):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    pool = start_pool(LEAKS)
    tasks = [make_task(seed=0, number=number) for number in (1, 2, 3)]
    for task in tasks:
        run_all(pool, [task])
    first = output(tasks[0])
    assert "'environment': None" in first
    assert "'path': True" in first
    assert "'stdout': True" in first
    assert "of the module" in first
    assert [output(task) for task in tasks] == [first] * 3
    warned = [output(task, "stderr") for task in tasks]
    assert "UserWarning: of the run" in warned[0]
    assert "UserWarning: of the module" not in warned[0]
    assert warned == [warned[0]] * 3


def test_a_library_that_is_imported_late_is_seeded_all_the_same(start_pool, run_all, make_task):
    pool = start_pool(
        """
        def train(config, run):
            import numpy
            return numpy.random.rand()
        """
    )
    tasks = [make_task(seed=0, number=number) for number in (1, 2)]
    values = [run_all(pool, [task])[("wide", 0)].attempt.value for task in tasks]
    assert values[0] == values[1]


TORCH_LEAKS = """
    def train(config, run):
        import torch
        print(torch.get_default_dtype(), torch.is_grad_enabled(), torch.get_num_threads(),
              torch.get_float32_matmul_precision(), torch.backends.cudnn.benchmark)
        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)
        torch.set_num_threads(2)
        torch.set_float32_matmul_precision("medium")
        torch.backends.cudnn.benchmark = True
        return float(torch.rand(()))
"""


@pytest.mark.parametrize("preload", [("torch",), ()])
def test_the_flags_of_torch_are_those_of_a_fresh_process(start_pool, run_all, make_task, preload):
    pytest.importorskip("torch")
    pool = start_pool(TORCH_LEAKS, preload=preload)
    tasks = [make_task(seed=seed) for seed in (0, 1)]
    for task in tasks:
        run_all(pool, [task])
    assert [output(task) for task in tasks] == ["torch.float32 True 1 highest False\n"] * 2


SLOW = """
    import os, time

    def train(config, run):
        for step in range(config.get("steps", 10**9)):
            run.log({"train/loss": 1.0}, step=step)
            if step == config.get("after", 3) and config.get("hang"):
                time.sleep(600)
            time.sleep(0.002)
        return {"val/accuracy": 0.5}
"""


def pid_of(task):
    return read_journal(task.directory / "journal.jsonl").start["pid"]


def test_a_killed_run_keeps_what_it_printed(start_pool, collect, make_task, monkeypatch):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    pool = start_pool(
        """
        import os
        def train(config, run):
            print("so far so good")
            os.kill(os.getpid(), 9)
        """
    )
    task = make_task()
    pool.submit(task)
    collect(pool, some_over)
    assert output(task) == "so far so good\n"


def test_a_killed_worker_is_told_and_the_others_go_on(start_pool, collect, make_task, run_all):
    pool = start_pool(SLOW, workers=2)
    victim = make_task(seed=0)
    other = make_task(seed=1, config={"steps": 100})
    pool.submit(victim)
    pool.submit(other)
    wait_for_step(victim, collect, pool)
    os.kill(pid_of(victim), signal.SIGKILL)
    events = [
        event
        for event in collect(pool, lambda events: sum(map(is_over, events)) == 2)
        if is_over(event)
    ]
    by_seed = {event.task.seed: event for event in events}
    died = by_seed[0]
    assert isinstance(died, Died)
    assert died.failure is FailureKind.CRASHED
    assert died.message == "the worker process was ended by signal 9 (perhaps out of memory)"
    assert by_seed[1].attempt.status is RunStatus.FINISHED
    again = make_task(seed=0, number=2, config={"steps": 3})
    assert run_all(pool, [again])[("wide", 0)].attempt.value == 0.5
    assert pid_of(again) != pid_of(victim)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("os._exit(7)", "the worker process exited with code 7"),
        ("os.kill(os.getpid(), 6)", "the worker process was ended by signal 6"),
        ("os.kill(os.getppid(), 9); time.sleep(600)", ""),
    ],
    ids=["exit", "abort", "server"],
)
def test_a_worker_that_ends_itself_is_told_and_replaced(
    start_pool, run_all, make_task, body, message
):
    text = f"""
        import os, time
        def train(config, run):
            if config["end"]:
                {body}
            return 0.5
    """
    pool = start_pool(text)
    died = run_all(pool, [make_task(seed=0, config={"end": True})])[("wide", 0)]
    assert isinstance(died, Died)
    assert died.failure is FailureKind.CRASHED
    assert died.message.startswith(message)
    ended = run_all(pool, [make_task(seed=1, config={"end": False})])[("wide", 1)]
    assert ended.attempt.value == 0.5


def test_a_worker_killed_after_its_end_line_lost_nothing(start_pool, collect, make_task, tmp_path):
    # The worker is killed before it can say that it is done: what is on disk counts.
    text = """
        import os, signal
        from trialist.ledger.journal import JournalWriter

        whole = JournalWriter.end

        def end(self, fields):
            digest = whole(self, fields)
            os.kill(os.getpid(), signal.SIGKILL)
            return digest

        JournalWriter.end = end

        def train(config, run):
            return 0.25
    """
    pool = start_pool(text)
    task = make_task()
    pool.submit(task)
    (event,) = [one for one in collect(pool, some_over) if is_over(one)]
    assert isinstance(event, Died)
    (tmp_path / "trials").symlink_to(tmp_path / "store")
    attempt = read_attempt(StudyFolder(tmp_path), "wide", 0, 1)
    assert (attempt.status, attempt.value) == (RunStatus.FINISHED, 0.25)


def test_a_killed_server_is_replaced_and_its_workers_are_told(
    start_pool, collect, make_task, run_all
):
    pool = start_pool(SLOW, workers=2)
    tasks = [make_task(seed=seed) for seed in (0, 1)]
    for task in tasks:
        pool.submit(task)
    for task in tasks:
        wait_for_step(task, collect, pool)
    before = pool.group
    os.kill(before, signal.SIGKILL)
    events = collect(pool, lambda events: sum(map(is_over, events)) == 2)
    assert all(isinstance(event, Died) for event in events if is_over(event))
    assert pool.group != before
    again = [make_task(seed=seed, number=2, config={"steps": 2}) for seed in (0, 1)]
    ended = run_all(pool, again)
    assert [event.attempt.value for event in ended.values()] == [0.5, 0.5]


def test_a_run_that_takes_too_long_is_ended(start_pool, collect, make_task, run_in_time):
    pool = start_pool(SLOW, timeout=1.0)
    pool.submit(make_task(seed=0))
    (event,) = [one for one in collect(pool, some_over) if is_over(one)]
    assert event.failure is FailureKind.TIMEOUT
    assert event.message == "took longer than the 1 s of resources.timeout"
    assert run_in_time(pool, "wide", steps=2).attempt.value == 0.5


POISON = {
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "exit": "os._exit(7)",
    "sys-exit": "sys.exit(7)",
    "segfault": "ctypes.string_at(0)",
    "stack": "sys.setrecursionlimit(10**9); nested = []; "
    "[nested := [nested] for _ in range(3 * 10**5)]; repr(nested)",
    "memory": "held = [bytearray(10**7) for _ in range(10**5)]",
    "child-memory": "subprocess.run([sys.executable, '-c', 'held = bytearray(10**9); import time; "
    "time.sleep(600)'])",
    "hang": "time.sleep(600)",
    "atexit": "atexit.register(lambda: 1 / 0); sys.exit(7)",
    "descriptors": "os.closerange(0, 11)",
    "fork": "os.fork(); time.sleep(0.1)",
    "threads": "threading.Thread(target=time.sleep, args=(600,)).start(); sys.exit(7)",
    "streams": "sys.stdout.close(); sys.stderr = None; 1 / 0",
    "unprintable": "raise type('Bad', (Exception,), {'__str__': lambda self: 1 / 0})()",
}


@pytest.mark.parametrize("way", POISON)
def test_a_run_that_always_destroys_its_worker_does_not_stop_the_others(
    start_pool, run_all, run_in_time, make_task, way
):
    text = f"""
        import atexit, ctypes, os, signal, subprocess, sys, threading, time
        def train(config, run):
            run.log({{"train/loss": 1.0}}, step=1)
            if config["poison"]:
                {POISON[way]}
            return 0.5
    """
    pool = start_pool(text, workers=1, timeout=1.5 if way == "hang" else 30.0, memory=600 * 1024**2)
    bad = run_all(pool, [make_task("bad", config={"poison": True})])[("bad", 0)]
    assert run_in_time(pool, "good", poison=False).attempt.value == 0.5
    failure = bad.attempt.failure if isinstance(bad, Ended) else bad.failure
    expected = {
        "memory": FailureKind.OOM,
        "child-memory": FailureKind.OOM,
        "hang": FailureKind.TIMEOUT,
        **dict.fromkeys(
            ("sys-exit", "atexit", "threads", "streams", "unprintable"), FailureKind.ERROR
        ),
        "fork": None,
    }
    assert failure is expected.get(way, FailureKind.CRASHED)


def test_the_processes_of_a_run_that_is_ended_go_with_it(start_pool, collect, make_task, until):
    text = """
        import subprocess, sys, time
        def train(config, run):
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            run.log({"train/loss": float(child.pid)}, step=1)
            time.sleep(600)
    """
    pool = start_pool(text, timeout=1.0)
    children = []
    for number in range(1, 30):  # on a slow machine its time may be over before it has a child
        task = make_task(number=number)
        pool.submit(task)
        collect(pool, some_over)
        events = read_journal(task.directory / "journal.jsonl").events
        children = [int(event["v"]["train/loss"]) for event in events if event["k"] == "metric"]
        if children:
            break
    until(lambda: process_start(children[0]) is None)


def test_the_memory_that_a_run_held_is_said(start_pool, run_all, make_task):
    text = """
        import time
        def train(config, run):
            held = bytearray(b"x") * (700 * 1024**2)
            time.sleep(600)
    """
    pool = start_pool(text, memory=512 * 1024**2)
    died = run_all(pool, [make_task()])[("wide", 0)]
    assert died.failure is FailureKind.OOM
    assert died.message.endswith("MiB of memory, more than the 512 MiB of resources.memory")


def test_a_worker_that_has_grown_is_replaced_between_two_runs(start_pool, run_all, make_task):
    text = """
        import os
        kept = []
        def train(config, run):
            kept.append(bytearray(b"x") * (config["mib"] * 1024**2))
            return os.getpid()
    """
    pool = start_pool(text)
    sizes = [1, 1, 300, 1, 1]
    pids = []
    for seed, mib in enumerate(sizes):
        ended = run_all(pool, [make_task(seed=seed, config={"mib": mib})])
        pids.append(ended[("wide", seed)].attempt.value)
    assert pids[0] == pids[1] == pids[2] != pids[3] == pids[4]


def test_a_worker_is_replaced_after_many_runs(start_pool, run_all, make_task, monkeypatch):
    monkeypatch.setattr(footprint, "MOST_RUNS", 3)
    pool = start_pool("import os\ndef train(config, run):\n    return os.getpid()\n")
    ended = run_all(pool, [make_task(seed=seed) for seed in range(7)])
    pids = [event.attempt.value for _, event in sorted(ended.items())]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]


def test_a_cancelled_run_ends_at_its_next_step_and_the_worker_stays(
    start_pool, collect, make_task, run_all
):
    pool = start_pool(SLOW)
    task = make_task(seed=0)
    pool.submit(task)
    wait_for_step(task, collect, pool)
    pool.cancel(make_task(seed=5))  # nobody runs it
    pool.cancel(task)
    (event,) = [one for one in collect(pool, some_over) if is_over(one)]
    assert event.attempt.status is RunStatus.STOPPED
    again = make_task(seed=1, config={"steps": 3})
    assert run_all(pool, [again])[("wide", 1)].attempt.value == 0.5
    assert pid_of(again) == pid_of(task)


def test_a_run_that_does_not_step_can_be_ended(start_pool, collect, make_task):
    pool = start_pool(SLOW)
    task = make_task(config={"hang": True})
    pool.submit(task)
    wait_for_step(task, collect, pool)
    pool.cancel(task)
    pool.kill(task)
    (event,) = [one for one in collect(pool, some_over) if is_over(one)]
    assert (event.failure, event.message) == (FailureKind.LOST, "ended by the coordinator")


THREADS = """
    import threading, time, os
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()

    def train(config, run):
        return threading.active_count()
"""


def test_a_module_that_starts_a_thread_still_works(start_pool, run_all, make_task):
    pool = start_pool(THREADS, workers=2)
    ended = run_all(pool, [make_task(seed=seed) for seed in range(4)])
    # The main thread, the one that listens, the attempt's sign of life, and the module's own: it
    # runs in every worker.
    assert {event.attempt.value for event in ended.values()} == {4.0}


IMPORTED = """
    import os, pathlib
    import pyarrow, torch
    pathlib.Path("imported").open("a").write(f"{os.getpid()}\\n")
    from threadpoolctl import threadpool_info

    def train(config, run):
        print(torch.get_num_threads(), *[
            library["num_threads"] for library in threadpool_info() if library["num_threads"] > 0
        ])
        return float(torch.randn(300, 300).mm(torch.randn(300, 300)).sum() != 0)
"""


@pytest.mark.parametrize("threads", [1, 2])
def test_the_module_is_imported_once_however_many_threads_a_run_has(
    start_pool, run_all, make_task, tmp_path, threads
):
    pool = start_pool(IMPORTED, workers=2, threads=threads)
    tasks = [make_task(seed=seed) for seed in range(4)]
    ended = run_all(pool, tasks)
    assert {event.attempt.value for event in ended.values()} == {1.0}
    (place,) = tmp_path.rglob("imported")
    assert len(place.read_text().splitlines()) == 1
    counts = {int(word) for task in tasks for word in output(task).split()}
    assert counts == {threads}


def test_runs_get_the_threads_the_gpus_and_the_hash_seed_of_the_plan(
    start_pool, run_all, make_task
):
    text = """
        import os
        def train(config, run):
            print(os.environ["OMP_NUM_THREADS"], os.environ["CUDA_VISIBLE_DEVICES"],
                  os.environ["PYTHONHASHSEED"], hash("a"))
            return 1.0
    """
    pool = start_pool(text, workers=2, threads=2, gpus=("4", "7"))
    tasks = [make_task(seed=seed) for seed in (0, 1)]
    run_all(pool, tasks)
    printed = [output(task).split() for task in tasks]
    assert {words[0] for words in printed} == {"2"}
    assert {words[1] for words in printed} <= {"4", "7"}
    assert {words[2] for words in printed} == {"0"}
    assert len({words[3] for words in printed}) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("raise ValueError('no data')\n", "raised ValueError: no data"),
        ("def other(c, r): ...\n", "there is no function 'train'"),
        ("import sys\nsys.exit(4)\n", "raised SystemExit: 4"),
        ("import os\nos._exit(4)\n", "ended with code 4"),
    ],
)
def test_a_trial_that_cannot_be_loaded_is_told_at_the_start(start_pool, text, words):
    with pytest.raises(TrialLoadError, match=words):
        start_pool(text)


def test_closing_ends_every_process(start_pool, collect, make_task, until):
    pool = start_pool(SLOW, workers=2)
    tasks = [make_task(seed=seed) for seed in (0, 1)]
    for task in tasks:
        pool.submit(task)
    for task in tasks:
        wait_for_step(task, collect, pool)
    pool.close()
    until(lambda: all(process_start(pid_of(task)) is None for task in tasks))
    assert process_start(pool.group) is None


COORDINATOR = """
    import sys, time
    from pathlib import Path
    from trialist.execute.load import TrialSource
    from trialist.execute.local import LocalPool, PoolSettings
    from trialist.execute.task import Task
    from trialist.values.seeds import SeedSet

    folder = Path(sys.argv[1])
    pool = LocalPool(PoolSettings(trial=TrialSource.parse("train.py:train", folder), workers=2))
    for seed in (0, 1):
        directory = folder / f"run-{seed}"
        directory.mkdir()
        pool.submit(Task(variant="a", seed=seed, number=1, config={"hang": seed == 1},
                         seeds=SeedSet.of(seed), directory=directory, metric="val/accuracy",
                         plan_hash="x"))
    seen = set()
    while len(seen) < 2:
        pool.poll(0.05)
        seen = {line.split('"pid":')[1].split(",")[0]
                for path in folder.glob("run-*/journal.jsonl")
                for line in path.read_text().splitlines()[:1] if '"pid":' in line}
    print(pool.group, *seen, flush=True)
    while True:
        pool.poll(1.0)
"""


def test_workers_are_gone_within_two_seconds_of_their_coordinators_death(trial_file, within):
    folder = trial_file(SLOW).parent
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(COORDINATOR), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    ) as coordinator:
        pids = [int(word) for word in coordinator.stdout.readline().split()]
        assert len(pids) == 3
        assert all(process_start(pid) is not None for pid in pids)
        coordinator.kill()
        coordinator.wait()
        assert within(lambda: all(process_start(pid) is None for pid in pids), 2.0)


def test_a_task_for_a_worker_that_died_while_idle_is_not_lost(
    start_pool, make_task, run_all, until
):
    pool = start_pool(SLOW)
    first = make_task(seed=0, config={"steps": 2})
    run_all(pool, [first])
    os.kill(pid_of(first), signal.SIGKILL)
    until(lambda: process_start(pid_of(first)) is None)
    event = run_all(pool, [make_task(seed=1, config={"steps": 2})])[("wide", 1)]
    assert isinstance(event, Died)
    again = make_task(seed=1, number=2, config={"steps": 2})
    assert run_all(pool, [again])[("wide", 1)].attempt.value == 0.5


def test_a_pool_says_how_many_can_run_at_the_same_time(start_pool):
    pool = start_pool(SLOW, workers=2)
    assert isinstance(pool, LocalPool)
    assert pool.workers == 2
