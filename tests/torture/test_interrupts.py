"""Ctrl-C, a second coordinator, and a coordinator that dies while its workers are busy."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # the benchmarks are no package
from benchmarks.torture.victim import Victim
from benchmarks.torture.witness import broken_promises

pytestmark = [pytest.mark.slow, pytest.mark.torture]

NOT_REACHED_S = 300


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The results of a study that nobody disturbed, by one worker."""
    victim = Victim(tmp_path_factory.mktemp("expected") / "study", flavour=1)
    code, out, err = victim.run(workers=1)
    assert code == 0, out + err
    assert not list(broken_promises(victim))
    return victim.results()


@pytest.fixture
def victim(tmp_path):
    """A study to be disturbed, which waits for that; whatever it leaves behind is ended."""
    victim = Victim(tmp_path / "study", flavour=1)
    victim.hold(2)
    yield victim
    for process in victim.processes():
        process.kill()


def busy(victim, command, *, runs=2, processes=2):
    """Wait until runs have been started and the workers are there; give their processes."""
    deadline = time.monotonic() + NOT_REACHED_S
    while time.monotonic() < deadline:
        assert command.poll() is None, command.communicate()
        workers = psutil.Process(command.pid).children(recursive=True)[1:]
        begun = len(list(victim.root.glob("trials/*/*/*/journal.jsonl")))
        if begun >= runs and len(workers) >= processes:
            return workers
        time.sleep(0.005)
    raise AssertionError("the study never got busy")


def left_of(processes):
    """Give the processes that are still there; a killed one takes a moment, a zombie is gone."""
    _, alive = psutil.wait_procs(processes, timeout=60)
    return [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def ended_within(command, seconds):
    """Tell whether a command ends within so many seconds of asking; no clock runs meanwhile."""
    for _ in range(round(seconds / 0.02)):
        if command.poll() is not None:
            return True
        time.sleep(0.02)
    return False


def goes_on(victim, expected):
    """The same command finishes the study, with the results of an undisturbed one."""
    victim.release()
    code, out, err = victim.run()
    assert code == 0, out + err
    assert victim.verify()[0] == 0
    assert victim.results() == expected
    assert not list(broken_promises(victim))


@pytest.mark.parametrize("runs", [2, 4, 5])
def test_ctrl_c_says_how_to_go_on_and_the_same_command_does(victim, expected, runs):
    victim.hold(runs)
    command = victim.start()
    busy(victim, command, runs=runs)
    command.send_signal(signal.SIGINT)
    victim.release()
    assert ended_within(command, 10)
    _, err = command.communicate(timeout=NOT_REACHED_S)
    assert command.returncode == 130
    assert "nothing is lost. Go on with: " in err
    assert "run study.yaml --workers 2" in err
    assert "Traceback" not in err
    victim.note_acknowledged()
    goes_on(victim, expected)


def test_ctrl_c_in_a_terminal_reaches_the_whole_group_and_loses_nothing(victim, expected):
    command = victim.start(start_new_session=True)
    busy(victim, command)
    os.killpg(command.pid, signal.SIGINT)
    victim.release()
    _, err = command.communicate(timeout=NOT_REACHED_S)
    assert command.returncode == 130
    assert "Go on with" in err
    assert "Traceback" not in err
    assert "crashed" not in err
    goes_on(victim, expected)


def test_a_second_ctrl_c_does_not_wait_for_the_step(tmp_path):
    victim = Victim(tmp_path / "study", seconds=300)
    command = victim.start()
    busy(victim, command)
    command.send_signal(signal.SIGINT)
    assert any("stopping after" in line for line in command.stderr)
    command.send_signal(signal.SIGINT)
    assert ended_within(command, 4)
    command.communicate(timeout=NOT_REACHED_S)
    assert command.returncode == 130
    assert victim.gone_after() is not None


def test_ctrl_c_while_the_trial_is_imported_ends_the_command(victim):
    (victim.folder / "plain.py").write_text(
        "import time\nfrom pathlib import Path\nPath('importing').touch()\ntime.sleep(300)\n"
        "def train(config, run):\n    return 1.0\n"
    )
    command = victim.start()
    deadline = time.monotonic() + NOT_REACHED_S
    while not (victim.folder / "importing").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    command.send_signal(signal.SIGINT)
    _, err = command.communicate(timeout=NOT_REACHED_S)
    assert command.returncode == 130
    assert "Traceback" not in err
    assert not victim.root.exists()
    assert victim.gone_after(within=3) is not None


def test_sigterm_ends_like_ctrl_c(victim, expected):
    command = victim.start()
    busy(victim, command)
    command.terminate()
    victim.release()
    command.communicate(timeout=NOT_REACHED_S)
    assert command.returncode == 130
    goes_on(victim, expected)


def test_a_second_coordinator_is_told_who_runs_the_study_and_disturbs_nothing(victim, expected):
    first = victim.start()
    busy(victim, first)
    before = victim.ledger.read_bytes()
    code, _, err = victim.run()  # while the first one waits
    assert code == 2
    assert f"this study is being run already, by process {first.pid} on " in err
    assert "trialist watch victim" in err
    assert "Traceback" not in err
    assert victim.ledger.read_bytes().startswith(before)
    victim.release()
    first.communicate(timeout=NOT_REACHED_S)
    assert first.returncode == 0
    assert victim.results() == expected
    sessions = victim.ledger.read_text().count('"kind":"session"')
    assert sessions == 1
    assert not list(broken_promises(victim))


def test_status_and_verify_beside_a_running_study_disturb_nothing(victim, expected):
    first = victim.start()
    busy(victim, first)
    for words in (["status", "victim"], ["verify", "victim"], ["status", "--json"]):
        done = subprocess.run(
            [sys.executable, "-m", "trialist", *words],
            cwd=victim.folder,
            env=victim.environment,
            capture_output=True,
            text=True,
            timeout=NOT_REACHED_S,
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert done.returncode == 0, done.stdout + done.stderr
    victim.release()
    first.communicate(timeout=NOT_REACHED_S)
    assert first.returncode == 0
    assert victim.results() == expected


def test_workers_of_a_killed_coordinator_are_gone_and_the_next_one_goes_on(victim, expected):
    command = victim.start()
    workers = busy(victim, command)
    victim.note_acknowledged()
    command.kill()
    command.communicate(timeout=NOT_REACHED_S)
    goes_on(victim, expected)
    assert not left_of(workers)


def test_what_a_trial_forked_outlives_its_coordinator_only_until_the_next_one(tmp_path):
    victim = Victim(tmp_path / "study")
    victim.hold(2)
    fork = "import os\n\ndef train(config, run):\n    if os.fork() == 0:\n        time.sleep(300)\n"
    trial = victim.folder / "plain.py"
    trial.write_text(trial.read_text().replace("\ndef train(config, run):\n", f"\n{fork}"))
    command = victim.start()
    busy(victim, command, processes=4)
    command.kill()
    command.communicate(timeout=NOT_REACHED_S)
    children = victim.processes()
    assert children
    victim.release()
    code, out, err = victim.run()
    assert code == 0, out + err
    assert not left_of(children)
    assert not list(broken_promises(victim))


def test_a_worker_that_dies_leaves_the_other_one_running(victim, expected):
    command = victim.start()
    first, second, *_ = busy(victim, command)
    first.kill()
    first.wait(timeout=10)
    deadline = time.monotonic() + NOT_REACHED_S
    attempts = victim.root.glob
    while not list(attempts("trials/*/*/attempt-2")) and time.monotonic() < deadline:
        time.sleep(0.005)
    assert second.is_running()
    victim.release()
    _, err = command.communicate(timeout=NOT_REACHED_S)
    assert command.returncode == 0
    assert "ended by signal 9" in err
    assert "it is tried again" in err
    assert victim.results() == expected
    assert not list(broken_promises(victim))


def test_a_fork_server_that_is_killed_while_it_loads_is_started_again(victim, expected):
    victim.release()
    (victim.folder / "plain.py").write_text(
        "import time\nfrom pathlib import Path\nif not Path('killed').exists():\n"
        "    Path('loading').touch()\n    time.sleep(300)\n"
        + (victim.folder / "plain.py").read_text()
    )
    command = victim.start()
    deadline = time.monotonic() + NOT_REACHED_S
    while not (victim.folder / "loading").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    (victim.folder / "killed").touch()
    psutil.Process(command.pid).children()[0].kill()
    out, err = command.communicate(timeout=NOT_REACHED_S)
    assert command.returncode == 0, out + err
    assert json.loads(victim.results())["variants"] == json.loads(expected)["variants"]


def test_code_that_changed_meanwhile_is_not_mixed_into_a_running_study(victim, expected):
    command = victim.start()
    busy(victim, command)
    trial = victim.folder / "plain.py"
    before = trial.read_text()
    trial.write_text(before.replace("rng.gauss(0, 0.004)", "1.0"))
    psutil.Process(command.pid).children()[0].kill()
    _, err = command.communicate(timeout=NOT_REACHED_S)
    assert command.returncode == 2
    assert "code was changed while the study ran" in err
    assert "Traceback" not in err
    trial.write_text(before)
    goes_on(victim, expected)
