"""Verdicts and results as plain data."""

import json

import pytest

from trialist.values.evidence import EffectSize, Interval, Sample
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.results import ExtraRun, Results
from trialist.values.verdict import LookTaken, VariantSummary, Verdict, VerdictCode

GONE = Missing("one run per variant")


def verdict(**changes):
    fields = {
        "variant": "wide",
        "baseline": "baseline",
        "name": VerdictCode.IMPROVEMENT,
        "final": True,
        "design": "paired",
        "test": "paired t",
        "n": 5,
        "n_variant": 5,
        "n_baseline": 5,
        "correlation": 0.9,
        "estimate": 0.01,
        "interval": Interval(low=0.004, high=0.016),
        "interval_kind": "single",
        "level": 0.95,
        "p": 0.003,
        "p_adjusted": 0.003,
        "effect_size": EffectSize(name="hedges g", value=1.5, interval=Interval(low=0.1, high=3.0)),
        "look": LookTaken(index=1, n=5, of=(5,), threshold=0.05),
        "reason": None,
        "more_seeds": (3, 9),
        "scope": "this recipe",
        "assumptions": ("pairs",),
        "flags": ("fixed",),
    }
    return Verdict(**{**fields, **changes})


def test_a_verdict_is_plain_data_and_strict_json():
    data = verdict().to_dict()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["verdict"] == "improvement"
    assert data["interval"] == [0.004, 0.016]
    assert data["effect_size"] == {"name": "hedges g", "value": 1.5, "interval": [0.1, 3.0]}
    assert data["more_seeds"] == [3, 9]
    assert data["missing"] == {}


def test_a_missing_number_is_null_with_its_reason_beside_it():
    lost = ("correlation", "estimate", "interval", "p", "p_adjusted", "effect_size", "more_seeds")
    data = verdict(**dict.fromkeys(lost, GONE)).to_dict()
    assert {data[key] for key in lost} == {None}
    assert data["missing"] == dict.fromkeys(lost, GONE.reason)


def test_an_effect_size_may_lack_its_interval():
    size = EffectSize(name="hedges g", value=1.5, interval=GONE)
    assert verdict(effect_size=size).to_dict()["effect_size"]["interval"] is None


def test_only_a_relevant_improvement_stands_for_an_improvement():
    for code in VerdictCode:
        for required in VerdictCode:
            stands_in = (code, required) == (
                VerdictCode.RELEVANT_IMPROVEMENT,
                VerdictCode.IMPROVEMENT,
            )
            assert code.meets(required) == (code is required or stands_in)


@pytest.mark.parametrize("code", VerdictCode)
def test_a_question_stays_open_only_where_the_data_say_nothing(code):
    assert code.answers == (code not in (VerdictCode.INCONCLUSIVE, VerdictCode.REFUSED))


def test_results_are_strict_json_with_every_part():
    summary = VariantSummary(
        sample=Sample(variant="wide", seeds=(0,), values=(0.5,), n_failed=1),
        mean=0.5,
        sd=GONE,
        interval=GONE,
    )
    results = Results(
        study="digits",
        plan_hash=None,
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
        variants=(summary,),
        comparisons=(verdict(),),
        extra_runs=(ExtraRun(variant="wide", seed=3, status="stopped", value=None),),
        caveats=("small",),
    )
    data = results.to_dict()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["variants"][0]["missing"] == {"sd": GONE.reason, "interval": GONE.reason}
    assert data["extra_runs"] == [
        {"variant": "wide", "seed": 3, "status": "stopped", "value": None}
    ]
    assert results.verdicts["wide"].name is VerdictCode.IMPROVEMENT
