from __future__ import annotations

import random

import pytest

from trialist.values.judging import Mode
from trialist.values.verdict import VerdictCode

BASE = [0.950, 0.958, 0.947, 0.953, 0.944]
DROP = [0.958, 0.971, 0.956, 0.965, 0.954]


def normal(n, mean=0.0, sd=1.0, seed=0):
    rng = random.Random(seed)
    return [rng.gauss(mean, sd) for _ in range(n)]


def test_nothing_to_add_says_nothing(judged):
    assert judged({"baseline": normal(8), "dropout": normal(8, seed=1)}).verdict.notes == ()


def test_values_without_a_partner_are_counted(judged):
    one = judged({"baseline": BASE, "dropout": [None, *DROP[1:]]}, paired=True).verdict.notes
    assert "1 value was left out: the other run of its pair gave none." in one
    two = judged({"baseline": [*BASE[:4], None], "dropout": [None, *DROP[1:]]}, paired=True)
    left_out = "2 values were left out: the other runs of their pairs gave none."
    assert left_out in two.verdict.notes


@pytest.mark.parametrize(("n", "share"), [(3, 37), (4, 61)])
def test_three_or_four_seeds_print_the_power_they_have(judged, n, share):
    case = judged({"baseline": normal(n), "dropout": normal(n, seed=1)})
    assert case.verdict.notes == (
        f"With {n} seeds this detects a difference of 2 seed SDs in about {share} % of cases.",
    )


def test_the_power_is_that_of_the_threshold_in_force(judged):
    groups = {"baseline": normal(3), "dropout": normal(3, seed=1)}
    (note,) = judged(groups, looks=((3, 0.01), (20, 0.04))).verdict.notes
    assert "in about 9 % of cases" in note
    (note,) = judged(groups, looks=((3, 0.00001), (20, 0.04))).verdict.notes
    assert "in fewer than 1 % of cases" in note


def test_the_power_of_pairs_is_in_sds_of_their_differences(judged):
    notes = judged({"baseline": normal(3), "dropout": normal(3, seed=1)}, paired=True).verdict.notes
    assert notes[0] == (
        "With 3 pairs this detects a difference of 2 SDs of the paired differences in about "
        "47 % of cases."
    )


def test_uneven_sizes_are_named_with_their_assumption(judged):
    notes = judged({"baseline": normal(12), "dropout": normal(3, seed=1)}).verdict.notes
    assert notes[0].startswith("Assumes equal noise in both variants: 3 against 12 runs")
    assert "With 3 + 12 seeds" in notes[1]


def test_pairs_show_their_measured_correlation(judged):
    notes = judged({"baseline": BASE, "dropout": DROP}, paired=True).verdict.notes
    assert notes == ("Measured correlation of the pairs: 0.98.",)


def test_pairing_that_bought_nothing_is_said(judged):
    notes = judged(
        {"baseline": BASE, "dropout": [1.9 - x for x in BASE]}, paired=True
    ).verdict.notes
    assert notes[0].endswith(": pairing bought nothing.")
    ten = judged({"baseline": normal(10), "dropout": [-x for x in normal(10)]}, paired=True)
    assert "pairing bought nothing" in ten.verdict.notes[0]


TAIL = [0.0, 0.1, 0.0, 0.2, 0.1, 0.0, 3.0, 0.1]


def test_strongly_skewed_pairs_are_said(judged):
    base = normal(8)
    groups = {"baseline": base, "dropout": [x + d for x, d in zip(base, TAIL, strict=True)]}
    notes = judged(groups, paired=True).verdict.notes
    assert notes[-1] == (
        "The differences of the pairs are strongly skewed (skewness 2.2). A t test assumes roughly "
        "normal ones: with noise like this it finds a difference that is not there in up to 9 % "
        "of studies, not in 5 %; the bootstrap-t interval in the report errs in 6 % at most."
    )
    turned = {"baseline": base, "dropout": [x - d for x, d in zip(base, TAIL, strict=True)]}
    assert "(skewness -2.2)" in judged(turned, paired=True).verdict.notes[-1]


def test_few_skewed_pairs_have_no_other_interval(judged):
    base = normal(6)
    groups = {"baseline": base, "dropout": [x + d for x, d in zip(base, TAIL[2:], strict=True)]}
    assert judged(groups, paired=True).verdict.notes[-1].endswith("studies, not in 5 %.")


def test_skew_is_no_matter_of_unpaired_variants(judged):
    assert judged({"baseline": normal(8), "dropout": TAIL}).verdict.notes == ()


def test_stopping_early_is_said(judged, looks):
    groups = {"baseline": normal(20), "dropout": normal(20, 9, seed=1)}
    (note,) = judged(groups, looks=looks).verdict.notes
    assert note.startswith("Found at look 1 of 4: stopping early makes the estimate")


def test_the_last_look_is_not_early(judged):
    assert judged({"baseline": normal(8), "dropout": normal(8, 9, seed=1)}).verdict.notes == ()


def test_holm_may_find_a_difference_that_the_interval_does_not_show(judged):
    pattern = [1.0, -1.0] * 6
    base = normal(12, seed=1)
    groups = {
        "baseline": base,
        "huge": [x + 9 + y for x, y in zip(base, pattern, strict=True)],
        "small": [x + 0.70 + y for x, y in zip(base, pattern, strict=True)],
    }
    small = judged(groups, paired=True).verdicts["small"]
    assert small.name is VerdictCode.IMPROVEMENT
    assert small.interval.low < 0 < small.interval.high
    assert small.notes[-1].startswith("The interval reaches past zero because it holds for all 2")


def test_one_run_against_many_gets_its_hint(judged):
    notes = judged({"baseline": BASE, "dropout": [0.99]}).verdict.notes
    assert notes[0].startswith("A screening hint, not a verdict")


def test_exploring_names_its_own_method_where_the_interval_reaches_past_zero(judged):
    base = [float(k) for k in range(8)]
    shifts = {"a": 4.0, "b": 4.1, "c": 4.2, "d": 3.2}
    groups = {name: [x + by for x in base] for name, by in shifts.items()}
    explored = judged({"baseline": base, **groups}, mode=Mode.EXPLORE).verdicts["d"]
    assert explored.interval.low < 0 < explored.interval.high
    assert explored.name is VerdictCode.IMPROVEMENT
    assert "the method of Benjamini and Hochberg, which decides here" in explored.notes[-1]
    assert "Holm" not in explored.notes[-1]
