"""Bad input through the command: each gives what, where and what to do, or a counted failure."""

import json
import os
import resource
import subprocess
import sys

import pytest

import trialist
from trialist.cli.main import main

TRIAL = "def train(config, run):\n    return config['gain'] + run.seed.base * 1e-3\n"
FOR_ONE_SEED = """\
def train(config, run):
    if run.seed.base == 1:
        {}
    return config['gain'] + run.seed.base * 1e-3
"""
STUDY = """\
name: s
trial: trial.py:train
metric: {name: val/accuracy, goal: maximize, relevant: 0.005}
config: {gain: 0.9, note: plain}
variants: {baseline: {}, better: {gain: 0.902}}
seeds: {min: 3, max: 5}
resources: {workers: 2}
"""


class Desk:
    """A folder with a study, and the command run in it."""

    def __init__(self, folder, monkeypatch, capsys):
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        monkeypatch.chdir(folder)
        self.trial(TRIAL)
        self.study()

    @property
    def root(self):
        return self.folder / "experiments" / "s"

    def trial(self, text):
        (self.folder / "trial.py").write_text(text)

    def study(self, old="", new="", *, more=""):
        assert old in STUDY
        (self.folder / "study.yaml").write_text(STUDY.replace(old, new, 1) + more)

    def run(self, *words, command="run", study="study.yaml"):
        given = [study] if command == "run" else []
        self._monkeypatch.setattr("sys.argv", ["trialist", command, *given, *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self._capsys.readouterr()
        assert "Traceback" not in err
        return ended.value.code, out, err

    def attempts(self):
        return sorted(
            path.relative_to(self.root / "trials").as_posix()
            for path in self.root.glob("trials/*/*/attempt-*")
        )


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys):
    return Desk(tmp_path, monkeypatch, capsys)


def says(err, *, message, where, todo):
    """The error has its three parts, and they say this."""
    blocks = err.split("error: ")[1:]
    found = [block for block in blocks if message in block]
    assert found, err
    assert any(line.startswith("  where  ") and where in line for line in found[0].splitlines())
    _, is_there, cure = found[0].partition("\n  to do  ")
    assert is_there
    assert todo in cure


# -- the study file -----------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message", "where", "todo"),
    [
        ("{gain: 0.9,", "{gain: [0.9,", "this is not YAML", "study.yaml:4:", ""),
        ("seeds:", "sead:", "'sead' is not a key of a study", "study.yaml:6:1", "'seeds'"),
        ("min: 3", "min: three", "seeds.min is 'three'", "study.yaml:6:14", "a whole number"),
        ("name: s\n", "name: s\nname: t\n", "the key 'name' is here twice", ":2:1", "line 1"),
        ("goal: maximize", "goal: up", "metric.goal is 'up'", "study.yaml:3:", "maximize"),
        (", goal: maximize", "", "metric has no 'goal'", "study.yaml:3:", "goal: minimize"),
        ("gain: 0.902", "gane: 0.902", "'gane' is not a key of config", ":5:", "'gain'"),
        ("plain", ".nan", "config.note is .nan", "study.yaml:4:", "null"),
        ("trial.py:", "tria.py:", "there is no file 'tria.py'", ":2:8", "'trial.py'"),
        (":train", ":trian", "has no function 'trian'", "study.yaml:2:8", "'train'"),
        (":train", "", "expected a function in a file", "study.yaml:2:8", "trial.py:train"),
        ("{baseline: {}, ", "{../up: {}, ", "../up", "study.yaml:5:", ""),
    ],
)
def test_a_mistake_in_the_study_file_is_named_with_its_place_and_its_cure(
    desk, old, new, message, where, todo
):
    desk.study(old, new)
    code, out, err = desk.run()
    assert code == 2
    assert out == ""
    says(err, message=message, where=where, todo=todo)
    assert not (desk.folder / "experiments").exists()


def test_all_mistakes_of_a_file_are_listed_together(desk):
    desk.study("goal: maximize", "goal: up", more="sead: 3\nmode: sure\n")
    code, _, err = desk.run()
    assert code == 2
    assert err.count("error: ") == 3
    assert err.count("  where  study.yaml:") == 3


def test_errors_are_given_as_json_too(desk):
    desk.study("seeds:", "sead:")
    code, out, _ = desk.run("--json")
    assert code == 2
    told = json.loads(out)
    assert told["error"] == "ConfigError"
    assert set(told["mistakes"][0]) == {"message", "where", "todo"}


def test_a_study_that_is_not_there_names_the_one_that_is(desk):
    code, _, err = desk.run(study="studi.yaml")
    assert code == 2
    says(err, message="there is no file studi.yaml", where="studi.yaml", todo="study.yaml")


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"\xff\xfe\x00", "is not UTF-8 text"), (b"", "is empty"), (b"- a\n", "this file is a list")],
)
def test_a_file_that_is_no_study_at_all_is_refused(desk, data, message):
    (desk.folder / "study.yaml").write_bytes(data)
    code, _, err = desk.run()
    assert code == 2
    says(err, message=message, where="study.yaml", todo="")


# -- the command line ---------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message", "where", "todo"),
    [
        (["config.gane=1"], "'config.gane' is not in", "config.gane=1", "'config.gain'"),
        (["seeds.max=two"], "seeds.max is 'two'", "seeds.max=two", "a whole number"),
        (["foo"], "'foo' sets nothing", "foo", "key=value"),
        (["--require", "improvment"], "is not a verdict", "--require", "'improvement'"),
        (["--workers", "0"], "0 is not 'auto', nor a number from 1", "command line", "--help"),
        (["--wurkers", "2"], "No such option", "command line", "--help"),
    ],
)
def test_a_mistake_on_the_command_line_is_named(desk, words, message, where, todo):
    code, _, err = desk.run(*words)
    assert code == 2
    says(err, message=message, where=where, todo=todo)
    assert not (desk.folder / "experiments").exists()


@pytest.mark.parametrize("store", ["trial.py", "trial.py/below"])
def test_a_store_that_cannot_be_made_is_named(desk, store):
    code, _, err = desk.run("--store", store)
    assert code == 2
    says(err, message="the store cannot be written", where=store, todo="--store")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_store_that_may_not_be_written_is_named(desk):
    (desk.folder / "locked").mkdir(mode=0o500)
    code, _, err = desk.run("--store", "locked/store")
    assert code == 2
    says(err, message="the store cannot be written", where="locked/store", todo="--store")


@pytest.mark.parametrize("command", ["verify", "status", "report"])
def test_asking_before_there_is_a_study_says_how_to_make_one(desk, command):
    code, _, err = desk.run(command=command)
    assert code == 2
    says(err, message="there is no study here yet", where="experiments", todo="trialist init")


# -- the user's module --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "where", "todo"),
    [
        ("import nonexisting\n", "No module named 'nonexisting'", "trial.py:1", "install"),
        ("1 / 0\n", "ZeroDivisionError: division by zero", "trial.py:1", "must run"),
        ("import sys; sys.exit(3)\n", "raised SystemExit: 3", "trial.py:1", "must run"),
        (
            "import os; print('so long', flush=True); os._exit(3)\n",
            "ended with code 3",
            "trial.py",
            "importing the module must not end the process",
        ),
    ],
)
def test_a_module_that_cannot_be_imported_registers_nothing(desk, text, message, where, todo):
    desk.trial(text + TRIAL)
    code, _, err = desk.run()
    assert code == 2
    says(err, message=message, where=where, todo=todo)
    assert ("so long" in err) == ("so long" in text)
    assert not desk.root.exists()


def test_a_module_with_a_syntax_error_is_named_with_its_line(desk):
    desk.trial("def train(config, run)\n    return 1.0\n")
    code, _, err = desk.run()
    assert code == 2
    says(err, message="expected ':'", where="trial.py:1", todo="must run without an error")
    assert not desk.root.exists()


def test_a_module_that_leaves_a_thread_behind_still_runs(desk):
    desk.trial("import threading, time\nthreading.Thread(target=time.sleep, args=(900,)).start()\n"
               + TRIAL)  # fmt: skip
    code, out, err = desk.run("--quiet")
    assert code == 0, err
    assert "better" in out


# -- the trial itself ---------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ValueError('bad shape')", "ValueError: bad shape (trial.py:2)"),
        ("raise ValueError(f'bad {run.directory}')", "ValueError: bad /"),
        ("open(run.directory / 'no' / 'file')", "(trial.py:2)"),
        ("run.log({'val/acc': 0.5}, step=1)", "'val/accuracy' was never reported; did you mean"),
        ("return {'val/acc': 0.5}", "did you mean 'val/acc'?"),
        ("return 'good'", "returned 'good' for 'val/accuracy'"),
        ("run.log({'a b': 1.0}, step=1)", "MetricError"),
        ("raise SystemExit(7)", "SystemExit: 7 (trial.py:2)"),
        ("import os; os._exit(7)", "exited with code 7, after step 0 (nothing was logged)"),
        (
            "run.log({'val/accuracy': 0.5}, step=4); import ctypes; ctypes.string_at(0)",
            "ended by signal 11, after step 4",
        ),
    ],
)
def test_a_trial_that_always_fails_stops_the_study_and_shows_its_error_once(desk, body, message):
    desk.trial(f"def train(config, run):\n    {body}\n")
    code, _, err = desk.run("--quiet")
    assert code == 3
    assert err.count("error: ") == 1
    says(err, message="the first three runs failed alike", where="stderr.log", todo="same command")
    assert message in err
    started = {name.rpartition("/")[0] for name in desk.attempts()}
    assert 3 <= len(started) <= 4  # two workers: a fourth may have begun


def test_after_mending_the_trial_the_same_command_goes_on(desk):
    desk.trial("def train(config, run):\n    raise ValueError('bad shape')\n")
    assert desk.run()[0] == 3
    desk.trial(TRIAL)
    code, out, err = desk.run()
    assert code == 0, err
    assert "better" in out
    assert desk.run(command="verify")[0] == 0


def test_failures_that_are_not_shown_are_counted(desk):
    desk.trial(TRIAL.replace("return", "1 / (config['gain'] == 0.9)\n    return", 1))
    code, _, err = desk.run("seeds=7")
    assert code == 3
    assert err.count("\nfailed: ") == 5
    assert err.splitlines()[-1] == "and 2 more"


def test_a_run_that_fails_for_one_seed_is_counted_and_shown(desk):
    desk.trial(FOR_ONE_SEED.format("raise ValueError('bad')"))
    code, out, err = desk.run()
    assert code == 3
    assert "Given that the run trains: 1 of 5 better runs failed (1 to 72 %), 1 of 5" in out
    assert "failed: better/seed-1 (gain 0.902), before its first step: ValueError: bad" in err
    assert "(experiments/s/trials/better" in err
    data = json.loads((desk.root / "results.json").read_text())
    assert [variant["n_failed"] for variant in data["variants"]] == [1, 1]
    assert data["variants"][0]["seeds"] == [0, 2, 3, 4]
    assert desk.run()[0] == 3  # not tried again behind one's back
    assert len(desk.attempts()) == 10
    assert desk.run(command="verify")[0] == 0


def test_a_metric_that_is_nan_in_one_run_is_counted_as_diverged(desk):
    desk.trial(FOR_ONE_SEED.format("return float('nan')"))
    code, out, _ = desk.run()
    assert code == 0
    assert "1 of 5 better runs diverged" in out
    data = json.loads((desk.root / "results.json").read_text())
    assert [variant["n_diverged"] for variant in data["variants"]] == [1, 1]
    assert desk.run(command="verify")[0] == 0


def test_a_metric_that_is_nan_in_all_runs_gives_no_number(desk):
    desk.trial("def train(config, run):\n    return float('nan')\n")
    code, out, _ = desk.run()
    assert code == 0
    assert "no finished run" in out
    data = json.loads((desk.root / "results.json").read_text())
    assert data["comparisons"][0]["verdict"] == "refused"
    assert data["comparisons"][0]["estimate"] is None
    assert "NaN" not in (desk.root / "results.json").read_text()
    assert desk.run(command="verify")[0] == 0


@pytest.mark.parametrize(
    "body",
    [
        "for _ in range(40):\n        print('x' * 100_000)",
        "import sys; sys.stdout.close(); sys.stderr.close()",
        "import os; os.close(1); os.close(2)",
        "import os; os.chdir('/'); os.environ.clear()",
        "import warnings; warnings.simplefilter('error')",
        "import threading, time; threading.Thread(target=time.sleep, args=(900,)).start()",
        "import os, time\n    if os.fork() == 0:\n        time.sleep(900)",
        "import os; os.fork()",
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)",
        "import sys; sys.setrecursionlimit(120)",
        "config.clear(); config['gain'] = 0.9 + 0.002 * ('better' in str(run.directory))",
    ],
)
def test_what_a_trial_does_to_its_process_stays_there(desk, body):
    desk.trial(f"def train(config, run):\n    gain = config['gain']\n    {body}\n"
               "    return gain + run.seed.base * 1e-3\n")  # fmt: skip
    before = (os.getcwd(), dict(os.environ))
    code, out, err = desk.run()
    assert code == 0, err
    assert "better" in out
    assert "tried again" not in err
    assert (os.getcwd(), dict(os.environ)) == before
    data = json.loads((desk.root / "results.json").read_text())
    assert [len(variant["values"]) for variant in data["variants"]] == [5, 5]
    assert desk.run(command="verify")[0] == 0


def test_a_child_of_a_dead_worker_does_not_hold_the_study_up(desk):
    desk.trial("import os, time\ndef train(config, run):\n"
               "    if 'attempt-1' in str(run.directory):\n        if os.fork() == 0:\n"
               "            time.sleep(900)\n        os._exit(9)\n"
               "    return config['gain'] + run.seed.base * 1e-3\n")  # fmt: skip
    code, _, err = desk.run()  # would wait for 900 s
    assert code == 0, err
    assert "exited with code 9" in err


@pytest.mark.slow
def test_torch_is_as_fresh_in_the_last_run_as_in_the_first(desk):
    desk.trial("import torch\ndef train(config, run):\n"
               "    fresh = torch.get_default_dtype() is torch.float32 and "
               "torch.get_num_threads() == 1 and torch.is_grad_enabled()\n"
               "    torch.set_default_dtype(torch.float64); torch.set_num_threads(2)\n"
               "    torch.set_grad_enabled(False); torch.use_deterministic_algorithms(True)\n"
               "    return config['gain'] + run.seed.base * 1e-3 if fresh else 0.0\n")  # fmt: skip
    code, _, err = desk.run()
    assert code == 0, err
    data = json.loads((desk.root / "results.json").read_text())
    assert all(value > 0.89 for variant in data["variants"] for value in variant["values"])


def test_a_full_disk_fails_the_run_and_loses_nothing(desk):
    desk.trial("def train(config, run):\n    for step in range(3000):\n"
               "        run.log({'val/accuracy': config['gain']}, step=step)\n")  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "trialist", "run", "study.yaml"],
        cwd=desk.folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "after step" in done.stderr
    assert "File too large" in next(desk.root.glob("trials/*/*/*/stderr.log")).read_text()
    code, _, err = desk.run("--quiet")
    assert code == 0, err
    assert desk.run(command="verify")[0] == 0


# -- where it is run from -----------------------------------------------------


def test_a_study_can_be_run_from_another_folder(desk, monkeypatch):
    elsewhere = desk.folder / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    code, out, err = desk.run(study="../study.yaml")
    assert code == 0, err
    assert "better" in out
    assert (elsewhere / "experiments" / "s" / "results.json").exists()


# -- a study that changed -----------------------------------------------------


def test_before_the_first_finished_run_the_plan_is_replaced_freely(desk):
    desk.trial("def train(config, run):\n    raise ValueError('bad')\n")
    assert desk.run()[0] == 3
    desk.trial(TRIAL)
    desk.study("0.902", "0.93")
    code, _, err = desk.run()
    assert code == 0, err
    assert "0.93" in (desk.root / "study.yaml").read_text()
    assert '"gain":0.93' in (desk.root / "plan.json").read_text()
    assert desk.run(command="verify")[0] == 0


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (lambda desk: desk.study("0.902", "0.903"), "config of better: gain 0.902 -> 0.903"),
        (lambda desk: desk.trial(TRIAL + "# more\n"), "code trial.py changed"),
        (lambda desk: desk.study("max: 5", "max: 8"), "seeds"),
        (lambda desk: desk.study("relevant: 0.005", "relevant: 0.001"), "relevant"),
    ],
)
def test_a_change_after_the_first_finished_run_is_refused_with_the_difference(
    desk, change, difference
):
    assert desk.run()[0] == 0
    before = {path: path.read_bytes() for path in desk.root.rglob("*") if path.is_file()}
    change(desk)
    code, _, err = desk.run()
    assert code == 2
    assert difference in err
    says(err, message="is not the study that s has results of", where="experiments/s", todo="--new")
    after = {path: path.read_bytes() for path in desk.root.rglob("*") if path.is_file()}
    assert after.keys() == before.keys()
    assert all(after[path] == before[path] for path in before if path.name != "lock")


def test_an_override_after_the_first_finished_run_is_a_change_too(desk):
    assert desk.run()[0] == 0
    code, _, err = desk.run("config.gain=0.8")
    assert code == 2
    assert "gain 0.9 -> 0.8" in err
    code, _, err = desk.run("config.gain=0.8", "--new")
    assert code == 0, err
    assert "# override: config.gain=0.8" in (desk.root.parent / "s-2" / "study.yaml").read_text()


def test_new_goes_on_with_the_new_study_when_it_was_cut_off(desk):
    assert desk.run()[0] == 0
    desk.trial("def train(config, run):\n    raise ValueError('bad')\n")
    assert desk.run("--new")[0] == 3  # NAME-2 is begun and not answered
    assert desk.run("--new")[0] == 3
    assert sorted(path.name for path in desk.root.parent.glob("s*")) == ["s", "s-2"]


def test_the_first_results_are_still_there_after_new_ones(desk):
    assert desk.run()[0] == 0
    before = (desk.root / "results.json").read_bytes()
    desk.study("0.902", "0.95")
    assert desk.run("--new")[0] == 0
    assert (desk.root / "results.json").read_bytes() == before
    assert json.loads((desk.root.parent / "s-2" / "results.json").read_text())["study"] == "s-2"
    desk.study()
    assert desk.run()[0] == 0  # the old study file still means the old study
    assert desk.run("s", command="verify")[0] == 0
    assert desk.run("s-2", command="verify")[0] == 0


# -- a study from Python ------------------------------------------------------


@pytest.mark.parametrize("value", [object(), float("nan"), {1, 2}, b"raw"])
def test_a_configuration_that_is_not_plain_is_refused_before_anything_is_written(desk, value):
    study = trialist.Study(
        metric={"name": "val/accuracy", "goal": "maximize"},
        trial="trial.py:train",
        config={"gain": value},
        variants={"baseline": {}, "better": {"gain": 1.0}},
        seeds=3,
        folder=desk.folder,
    )
    with pytest.raises(trialist.TrialistError) as raised:
        trialist.run(study)
    mistake = raised.value.mistakes[0]
    assert "plain" in mistake.message
    assert mistake.where == "config"
    assert "numbers, strings" in mistake.todo
    assert not (desk.folder / "experiments").exists()
