"""What a study without a search cannot say."""

from dataclasses import replace

import pytest

from trialist.design.protocol import build_plan
from trialist.design.untuned import untuned_advice
from trialist.values.metric import Goal, Metric
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.study import Study


def plan(config, **variants):
    study = Study(
        trial="train.py:train",
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
        config=config,
        variants={"baseline": {}, **variants},
    )
    return build_plan(study, code=(), trial="train.py:train")


OPTIMIZERS = plan({"optimizer": "sgd", "lr": 0.1}, adam={"optimizer": "adam"})


def test_another_optimizer_untuned_is_another_configuration():
    assert untuned_advice(OPTIMIZERS) == (
        (
            "adam changes optimizer, and nothing is tuned: the verdict is about these "
            "configurations, not about the optimizers. A space makes the comparison fair: "
            "trialist.suggest_space('adam')."
        ),
    )


def test_variants_are_named_together_and_keys_apart():
    found = plan(
        {"opt": {"name": "sgd"}, "batch_size": 32},
        a={"opt": {"name": "lion"}},
        b={"opt": {"name": "lion2"}, "batch_size": 64},
    )
    assert untuned_advice(found) == (
        (
            "a and b change opt.name, and nothing is tuned: the verdict is about these "
            "configurations, not about the optimizers. A space makes the comparison fair."
        ),
        (
            "b changes batch_size, and nothing is tuned: the verdict is about these "
            "configurations, not about the batch sizes. A space makes the comparison fair."
        ),
    )


def test_a_variant_without_an_optimizer_names_none():
    config = {"optimizer": {"name": "sgd"}}
    found = replace(
        plan(config, a={"optimizer": {"name": "adam"}}),
        ablation={},
    )
    bare = replace(found.variants[1], config={"optimizer": {}})
    (said,) = untuned_advice(replace(found, variants=(found.variants[0], bare)))
    assert said.endswith("A space makes the comparison fair.")


@pytest.mark.parametrize("change", [{"lr": 0.2}, {}])
def test_other_changes_say_nothing(change):
    assert untuned_advice(plan({"optimizer": "sgd", "lr": 0.1}, other=change)) == ()


def test_a_search_is_the_cure():
    search = SearchPlan(
        method=Method.RANDOM, arms=(), trials=8, replicates=1, seed=0, tuned=Tuned.RECIPE
    )
    assert untuned_advice(replace(OPTIMIZERS, search=search)) == ()
