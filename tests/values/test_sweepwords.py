"""Words as W&B's agent writes them, against what its own code gave."""

import json
from pathlib import Path

import pytest

from trialist.values.sweepwords import PREFIX, SWEEP_NAMES, in_order, sweep_words

RECORDED = json.loads(
    (Path(__file__).parents[1] / "design" / "sweeps" / "recorded.json").read_text()
)["macros"]


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: ",".join(case["config"]))
@pytest.mark.parametrize("name", SWEEP_NAMES)
def test_every_macro_gives_the_words_of_wandbs_agent(case, name):
    config = in_order(case["config"])
    expected = case["words"][name.removeprefix(PREFIX)]
    if name != "wandb.args_json":
        assert sorted(sweep_words(name, config)) == sorted(expected)
    if list(config) == list(case["config"]):
        assert list(sweep_words(name, config)) == expected


@pytest.mark.parametrize("name", SWEEP_NAMES)
def test_words_keep_the_order_that_a_sweep_has(name):
    case = next(one for one in RECORDED if list(in_order(one["config"])) == list(one["config"]))
    assert list(sweep_words(name, case["config"])) == case["words"][name.removeprefix(PREFIX)]


def test_there_is_a_name_for_every_macro():
    assert {name.removeprefix(PREFIX) for name in SWEEP_NAMES} == set(RECORDED[0]["words"])


def test_keys_come_in_a_sweeps_order_at_every_depth():
    given = {"z": 1, "opt": {"b": 1, "a": {"y": 1, "x": 2}}, "a": [3, 1]}
    assert json.dumps(in_order(given)) == json.dumps(
        {"a": [3, 1], "z": 1, "opt": {"a": {"x": 2, "y": 1}, "b": 1}}
    )
