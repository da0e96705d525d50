from __future__ import annotations

from dataclasses import replace

import pytest

from trialist.decide.sensitivity import sensitivity_words
from trialist.values.evidence import Interval, Sensitivity
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.verdict import LookTaken, Verdict, VerdictCode

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)
FOUND = Verdict(
    variant="dropout",
    baseline="baseline",
    name=VerdictCode.IMPROVEMENT,
    final=True,
    design="unpaired",
    test="Welch t",
    n=8,
    n_variant=8,
    n_baseline=8,
    correlation=Missing("the design is unpaired"),
    estimate=0.0104,
    interval=Interval(low=0.002, high=0.019),
    interval_kind="single",
    level=0.95,
    p=0.03,
    p_adjusted=0.03,
    effect_size=Missing("not given"),
    look=LookTaken(index=1, n=8, of=(8,), threshold=0.05),
    reason=None,
    more_seeds=Missing("answered"),
    scope="these results",
    assumptions=(),
    flags=("fixed",),
)
OPEN = replace(FOUND, name=VerdictCode.INCONCLUSIVE, p=0.06, p_adjusted=0.06)


def words(verdict, *others, metric=ACCURACY, is_alone=True):
    return sensitivity_words(replace(verdict, sensitivity=others), metric, is_alone=is_alone)


def permutation(p):
    return Sensitivity(name="permutation", p=p)


def bootstrap(low, high):
    return Sensitivity(name="bootstrap-t", interval=Interval(low=low, high=high))


def test_no_analysis_says_nothing():
    assert words(FOUND) == ()


def test_what_agrees_is_shown_and_no_more():
    (said,) = words(FOUND, permutation(0.031), bootstrap(0.003, 0.018))
    assert said == (
        "Sensitivity of dropout (decides nothing): permutation p 0.031, bootstrap-t 0.3 to 1.8 "
        "points."
    )


def test_a_metric_without_a_unit_has_no_word():
    found = words(FOUND, bootstrap(0.003, 0.018), metric=Metric(name="x", goal=Goal.MAXIMIZE))
    assert found[0].endswith("bootstrap-t 0.003 to 0.018.")


def test_a_claim_that_leans_on_normal_noise_says_so_and_stands():
    assert words(FOUND, permutation(0.07))[1] == (
        "A permutation test of the means gives p 0.07: the verdict leans on the t test's "
        "assumption of roughly normal noise. The verdict stands as planned."
    )
    both = words(FOUND, Sensitivity(name="sign-flip", p=0.07), bootstrap(-0.001, 0.018))[1]
    assert both.startswith(
        "A sign-flip test of the pairs gives p 0.07 and the bootstrap-t interval reaches zero: the"
    )


def test_what_only_another_analysis_sees_decides_nothing():
    assert words(OPEN, permutation(0.04))[1] == (
        "A permutation test of the means gives p 0.04: noise that is far from normal can hide a "
        "difference from the t test. The verdict stands as planned."
    )
    assert (
        "the bootstrap-t interval does not reach zero"
        in words(OPEN, bootstrap(0.001, 0.02))[1].lower()
    )


def test_a_family_or_looks_explain_an_open_verdict_without_any_other_analysis():
    family = replace(OPEN, p=0.03, p_adjusted=0.06)
    (said,) = words(family, permutation(0.03), is_alone=False)
    assert said == (
        "Sensitivity of dropout (decides nothing; not corrected for the other comparisons): "
        "permutation p 0.03."
    )
    assert words(family, permutation(0.07))[1].startswith(
        "A permutation test of the means gives p 0.07: what the t test says leans on its"
    )


def test_what_is_not_corrected_is_said():
    looks = LookTaken(index=1, n=8, of=(8, 20), threshold=0.005)
    later = replace(FOUND, look=looks)
    assert "(decides nothing; not corrected for looks)" in words(later, permutation(0.01))[0]
    both = words(later, permutation(0.01), is_alone=False)[0]
    assert "(decides nothing; not corrected for looks and the other comparisons)" in both


@pytest.mark.parametrize("other", [permutation(0.9), bootstrap(-1.0, 1.0)])
def test_without_a_test_there_is_nothing_to_contradict(other):
    untested = replace(OPEN, p=Missing("not tested"))
    assert len(words(untested, other)) == 1


def test_an_analysis_without_a_name_of_its_own_is_named_as_it_is():
    assert words(FOUND, Sensitivity(name="rank", p=0.2))[1].startswith("Rank gives p 0.2:")


def test_an_analysis_without_a_number_says_nothing_about_a_difference():
    assert len(words(OPEN, Sensitivity(name="empty"))) == 1


def test_the_words_name_no_second_verdict():
    codes = {code.value.replace("_", " ") for code in VerdictCode}
    for verdict in (FOUND, OPEN):
        for p in (0.001, 0.9):
            said = " ".join(words(verdict, permutation(p), bootstrap(-0.01, 0.02)))
            assert not any(code in said for code in codes)
            assert "helps" not in said
