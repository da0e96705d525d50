"""Commands as trials, with real processes: what is read, how they end, what is left of them."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import weakref
from pathlib import Path

import psutil
import pytest

from trialist.execute.executor import Died, Ended
from trialist.ledger.journal import read_journal
from trialist.values.command import ArgStyle, Cwd
from trialist.values.events import FailureKind, RunStatus

pytestmark = pytest.mark.slow

DEADLINE_S = 180


def is_over(event):
    return isinstance(event, (Ended, Died))


def make(pool, *tasks):
    """Run tasks one after the other; give how the last one ended."""
    found = None
    for task in tasks:
        pool.submit(task)
        found = wait(pool)
    return found


OVER = weakref.WeakKeyDictionary()
"""Ends that were heard of together with an earlier one, by pool."""


def wait(pool):
    deadline = time.monotonic() + DEADLINE_S
    over = OVER.setdefault(pool, [])
    while not over:
        assert time.monotonic() < deadline
        over += filter(is_over, pool.poll(0.02))
    return over.pop(0)


def ended_within(pool, seconds):
    """Give how the run ended, within so many seconds of asking; no clock runs meanwhile."""
    for _ in range(round(seconds / 0.02)):
        for event in pool.poll(0.02):
            if is_over(event):
                return event
    raise AssertionError(f"it went on for {seconds} s")


def until(pool, condition):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline
        assert not any(map(is_over, pool.poll(0.02)))


def gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def all_gone(*pids):
    """Tell whether they are gone within 2 s of asking; no clock runs while the machine stands."""
    for _ in range(200):
        if all(map(gone, pids)):
            return True
        time.sleep(0.01)
    return False


TRAIN = """
    import argparse, random
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float)
    parser.add_argument("--seed", type=int)
    given = parser.parse_args()
    random.seed(given.seed)
    for epoch in range(3):
        print(f"Epoch {epoch + 1}: Loss: {1 / (epoch + 1):.4f} Acc: {90 + epoch + given.lr}%")
"""
METRICS = {
    "val/accuracy": {"pattern": "Acc: ([0-9.]+)%", "scale": 0.01},
    "train/loss": "Loss: ([0-9.]+)",
}


def test_a_script_is_read_as_it_prints(command_pool, write, make_task, rows):
    write("train.py", TRAIN)
    pool = command_pool("python train.py --lr {lr} --seed {seed}", metrics=METRICS)
    task = make_task(config={"lr": 0.5})
    event = make(pool, task)
    assert event.attempt.status is RunStatus.FINISHED
    assert event.attempt.value == pytest.approx(0.925)
    assert [step for step, _ in rows(task)] == [1, 2, 3]
    assert rows(task)[0][1] == pytest.approx({"val/accuracy": 0.905, "train/loss": 1.0})
    assert (task.directory / "stdout.log").read_text().splitlines()[0].startswith("Epoch 1: Loss")
    assert (task.directory / "stderr.log").read_text() == ""


def test_rows_are_in_the_journal_while_the_script_runs(command_pool, write, make_task):
    write("train.py", "import time\nprint('val_accuracy: 0.5')\ntime.sleep(600)\n")
    pool = command_pool("python train.py")
    task = make_task()
    journal = task.directory / "journal.jsonl"
    pool.submit(task)
    until(pool, lambda: journal.exists() and read_journal(journal).last_step == 1)


@pytest.mark.parametrize(
    ("style", "said"),
    [
        (ArgStyle.SPACE, ["--lr", "1e-05", "--layers", "64", "32", "--nesterov"]),
        (
            ArgStyle.EQUALS,
            ["--lr=1e-05", "--layers=[64,32]", "--nesterov=True", "--wd=False", "--note=None"],
        ),
        (
            ArgStyle.KEYVALUE,
            ["lr=1e-05", "layers=[64,32]", "nesterov=true", "wd=false", "note=null"],
        ),
    ],
)
def test_the_whole_configuration_is_passed_in_three_styles(
    command_pool, write, make_task, style, said
):
    write("show.py", "import json, sys\nprint(json.dumps(sys.argv[1:]), 'val/accuracy=1')")
    pool = command_pool("python show.py {seed} {args}", args=style)
    config = {"lr": 1e-5, "layers": [64, 32], "nesterov": True, "wd": False, "note": None}
    task = make_task(seed=4, config=config)
    assert make(pool, task).attempt.value == 1.0
    line = (task.directory / "stdout.log").read_text().rpartition(" val")[0]
    assert json.loads(line) == ["4", *said]


def test_a_configuration_goes_by_file_and_by_environment(command_pool, write, make_task):
    write(
        "show.py",
        """
        import json, os, sys
        given = json.load(open(sys.argv[1]))
        assert given == json.load(open(os.environ["TRIALIST_CONFIG"]))
        sources = ["init", "order", "split", "train"]
        assert sorted(json.loads(os.environ["TRIALIST_SEEDS"])) == sources
        assert open(sys.argv[2]).read() == '"model":\\n  "width": 64\\n"seed": 5\\n'
        print("val/accuracy:", given["model"]["width"] + given["seed"] + float(os.environ["WIDTH"]))
        """,
    )
    pool = command_pool(
        "python show.py {config_json} {config_file}", env={"WIDTH": "{model.width}"}
    )
    task = make_task(seed=5, config={"model": {"width": 64}, "seed": "{seed}"})
    assert make(pool, task).attempt.value == 133.0


def test_pipes_and_variables_go_through_a_shell(command_pool, make_task):
    pool = command_pool("echo 'val/accuracy: '{lr}$TRIALIST_SEED | sed s/x/4/ && true")
    assert make(pool, make_task(seed=2, config={"lr": "0.x"})).attempt.value == 0.42


def test_a_value_is_never_read_as_shell_or_as_two_words(command_pool, make_task, write):
    write("show.py", "import sys\nprint('val/accuracy=', len(sys.argv))")
    nasty = "a b; touch oops '\"$(id)"
    for template in ("python show.py {x}", "python show.py {x} | cat"):
        task = make_task(variant=f"v{len(template)}", config={"x": nasty})
        assert make(command_pool(template), task).attempt.value == 2.0


def test_a_terminal_has_a_size_and_a_bar_is_read(command_pool, write, make_task, rows):
    write(
        "bar.py",
        """
        import os, sys
        assert sys.stdout.isatty() and sys.stderr.isatty() and sys.stdin.isatty()
        size = os.get_terminal_size()
        sys.stderr.write("width %d\\n" % size.columns)
        for step in range(1, 4):
            for part in ("", " done"):
                value = step / 10 + (0.01 if part else 0)
                sys.stdout.write(f"\\r\\x1b[32m{step}/3\\x1b[0m acc={value:.2f}{part}")
                sys.stdout.flush()
        """,
    )
    metrics = {"val/accuracy": r"(?P<step>\d+)/3 acc=(\S+)"}
    pool = command_pool("python bar.py", terminal=True, metrics=metrics)
    task = make_task()
    assert make(pool, task).attempt.value == 0.31
    assert rows(task) == [(k, {"val/accuracy": v}) for k, v in enumerate((0.11, 0.21, 0.31), 1)]
    assert b"width 200\r\n" in (task.directory / "stdout.log").read_bytes()
    assert (task.directory / "stderr.log").read_bytes() == b""


def test_the_best_value_counts_where_the_study_says_so(command_pool, write, make_task):
    write("s.py", "for v in ('nan', 0.2, 0.9, 0.4): print('acc', v)")
    metrics = {"val/accuracy": {"pattern": "acc (.*)", "take": "best"}}
    assert make(command_pool("python s.py", metrics=metrics), make_task()).attempt.value == 0.9


def test_a_last_value_that_is_no_number_is_a_diverged_run(command_pool, write, make_task):
    write("s.py", "print('val_accuracy: 0.5'); print('val_accuracy: nan')")
    assert make(command_pool("python s.py"), make_task()).attempt.status is RunStatus.DIVERGED


def test_a_file_of_metrics_in_the_runs_own_folder(command_pool, write, make_task, rows):
    write("s.py", "open('out.csv', 'w').write('step,acc\\n10,0.5\\n20,0.75\\n')")
    metrics = {"val/accuracy": {"file": "out.csv", "key": "acc"}}
    task = make_task()
    event = make(command_pool("python s.py", cwd=Cwd.RUN, metrics=metrics), task)
    assert event.attempt.value == 0.75
    assert [step for step, _ in rows(task)] == [10, 20]
    assert (task.directory / "out.csv").exists()


def test_a_script_that_attaches_logs_through_its_spool(command_pool, write, make_task, rows):
    write(
        "s.py",
        """
        import trialist
        run = trialist.start_run()
        for step in (1, 2):
            print("val_accuracy: 7")
            run.log({"val/accuracy": run.config["lr"] * step}, step=step)
        print(run.seed.base)
        """,
    )
    task = make_task(seed=6, config={"lr": 0.25})
    event = make(command_pool("python s.py"), task)
    assert event.attempt.value == 0.5
    assert rows(task) == [(1, {"val/accuracy": 0.25}), (2, {"val/accuracy": 0.5})]
    assert (task.directory / "stdout.log").read_text().endswith("6\n")


INJECTED = """
    import random
    first = random.random()
    import numpy
    second = numpy.random.rand()
    assert __name__ == "__main__"
    import helper
    print("val/accuracy:", first + second + helper.NUMBER)
"""


@pytest.mark.parametrize("template", ["python -u seedless.py", "python -m seedless"])
def test_a_script_that_never_seeds_is_seeded_from_outside(command_pool, write, make_task, template):
    write("seedless.py", INJECTED)
    write("helper.py", "import random\nNUMBER = random.random()\n")
    pool = command_pool(template, seed="inject")
    values = [
        make(pool, make_task(seed=seed, number=number)).attempt.value
        for number, seed in enumerate((0, 0, 1), start=1)
    ]
    assert values[0] == values[1] != values[2]


# -- how runs fail ------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "failure", "message"),
    [
        (
            "import sys\nprint('val_accuracy: 1')\nprint('a')\nraise ValueError('no data')",
            FailureKind.ERROR,
            "s.py exited with code 1: ValueError: no data\n  | Traceback",
        ),
        ("import os; os.kill(os.getpid(), 11)", FailureKind.CRASHED, "s.py was ended by signal 11"),
        ("raise RuntimeError('CUDA out of memory')", FailureKind.OOM, "CUDA out of memory"),
        (
            "print('epoch: 3'); print('val_acc: 0.25')",
            FailureKind.ERROR,
            "not seen, looked for by its own name; seen: epoch, val_acc; if it is 'val_acc', give",
        ),
        (
            "pass",
            FailureKind.ERROR,
            "'val/accuracy' not seen, looked for by its own name; seen: no",
        ),
    ],
    ids=["raises", "signal", "memory", "other name", "silent"],
)
def test_a_run_without_a_result_says_why(command_pool, write, make_task, body, failure, message):
    write("s.py", body)
    attempt = make(command_pool("python s.py"), make_task()).attempt
    assert attempt.status is RunStatus.FAILED
    assert attempt.failure is failure
    assert message in attempt.message


def test_only_the_last_lines_are_in_the_message(command_pool, write, make_task):
    write("s.py", "import sys\nfor k in range(99): print('line', k, file=sys.stderr)\nexit(3)")
    message = make(command_pool("python s.py"), make_task()).attempt.message
    assert message.startswith("s.py exited with code 3: line 98\n  | line 79\n")
    assert len(message.splitlines()) == 21


def test_a_program_that_is_not_there_is_named(command_pool, make_task):
    message = make(command_pool("nosuchprogram {seed}"), make_task()).attempt.message
    assert message.startswith("'nosuchprogram' cannot be started: No such file or directory")


def test_a_pattern_that_catches_no_number_is_a_finding(command_pool, write, make_task):
    write("s.py", "print('acc: lots'); print('acc: more'); print('acc: 0.5')")
    task = make_task()
    pool = command_pool("python s.py", metrics={"val/accuracy": r"acc: (\S+)"})
    assert make(pool, task).attempt.value == 0.5
    journal = (task.directory / "journal.jsonl").read_text()
    assert journal.count("caught 'acc: lots': no number") == 1


# -- how runs end -------------------------------------------------------------

FAMILY = """
    import os, subprocess, sys, time
    sleeps = [sys.executable, "-c", "import time; time.sleep(600)"]
    child = subprocess.Popen(sleeps)
    apart = subprocess.Popen(sleeps, start_new_session=True)
    print("pids", os.getpid(), child.pid, apart.pid)
    print("val_accuracy: 0.5")
    if len(sys.argv) < 2:
        time.sleep(600)
"""


def family(task):
    text = (task.directory / "stdout.log").read_text()
    return [int(word) for word in text.splitlines()[0].split()[1:]]


def started(pool, task):
    """Submit a task, and give the processes of its script once it has all of them."""
    pool.submit(task)
    output = task.directory / "stdout.log"
    until(pool, lambda: output.exists() and "val_accuracy" in output.read_text())
    return family(task)


def test_what_a_script_leaves_behind_is_gone_with_its_run(command_pool, write, make_task):
    write("s.py", FAMILY)
    task = make_task()
    assert make(command_pool("python s.py ends"), task).attempt.value == 0.5
    assert all(map(gone, family(task)))


def test_a_run_over_its_time_ends_with_all_of_its_processes(command_pool, write, make_task):
    write("s.py", FAMILY)
    pool = command_pool("python s.py", settings={"timeout": 1.0})
    for number in range(1, 30):  # on a slow machine its time is over before it has begun
        task = make_task(number=number)
        event = make(pool, task)
        assert isinstance(event, Died)
        assert event.failure is FailureKind.TIMEOUT
        if "val_accuracy" in (task.directory / "stdout.log").read_text():
            break
    assert all_gone(*family(task))
    write("s.py", "print('val_accuracy: 0.25')")
    for number in range(1, 30):
        event = make(pool, make_task(seed=1, number=number))
        if not isinstance(event, Died):
            break
    assert event.attempt.value == 0.25


@pytest.mark.parametrize("who", ["worker", "guard", "script", "server"])
def test_kill_any_process_and_none_is_left(command_pool, write, make_task, who):
    write("s.py", FAMILY)
    pool = command_pool("python s.py")
    task = make_task()
    pids = started(pool, task)
    script = psutil.Process(pids[0])
    guard = script.parent()
    victims = {"worker": guard.parent(), "guard": guard, "script": script}
    victim = victims[who].pid if who in victims else pool.group
    os.kill(victim, signal.SIGKILL)
    event = wait(pool)
    failure = event.failure if isinstance(event, Died) else event.attempt.failure
    assert failure is FailureKind.CRASHED
    assert all_gone(*pids)
    write("s.py", "print('val_accuracy: 0.25')")
    assert make(pool, make_task(seed=1)).attempt.value == 0.25


def test_a_pool_that_closes_leaves_nothing(command_pool, write, make_task):
    write("s.py", FAMILY)
    pool = command_pool("python s.py")
    pids = started(pool, make_task())
    pool.close()
    assert all_gone(*pids)


STOPS = """
    import os, signal, sys, time
    stop = os.path.join(os.environ["TRIALIST_RUN_DIR"], "stop")
    if "deaf" in sys.argv:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("val_accuracy: 0.5")
    time.sleep(600)
"""


@pytest.mark.parametrize("how", ["plain", "deaf"])
def test_a_run_that_is_asked_to_stop_ends(command_pool, write, make_task, how):
    write("s.py", STOPS)
    pool = command_pool(f"python s.py {how}")
    task = make_task()
    pool.submit(task)
    journal = task.directory / "journal.jsonl"
    until(pool, lambda: journal.exists() and read_journal(journal).last_step == 1)
    pool.cancel(task)
    event = ended_within(pool, 4 if how == "deaf" else 1.5)
    assert event.attempt.status is RunStatus.STOPPED
    assert (task.directory / "stop").exists()


def test_an_attached_script_may_end_by_itself(command_pool, write, make_task):
    write(
        "s.py",
        """
        import time, trialist
        run = trialist.start_run()
        step = 0
        while not run.should_stop():
            step += 1
            run.log({"val/accuracy": 0.5}, step=step)
            time.sleep(0.01)
        open(run.directory / "saved", "w").close()
        """,
    )
    pool = command_pool("python s.py")
    for number in range(1, 10):  # a machine that stands still takes the script's time to end
        task = make_task(number=number)
        pool.submit(task)
        journal = task.directory / "journal.jsonl"
        until(pool, lambda journal=journal: journal.exists() and read_journal(journal).last_step)
        pool.cancel(task)
        assert wait(pool).attempt.status is RunStatus.STOPPED
        if (task.directory / "saved").exists():
            break
    assert (task.directory / "saved").exists()


def test_ctrl_c_of_the_coordinator_leaves_no_process(project, write, tmp_path):
    write("s.py", FAMILY)
    write(
        "study.yaml",
        "command: python s.py {args}\n"
        "metric: {name: val/accuracy, goal: maximize}\n"
        "config: {seed: '{seed}'}\nseeds: 3\nresources: {workers: 1}\n",
    )
    write("s.py", textwrap.dedent(FAMILY).replace("if len(sys.argv) < 2", "if True"))
    words = [sys.executable, "-m", "trialist", "run", "study.yaml"]
    coordinator = subprocess.Popen(
        words, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    output = project / "experiments/study/trials/baseline/seed-0/attempt-1/stdout.log"
    deadline = time.monotonic() + DEADLINE_S
    while not (output.exists() and "val_accuracy" in output.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    pids = [int(word) for word in output.read_text().splitlines()[0].split()[1:]]
    coordinator.send_signal(signal.SIGINT)
    assert coordinator.wait(DEADLINE_S) == 130
    assert all_gone(*pids)


def test_runs_that_write_one_file_at_a_time_are_told(command_pool, write, make_task):
    write(
        "s.py",
        """
        import os, pathlib, time
        mine = pathlib.Path(os.environ["TRIALIST_RUN_DIR"])
        (mine / "begun").touch()
        while len(list(mine.parents[1].glob("*/*/begun"))) < 2:
            time.sleep(0.01)
        open("model.pt", "w").write("x")
        print("val_accuracy: 0.5")
        """,
    )
    pool = command_pool("python s.py", workers=2)
    tasks = [make_task(seed=seed) for seed in (0, 1)]
    for task in tasks:
        pool.submit(task)
    wait(pool), wait(pool)
    said = "".join((task.directory / "journal.jsonl").read_text() for task in tasks)
    assert "runs at the same time may have written the same files: " in said
    assert "model.pt" in said


def test_two_workers_give_the_results_of_one(command_pool, write, make_task):
    write("train.py", TRAIN.replace("90 + epoch", "random.random() + epoch"))
    found = []
    for number, workers in enumerate((1, 2), start=1):
        template = "python train.py --lr {lr} --seed {seed}"
        pool = command_pool(template, metrics=METRICS, workers=workers)
        tasks = [make_task(seed=seed, number=number, config={"lr": 0.0}) for seed in range(4)]
        for task in tasks[:workers]:
            pool.submit(task)
        values = {}
        for task in [*tasks[workers:], *[None] * workers]:
            event = wait(pool)
            values[event.task.seed] = event.attempt.value
            if task is not None:
                pool.submit(task)
        found.append(values)
    assert found[0] == found[1]
    assert len(set(found[0].values())) == 4


def test_gives_what_it_starts_without_starting_it(make_command, project, kept):
    from trialist.execute.command.runner import CommandTrial

    trial = CommandTrial(make_command("python s.py {lr}"), project)
    said = trial.script({"lr": 0.5}, kept)
    assert said["argv"] == [sys.executable, "s.py", "0.5"]
    assert Path(said["cwd"]) == project
    assert said["env"]["TRIALIST_SEED"] == "3"
    assert not list(kept.directory.iterdir())
