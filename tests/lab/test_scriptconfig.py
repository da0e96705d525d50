"""The configuration that a script gives."""

import argparse
from dataclasses import dataclass
from pathlib import Path

import pytest

from trialist.lab.scriptconfig import differences, plain_config
from trialist.values.errors import ConfigError


@dataclass
class Settings:
    lr: float = 0.1
    layers: tuple[int, ...] = (8, 8)


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (None, {}),
        ({"lr": 0.1}, {"lr": 0.1}),
        (argparse.Namespace(lr=0.1, data=Path("a/b")), {"lr": 0.1, "data": "a/b"}),
        (Settings(), {"lr": 0.1, "layers": [8, 8]}),
        ({"opt": {"name": "adam", 1: None}}, {"opt": {"name": "adam", "1": None}}),
    ],
)
def test_what_people_have_becomes_plain_data(given, plain):
    assert plain_config(given) == plain


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"model": object()}, r"config\.model is <object"),
        ({"opt": {"betas": [0.9, object()]}}, r"config\.opt\.betas\[1\] is"),
        ({"lr": float("nan")}, r"config\.lr is nan"),
        (3, "config is 3, not a mapping"),
        ([1], r"config is \[1\], not a mapping"),
    ],
)
def test_what_is_no_plain_data_is_named(given, named):
    with pytest.raises(ConfigError, match=named):
        plain_config(given)


def test_only_values_that_the_study_says_otherwise_are_differences():
    given = {"lr": 0.1, "epochs": 3, "opt": {"name": "adam", "eps": 1}, "text": "x" * 99}
    study = {"lr": 0.2, "opt": {"name": "sgd", "eps": 1}, "text": "y"}
    first, second, third = differences(given, study)
    assert first == "the script gave config.lr = 0.1, the study says 0.2: the study counts"
    assert second == (
        'the script gave config.opt.name = "adam", the study says "sgd": the study counts'
    )
    assert len(third) < 130
