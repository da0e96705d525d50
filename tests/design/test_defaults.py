"""What stays at the optimizer's defaults."""

from trialist.design.defaults import default_caveats
from trialist.values.metric import Goal, Metric
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.space import Arm, Parameter
from trialist.values.study import Study

LR = Parameter(name="lr", low=1e-4, high=1.0)


def said(*arms, **changes):
    study = Study(
        trial="train.py:train", metric=Metric(name="val/loss", goal=Goal.MINIMIZE), **changes
    )
    search = SearchPlan(
        method=Method.RANDOM, arms=arms, trials=8, replicates=1, seed=0, tuned=Tuned.RECIPE
    )
    return default_caveats(study, search)


def test_each_variant_has_the_defaults_of_its_optimizer():
    arms = (
        Arm(variant="a", given={"optimizer": "sgd"}, parameters=(LR,)),
        Arm(variant="b", given={"optimizer": "AdamW"}, parameters=(LR,)),
    )
    assert said(*arms, space={"optimizer": {}}, config={"weight_decay": 0.0}) == (
        (
            "a: momentum (0.9) of SGD with momentum stays at its default, and no verdict says "
            "otherwise."
        ),
        (
            "b: beta1 (0.9), eps (1e-8) and beta2 (0.999) of AdamW stay at their defaults, and no "
            "verdict says otherwise."
        ),
    )


def test_what_the_study_names_is_not_at_a_default():
    config = {"optimizer": "adam", "betas": [0.9, 0.99], "eps": 1e-8, "wd": 0}
    assert said(Arm(variant="tuned", parameters=(LR,)), config=config) == ()


def test_a_name_that_only_one_optimizer_has_is_looked_for_itself():
    config = {"optimizer": "rmsprop", "momentum": 0.0, "eps": 1e-8, "wd": 0}
    (sentence,) = said(Arm(variant="tuned", parameters=(LR,)), config=config)
    assert sentence.startswith("tuned: alpha (0.99) of RMSprop stays at its default")
    assert said(Arm(variant="tuned", parameters=(LR,)), config={**config, "opt.alpha": 0.9}) == ()


def test_of_an_unknown_optimizer_nothing_is_said():
    assert said(Arm(variant="tuned", parameters=(LR,)), config={"optimizer": "lion"}) == ()
    assert said(Arm(variant="tuned", parameters=(LR,))) == ()


def test_a_variant_that_is_not_tuned_is_not_spoken_of():
    assert said(Arm(variant="baseline"), config={"optimizer": "sgd"}) == ()
