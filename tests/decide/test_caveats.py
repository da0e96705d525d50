from __future__ import annotations

from dataclasses import replace

from trialist.decide.caveats import caveats_of_results
from trialist.values.judging import Mode
from trialist.values.replicate import Replicate

BASE = [0.50, 0.51, 0.49, 0.52, 0.48]
OTHER = [0.51, 0.50, 0.52, 0.49, 0.47]
NAN = float("nan")


def caveats(case):
    return caveats_of_results(
        case.protocol, case.judgement.verdicts, case.summaries, n_looks=case.judgement.n_looks
    )


def test_a_registered_study_without_trouble_has_none(judged):
    assert caveats(judged({"baseline": BASE, "dropout": OTHER})) == ()


def test_exploring_counts_its_comparisons(judged):
    groups = {"baseline": BASE, "dropout": OTHER, "wide": OTHER[::-1]}
    one = {"baseline": BASE, "dropout": OTHER}
    for case, said in ((groups, "2 comparisons"), (one, "1 comparison")):
        first, *_ = caveats(judged(case, mode=Mode.EXPLORE, registered=False))
        assert first == f"Explored, not confirmed: {said}."
        assert caveats(judged(case, mode=Mode.EXPLORE)) == ()


def test_exploring_says_where_a_find_has_an_interval_past_zero(judged):
    base = [0.0, 1.0, 2.0, 3.0, 4.0]
    far = {f"v{k}": [one + 20 + k for one in base] for k in range(5)}
    near = {"near": [one + 3.0 for one in base]}
    case = judged({"baseline": base, **far, **near}, mode=Mode.EXPLORE)
    assert case.verdicts["near"].interval.low < 0 < case.verdicts["near"].estimate
    assert case.verdicts["near"].name.value == "improvement"
    (said,) = caveats(case)
    assert said.startswith("1 of 6 differences found has an interval that reaches past zero:")


def test_results_without_a_plan_say_so(judged):
    case = judged({"baseline": BASE, "dropout": OTHER}, registered=False, paired=True)
    (said,) = caveats(case)
    assert said.startswith("Not registered: the results were there before the plan.")


def test_equal_seed_numbers_are_no_proof_of_pairing(judged):
    case = judged({"baseline": BASE, "dropout": OTHER}, registered=False)
    assert "an equal seed number is no proof of pairing" in caveats(case)[1]


def test_a_table_without_seeds_says_what_that_costs(judged):
    case = judged({"baseline": BASE, "dropout": OTHER}, registered=False)
    bare = [
        replace(one, sample=replace(one.sample, seeds=(None,) * one.sample.n))
        for one in case.summaries
    ]
    said = caveats_of_results(case.protocol, case.judgement.verdicts, bare, n_looks=1)
    assert said[1].startswith("No seeds are named")


def test_searches_of_equal_names_are_no_proof_of_a_shared_design(judged):
    case = judged({"baseline": BASE, "dropout": OTHER}, registered=False)
    case.protocol = replace(case.protocol, replicate=Replicate.SEARCH)
    assert "no proof of a shared design" in caveats(case)[1]
    seeds = [replace(one.sample, seeds=(7, 8, 9, 10, 11)) for one in case.summaries[1:]]
    case.summaries = (case.summaries[0], replace(case.summaries[1], sample=seeds[0]))
    assert len(caveats(case)) == 1


def test_different_seeds_need_no_word_about_pairs(judged):
    case = judged({"baseline": [*BASE, *[None] * 5], "b": [*[None] * 5, *OTHER]}, registered=False)
    assert not any("pairing" in said for said in caveats(case))


def test_lost_runs_are_counted_by_kind(judged):
    (said,) = caveats(judged({"baseline": [*BASE, NAN, NAN], "dropout": [*OTHER, None]}))
    assert said.startswith("3 of 13 runs gave no value (2 diverged, 1 failed)")


def test_values_near_the_end_of_the_scale_are_approximate(judged):
    near = [0.99, 0.97, 1.0, 0.98, 0.995]
    assert "(dropout)" in caveats(judged({"baseline": BASE, "dropout": near}))[0]
    assert caveats(judged({"baseline": BASE, "dropout": near}, name="val/reward")) == ()


def test_an_unfinished_study_says_how_far_it_came(judged):
    looks = ((5, 0.01), (8, 0.04))
    case = judged({"baseline": BASE, "dropout": OTHER}, looks=looks)
    assert caveats(case) == ("Not finished: 1 of 2 planned looks taken.",)
