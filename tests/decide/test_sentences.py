from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.direct import records_of
from trialist.analysis.evidence import evidence_at
from trialist.decide.rules import judge
from trialist.decide.sentences import sentence, variant_sentence
from trialist.decide.summaries import summary_of
from trialist.values.evidence import Interval, Sample
from trialist.values.judging import Variance
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.plan import Look, Protocol
from trialist.values.verdict import VerdictCode

BASE = [0.950, 0.958, 0.947, 0.953, 0.944]
DROP = [0.958, 0.971, 0.956, 0.965, 0.954]
MORE = "Run at least 3 seeds, 5 or more to claim something."


@pytest.fixture
def verdict(judged, looks):
    return judged({"baseline": BASE, "dropout": DROP}, looks=looks, paired=True).verdict


def metric(relevant=0.005, *, name="val/accuracy", goal=Goal.MAXIMIZE):
    return Metric(name=name, goal=goal, relevant=relevant)


def points(estimate, low, high):
    return {"estimate": estimate / 100, "interval": Interval(low=low / 100, high=high / 100)}


def test_a_relevant_improvement(verdict):
    told = replace(verdict, name=VerdictCode.RELEVANT_IMPROVEMENT, n=12, **points(1.04, 0.61, 1.47))
    assert sentence(told, metric=metric()) == (
        "**dropout helps:** val/accuracy is 1.0 points higher than baseline (0.6 to 1.5, 12 paired "
        "seeds), more than the 0.5 points you asked for."
    )


@pytest.mark.parametrize(
    ("relevant", "end"),
    [
        (0.005, "; whether it is worth 0.5 points is open."),
        (0.02, ", by less than the 2 points you called relevant."),
        (None, "."),
    ],
)
def test_an_improvement_in_its_three_forms(verdict, relevant, end):
    told = replace(verdict, name=VerdictCode.IMPROVEMENT)
    assert sentence(told, metric=metric(relevant)) == (
        "**dropout helps:** val/accuracy is 1.0 points higher than baseline (0.4 to 1.6, 5 paired "
        f"seeds){end}"
    )


def test_a_regression(verdict):
    told = replace(verdict, name=VerdictCode.REGRESSION, n=8, **points(-0.8, -1.31, -0.29))
    assert sentence(told, metric=metric()) == (
        "**dropout hurts:** val/accuracy is 0.8 points lower than baseline (0.3 to 1.3 lower, "
        "8 paired seeds)."
    )


def test_where_lower_is_better_an_improvement_is_lower(verdict):
    loss = metric(None, name="val/loss", goal=Goal.MINIMIZE)
    changes = {"estimate": 0.104, "interval": Interval(low=0.045, high=0.163)}
    better = replace(verdict, name=VerdictCode.IMPROVEMENT, **changes)
    assert sentence(better, metric=loss) == (
        "**dropout helps:** val/loss is 0.10 lower than baseline (0.04 to 0.16, 5 paired seeds)."
    )
    changes = {"estimate": -0.104, "interval": Interval(low=-0.163, high=-0.045)}
    worse = replace(verdict, name=VerdictCode.REGRESSION, **changes)
    assert "val/loss is 0.10 higher than baseline (0.04 to 0.16 higher" in sentence(
        worse, metric=loss
    )


def test_an_equivalence(verdict):
    told = replace(verdict, name=VerdictCode.EQUIVALENT, n=20, **points(0.05, -0.21, 0.31))
    assert sentence(told, metric=metric()) == (
        "**No difference that matters:** dropout and baseline lie within 0.5 points of each other "
        "(-0.2 to 0.3, 20 paired seeds)."
    )


def test_no_relevant_improvement(verdict):
    told = replace(verdict, name=VerdictCode.NO_RELEVANT_IMPROVEMENT, **points(-0.25, -0.9, 0.4))
    assert sentence(told, metric=metric()) == (
        "**Not worth having:** dropout gains at most 0.4 points (-0.9 to 0.4, 5 paired seeds), "
        "less than the 0.5 you asked for."
    )


@pytest.fixture
def open_verdict(verdict):
    return replace(
        verdict,
        name=VerdictCode.INCONCLUSIVE,
        design="unpaired",
        n=20,
        n_variant=20,
        n_baseline=20,
        more_seeds=(35, 60),
        **points(0.3, -0.6, 1.2),
    )


def test_an_inconclusive_verdict(open_verdict):
    assert sentence(open_verdict, metric=metric()) == (
        "**The data does not show a difference:** 0.3 points (-0.6 to 1.2, 20 + 20 seeds). About "
        "35 to 60 more seeds per variant would tell whether it is worth 0.5 points."
    )


def test_among_several_candidates_it_names_its_own(open_verdict):
    assert sentence(open_verdict, metric=metric(), is_alone=False).startswith(
        "**The data does not show a difference between dropout and baseline:** 0.3 points"
    )


def test_where_lower_is_better_a_signed_number_says_what_plus_means(open_verdict):
    loss = metric(0.5, name="val/loss", goal=Goal.MINIMIZE)
    assert "(-0.006 to 0.012 where plus is better, 20 + 20 seeds)" in sentence(
        open_verdict, metric=loss
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((1, 1), "About 1 more seed per variant would tell"),
        ((7, 7), "About 7 more seeds per variant would tell"),
        ((2_000, 31_000), "would take about 2,000 to 31,000 more seeds per variant: hardly within"),
        (Missing("why"), "How many more seeds would tell is not known: why."),
    ],
)
def test_advice(open_verdict, more, said):
    assert said in sentence(replace(open_verdict, more_seeds=more), metric=metric())


def test_without_a_relevant_difference_it_asks_for_one(open_verdict):
    told = replace(open_verdict, more_seeds=Missing("none"))
    assert sentence(told, metric=metric(None)).endswith(
        "Say which difference is worth having (relevant) to learn how many seeds tell."
    )


def test_an_unfinished_study(judged, looks):
    case = judged({"baseline": BASE, "dropout": BASE[::-1]}, looks=looks, paired=True)
    assert re.fullmatch(
        r"\*\*Not finished:\*\* -?\d\S* points \(-\S+ to \S+, 5 paired seeds\) so far; next look "
        r"at 8 seeds\.",
        case.verdict.sentence,
    )


def test_not_comparable(verdict):
    told = replace(verdict, name=VerdictCode.NOT_COMPARABLE, reason="the data differ")
    assert sentence(told, metric=metric()) == "**These cannot be compared:** the data differ."


def test_one_run_per_variant(judged):
    assert judged({"baseline": [0.5], "dropout": [0.6]}).verdict.sentence == (
        "**One run per variant cannot answer this:** there is no spread to judge the difference "
        f"by. {MORE}"
    )


def test_one_pair_may_be_one_of_many_runs(judged):
    told = judged({"baseline": BASE, "dropout": [0.6]}, paired=True).verdict.sentence
    assert told.startswith("**One pair of runs cannot answer this:**")


def test_more_seeds_than_are_counted_are_not_a_number(judged):
    tiny = judged({"baseline": BASE, "dropout": [0.95, 0.96, 0.93, 0.97, 0.94]}, relevant=1e-9)
    assert "would take more than 99,995 more seeds per variant" in tiny.verdict.sentence


def test_one_run_on_one_side(judged):
    ours = judged({"baseline": BASE, "dropout": [0.6]}).verdict.sentence
    assert ours.startswith("**One run of dropout cannot answer this:**")
    theirs = judged({"baseline": [0.6], "dropout": BASE}).verdict.sentence
    assert theirs.startswith("**One run of baseline cannot answer this:**")


def test_no_run_at_all(judged):
    assert judged({"baseline": BASE, "dropout": [None]}).verdict.sentence == (
        "**Nothing to compare:** dropout has no finished run."
    )


def test_equal_values(judged):
    assert judged({"baseline": [0.5] * 5, "dropout": [0.5] * 5}).verdict.sentence == (
        "**Equal values cannot answer this:** every run gave the same value; the metric is "
        "deterministic or rounded."
    )


def test_two_runs(judged):
    told = judged({"baseline": [0.90, 0.91], "dropout": [0.93, 0.945]}).verdict.sentence
    assert told.startswith("**Two runs say too little:** 3")
    assert told.endswith(f"2 + 2 seeds). {MORE}")


def test_a_constant_difference(judged):
    told = judged({"baseline": BASE, "dropout": [x + 0.01 for x in BASE]}, paired=True)
    assert told.verdict.sentence == (
        "**A constant difference cannot be judged:** 1 point (5 paired seeds). There is no spread "
        "to judge it by."
    )


def test_a_variant_alone():
    told = variant_sentence(summary_of(sample(BASE)), metric())
    assert told == "**baseline:** val/accuracy is 95.0 points on average (94.4 to 95.7, 5 seeds)."


def test_a_variant_alone_without_an_interval():
    assert variant_sentence(summary_of(sample([0.95])), metric()) == (
        "**baseline:** val/accuracy is 95 points in one run; there is no interval: one run has no "
        "spread."
    )
    assert "in 3 seeds; there is no interval" in variant_sentence(
        summary_of(sample([0.5] * 3)), metric()
    )
    assert variant_sentence(summary_of(sample([])), metric()) == (
        "**Nothing to report:** baseline has no finished run."
    )


def sample(values):
    return Sample(variant="baseline", seeds=tuple(range(len(values))), values=tuple(values))


def cases():
    return st.tuples(
        st.integers(0, 10_000),
        st.integers(2, 8),
        st.sampled_from([0.0, 0.3, 1.0, 3.0, -1.0, -3.0]),
        st.sampled_from([None, 0.3, 1.0, 5.0]),
        st.sampled_from(list(Goal)),
        st.booleans(),
    )


def drawn(judged, case):
    seed, n, shift, relevant, goal, paired = case
    rng = random.Random(seed)
    a = [rng.gauss(0, 1) for _ in range(n)]
    b = [rng.gauss(shift * goal.sign, 1) for _ in range(n)]
    return judged(
        {"baseline": a, "b": b}, relevant=relevant, goal=goal, paired=paired, name="val/reward"
    ).verdict


@given(cases())
def test_helps_and_hurts_are_said_only_by_their_codes(judged, case):
    told = drawn(judged, case)
    helps = told.name in (VerdictCode.IMPROVEMENT, VerdictCode.RELEVANT_IMPROVEMENT)
    assert ("helps" in told.sentence) is helps
    assert ("hurts" in told.sentence) is (told.name is VerdictCode.REGRESSION)
    assert ("more than the" in told.sentence) is (told.name is VerdictCode.RELEVANT_IMPROVEMENT)
    assert told.sentence.startswith("**")
    assert told.sentence.endswith(".")


@given(cases())
def test_the_numbers_said_agree_with_the_code(judged, case):
    told = drawn(judged, case)
    said = re.search(r"\((-?[\d.,]+) to (-?[\d.,]+)", told.sentence)
    if said is None:
        assert told.name in (VerdictCode.REFUSED, VerdictCode.INCONCLUSIVE)
        return
    low, high = (float(text.replace(",", "").rstrip(".")) for text in said.groups())
    relevant = case[3]
    match told.name:
        case VerdictCode.RELEVANT_IMPROVEMENT:
            assert relevant <= low < high
        case VerdictCode.IMPROVEMENT | VerdictCode.REGRESSION:
            assert 0 <= low < high
        case VerdictCode.EQUIVALENT:
            assert -relevant <= low < high <= relevant
        case VerdictCode.NO_RELEVANT_IMPROVEMENT:
            assert low < high <= relevant
        case _:
            assert low <= 0 <= high or told.n == 2


def test_noise_that_cannot_be_pooled_is_no_constant_difference():
    runs = {
        "baseline": {0: 0.1, 1: 0.3, 2: 0.2},
        "a": {0: 0.4, 1: 0.2, 5: 0.5},
        "b": {0: 0.6, 2: 0.1, 7: 0.4, 8: 0.2},
    }
    plan = Protocol(
        metric=metric(),
        variants=tuple(runs),
        baseline="baseline",
        looks=(Look(n=3, thresholds=(0.05, 0.05)),),
        paired=True,
        variance=Variance.POOLED,
        registered=False,
    )
    evidence = evidence_at(plan, records_of(runs, paired=True), look_index=1, seeds=None)
    told = judge(plan, [evidence]).verdicts[0]
    assert told.sentence == (
        "**Too few shared seeds (a and baseline):** the seeds that all variants share are too few "
        "to pool their noise."
    )
