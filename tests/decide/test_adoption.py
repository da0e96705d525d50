"""What is adopted, and at which price."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trialist.decide.adoption import adoptions_of
from trialist.values.adoption import Decision
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.verdict import VerdictCode

BASE = (0.900, 0.910, 0.905, 0.908, 0.902)
BETTER = tuple(round(one + 0.05 + k / 1000, 4) for k, one in enumerate(BASE))


def adopted(case, *, price=0.0, relevant=None):
    metric = Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=relevant)
    return adoptions_of(case.judgement.verdicts, case.summaries, metric=metric, price=price)[0]


@pytest.fixture(params=[True, False], ids=["paired", "unpaired"])
def better(judged, request):
    return judged({"base": BASE, "new": BETTER}, paired=request.param)


def test_a_free_change_is_adopted_where_it_is_better(better):
    found = adopted(better)
    assert found.decision is Decision.ADOPT
    assert found.sentence.startswith("**ADOPT new:** it is better than base (")
    assert found.sentence.endswith("and costs nothing.")
    assert isinstance(found.more, Missing)


def test_a_price_below_the_interval_is_paid(better):
    found = adopted(better, price=0.01)
    assert found.decision is Decision.ADOPT
    assert found.sentence.endswith("more than its price of 1 point.")


def test_a_price_above_the_interval_rejects(better):
    found = adopted(better, price=0.08)
    assert found.decision is Decision.REJECT
    assert "it gains less than its price of 8 points (" in found.sentence


def test_a_price_inside_the_interval_is_open_and_says_how_many_more_would_tell(better):
    low, high = better.verdict.interval.low, better.verdict.interval.high
    found = adopted(better, price=(low + high) / 2, relevant=0.002)
    assert found.decision is Decision.INCONCLUSIVE
    assert found.more[0] >= 1
    assert "is worth its price of" in found.sentence
    assert "more seeds per variant would tell (power 80 %)" in found.sentence


def test_without_a_relevant_difference_the_price_itself_is_what_must_show(better):
    low, high = better.verdict.interval.low, better.verdict.interval.high
    assert not isinstance(adopted(better, price=(low + high) / 2).more, Missing)


def test_what_is_worse_is_rejected(judged):
    found = adopted(judged({"base": BETTER, "new": BASE}))
    assert found.decision is Decision.REJECT
    assert "it is worse than base" in found.sentence


def test_what_gains_less_than_is_relevant_is_rejected(judged):
    same = tuple(one + (0.0001 if k % 2 else -0.0001) for k, one in enumerate(BASE))
    found = adopted(judged({"base": BASE, "new": same}, paired=True, relevant=0.01), relevant=0.01)
    assert found.decision is Decision.REJECT
    assert "it gains less than what you called relevant" in found.sentence


def test_an_open_verdict_passes_on_how_many_more_would_tell(judged):
    case = judged({"base": BASE, "new": (0.90, 0.93, 0.89, 0.92, 0.91)}, relevant=0.005)
    found = adopted(case, relevant=0.005)
    assert found.decision is Decision.INCONCLUSIVE
    assert found.more == case.verdict.more_seeds
    assert "whether new is better than base is open" in found.sentence


def test_without_a_relevant_difference_nobody_can_say_how_many_more(judged):
    found = adopted(judged({"base": BASE, "new": (0.90, 0.93, 0.89, 0.92, 0.91)}))
    assert found.more == Missing("the study names no relevant difference")
    assert "is not known: the study names no relevant difference" in found.sentence


def test_a_single_run_is_open(judged):
    found = adopted(judged({"base": (0.9,), "new": (0.95,)}), price=0.01)
    assert found.decision is Decision.INCONCLUSIVE
    assert "nothing is known of new yet" in found.sentence
    assert found.more == Missing("the runs say too little about the noise")


def test_two_pairs_say_too_little_about_the_noise(judged):
    case = judged({"base": (0.90, 0.91), "new": (0.95, 0.97)}, paired=True)
    assert adopted(case, price=0.05).more == Missing("the runs say too little about the noise")


def test_pairs_that_all_differ_alike_say_nothing_about_the_noise(judged):
    case = judged({"base": (0.5, 0.25, 0.75), "new": (0.75, 0.5, 1.0)}, paired=True)
    assert adopted(case, price=0.05).more == Missing("the runs say too little about the noise")


def test_a_variant_of_few_runs_says_too_little_where_the_baseline_has_enough(better):
    if better.verdict.design == "paired":
        return
    cut = [
        replace(one, sample=replace(one.sample, seeds=(0, 1), values=one.sample.values[:2]))
        for one in better.summaries
    ]
    metric = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)
    middle = (better.verdict.interval.low + better.verdict.interval.high) / 2
    found = adoptions_of([better.verdict], cut, metric=metric, price=middle)[0]
    assert isinstance(found.more, Missing)


def test_an_unfinished_comparison_is_open(judged):
    looks = ((5, 0.003), (8, 0.04))
    case = judged({"base": BASE, "new": (0.90, 0.93, 0.89, 0.92, 0.91)}, looks=looks)
    found = adopted(case)
    assert found.decision is Decision.INCONCLUSIVE
    assert found.more == Missing("the study is not finished")


def test_what_cannot_be_compared_says_why(better):
    verdict = replace(better.verdict, name=VerdictCode.NOT_COMPARABLE, reason="EDGE of lr")
    metric = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)
    found = adoptions_of([verdict], better.summaries, metric=metric)[0]
    assert found.decision is Decision.NOT_COMPARABLE
    assert found.sentence == "**NOT COMPARABLE:** EDGE of lr"


def test_a_verdict_without_an_interval_is_open(better):
    verdict = replace(better.verdict, interval=Missing("none"), p=Missing("none"))
    metric = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)
    found = adoptions_of([verdict], better.summaries, metric=metric, price=0.01)[0]
    assert found.decision is Decision.INCONCLUSIVE


def test_summaries_that_are_not_there_leave_the_number_unknown(better):
    metric = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)
    middle = (better.verdict.interval.low + better.verdict.interval.high) / 2
    found = adoptions_of([better.verdict], [], metric=metric, price=middle)[0]
    assert found.more == Missing("the runs say too little about the noise")


def test_plain_data_holds_everything(better):
    plain = adopted(better).to_dict()
    assert plain["decision"] == "adopt"
    assert plain["interval"][0] > 0
    assert plain["missing"] == {"more": "only an open decision asks for more"}
