"""Finding and importing the user's function."""

import functools
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from trialist.execute.load import LOADING, TrialSource, load_function
from trialist.values.errors import TrialLoadError


@pytest.fixture(autouse=True)
def _keep_imports():
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


@pytest.fixture
def load(trial_file, tmp_path):
    def load(text, name="trial_a.py", function="train"):
        trial_file(text, name)
        return load_function(TrialSource.parse(f"{name}:{function}", tmp_path / "project"))

    return load


def mistake_of(call):
    with pytest.raises(TrialLoadError) as caught:
        call()
    return caught.value.mistakes[0]


def test_a_trial_is_named_by_file_or_by_module(tmp_path):
    by_file = TrialSource.parse("lab/train.py:train", tmp_path)
    assert (by_file.file, by_file.module, by_file.function) == (
        *(tmp_path / "lab" / "train.py", None, "train"),
    )
    by_module = TrialSource.parse("lab.train:main", tmp_path)
    assert (by_module.file, by_module.module, by_module.function) == (None, "lab.train", "main")


@pytest.mark.parametrize("text", ["train.py", "train.py:", ":train", "", ":"])
def test_a_trial_without_a_function_is_refused(tmp_path, text):
    assert "names no function" in mistake_of(lambda: TrialSource.parse(text, tmp_path)).message


def test_a_function_of_a_file_is_loaded(load):
    function = load("x = 2\ndef train(config, run):\n    return config['a'] * x\n")
    assert function({"a": 3}, None) == 6


def test_a_file_in_a_folder_finds_its_neighbours_and_the_studys(load, trial_file):
    trial_file("value = 1\n", "lab/beside_it.py")
    trial_file("value = 2\n", "at_the_top.py")
    function = load(
        """
        import at_the_top, beside_it
        def train(config, run):
            return at_the_top.value, beside_it.value
        """,
        "lab/trial_b.py",
    )
    assert function({}, None) == (2, 1)


def test_a_module_of_a_package_is_loaded_with_its_relative_imports(trial_file):
    trial_file("", "kit_c/__init__.py")
    trial_file("value = 5\n", "kit_c/parts.py")
    path = trial_file(
        "from .parts import value\ndef train(c, r):\n    return value\n", "kit_c/trial.py"
    )
    source = TrialSource.parse("kit_c.trial:train", path.parent.parent)
    assert source.start == path
    assert load_function(source)({}, None) == 5


def test_a_package_itself_may_hold_the_function(trial_file):
    path = trial_file("def train(c, r):\n    return 1\n", "kit_d/__init__.py")
    source = TrialSource.parse("kit_d:train", path.parent.parent)
    assert source.start == path
    assert load_function(source)({}, None) == 1


def test_the_main_part_is_not_run_and_the_study_is_not_started_again(load):
    function = load(
        f"""
        import os
        loading = os.environ.get("{LOADING}")
        def train(config, run):
            return loading
        if __name__ == "__main__":
            raise SystemExit("the main part was run")
        """
    )
    assert function({}, None) == "1"
    assert LOADING not in os.environ


def test_any_callable_will_do(load):
    text = """
    class Trial:
        def __call__(self, config, run):
            return 4
    train = Trial()
    """
    assert load(text)({}, None) == 4


def test_a_missing_function_gets_the_near_name(load, trial_file):
    mistake = mistake_of(lambda: load("def train(c, r): ...\ndef _x(): ...\n", function="trian"))
    assert mistake.message == "there is no function 'trian' in trial_a.py"
    assert mistake.where == str(trial_file("", "trial_a.py"))
    assert "did you mean 'train'?" in mistake.todo


def test_imported_functions_are_not_offered(load):
    mistake = mistake_of(lambda: load("from os.path import join\n", function="joi"))
    assert mistake.todo == "the file defines no function"


def test_what_cannot_be_called_is_no_function(load):
    mistake = mistake_of(lambda: load("train = 5\n"))
    assert mistake.message == "'train' is int, not a function"


def test_a_failing_import_is_named_at_its_place(load, trial_file):
    helper = trial_file("\n\nraise ValueError('no data here')\n", "helper_e.py")
    mistake = mistake_of(lambda: load("import helper_e\n"))
    assert mistake.message == "importing trial_a.py raised ValueError: no data here"
    assert mistake.where == f"{helper}:3"


def test_a_syntax_error_is_named_at_its_place(load, trial_file):
    mistake = mistake_of(lambda: load("x = 1\ndef train(:\n"))
    assert "SyntaxError" in mistake.message
    assert mistake.where == f"{trial_file('', 'trial_a.py')}:2"


def test_a_module_that_exits_is_told_and_ends_nothing(load, trial_file):
    mistake = mistake_of(lambda: load("import sys\nsys.exit(3)\n"))
    assert mistake.message == "importing trial_a.py raised SystemExit: 3"
    assert mistake.where == f"{trial_file('', 'trial_a.py')}:2"
    assert "must run without an error" in mistake.todo


def test_a_missing_package_is_to_be_installed(load):
    mistake = mistake_of(lambda: load("import no_such_package_here\n"))
    assert "ModuleNotFoundError" in mistake.message
    assert "install 'no_such_package_here'" in mistake.todo


def test_a_missing_file_is_said_once_and_plainly(tmp_path):
    source = TrialSource.parse("nowhere.py:train", tmp_path)
    mistake = mistake_of(lambda: load_function(source))
    assert mistake.message == "there is no file for the trial 'nowhere.py:train'"
    assert mistake.where == str(tmp_path / "nowhere.py")
    assert mistake_of(lambda: source.start) == mistake


def test_a_missing_module_is_named_with_the_studys_folder(tmp_path):
    source = TrialSource.parse("nowhere.at_all:train", tmp_path)
    assert mistake_of(lambda: source.start).where == str(tmp_path)
    mistake = mistake_of(lambda: load_function(source))
    assert "importing nowhere.at_all raised ModuleNotFoundError" in mistake.message
    assert mistake.where == str(tmp_path)


# -- functions given as objects ------------------------------------------


def module_level(config, run):
    return 0.5


def test_a_function_of_a_file_is_found_again_by_name():
    here = Path(__file__).resolve()
    source = TrialSource.of_function(module_level, here.parent.parent)
    assert source == TrialSource(
        text="execute/test_load.py:module_level",
        file=here,
        module=None,
        function="module_level",
        folder=here.parent.parent,
    )
    assert TrialSource.parse(source.text, source.folder) == source


def closure():
    def inner(config, run):
        return 0.5

    return inner


class Holder:
    def method(self, config, run):
        return 0.5

    def __call__(self, config, run):
        return 0.5


@pytest.mark.parametrize(
    "function",
    [
        lambda config, run: 0.5,
        closure(),
        Holder().method,
        Holder(),
        functools.partial(module_level, run=None),
        len,
        eval("lambda c, r: 1"),
    ],
    ids=["lambda", "closure", "method", "object", "partial", "builtin", "text"],
)
def test_a_function_without_a_place_of_its_own_cannot_be_imported(function, tmp_path):
    assert TrialSource.of_function(function, tmp_path) is None


def test_a_function_of_a_notebook_cannot_be_imported(tmp_path):
    names = {}
    exec(compile("def train(c, r):\n    return 1\n", "<ipython-input-1>", "exec"), names)
    assert TrialSource.of_function(names["train"], tmp_path) is None


def test_a_function_typed_into_a_shell_cannot_be_imported(tmp_path):
    text = """
        from pathlib import Path
        from trialist.execute.load import TrialSource
        def train(config, run): return 1
        print(TrialSource.of_function(train, Path.cwd()))
    """
    done = subprocess.run(
        [sys.executable, "-"],
        input=textwrap.dedent(text),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert done.stdout.strip() == "None"


def test_an_edit_of_the_same_length_in_the_same_second_is_seen(trial_file, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = trial_file("from part import value\n\ndef train(config, run):\n    return value\n")
    source = TrialSource.parse(f"{path.name}:train", path.parent)
    for value in (1, 2):
        part = trial_file(f"value = {value}\n", "part.py")
        os.utime(part, (1_700_000_000, 1_700_000_000))
        sys.modules.pop("part", None)
        assert load_function(source)({}, None) == value
    assert not list(path.parent.rglob("__pycache__"))
    assert sys.dont_write_bytecode is False
