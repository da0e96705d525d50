from dataclasses import replace

import pytest

from trialist.design.caveats import caveats_of_plan
from trialist.design.protocol import build_plan
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.plan import CodeFile
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.seeds import SOURCES
from trialist.values.space import Arm, Parameter
from trialist.values.study import Study


def caveats(*, name="val/accuracy", relevant=0.005, code=(), **changes):
    given_fields = {
        "trial": "train.py:train",
        "metric": Metric(name=name, goal=Goal.MAXIMIZE, relevant=relevant),
        "config": {"lr": 0.1, "dropout": 0.0, "opt": {"name": "sgd", "eps": 1}},
        "variants": {"baseline": {}, "dropout": {"dropout": 0.3}},
        "vary": SOURCES,
    }
    study = Study(**{**given_fields, **changes})
    return caveats_of_plan(build_plan(study, code=code, trial="train.py:train"))


def test_a_variant_that_is_searched_has_no_configuration_yet():
    study = Study(
        trial="train.py:train",
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005),
        config={"lr": 0.1},
        variants={"baseline": {}, "tuned": {}},
    )
    plan = build_plan(study, code=(), trial="train.py:train")
    assert any("have the same configuration" in one for one in caveats_of_plan(plan))
    lr = Parameter(name="lr", low=0.01, high=1.0)
    search = SearchPlan(
        method=Method.RANDOM,
        arms=(Arm(variant="baseline"), Arm(variant="tuned", parameters=(lr,))),
        trials=8,
        replicates=1,
        seed=0,
        tuned=Tuned.CONFIGURATION,
    )
    said = caveats_of_plan(replace(plan, search=search))
    assert not any("have the same configuration" in one for one in said)


def test_a_sound_plan_has_none():
    assert caveats() == ()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"seeds": 1}, "One seed per variant cannot answer this: run at least 3"),
        ({"seeds": 2}, "2 seeds per variant cannot answer this: run at least 3"),
        ({"seeds": 4}, "4 seeds per variant find only large differences"),
        ({"seeds": {"min": 2, "max": 5}}, "The look at 2 seeds can answer next to nothing"),
        ({"relevant": None}, "No relevant difference is set"),
        (
            {"relevant": 0.5},
            "The relevant difference is 0.5: val/accuracy is taken to be",
        ),
        ({"name": "test/accuracy"}, "test/accuracy is measured on test data"),
        ({"name": "train/loss"}, "train/loss is measured on training data"),
        (
            {"vary": ("order", "init", "train")},
            "The data split is the same for every seed: a verdict does not hold for another one.",
        ),
        (
            {"vary": ("order",)},
            (
                "The data split, the initial weights and the randomness while training are the "
                "same for every seed: a verdict does not hold for others."
            ),
        ),
        (
            {"vary": ("order", "init", "train"), "paired": ("split",)},
            "paired names only sources that do not vary",
        ),
        ({"variants": {}}, "There is one variant, so nothing is compared"),
        (
            {"variants": {"baseline": {}, "same": {"lr": 0.1}}},
            "baseline and same have the same configuration",
        ),
        (
            {"variants": {"baseline": {}, "both": {"lr": 1, "opt": {"eps": 2}}}},
            "both changes two things (lr 0.1 -> 1, opt.eps 1 -> 2): its verdict is about both",
        ),
        (
            {"variants": {"baseline": {}, "text": {"lr": "0,2"}}},
            "text sets lr to the text '0,2', the baseline to a number.",
        ),
        (
            {"config": {"seed": 1}, "variants": {"baseline": {}, "b": {"seed": 2}}},
            "config has the key 'seed'",
        ),
        ({"mode": Mode.EXPLORE}, "Explored, not confirmed: 1 comparison, judged once at 20 seeds."),
    ],
)
def test_names_what_limits_the_answer(changes, sentence):
    found = caveats(**changes)
    assert any(caveat.startswith(sentence) for caveat in found), found


def test_long_lists_of_settings_are_cut():
    config = {f"k{number}": 0 for number in range(9)}
    variants = {"baseline": {}, "all": dict.fromkeys(config, 1)}
    (found,) = caveats(config=config, variants=variants)
    assert "nine things (k0 0 -> 1, k1 0 -> 1," in found
    assert "k4 0 -> 1, and 4 more)" in found


def test_a_setting_that_is_not_in_both_is_no_text_for_a_number():
    variants = {"baseline": {}, "flat": {"opt": None}, "flips": {"augment": {"flip": "yes"}}}
    assert caveats(config={"opt": {"lr": 1}, "augment": {}}, variants=variants) == ()


def test_every_caveat_is_a_sentence():
    found = caveats(
        seeds=2, relevant=None, vary=("order",), paired=("init",), mode=Mode.EXPLORE, variants={}
    )
    assert len(found) >= 5
    assert all(caveat.endswith(".") and "!" not in caveat for caveat in found)


def command(**changes):
    fields = {"trial": None, "command": "./t {args} {seed}", "vary": ("order", "init", "train")}
    return caveats(**{**fields, **changes})


def test_a_command_gets_one_seed_and_only_its_code_says_for_what():
    assert any("whether that changes the data split too" in one for one in command())
    assert not any("A command gets" in one for one in command(command="./t {args} {seed.split}"))
    assert not any("A command gets" in one for one in command(vary=SOURCES))


def test_a_command_without_a_file_of_its_code_is_said():
    assert sum("a change of the code between two runs is not seen" in one for one in command()) == 1
    code = (CodeFile(path="t", digest="0" * 64),)
    assert not any("names no file" in one for one in command(code=code))


def test_the_best_value_of_a_run_is_said():
    metric = {"name": "val/x", "goal": "maximize", "relevant": 1, "take": "best"}
    assert any("(take: best)" in one for one in command(metric=metric))
    assert not any("(take: best)" in one for one in command())


def test_a_seed_of_a_command_may_stand_in_config():
    assert not any(
        "config has the key" in one for one in command(config={"seed": "{seed}"}, variants={})
    )
