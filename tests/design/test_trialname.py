import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.trialname import top_level, trial_mistakes

SOURCE = """\
import os
from math import sqrt as root

def train(config, run):
    x = 1

def evaluate(model):
    pass

def many(*anything): ...
def optional(config, run, extra=1): ...
def keyword(config, run, *, needed): ...
def three(config, run, more): ...

@decorated
def wrapped(x): ...

class Model: ...
alias = evaluate
a, (b, *c) = 1, (2, 3)
typed: int = 3
if os.name == "nt":
    def only_here(config, run): ...
else:
    other = walrus = 1
try:
    from fast import step
except ImportError:
    step = None
with open("x") as handle:
    inside = 1
for index in range(3):
    pass
(late := 1)
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train.py").write_text(SOURCE)
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "steps.py").write_text(SOURCE)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        *("train", "many", "optional", "wrapped", "Model", "alias", "a", "b", "c", "typed", "root"),
        *("only_here", "other", "walrus", "step", "handle", "inside", "index", "late", "os"),
    ],
)
def test_finds_names_of_the_top_level(folder, name):
    assert trial_mistakes(f"train.py:{name}", folder, "s.yaml:1:8") == []
    assert trial_mistakes(f"pkg/steps.py:{name}", folder, "s.yaml:1:8") == []
    assert trial_mistakes(f"pkg.steps:{name}", folder, "s.yaml:1:8") == []


@pytest.mark.parametrize(
    ("trial", "message", "todo"),
    [
        ("train.py:trian", "train.py has no function 'trian'", "did you mean 'train' ("),
        ("pkg.steps:trian", "pkg.steps has no function 'trian'", "did you mean 'train' ("),
        ("train.py:zzz", "has no function 'zzz'", "train, evaluate"),
        ("train.py:x", "has no function 'x'", "train"),
        ("trian.py:train", "there is no file 'trian.py'", "did you mean 'train.py'?"),
        ("pkg/step.py:train", "there is no file 'pkg/step.py'", "did you mean 'pkg/steps.py'?"),
        ("none/step.py:train", "there is no file 'none/step.py'", "write"),
        ("x" * 300 + ".py:train", "there is no file", "train.py"),
        ("x" * 300 + "/a.py:train", "there is no file", "write"),
        ("train.py", "expected a function in a file", "train.py:train"),
        ("train.py:", "expected a function in a file", "train.py:train"),
        ("train.py:Model.fit", "expected a function in a file", "train.py:train"),
        ("train", "expected a function in a file", "file.py:function"),
        (":train", "expected a function in a file", "file.py:function"),
        ("a b:train", "expected a function in a file", "file.py:function"),
        ("", "expected a function in a file", "file.py:function"),
    ],
)
def test_names_what_is_wrong_with_a_trial(folder, trial, message, todo):
    (mistake,) = trial_mistakes(trial, folder, "s.yaml:1:8")
    assert message in mistake.message
    assert todo in mistake.todo
    assert mistake.where == "s.yaml:1:8"


def test_names_the_line_of_the_function_that_is_meant(folder):
    (mistake,) = trial_mistakes("train.py:trian", folder, "s.yaml:1:8")
    assert f"{folder / 'train.py'}:4" in mistake.todo


@pytest.mark.parametrize(("name", "line"), [("evaluate", 7), ("keyword", 12), ("three", 13)])
def test_a_trial_gets_just_config_and_run(folder, name, line):
    (mistake,) = trial_mistakes(f"train.py:{name}", folder, "s.yaml:1:8")
    assert mistake.message.startswith(f"{name}(")
    assert mistake.where == f"{folder / 'train.py'}:{line}"
    assert f"def {name}(config, run)" in mistake.todo


def test_files_outside_of_the_folder_are_named_as_the_study_names_them(folder):
    (mistake,) = trial_mistakes("../trian.py:train", folder / "pkg", "s.yaml:1:8")
    assert "did you mean '../train.py'?" in mistake.todo
    (mistake,) = trial_mistakes(f"{folder}/trian.py:train", folder / "pkg", "s.yaml:1:8")
    assert f"did you mean '{folder}/train.py'?" in mistake.todo


def test_an_installed_module_is_left_to_the_run(folder):
    assert trial_mistakes("somewhere.else:train", folder, "s.yaml:1:8") == []


@pytest.mark.parametrize("source", ["from other import *\n", "def __getattr__(name): ...\n"])
def test_says_nothing_where_it_cannot_tell(tmp_path, source):
    (tmp_path / "train.py").write_text(source)
    assert trial_mistakes("train.py:train", tmp_path, "s.yaml:1:8") == []


def test_a_name_that_is_assigned_again_is_no_longer_that_function():
    top = top_level(b"def train(x): ...\ntrain = wrap(train)\n")
    assert top.lines == {"train": 2}
    assert top.functions == {}


@pytest.mark.parametrize(
    ("source", "line"),
    [(b"x = 1\ndef train(:\n", 2), (b"x = 'a\x00b'", 1), (b"# -*- coding: nope -*-\n", 1)],
)
def test_a_file_that_is_no_python_is_named_with_its_line(tmp_path, source, line):
    (tmp_path / "train.py").write_bytes(source)
    (mistake,) = trial_mistakes("train.py:train", tmp_path, "s.yaml:1:8")
    assert mistake.message.startswith("train.py is not Python: ")
    assert mistake.where == f"{tmp_path / 'train.py'}:{line}"
    (mistake,) = trial_mistakes("train.py", tmp_path, "s.yaml:1:8")
    assert mistake.todo == "write file.py:function or package.module:function"


def test_a_file_without_functions_says_what_to_write(tmp_path):
    (tmp_path / "train.py").write_text("x = 1\n")
    (mistake,) = trial_mistakes("train.py:train", tmp_path, "s.yaml:1:8")
    assert "write def train(config, run)" in mistake.todo


def test_odd_escapes_in_a_users_file_are_not_our_matter(tmp_path):
    (tmp_path / "train.py").write_text("pattern = '\\d'\ndef train(config, run): ...\n")
    assert trial_mistakes("train.py:train", tmp_path, "s.yaml:1:8") == []


def test_a_file_that_cannot_be_read_is_a_mistake(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    (mistake,) = trial_mistakes("train.py:train", folder, "s.yaml:1:8")
    assert mistake.message == "train.py cannot be read: Permission denied"
    assert mistake.todo


@given(st.text(max_size=20))
def test_any_text_gives_mistakes_and_no_exception(tmp_path_factory, trial):
    folder = tmp_path_factory.getbasetemp()
    assert len(trial_mistakes(trial, folder, "s.yaml:1:8")) <= 1


@pytest.mark.parametrize(
    ("line", "config", "said"),
    [
        ("def f(lr, seed): ...", ["lr"], []),
        ("def f(lr, seed, *, run, width=3): ...", ["lr"], []),
        ("def f(*, lr, seed): ...", ["lr", "width"], ["no parameter for config.width"]),
        ("def f(lr, seed): ...", [], ["needs 'lr'"]),
        ("def f(seed, **settings): ...", ["lr", "width"], []),
        ("def f(seed, wdth=1): ...", ["width"], ["no parameter for config.width"]),
        ("def f(config, run, seed=0): ...", ["lr"], []),
        ("def f(config, seed): ...", ["lr"], []),
        ("def f(c, run, seed=0): ...", ["lr"], []),
    ],
)
def test_a_function_with_a_seed_gets_the_keys_of_config(tmp_path, line, config, said):
    (tmp_path / "train.py").write_text(line)
    found = trial_mistakes("train.py:f", tmp_path, "study.yaml:1:8", config=config)
    assert len(found) == len(said)
    for mistake, part in zip(found, said, strict=True):
        assert part in mistake.message
        assert mistake.where == f"{tmp_path / 'train.py'}:1"
        assert mistake.todo
