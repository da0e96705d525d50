from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trialist.analysis.direct import records_of
from trialist.analysis.evidence import evidence_at
from trialist.decide.rules import judge
from trialist.stats.power import more_seeds
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.judging import Mode, Variance
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.prior import SpreadPrior
from trialist.values.verdict import VerdictCode

BASELINE = [0.950, 0.958, 0.947, 0.953, 0.944]
DROPOUT = [0.958, 0.971, 0.956, 0.965, 0.954]


def normal(n, mean=0.0, sd=1.0, seed=0):
    rng = random.Random(seed)
    return [rng.gauss(mean, sd) for _ in range(n)]


def test_reproduces_the_example_of_the_specification(judged, looks):
    case = judged(
        {"baseline": BASELINE, "dropout": DROPOUT}, looks=looks, paired=True, relevant=0.005
    )
    data = case.verdict.to_dict()
    assert data["estimate"] == pytest.approx(0.0104)
    assert [round(end, 4) for end in data["interval"]] == [0.0045, 0.0163]
    assert (data["interval_kind"], data["level"]) == ("repeated", 0.95)
    assert round(data["correlation"], 3) == 0.979
    assert round(data["p"], 5) == round(data["p_adjusted"], 5) == 0.00036
    assert data["effect_size"]["name"] == "hedges g"
    assert round(data["effect_size"]["value"], 2) == 1.49
    assert [round(end, 2) for end in data["effect_size"]["interval"]] == [0.13, 2.79]
    assert data["look"] == {"index": 1, "n": 5, "of": [5, 8, 12, 20], "threshold": 0.003125}
    assert (data["design"], data["test"], data["n"]) == ("paired", "paired t", 5)
    assert data["verdict"] == "improvement"
    assert data["reason"] is None
    assert data["more_seeds"] is None
    assert data["scope"] == "this recipe on this validation set"
    assert data["flags"] == ["sequential"]
    assert data["sentence"] == (
        "**dropout helps:** val/accuracy is 1.0 points higher than baseline (0.4 to 1.6, 5 paired "
        "seeds); whether it is worth 0.5 points is open."
    )
    base, drop = (summary.to_dict() for summary in case.summaries)
    assert (round(base["mean"], 4), round(base["sd"], 4)) == (0.9504, 0.0054)
    assert [round(end, 4) for end in base["interval"]] == [0.9437, 0.9571]
    assert (round(drop["mean"], 4), round(drop["sd"], 4)) == (0.9608, 0.0070)
    assert [round(end, 4) for end in drop["interval"]] == [0.9520, 0.9696]


def test_an_answered_comparison_is_final_at_its_look(judged, looks):
    worse_later = DROPOUT + [0.5] * 15
    groups = {"baseline": BASELINE + normal(15, 0.95, 0.006), "dropout": worse_later}
    case = judged(groups, looks=looks, paired=True)
    assert case.verdict.name is VerdictCode.IMPROVEMENT
    assert case.verdict.final
    assert case.verdict.look.index == 1
    assert case.judgement.open == ()
    assert case.judgement.n_looks == 1


def test_each_comparison_is_judged_at_its_own_look(judged, looks):
    base = normal(20, seed=1)
    groups = {
        "baseline": base,
        "huge": [x + 9 for x in normal(20, seed=2)],
        "none": normal(20, seed=3),
    }
    case = judged(groups, looks=looks)
    assert case.verdicts["huge"].look.index == 1
    assert case.verdicts["huge"].n == 5
    assert case.verdicts["none"].look.index == 4
    assert case.verdicts["none"].n == 20
    assert case.judgement.n_looks == 4
    assert [summary.sample.n for summary in case.summaries] == [20, 5, 20]


def test_a_rejected_comparison_leaves_its_share_to_the_others(judged, looks):
    groups = {"baseline": normal(20, seed=1), "huge": normal(20, 9, seed=2), "none": normal(20)}
    case = judged(groups, looks=looks)
    assert case.verdicts["huge"].look.threshold == 0.003125 / 2
    assert case.verdicts["none"].look.threshold == 0.0382


def test_an_equivalent_comparison_keeps_its_share(judged, looks):
    base = normal(20, seed=1)
    same = [x + 0.01 * (-1) ** k for k, x in enumerate(base)]
    groups = {"baseline": base, "same": same, "none": normal(20, seed=2)}
    case = judged(groups, looks=looks, paired=True, relevant=0.5)
    assert case.verdicts["same"].name is VerdictCode.EQUIVALENT
    assert case.verdicts["same"].look.index == 1
    assert case.verdicts["none"].look.threshold == 0.0382 / 2


def test_before_the_last_look_nothing_open_is_final(judged, looks):
    groups = {"baseline": normal(20, seed=1), "dropout": normal(20, seed=2)}
    case = judged(groups, looks=looks, n_seen=5)
    assert not case.verdict.final
    assert case.verdict.name is VerdictCode.INCONCLUSIVE
    assert case.verdict.reason == "not finished: next look at 8 seeds"
    assert isinstance(case.verdict.more_seeds, Missing)
    assert case.judgement.open == ("dropout",)


def test_without_any_look_everything_is_open(judged, looks):
    case = judged({"baseline": [1.0], "a": [2.0], "b": [3.0]}, looks=looks, n_seen=0)
    assert case.judgement.open == ("a", "b")
    assert case.judgement.n_looks == 0
    assert case.verdict.reason == "not finished: first look at 5 seeds"
    assert case.verdict.sentence == "**Not finished (a and baseline):** first look at 5 seeds."
    assert case.verdict.to_dict()["missing"]["estimate"] == "no look has been taken yet"


def test_a_study_with_one_variant_has_no_verdict(judged, looks):
    case = judged({"baseline": normal(20)}, looks=looks)
    assert case.judgement.verdicts == ()
    assert case.judgement.n_looks == 4
    assert case.summaries[0].sample.n == 20


def test_a_refusal_stays_open_until_the_last_look(judged):
    looks = ((1, 0.0), (3, 0.05))
    early = judged({"baseline": normal(3), "b": normal(3, seed=1)}, looks=looks, n_seen=1)
    assert early.verdict.name is VerdictCode.REFUSED
    assert not early.verdict.final
    assert early.verdict.reason.endswith("; next look at 3 seeds")
    late = judged({"baseline": normal(3), "b": normal(3, seed=1)}, looks=looks)
    assert late.verdict.name is VerdictCode.INCONCLUSIVE
    assert late.verdict.final


def test_a_metric_that_cannot_vary_is_refused_at_once(judged, looks):
    case = judged({"baseline": [0.5] * 20, "dropout": [0.5] * 20}, looks=looks)
    assert case.verdict.name is VerdictCode.REFUSED
    assert case.verdict.final
    assert case.verdict.look.index == 1


def test_a_constant_difference_is_inconclusive(judged):
    groups = {"baseline": BASELINE, "dropout": [x + 0.01 for x in BASELINE]}
    case = judged(groups, paired=True, relevant=0.005)
    assert case.verdict.name is VerdictCode.INCONCLUSIVE
    assert "same in every pair" in case.verdict.reason
    assert isinstance(case.verdict.interval, Missing)
    assert isinstance(case.verdict.more_seeds, Missing)


def test_two_runs_are_never_enough_but_against_six(judged):
    few = judged({"baseline": [0.0, 0.1], "b": [9.0, 9.1]}, relevant=0.1)
    assert few.verdict.name is VerdictCode.INCONCLUSIVE
    assert isinstance(few.verdict.more_seeds, Missing)
    case = judged({"baseline": [0.0, 0.1, 0.2, 0.1, 0.0, 0.1], "b": [9.0, 9.1]})
    assert case.verdict.name is VerdictCode.IMPROVEMENT
    assert case.verdict.test == "pooled t"


def test_advice_is_for_the_relevant_difference_at_the_level_of_the_family(judged):
    groups = {"a": normal(6, seed=1), "b": normal(6, seed=2), "c": normal(6, seed=3)}
    case = judged(groups, relevant=0.4)
    found = case.evidence[0].contrasts["b"]
    assert case.verdict.name is VerdictCode.INCONCLUSIVE
    assert case.verdict.more_seeds == more_seeds(
        found.sd, found.df, 6, relevant=0.4, paired=False, alpha=0.025
    )


@pytest.mark.parametrize(
    ("kind", "groups", "looks"),
    [
        ("single", 2, ((0, 0.05),)),
        ("simultaneous", 3, ((0, 0.05),)),
        ("repeated", 2, ((5, 0.01), (8, 0.04))),
        ("repeated", 3, ((5, 0.01), (8, 0.04))),
    ],
)
def test_the_interval_says_over_what_it_holds(judged, kind, groups, looks):
    case = judged({f"v{k}": normal(8, seed=k) for k in range(groups)}, looks=looks)
    assert case.verdict.interval_kind == kind


def test_flags_say_how_it_was_judged(judged, looks):
    groups = {"a": normal(20), "b": normal(20, seed=1)}
    assert judged(groups, looks=looks).verdict.flags == ("sequential",)
    explored = judged(groups, mode=Mode.EXPLORE, registered=False)
    assert explored.verdict.flags == ("fixed", "exploratory", "unregistered")


def test_exploring_rejects_by_the_false_discovery_rate(judged):
    # p of about .02, .03 and .04: Holm rejects none of them, Benjamini-Hochberg all.
    base = normal(12, seed=1)
    groups = {"baseline": base}
    for name, size in (("a", 0.82), ("b", 0.75), ("c", 0.70)):
        groups[name] = [x + size + (-1) ** k for k, x in enumerate(base)]
    confirmed = judged(groups, paired=True)
    explored = judged(groups, paired=True, mode=Mode.EXPLORE)
    assert all(0.0167 < v.p < 0.05 for v in confirmed.judgement.verdicts)
    assert {v.name for v in confirmed.judgement.verdicts} == {VerdictCode.INCONCLUSIVE}
    assert {v.name for v in explored.judgement.verdicts} == {VerdictCode.IMPROVEMENT}


values = st.lists(st.integers(-900, 900).map(float), min_size=3, max_size=8)
relevants = st.none() | st.floats(1.0, 900.0)
FLIPPED = {
    VerdictCode.IMPROVEMENT: VerdictCode.REGRESSION,
    VerdictCode.RELEVANT_IMPROVEMENT: VerdictCode.REGRESSION,
}
TWO_LOOKS = ((3, 0.02), (8, 0.04))


@given(values, values, relevants, st.booleans())
def test_swapping_the_sides_turns_an_improvement_into_a_regression(judged, a, b, relevant, paired):
    there = judged({"a": a, "b": b}, relevant=relevant, paired=paired).verdict
    back = judged({"b": b, "a": a}, relevant=relevant, paired=paired).verdict
    if there.name in FLIPPED:
        assert back.name is VerdictCode.REGRESSION
    if there.name in (VerdictCode.EQUIVALENT, VerdictCode.REFUSED):
        assert back.name is there.name


@given(values, values, relevants, st.booleans())
def test_minimizing_is_maximizing_the_opposite(judged, a, b, relevant, paired):
    options = {"relevant": relevant, "paired": paired, "looks": TWO_LOOKS}
    up = judged({"a": a, "b": b}, **options).verdict
    down = judged(
        {"a": [-x for x in a], "b": [-x for x in b]}, goal=Goal.MINIMIZE, **options
    ).verdict
    assert (up.name, up.interval, up.p, up.more_seeds) == (
        *(down.name, down.interval, down.p, down.more_seeds),
    )


@given(values, values, relevants, st.booleans(), st.sampled_from([1 / 64, 1024.0]))
def test_the_unit_of_the_metric_does_not_matter(judged, a, b, relevant, paired, scale):
    one = judged({"a": a, "b": b}, relevant=relevant, paired=paired, looks=TWO_LOOKS).verdict
    other = judged(
        {"a": [x * scale for x in a], "b": [x * scale for x in b]},
        relevant=None if relevant is None else relevant * scale,
        paired=paired,
        looks=TWO_LOOKS,
    ).verdict
    assert one.name is other.name
    assert one.look == other.look


@given(values, values, st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(judged, a, b, rng):
    case = judged({"a": a, "b": b}, looks=TWO_LOOKS, paired=True)
    records = list(records_of({"a": a, "b": b}, paired=True))
    rng.shuffle(records)
    evidence = [
        evidence_at(case.protocol, records, look_index=seen.index, seeds=range(look.n))
        for seen, look in zip(case.evidence, case.protocol.looks, strict=False)
    ]
    assert judge(case.protocol, evidence) == case.judgement


@given(values, values, st.lists(st.sampled_from(["failed", "diverged"]), max_size=6))
def test_lost_runs_never_change_the_threshold(judged, a, b, lost):
    case = judged({"a": a, "b": b}, looks=((20, 0.0123),), n_seen=20)
    gone = [
        RunRecord(variant="b", seed=len(b) + k, status=RunStatus(status))
        for k, status in enumerate(lost)
    ]
    records = (*records_of({"a": a, "b": b}, paired=True), *gone)
    evidence = [evidence_at(case.protocol, records, look_index=1, seeds=range(20))]
    with_losses = judge(case.protocol, evidence).verdicts[0]
    assert with_losses.look == case.verdict.look
    assert with_losses.look.threshold == 0.0123
    assert with_losses.interval == case.verdict.interval
    assert with_losses.name is case.verdict.name


@given(values, values, values, relevants)
@settings(max_examples=50)
def test_a_verdict_never_contradicts_its_interval(judged, a, b, c, relevant):
    case = judged({"a": a, "b": b, "c": c}, relevant=relevant, looks=TWO_LOOKS)
    for verdict in case.judgement.verdicts:
        assume(not isinstance(verdict.interval, Missing))
        low, high = verdict.interval.low, verdict.interval.high
        assert low < verdict.estimate < high
        match verdict.name:
            case VerdictCode.RELEVANT_IMPROVEMENT:
                assert low > relevant
            case VerdictCode.IMPROVEMENT:
                assert verdict.estimate > 0
            case VerdictCode.REGRESSION:
                assert verdict.estimate < 0
            case VerdictCode.EQUIVALENT:
                assert -relevant < low <= high < relevant
            case VerdictCode.NO_RELEVANT_IMPROVEMENT:
                assert high < relevant
            case _:
                assert low <= 0 <= high or verdict.n == 2


def test_flags_and_the_kind_of_interval_name_the_way_of_judging(judged):
    groups = {"baseline": normal(6), "a": normal(6, 3, seed=1), "b": normal(6, 0, seed=2)}
    fixed = judged(groups).verdict
    assert (fixed.interval_kind, fixed.flags) == ("simultaneous", ("fixed",))
    for changes, kind, flags in (
        ({"is_open": True}, "at any time", ("anytime",)),
        (
            {"variance": Variance.HISTORY, "prior": SpreadPrior(sd=1.0, df=10.0, n_groups=12)},
            "simultaneous",
            ("fixed", "assisted"),
        ),
    ):
        protocol = replace(judged(groups).protocol, **changes)
        evidence = evidence_at(protocol, records_of(groups, paired=True), look_index=1, seeds=None)
        verdict = judge(protocol, (evidence,)).verdicts[0]
        assert (verdict.interval_kind, verdict.flags) == (kind, flags)


def test_advice_on_more_seeds_knows_the_price_of_any_time(judged):
    groups = {"baseline": normal(8), "a": normal(8, 0.3, seed=1)}
    more = {}
    for is_open in (False, True):
        case = judged(groups, relevant=1.0)
        protocol = replace(case.protocol, is_open=is_open)
        evidence = evidence_at(protocol, records_of(groups, paired=True), look_index=1, seeds=None)
        more[is_open] = judge(protocol, (evidence,)).verdicts[0].more_seeds
    assert more[True][0] > more[False][0]
    assert more[True][1] > more[False][1]
