from __future__ import annotations

import random

from trialist.decide.losses import losses_in_words, losses_said
from trialist.values.evidence import Sample

NAN = float("nan")
UNCONDITIONAL = (
    "Nothing is said about the mean over all runs, the lost ones among them: that needs 20 runs "
    "per variant or more."
)


def normal(n, mean=0.0, sd=1.0, seed=0):
    rng = random.Random(seed)
    return [rng.gauss(mean, sd) for _ in range(n)]


def test_no_lost_run_says_nothing(judged):
    assert judged({"baseline": normal(8), "dropout": normal(8, seed=1)}).verdict.notes == ()


def test_lost_runs_condition_the_verdict(judged):
    groups = {"baseline": normal(20), "dropout": [NAN, NAN, *normal(18, seed=1)]}
    (note,) = judged(groups).verdict.notes
    assert note == (
        "Given that the run trains: 2 of 20 dropout runs diverged (1 to 32 %), 0 of 20 baseline "
        "runs (0 to 17 %); equal rates are not ruled out (Fisher p 0.49)."
    )


def test_below_twenty_runs_nothing_is_said_about_all_runs(judged):
    groups = {"baseline": normal(10), "dropout": [*[NAN] * 4, *normal(6, seed=1)]}
    first, second = judged(groups).verdict.notes
    assert first == (
        "Given that the run trains: 4 of 10 dropout runs diverged (12 to 74 %), 0 of 10 baseline "
        "runs (0 to 31 %); equal rates are not ruled out (Fisher p 0.087)."
    )
    assert second == UNCONDITIONAL


def test_the_side_that_lost_runs_is_named_first(judged):
    groups = {"baseline": [None, *normal(7)], "dropout": normal(8, seed=1)}
    note = judged(groups).verdict.notes[0]
    assert "1 of 8 baseline runs failed (0 to 53 %), 0 of 8 dropout runs (0 to 37 %)" in note


def test_one_side_loses_more_where_the_test_says_so(judged):
    lost, kept = [*[NAN] * 6, *normal(4, seed=1)], normal(10)
    first, _, last = judged({"baseline": kept, "dropout": lost}).verdict.notes[:3]
    assert "not ruled out" not in first
    assert last == "dropout loses runs more often than baseline (Fisher p 0.011)."
    notes = judged({"baseline": lost, "dropout": kept}).verdict.notes
    assert "baseline loses runs more often than dropout (Fisher p 0.011)." in notes


def test_a_family_asks_for_more_before_one_side_loses_more(judged):
    lost = [*[NAN] * 6, *normal(4, seed=1)]
    groups = {"baseline": normal(10), "dropout": lost}
    more = {f"v{k}": normal(10, seed=k + 2) for k in range(5)}  # 0.011 > 0.05 / 6
    notes = judged({**groups, **more}).verdicts["dropout"].notes
    assert notes[0].endswith("equal rates are not ruled out (Fisher p 0.011).")
    assert not any("more often" in note for note in notes)


def test_many_runs_show_a_small_rate_with_its_digits(judged):
    groups = {"baseline": normal(3000), "dropout": [NAN, *normal(2999, seed=1)]}
    assert (
        judged(groups)
        .verdict.notes[0]
        .startswith(
            "Given that the run trains: 1 of 3000 dropout runs diverged (0.00 to 0.19 %), "
            "0 of 3000 baseline runs (0.00 to 0.12 %);"
        )
    )


def test_a_side_without_any_run_leaves_the_bare_counts():
    lost = Sample(variant="dropout", seeds=(), values=(), n_diverged=2)
    none = Sample(variant="baseline", seeds=(), values=())
    said = list(losses_said(None, baseline=none, variant=lost, alpha=0.05))
    assert said == [
        "Given that the run trains: 2 of 2 dropout runs diverged, 0 of 0 baseline runs.",
        UNCONDITIONAL,
    ]


def test_failed_and_diverged_are_told_apart():
    sample = Sample(variant="wide", seeds=(0,), values=(1.0,), n_failed=1, n_diverged=2)
    assert losses_in_words(sample) == "2 of 4 wide runs diverged and 1 failed"
