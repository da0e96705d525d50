from dataclasses import replace

import pytest

from trialist.render.plantext import plan_text
from trialist.values.expectation import expectation_of
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Parent, Plan, PlannedVariant


@pytest.fixture
def plan():
    return Plan(
        study="digits",
        question="Does it help?",
        trial="train.py:train",
        code=(),
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005),
        variants=(
            PlannedVariant(name="baseline", config={"lr": 0.1, "model": {"width": 64}}),
            PlannedVariant(name="wide", config={"lr": 0.1, "model": {"width": 128}}),
        ),
        baseline="baseline",
        seeds=(0, 1, 2, 3, 4),
        looks=(Look(n=3, thresholds=(0.018,)), Look(n=5, thresholds=(0.0413,))),
        paired=("split",),
        vary=("order", "init"),
        mode=Mode.CONFIRM,
        threads=1,
        retries=None,
        timeout=None,
    )


def text_of(plan, caveats=()):
    return plan_text(plan, cost="at most 10 runs", power="With 5 seeds ...", caveats=caveats)


def test_says_what_changes_even_inside_nested_settings(plan):
    assert "wide      model.width 64 -> 128" in text_of(plan)
    assert "baseline  the baseline" in text_of(plan)


def test_says_looks_with_their_thresholds(plan):
    assert "at 3, 5 seeds; there p must be below 0.018, 0.041" in text_of(plan)


def test_says_what_is_worth_having_only_where_it_was_said(plan):
    assert "worth having: 0.5 points" in text_of(plan)
    silent = replace(plan, metric=replace(plan.metric, relevant=None))
    assert "worth" not in text_of(silent)
    assert " · \n" not in text_of(silent)


def test_names_seeds_test_cost_power_caveats_and_hash(plan):
    text = text_of(plan, caveats=("The split is fixed.",))
    for words in ("0..4 in every variant", "paired t (shared: split)", "at most 10 runs"):
        assert words in text
    assert "note    The split is fixed." in text
    assert plan.hash.removeprefix("sha256:")[:8] in text


def test_unpaired_studies_say_so(plan):
    assert "Welch t, unpaired" in text_of(replace(plan, paired=()))


def test_fits_into_88_columns(plan):
    long = replace(plan, question="word " * 40, seeds=tuple(range(0, 400, 3)))
    body = text_of(long, caveats=("word " * 60,)).splitlines()[1:]
    assert max(map(len, body)) <= 88


def test_says_what_is_expected(plan):
    expect = (expectation_of("wide", "> 0.01", relevant=None),)
    assert "\nexpect  wide gains more than 1 point\n" in text_of(replace(plan, expect=expect))
    assert "expect" not in text_of(plan)


def test_a_follow_up_names_its_parent_and_the_comparisons_before(plan):
    looks = tuple(replace(look, thresholds=(0.9, 0.8, 0.0123)) for look in plan.looks)
    parent = Parent(study="first", plan_hash="sha256:1", head="2", n_comparisons=2)
    text = " ".join(text_of(replace(plan, parent=parent, looks=looks, seeds=(8, 9, 10))).split())
    assert "8..10 in every variant, after those of first" in text
    assert "there p must be below 0.012, 0.012" in text
    assert "2 of 3 comparisons were made before, by first" in text


def test_advice_comes_after_the_caveats(plan):
    text = plan_text(plan, cost="", power="", caveats=("One.",), advice=("Two.",))
    assert "note    One.\nadvice  Two.\nplan" in text
