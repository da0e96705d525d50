"""What `test` of a study file may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from trialist.design.studyfile import load_study
from trialist.values.errors import ConfigError
from trialist.values.sealed import SealedTest

HEAD = "trial: train.py:train\nmetric: {name: val/accuracy, goal: maximize}\n"


@pytest.fixture
def read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("train.py").write_text(
        "def train(config, run): return 1.0\n\n\ndef evaluate(config, run): return 1.0\n\n\n"
        "task = object()\n"
    )

    def load(text):
        Path("study.yaml").write_text(f"{HEAD}test: {text}\n")
        return load_study(Path("study.yaml"))

    return load


def mistakes(read, text):
    with pytest.raises(ConfigError) as caught:
        read(text)
    return [(one.where, one.message) for one in caught.value.mistakes]


def test_a_function_is_enough(read):
    assert read("train.py:evaluate").test == SealedTest(trial="train.py:evaluate")


def test_a_mapping_says_more(read):
    found = read("{trial: train.py:task.tested, data: [a.npz], metric: test/loss, goal: minimize}")
    assert found.test == SealedTest(
        trial="train.py:task.tested", data=("a.npz",), metric="test/loss", goal="minimize"
    )


def test_the_same_metric_on_the_test_split_needs_no_goal(read):
    assert read("{trial: train.py:evaluate, metric: test/accuracy}").test.goal is None


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("train.py:evalute", "3:7", "has no function 'evalute'"),
        ("train.py:tsk.tested", "3:7", "has no function 'tsk'"),
        ("{trial: none.py:f}", "3:15", "there is no file 'none.py'"),
        ("{data: [a]}", "3:1", "test has no 'trial'"),
        ("{trial: train.py:evaluate, data: [' ']}", "3:41", "test.data[0] is empty"),
        ("{trial: train.py:evaluate, data: [1]}", "3:41", "expected a path"),
        ("{trial: train.py:evaluate, metric: accuracy}", "3:42", "expected the form split/metric"),
        ("{trial: train.py:evaluate, metric: val/accuracy}", "3:42", "which the study chooses by"),
        ("{trial: train.py:evaluate, metric: test/loss}", "3:42", "which way test/loss is better"),
        ("{trial: train.py:evaluate, goal: up}", "3:40", "expected maximize or minimize"),
        ("{trial: train.py:evaluate, files: [a]}", "3:34", "'files' is not a key of test"),
        ("3", "3:7", "expected a function such as"),
    ],
)
def test_a_mistake_is_told_at_its_place(read, text, where, message):
    found = mistakes(read, text)
    assert any(message in said and where in place for place, said in found), found


def test_an_empty_test_is_none(read):
    assert read("").test is None
