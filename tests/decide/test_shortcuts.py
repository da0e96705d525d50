from __future__ import annotations

from trialist.decide.shortcuts import shortcuts_of
from trialist.values.metric import Goal

BASE = [0.950, 0.958, 0.947, 0.953, 0.944]
DROP = [0.958, 0.971, 0.956, 0.965, 0.954]


def said(judged, groups, **options):
    case = judged(groups, **options)
    return shortcuts_of(case.protocol, case.summaries)


def test_says_what_each_shortcut_would_have_said(judged):
    assert said(judged, {"baseline": BASE, "dropout": DROP}) == (
        "Seed 0 alone: dropout is better (95.80 against 95.00 points).",
        "Best seed of each: dropout is better (97.1 against 95.8 points).",
        "Bars of ±1 SD overlap: no difference.",
        "Means less than 2 combined SDs apart: no difference.",
    )


def test_where_lower_is_better_the_smaller_value_wins(judged):
    one, best, *_ = said(judged, {"baseline": BASE, "dropout": DROP}, goal=Goal.MINIMIZE)
    assert "baseline is better" in one
    assert best == "Best seed of each: baseline is better (95.4 against 94.4 points)."


def test_far_apart_means_pass_every_shortcut(judged):
    far = [x + 0.1 for x in reversed(BASE)]
    *_, bars, sds = said(judged, {"baseline": BASE, "dropout": far})
    assert bars == "Bars of ±1 SD do not overlap: dropout is better."
    assert sds == "Means more than 2 combined SDs apart: dropout is better."


def test_one_run_of_each_has_no_bars(judged):
    assert len(said(judged, {"baseline": [0.5], "dropout": [0.6]})) == 2


def test_equal_values_have_no_winner(judged):
    one, *_ = said(judged, {"baseline": [0.5] * 3, "dropout": [0.5] * 3})
    assert one == "Seed 0 alone: neither is better (50 points each)."


def test_seeds_without_a_shared_one_take_the_first_run(judged):
    one, *_ = said(judged, {"baseline": [0.5, None], "dropout": [None, 0.6]})
    assert one.startswith("The first run of each: dropout is better")


def test_a_side_without_runs_says_nothing(judged):
    assert said(judged, {"baseline": [0.5], "dropout": [None]}) == ()


def test_several_candidates_are_named(judged):
    told = said(judged, {"baseline": BASE, "dropout": DROP, "wide": BASE[::-1]})
    assert len(told) == 8
    assert told[4].startswith("wide: seed 0 alone: ")
