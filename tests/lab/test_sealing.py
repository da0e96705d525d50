"""Which test set a plan names."""

from __future__ import annotations

from pathlib import Path

import pytest

import trialist
from trialist.lab.prepare import prepare
from trialist.lab.sealing import digest_of_test
from trialist.values.errors import ConfigError
from trialist.values.metric import Goal
from trialist.values.sealed import SealedTest


def trial(config, run):
    return 1.0


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("1\n")
    Path("b.csv").write_text("1\n")


def plan(**more):
    return prepare(
        trialist.Study(
            trial=trial,
            metric={"name": "val/accuracy", "goal": "maximize"},
            folder=Path.cwd(),
            **more,
        )
    ).plan


def test_a_plan_without_a_test_is_what_it_was():
    assert plan().test is None
    assert "test" not in plan().to_dict()


def test_a_plan_names_the_digest_of_its_test_set():
    found = plan(test={"trial": "t.py:f", "data": ["a.csv"]}).test
    assert (found.metric, found.goal) == ("test/accuracy", Goal.MAXIMIZE)
    assert found.digest.startswith("sha256:")
    again = trialist.Plan.from_dict(plan(test={"trial": "t.py:f", "data": ["a.csv"]}).to_dict())
    assert again.test == found


def test_the_same_data_is_the_same_test_set_whatever_it_is_called():
    here = Path.cwd()
    one = digest_of_test(SealedTest(trial="t.py:f", data=("a.csv",)), here)
    assert one == digest_of_test(SealedTest(trial="u.py:g", data=("b.csv",)), here)
    Path("b.csv").write_text("2 and more\n")
    assert one != digest_of_test(SealedTest(trial="u.py:g", data=("b.csv",)), here)
    assert digest_of_test(SealedTest(trial="t.py:f"), here) != one


def test_another_metric_says_which_way_it_is_better():
    found = plan(test={"trial": "t.py:f", "metric": "test/loss", "goal": "minimize"}).test
    assert (found.metric, found.goal) == ("test/loss", Goal.MINIMIZE)


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("f", "names no function"),
        ({"trial": "t.py:f", "metric": "val/accuracy"}, "which the study chooses by"),
        ({"trial": "t.py:f", "metric": "test/loss"}, "which way test/loss is better"),
        ({"trial": "t.py:f", "data": ["none.csv"]}, "there is nothing at 'none.csv'"),
    ],
)
def test_an_impossible_test_is_refused(test, said):
    with pytest.raises(ConfigError, match=said):
        plan(test=test)
