import pytest

import trialist
from trialist.lab.bothways import refusal_of
from trialist.lab.prepare import prepare
from trialist.lab.study import as_study
from trialist.ledger.store import Store

FAIR = "{name: val/accuracy, goal: maximize, relevant: 0.05}"
TINY = "{name: val/accuracy, goal: maximize, relevant: 0.00001}"


def refused(path):
    return trialist.plan(path).refusal


def test_nothing_is_refused_before_anything_is_known(small):
    assert refused(small(metric=TINY)) is None


@pytest.mark.parametrize("paired", ["", "[split, order, init]"])
def test_earlier_runs_of_the_code_show_that_a_plan_cannot_come_out_both_ways(small, paired):
    trialist.run(small(metric=FAIR, paired=paired, seeds="4"))
    assert refused(small(metric=FAIR, paired=paired)) is None
    said = refused(small(metric=TINY, paired=paired, name="next"))
    assert said.startswith("**This plan cannot come out both ways:** with 8 seeds per variant")
    assert said.endswith("The spread is that of earlier runs of this code.")
    assert "This plan cannot come out both ways" in str(trialist.plan("study.yaml"))


def test_runs_of_other_code_or_of_another_design_say_nothing(small):
    trialist.run(small(metric=FAIR, seeds="4"))
    assert refused(small(metric=TINY, name="next", paired="")) is None
    other = small(trial="def train(config, run):\n    return {'val/accuracy': 1.0}", metric=TINY)
    assert refused(other) is None


def test_runs_without_spread_say_nothing(small):
    flat = "def train(config, run):\n    return {'val/accuracy': 0.5}\n"
    trialist.run(small(trial=flat, seeds="3", metric=FAIR))
    assert refused(small(trial=flat, metric=TINY, name="next")) is None


def test_without_a_relevant_difference_there_is_nothing_to_refuse(small):
    trialist.run(small(metric=FAIR, seeds="4"))
    bare = prepare(as_study(small(metric="{name: val/accuracy, goal: maximize}"), ())).plan
    assert refusal_of(Store("experiments"), bare) is None
