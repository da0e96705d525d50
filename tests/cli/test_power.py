import json

import pytest
from click.testing import CliRunner

from trialist.cli.power import command
from trialist.values.errors import ConfigError


def run(*words):
    return CliRunner().invoke(command, words, standalone_mode=False)


def test_the_sentence_comes_first_and_the_table_after_it():
    done = run("--sd", "0.004", "--relevant", "0.005", "--n-pilot", "5")
    assert done.output.startswith("8 to 26 seeds per variant find a difference of 0.005")
    assert "\n   12          0.0048" in done.output
    assert done.return_value == 0


def test_a_refused_plan_exits_with_one():
    done = run("--sd", "0.004", "--relevant", "0.001", "--seeds", "3..5", "--quiet")
    assert done.return_value == 1
    assert done.output.startswith("This plan cannot come out both ways:")
    assert "caveat" not in done.output


def test_json_is_the_report():
    done = run("--sd", "0.004", "--relevant", "0.005", "--looks", "5,8,12", "--json")
    assert json.loads(done.output)["looks"] == [5, 8, 12]


@pytest.mark.parametrize(("words", "looks"), [("20", [20]), ("5-20", [5, 8, 12, 20])])
def test_seeds_are_a_number_or_a_range(words, looks):
    done = run("--sd", "1", "--relevant", "1", "--seeds", words, "--json")
    assert json.loads(done.output)["looks"] == looks


def test_seeds_that_are_no_number_are_told():
    assert isinstance(run("--sd", "1", "--seeds", "many").exception, ConfigError)
