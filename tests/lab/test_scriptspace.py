"""A proposed space is over the options that a script has."""

import pytest

from trialist.design.advice import suggest_space
from trialist.lab.init import init_script
from trialist.lab.scriptspace import script_space
from trialist.values.errors import ConfigError

SCRIPT = """
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--learning-rate", type=float, default=0.001)
parser.add_argument("--wd", type=float, default=0.0)
parser.add_argument("--epochs", type=int, default=5)
args = parser.parse_args()
print(f"val accuracy: {0.5}")
"""


def test_parameters_take_the_names_of_the_options():
    lines = script_space(suggest_space("adamw", trials=16), ["epochs", "learning-rate", "wd"])
    assert lines[3:] == [
        "space:",
        "  learning-rate: {low: 1e-5, high: 0.1, log: true, hard_low: 0}",
        "  wd: {low: 0.0001, high: 1, log: true, switch: true, hard_low: 0}",
        "  # no option of the script: beta1",
        "search: {trials: 16}",
    ]


def test_a_name_without_a_kind_is_matched_as_it_is():
    lines = script_space(suggest_space("rmsprop", trials=100), ["alpha"])
    assert lines[4].startswith("  alpha: {low: 0.9, high: 0.999")


def test_with_an_option_for_everything_nothing_is_absent():
    lines = script_space(suggest_space("sgd", trials=4), ["lr"])
    assert lines[-1] == "search: {trials: 4}"
    assert not any("no option" in line for line in lines)


def test_a_script_without_such_options_is_refused():
    with pytest.raises(ConfigError, match="no option for lr"):
        script_space(suggest_space("sgd", trials=4), ["epochs"])


def test_a_study_with_a_space_is_written_for_a_script(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT, encoding="utf-8")
    with pytest.raises(ConfigError, match="no space is known for the optimizer 'adamx'"):
        init_script(script, space="adamx")
    assert not (tmp_path / "study.yaml").exists()
    text = init_script(script, space="adam", trials=8).path.read_text(encoding="utf-8")
    assert "  learning-rate: {low: 1e-5, high: 0.1, log: true, hard_low: 0}\n" in text
    assert "search: {trials: 8}\n" in text
    assert "variants:" not in text
