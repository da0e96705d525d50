from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.amendment import (
    Standing,
    codes_of,
    judging_changed,
    recipe_of,
    standing,
)
from trialist.design.protocol import build_plan
from trialist.values.amendment import Amendment
from trialist.values.judging import Mode, Variance
from trialist.values.metric import Goal, Metric
from trialist.values.plan import CodeFile, Plan
from trialist.values.study import Resources, Study

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005)
A, B, C = ((CodeFile(path="train.py", digest=digest),) for digest in "abc")


def plan(*, code=A, trial="train.py:train", **changes) -> Plan:
    fields = {
        "name": "digits",
        "metric": ACCURACY,
        "config": {"lr": 0.1, "dropout": 0.0},
        "variants": {"baseline": {}, "dropout": {"dropout": 0.3}},
        "seeds": {"min": 3, "max": 5},
    }
    return build_plan(Study(trial=trial, **{**fields, **changes}), code=code, trial=trial)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"seeds": {"min": 3, "max": 8}},
        {"seeds": (9, 4)},
        {"question": "is it so?"},
        {"metric": replace(ACCURACY, relevant=0.1)},
        {"metric": replace(ACCURACY, goal=Goal.MINIMIZE)},
        {"mode": Mode.EXPLORE},
        {"paired": ("init",)},
        {"variance": Variance.POOLED},
        {"looks": "open"},
        {"baseline": "dropout"},
        {"expect": {"dropout": "> 0"}},
        {"variants": {"baseline": {}, "dropout": {"dropout": 0.3}, "wide": {"lr": 1.0}}},
        {"resources": Resources(retries=3, timeout=9.0)},
    ],
    ids=str,
)
def test_what_judges_runs_does_not_make_them_other_runs(changes):
    for variant in ("baseline", "dropout"):
        assert standing(plan(), plan(**changes), variant) is Standing.COUNTS


@pytest.mark.parametrize(
    "changes",
    [
        {"metric": replace(ACCURACY, name="val/loss")},
        {"trial": "train.py:other"},
        {"vary": ("init",)},
        {"resources": Resources(threads=2)},
        {"config": {"lr": 0.2, "dropout": 0.0}},
        {"config": {"lr": 0.1, "dropout": 0.0, "more": 1}},
    ],
    ids=str,
)
def test_what_makes_a_run_makes_it_another_run(changes):
    assert standing(plan(), plan(**changes), "baseline") is Standing.APART


def test_only_the_variant_whose_configuration_changed_is_run_again():
    changed = plan(variants={"baseline": {}, "dropout": {"dropout": 0.5}})
    assert standing(plan(), changed, "baseline") is Standing.COUNTS
    assert standing(plan(), changed, "dropout") is Standing.APART


def test_numbers_of_another_kind_are_another_configuration():
    whole = plan(config={"lr": 1, "dropout": 0.0})
    assert standing(whole, plan(config={"lr": 1.0, "dropout": 0.0}), "baseline") is Standing.APART
    assert standing(whole, plan(config={"lr": True, "dropout": 0.0}), "baseline") is Standing.APART


def test_a_variant_that_one_plan_lacks_has_no_runs_that_count():
    alone = plan(variants={"baseline": {}})
    assert standing(plan(), alone, "dropout") is Standing.APART
    assert standing(alone, plan(), "dropout") is Standing.APART
    assert standing(alone, alone, "dropout") is Standing.APART
    assert recipe_of(alone, "dropout") is None


class FuturePlan(Plan):
    def to_dict(self):
        return {**super().to_dict(), "brand_new_key": 1}


def test_a_key_that_nobody_thought_of_makes_another_run():
    known = plan()
    future = FuturePlan(**{name: getattr(known, name) for name in Plan.__dataclass_fields__})
    assert standing(known, future, "baseline") is Standing.APART


def test_other_code_stays_evidence_of_other_code():
    assert standing(plan(), plan(code=B), "baseline") is Standing.OTHER_CODE
    changed = plan(code=B, config={"lr": 0.2, "dropout": 0.0})
    assert standing(plan(), changed, "baseline") is Standing.APART


def amends(before, after, *, equal=False):
    who = "me@here" if equal else None
    return Amendment(before=before.hash, after=after.hash, reason="r", declared_by=who)


def test_declared_codes_are_one_and_nothing_else_is():
    a, b, c = plan(), plan(code=B), plan(code=C)
    codes = codes_of((a, b, c), (amends(a, b, equal=True), amends(b, c)))
    assert standing(a, b, "baseline", codes=codes) is Standing.COUNTS
    assert standing(a, c, "baseline", codes=codes) is Standing.OTHER_CODE
    assert set(codes.values()) == {a.hash, c.hash}


def test_equality_goes_through_a_chain_and_back():
    a, b, c = plan(), plan(code=B), plan(code=C)
    later = plan(seeds={"min": 3, "max": 20})
    chain = (amends(a, b, equal=True), amends(b, c, equal=True), amends(c, later))
    codes = codes_of((a, b, c, later), chain)
    assert set(codes.values()) == {a.hash}


def test_an_amendment_of_unknown_plans_declares_nothing():
    a, b = plan(), plan(code=B)
    unknown = Amendment(before="x", after="y", reason="r", declared_by="me")
    assert len(set(codes_of((a, b), (unknown,)).values())) == 2


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=1, max_size=5))
def test_equal_codes_are_an_equivalence(steps):
    code = {"a": A, "b": B, "c": C}
    plans = [plan(code=A)]
    chain = []
    for number, (name, equal) in enumerate(steps):
        plans.append(plan(code=code[name], seeds=number + 2))
        chain.append(amends(plans[-2], plans[-1], equal=equal))
    codes = codes_of(tuple(plans), tuple(chain))
    for one, other in product(plans, repeat=2):
        if one.code == other.code:
            assert codes[one.hash] == codes[other.hash]
    for amendment in chain:
        if amendment.declares_equal:
            assert codes[amendment.before] == codes[amendment.after]
    assert set(codes.values()) <= {one.hash for one in plans}


def test_names_what_judges_runs_and_was_changed():
    assert judging_changed(plan(), plan(code=B, question="?")) == ()
    assert judging_changed(plan(), plan(seeds={"min": 3, "max": 8})) == ("seeds", "looks")
    other = replace(ACCURACY, goal=Goal.MINIMIZE, relevant=None)
    assert judging_changed(plan(), plan(metric=other)) == ("metric.goal", "metric.relevant")
    assert judging_changed(plan(), plan(mode=Mode.EXPLORE)) == ("looks", "mode")
    more = plan(variants={"baseline": {}, "dropout": {"dropout": 0.3}, "wide": {"lr": 1.0}})
    assert judging_changed(plan(), more) == ("looks", "variants")
