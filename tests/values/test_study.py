"""The study: what is accepted, and what is refused before anything runs."""

from pathlib import Path

import pytest

from trialist.values.errors import ConfigError
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.study import Resources, SeedRange, Study

METRIC = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)


def study(**changes):
    fields = {"metric": METRIC, "trial": "train.py:train", "variants": {"baseline": {}, "wide": {}}}
    return Study(**{**fields, **changes})


def test_plain_mappings_and_lists_become_values():
    made = study(
        metric={"name": "val/loss", "goal": "minimize"},
        seeds={"min": 3, "max": 8},
        resources={"workers": 2},
        paired=["init"],
        mode="explore",
        folder="somewhere",
    )
    assert made.metric == Metric(name="val/loss", goal=Goal.MINIMIZE)
    assert made.seeds == SeedRange(min=3, max=8)
    assert made.resources == Resources(workers=2)
    assert made.paired == ("init",)
    assert made.mode is Mode.EXPLORE
    assert made.folder == Path("somewhere")
    assert study(seeds=[0, 7]).seeds == (0, 7)


def test_a_metric_without_a_goal_is_refused():
    with pytest.raises(ConfigError, match="metric is 'val/loss', not a mapping"):
        study(metric="val/loss")


def test_the_baseline_is_the_variant_of_that_name_else_the_first():
    assert study().baseline_name == "baseline"
    assert study(variants={"small": {}, "big": {}}).baseline_name == "small"
    assert study(variants={"wide": {}, "baseline": {}}).baseline_name == "baseline"
    assert study(baseline="wide").baseline_name == "wide"
    assert study(variants={}).variant_names == ("baseline",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "../up"}, "cannot be a folder"),
        ({"name": ""}, "cannot be a folder"),
        ({"variants": {"a/b": {}}}, "cannot be a folder"),
        ({"baseline": "wid"}, "did you mean 'wide'"),
        ({"paired": ["inti"]}, "did you mean 'init'"),
        ({"vary": ["seed"]}, "not a random source"),
        ({"vary": []}, "every seed would give the same run"),
        ({"seeds": 0}, "cannot be used|nothing would run"),
        ({"seeds": -3}, "cannot be used"),
        ({"seeds": []}, "cannot be used"),
        ({"seeds": [1, 1]}, "cannot be used"),
        ({"seeds": [-1, 1]}, "cannot be used"),
        ({"seeds": {"min": 5, "max": 3}}, "do not fit"),
        ({"seeds": {"min": 0}}, "do not fit"),
        ({"seeds": {"least": 3}}, "least"),
        ({"metric": {"name": "val/loss"}}, "goal"),
        ({"metric": {"name": "val/loss", "goal": "min"}}, "min"),
        ({"resources": {"workers": 0}}, "workers"),
        ({"resources": {"workers": "many"}}, "workers"),
        ({"resources": {"threads": 0}}, "threads"),
        ({"resources": {"retries": -1}}, "retries"),
        ({"resources": {"timeout": 0}}, "timeout"),
        ({"resources": {"memory": 10}}, "memory"),
        ({"resources": {"memory": "much"}}, "memory"),
        ({"resources": {"memory": "1kB"}}, "memory"),
        ({"resources": {"gpus": -1}}, "gpus"),
        ({"resources": {"gpus": "two"}}, "gpus"),
    ],
)
def test_what_is_impossible_is_refused_with_a_word_about_it(changes, words):
    with pytest.raises(ConfigError, match=words):
        study(**changes)


def test_nothing_else_is_refused():
    made = study(name="a.b-1_2", vary=["init"], seeds=(3,), resources=Resources(timeout=0.5))
    assert (made.name, made.vary, made.seeds) == ("a.b-1_2", ("init",), (3,))


def test_the_baseline_of_an_ablation_is_the_full_model():
    made = study(ablate=["lr"], variants={"full": {}, "wide": {}})
    assert made.ablate == ("lr",)
    assert made.baseline_name == "full"
    assert made.variant_names == ("full", "wide")
    assert study(ablate={"lr": 0}).ablate == {"lr": 0}


@pytest.mark.parametrize("ablate", ["lr", [3], {3: 0}])
def test_an_ablation_names_keys_in_a_list(ablate):
    with pytest.raises(ConfigError, match="ablate"):
        study(ablate=ablate)


def test_what_is_expected_must_say_a_range():
    assert study(expect={"wide": "> 0.1"}).expect == {"wide": "> 0.1"}
    with pytest.raises(ConfigError, match=r"expect\.wide is 'up'"):
        study(expect={"wide": "up"})
