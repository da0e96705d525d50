from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.difference import plan_difference
from trialist.design.protocol import build_plan
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.plan import CodeFile
from trialist.values.study import Resources, Study

CODE = (CodeFile(path="model.py", digest="1"), CodeFile(path="train.py", digest="2"))


def plan(*, code=CODE, trial="train.py:train", **changes):
    given_fields = {
        "name": "digits",
        "trial": trial,
        "metric": Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005),
        "config": {"lr": 0.1, "dropout": 0.0, "opt": {"name": "sgd"}},
        "variants": {"baseline": {}, "dropout": {"dropout": 0.3}},
    }
    return build_plan(Study(**{**given_fields, **changes}), code=code, trial=trial)


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, ()),
        (
            {"variants": {"baseline": {}, "dropout": {"dropout": 0.5}}},
            ("config of dropout: dropout 0.3 -> 0.5",),
        ),
        (
            {"config": {"lr": 0.2, "dropout": 0.0, "opt": {"name": "sgd"}}},
            ("config of every variant: lr 0.1 -> 0.2",),
        ),
        (
            {"config": {"lr": 0.1, "dropout": 0.0, "opt": {"name": "adam x"}, "new": None}},
            (
                "config of every variant: opt.name sgd -> 'adam x'",
                "config of every variant: new not set -> none",
            ),
        ),
        ({"config": {"lr": 0.1, "dropout": 0, "opt": {"name": "sgd"}}},
         ("config of baseline: dropout 0.0 -> 0",)),
        (
            {"code": (CodeFile(path="train.py", digest="3"), CodeFile(path="new.py", digest="4"))},
            ("code model.py no longer used", "code new.py added", "code train.py changed"),
        ),
        (
            {"seeds": {"min": 5, "max": 30}},
            ("seeds.max 20 -> 30", "looks at 5, 8, 12, 20 -> 5, 8, 12, 20, 30"),
        ),
        ({"seeds": {"min": 3, "max": 20}}, ("looks at 5, 8, 12, 20 -> 3, 5, 8, 12, 20",)),
        ({"seeds": 20}, ("looks at 5, 8, 12, 20 -> 20",)),
        (
            {"seeds": (0, 7)},
            (f"seeds {list(range(20))} -> [0, 7]", "looks at 5, 8, 12, 20 -> 2"),
        ),
        (
            {"metric": Metric(name="val/loss", goal=Goal.MINIMIZE)},
            (
                "metric.name val/accuracy -> val/loss",
                "metric.goal maximize -> minimize",
                "metric.relevant 0.005 -> none",
            ),
        ),
        (
            {"variants": {"baseline": {}, "wide": {"lr": 1}, "dropout": {"dropout": 0.3}}},
            ("variant wide added",),
        ),
        ({"variants": {"baseline": {}}}, ("variant dropout removed",)),
        (
            {"variants": {"dropout": {"dropout": 0.3}, "baseline": {}}},
            ("order of variants baseline, dropout -> dropout, baseline",),
        ),
        ({"baseline": "dropout"}, ("baseline baseline -> dropout",)),
        ({"paired": ("init",)}, ('paired [] -> ["init"]',)),
        ({"mode": Mode.EXPLORE}, ("mode confirm -> explore", "looks at 5, 8, 12, 20 -> 20")),
        (
            {"resources": Resources(threads=2, timeout=60.0, memory="1GiB", gpus=0)},
            (
                "resources.threads 1 -> 2",
                "resources.timeout none -> 60.0",
                "resources.memory not set -> 1073741824",
                "resources.gpus not set -> 0",
            ),
        ),
        ({"resources": Resources(workers=4)}, ()),
        ({"expect": {"dropout": "> 0"}}, ("expect of dropout not set -> '> 0'",)),
        ({"seeds": (5, 6, 7)}, (f"seeds {list(range(20))} -> [5, 6, 7]",
                                "looks at 5, 8, 12, 20 -> 3")),
        ({"question": "Why?", "name": "b"}, ("study digits -> b", "question '' -> Why?")),
    ],
)  # fmt: skip
def test_names_every_change(changes, lines):
    assert plan_difference(plan(), plan(**changes)) == lines


def test_two_lists_of_seeds_are_shown():
    assert plan_difference(plan(seeds=(1, 2, 3)), plan(seeds=(1, 2, 4))) == (
        "seeds [1, 2, 3] -> [1, 2, 4]",
    )


def test_new_thresholds_at_the_same_looks_are_named():
    old = plan()
    new = replace(old, looks=tuple(replace(look, thresholds=(0.01,)) for look in old.looks))
    assert plan_difference(old, new) == ("thresholds of the looks",)


def test_a_plan_stored_in_another_form_is_never_taken_for_the_same():
    old = plan()
    new = replace(old, looks=tuple(replace(look, thresholds=(0.1, 0.1)) for look in old.looks))
    assert plan_difference(old, new) == ("the stored form of the plan",)


field_changes = st.fixed_dictionaries(
    {},
    optional={
        "seeds": st.sampled_from([3, 20, (0, 1, 2), (2, 1, 0), {"min": 3, "max": 5}]),
        "mode": st.sampled_from(["confirm", "explore"]),
        "paired": st.sampled_from([("init",), ("order", "init")]),
        "vary": st.sampled_from([("init",), ("train", "init")]),
        "baseline": st.sampled_from(["baseline", "dropout"]),
        "config": st.fixed_dictionaries(
            {"lr": st.sampled_from([0.1, 1, "x"]), "dropout": st.sampled_from([0.0, True, None])}
        ),
        "code": st.sampled_from([(), CODE[:1]]),
    },
)


@given(field_changes, field_changes)
def test_says_nothing_exactly_where_the_hash_is_the_same(one, other):
    old, new = plan(**one), plan(**other)
    assert (plan_difference(old, new) == ()) == (old.hash == new.hash)
    assert bool(plan_difference(old, new)) == bool(plan_difference(new, old))


def test_an_expectation_that_changed_is_named():
    before = plan(expect={"dropout": "> 0"})
    assert plan_difference(before, plan(expect={"dropout": "equal"})) == (
        "expect of dropout '> 0' -> '~ 0'",
    )
    assert plan_difference(before, plan()) == ("expect of dropout '> 0' -> not set",)


def test_no_difference_that_matters_follows_the_relevant_one():
    before = plan(expect={"dropout": "equal"})
    metric = Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.01)
    assert plan_difference(before, plan(expect={"dropout": "equal"}, metric=metric)) == (
        "metric.relevant 0.005 -> 0.01",
    )


def test_more_seeds_after_those_of_a_parent_are_still_a_range():
    study = Study(trial="train.py:train", name="a", metric={"name": "val/loss", "goal": "minimize"})
    plans = [
        build_plan(replace(study, seeds=n), code=CODE, trial="train.py:train", first_seed=5)
        for n in (3, 4)
    ]
    assert plans[0].seeds == (5, 6, 7)
    assert plan_difference(*plans) == ("seeds 3 -> 4", "looks at 3 -> 4")


def test_two_configurations_differ_key_by_key():
    from trialist.design.difference import config_changes

    before = {"lr": 0.1, "opt": {"b": 1}, "old": True}
    found = config_changes(before, {"lr": 0.1, "opt": {"b": 2}, "new": None})
    assert [str(one) for one in found] == ["opt.b 1 -> 2", "old true (gone)", "new null (new)"]
    assert config_changes(before, before) == ()
