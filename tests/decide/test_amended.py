import numpy as np
import pytest
from scipy.special import stdtr

from trialist.analysis.evidence import evidence_at
from trialist.decide.amended import amended_verdicts, amendment_caveats, two_codes
from trialist.decide.rules import judge
from trialist.design.protocol import implied_protocol
from trialist.stats.sequential import thresholds
from trialist.values.amendment import Amendment
from trialist.values.events import RunStatus
from trialist.values.evidence import CodeSeeds, RunRecord, Sample
from trialist.values.metric import Goal, Metric
from trialist.values.verdict import VerdictCode

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005)
OLD = "sha256:0123456789abcdef"


def amendment(n_results=9):
    return Amendment(before="sha256:a", after="sha256:b", reason="r", n_results=n_results)


def protocol(n=4, looks=()):
    return implied_protocol(
        metric=ACCURACY,
        variants=("baseline", "wide"),
        baseline="baseline",
        n=n,
        paired=False,
        looks=looks,
    )


def judged(codes, *, looks=()):
    records = [
        RunRecord(
            variant=variant,
            seed=seed,
            status=RunStatus.FINISHED,
            value=0.8 + shift + (seed * 7 % 5) / 1000,
            code=code,
        )
        for variant, shift in (("baseline", 0.0), ("wide", 0.05))
        for seed, code in enumerate(codes)
    ]
    rules = protocol(looks=looks)
    return judge(rules, [evidence_at(rules, records, look_index=1, seeds=range(4))])


def test_runs_of_two_codes_cannot_be_compared_and_the_reason_says_which_are_which():
    verdict = judged([OLD, OLD, None, None]).verdicts[0]
    assert verdict.name is VerdictCode.NOT_COMPARABLE
    assert verdict.final
    assert verdict.reason == (
        "the runs were made by two codes that nobody declared equal (seeds 0, 1 by that of plan "
        "01234567, seeds 2, 3 by the code of the last plan)"
    )
    assert verdict.sentence.startswith("**These cannot be compared:** the runs were made by two")


def test_no_further_look_is_worth_taking_then():
    assert judged([OLD, None, None, None], looks=(4, 8)).open == ()
    assert judged([None] * 4, looks=(4, 8)).verdicts[0].name is VerdictCode.RELEVANT_IMPROVEMENT


def test_variants_with_other_codes_are_told_apart():
    samples = [
        Sample(
            variant="baseline", seeds=(0,), values=(0.1,), codes=(CodeSeeds(code=OLD, seeds=(0,)),)
        ),
        Sample(variant="wide", seeds=(0,), values=(0.2,)),
        Sample(variant="none", seeds=(), values=()),
    ]
    assert two_codes(samples).endswith(
        "(baseline: seed 0 by that of plan 01234567; wide: all by the code of the last plan)"
    )


def test_verdicts_of_an_amended_plan_are_flagged():
    verdicts = judged([None] * 4).verdicts
    assert amended_verdicts(verdicts, (), judging=False) == verdicts
    (one,) = amended_verdicts(verdicts, [amendment()], judging=False)
    assert one.flags == (*verdicts[0].flags, "amended")
    assert one.notes[-1] == "The plan was changed after 9 results (see deviations)."
    (one,) = amended_verdicts(verdicts, [amendment(1), amendment(6), amendment(7)], judging=True)
    assert one.flags[-2:] == ("amended", "post-hoc")
    assert one.notes[-1] == "The plan was changed 3 times, first after 1 result (see deviations)."


@pytest.mark.parametrize(
    ("judging", "words"),
    [
        (("seeds", "looks"), "in about 8 % of cases in place of 5 %"),
        (("metric.goal",), "(metric.goal): the error rate of 5 % no longer holds as registered."),
    ],
)
def test_a_plan_whose_judging_was_changed_promises_less(judging, words):
    (said,) = amendment_caveats(protocol(), [amendment()], judging=judging)
    assert words in said
    assert ("8 %" in said) == ("seeds" in judging)


def test_what_the_study_had_said_before_is_not_forgotten():
    earlier = ({"wide": "no_relevant_improvement"}, {"wide": "improvement", "deep": "refused"})
    (said,) = amendment_caveats(protocol(), [amendment()], judging=(), earlier=earlier)
    assert said == (
        "Before it was amended the study had given its verdict: wide: no relevant improvement; "
        "then wide: improvement, deep: refused."
    )
    assert list(amendment_caveats(protocol(), [], judging=())) == []


@pytest.mark.parametrize(
    ("before", "after", "rate"),
    [((5,), (5, 10), 0.079), ((3, 5), (3, 5, 8), 0.073), ((5, 8), (5, 8, 12, 20), 0.081)],
    ids=str,
)
def test_a_study_that_is_extended_once_errs_as_often_as_the_caveat_says(before, after, rate):
    n = 20_000
    runs = np.random.default_rng(0).normal(size=(n, after[-1]))
    found = np.zeros(n, dtype=bool)
    for looks in (before, after):
        for size, threshold in zip(looks, thresholds(looks, alpha=0.05, paired=True), strict=True):
            seen = runs[:, :size]
            t = seen.mean(axis=1) / (seen.std(axis=1, ddof=1) / size**0.5)
            found |= 2 * stdtr(size - 1, -np.abs(t)) <= threshold
    assert found.mean() == pytest.approx(rate, abs=3 * (rate * (1 - rate) / n) ** 0.5)
