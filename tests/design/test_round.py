"""What a round asks about, and what each variant has."""

from trialist.design.hyperparameters import Kind
from trialist.design.round import Round
from trialist.values.metric import Goal, Metric
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.space import Arm, Parameter, Role
from trialist.values.study import Study

LR = Parameter(name="opt.lr", low=0.1, high=1.0)


def asked(*arms, **changes):
    study = Study(
        trial="train.py:train", metric=Metric(name="val/loss", goal=Goal.MINIMIZE), **changes
    )
    search = SearchPlan(
        method=Method.RANDOM, arms=arms, trials=8, replicates=1, seed=0, tuned=Tuned.RECIPE
    )
    return Round(study, search)


def test_what_variants_change_is_what_is_asked_about():
    round_ = asked(
        Arm(variant="a", parameters=(LR,)),
        Arm(variant="b", parameters=(LR,)),
        config={"model": {"depth": 2, "norm": None}, "opt": {"lr": 0.1}},
        variants={"a": {}, "b": {"model": {"depth": 3}, "opt": {"name": "adam"}}},
    )
    assert round_.scientific == {
        "model.depth": {"a": 2, "b": 3},
        "opt.name": {"a": None, "b": "adam"},
    }
    assert round_.scientific_of(Kind.DEPTH) == ("model.depth",)
    assert [arm.variant for arm in round_.arms_about("opt.name")] == ["a", "b"]


def test_a_mapping_that_is_new_is_asked_about_value_by_value():
    round_ = asked(
        Arm(variant="a"),
        Arm(variant="b"),
        config={"opt": {}},
        variants={"a": {}, "b": {"opt": {"name": "adam", "inner": {"eps": 1}}}},
    )
    assert set(round_.scientific) == {"opt.name", "opt.inner.eps"}


def test_a_sampled_scientific_parameter_has_no_value_in_a_variant():
    size = Parameter(name="width", low=8, high=64, role=Role.SCIENTIFIC)
    round_ = asked(Arm(variant="baseline"), Arm(variant="searched", parameters=(size, LR)))
    assert round_.scientific == {"width": {}}
    assert [arm.variant for arm in round_.arms_about("width")] == ["searched"]
    assert round_.tuned(round_.search.arms[1], Kind.WIDTH, Kind.LR) == (LR,)
    assert round_.arms_about("nothing") == ()


def test_a_value_comes_from_the_variant_the_space_or_the_configuration():
    round_ = asked(
        Arm(variant="a", given={"optimizer": "sgd"}),
        config={"lr": 0.1, "deep": {"eps": 0.5}},
        space={"batch_size": {"fixed": 128}, "optimizer": {"choices": ["sgd"]}},
        variants={"a": {"lr": 0.2}},
    )
    values = [round_.value_of(name, "a") for name in ("optimizer", "lr", "batch_size", "deep.eps")]
    assert values == ["sgd", 0.2, 128, 0.5]
    assert round_.value_of("nothing", "a") is None
    assert round_.fixed("a", Kind.LR) == (("lr", 0.2),)


def test_parameters_that_variants_share_are_one():
    mine = Parameter(name="opt.lr", label="adam.lr", low=0.1, high=1.0)
    round_ = asked(
        Arm(variant="a", parameters=(LR,)),
        Arm(variant="b", parameters=(LR,)),
        Arm(variant="c", parameters=(mine,)),
    )
    assert round_.parameters(Kind.LR) == (LR, mine)
