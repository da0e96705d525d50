"""The code of a function that has no file: whatever would change its results changes a digest."""

from functools import partial

import pytest

from trialist.lab.functioncode import function_code

CELL = """
import math
from json import dumps
WIDTH = 3
LOG = []
class Base:
    depth = 2
class Net(Base):
    def __call__(self, x):
        return helper(x) + WIDTH
def helper(x):
    return math.sin(x) if x in {"a", "b"} else 0.9
def train(config, run):
    LOG.append(dumps(config))
    return Net()(config["x"])
"""


def digests(text, *, name="train", module="__main__"):
    names = {"__name__": module}
    exec(compile(text, "<cell>", "exec"), names)
    return {part.path: part.digest for part in function_code(names[name]).parts}


def test_a_function_is_what_it_uses_of_its_module():
    assert set(digests(CELL)) == {"train", "Net", "Base", "Base.depth", "helper", "WIDTH"}
    assert digests(CELL) == digests(CELL)
    assert digests("# a comment\n\n" + CELL) == digests(CELL)


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("0.9", "0.8", "helper"),
        ("math.sin", "math.cos", "helper"),
        ("WIDTH = 3", "WIDTH = 4", "WIDTH"),
        ("helper(x) + WIDTH", "helper(x) - WIDTH", "Net"),
        ("depth = 2", "depth = 3", "Base.depth"),
        ('config["x"]', 'config["y"]', "train"),
    ],
)
def test_a_change_shows_in_the_part_that_changed(old, new, changed):
    before, after = digests(CELL), digests(CELL.replace(old, new))
    assert {name for name in before if before[name] != after[name]} == {changed}


def test_values_that_grow_while_a_study_runs_do_not_count():
    assert digests(CELL.replace("LOG = []", "LOG = [1]")) == digests(CELL)


def test_what_a_function_encloses_counts():
    text = "def make(bonus):\n    def train(config, run):\n        return bonus\n    return train\n"
    names = {"__name__": "__main__"}
    exec(compile(text, "<cell>", "exec"), names)
    low, high = function_code(names["make"](0.1)), function_code(names["make"](0.2))
    assert {part.path for part in low.parts} == {"make.<locals>.train", "bonus"}
    assert low != high


def test_what_a_partial_gives_counts():
    def train(lr, config, run):
        return lr

    assert function_code(partial(train, 0.1)) == function_code(partial(train, 0.1))
    assert function_code(partial(train, 0.1)) != function_code(partial(train, 0.2))


def test_other_modules_are_named():
    names = {"__name__": "__main__"}
    exec(compile(CELL, "<cell>", "exec"), names)
    assert function_code(names["train"]).modules >= {"json", "math"}


def test_recursion_ends():
    text = "def train(c, run): return other(c)\ndef other(c): return train(c, 1)\n"
    assert set(digests(text)) == {"train", "other"}
