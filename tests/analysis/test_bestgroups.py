import numpy as np
import pytest

from trialist.analysis.bestgroups import (
    Group,
    best_place,
    differences_of,
    dots_of,
    lines_of,
    shown_groups,
)
from trialist.stats.draws import SharedDraws
from trialist.values.evidence import Interval
from trialist.values.metric import Goal
from trialist.values.missing import Missing


def group(cases, label, values, *, lost=0, design="d", **more):
    trials = cases.along(range(len(values)), values, variant=label, **more)
    more_lost = cases.along(range(lost), [None] * lost, variant=label, first=len(values))
    return Group(label=label, done=tuple(trials), lost=tuple(more_lost), design=design)


def differences(groups, goal=Goal.MINIMIZE):
    return differences_of(groups, goal, rng=SharedDraws())


VALUES = np.random.default_rng(0).random(16)


def test_the_best_group_is_found_by_the_goal(cases):
    groups = [group(cases, "a", [1.0, 5.0]), group(cases, "b", [2.0, 3.0])]
    assert best_place(groups, Goal.MINIMIZE) == 0
    assert best_place(groups, Goal.MAXIMIZE) == 0
    assert best_place([*groups[1:], group(cases, "c", [4.0])], Goal.MAXIMIZE) == 1
    assert best_place([group(cases, "a", [], lost=3)], Goal.MINIMIZE) is None


def test_differences_are_from_the_best_and_plus_is_better(cases):
    groups = [group(cases, "a", VALUES), group(cases, "b", VALUES + 0.5)]
    (found,) = differences(groups)
    assert (found.group, found.against, found.shared, found.n) == ("b", "a", True, 16)
    assert found.value == pytest.approx(-0.5)
    turned = [group(cases, "a", -VALUES), group(cases, "b", -VALUES - 0.5)]
    assert differences(turned, Goal.MAXIMIZE)[0].value == pytest.approx(-0.5)


def test_the_interval_holds_what_the_luck_of_the_search_explains(cases):
    other = np.random.default_rng(1).permutation(VALUES) + 0.01
    (found,) = differences([group(cases, "a", VALUES), group(cases, "b", other)])
    assert found.interval.low < 0 < found.interval.high


def test_other_designs_are_not_resampled_together(cases):
    own = [group(cases, "a", VALUES), group(cases, "b", VALUES + 0.5, design="other")]
    (found,) = differences(own)
    assert not found.shared
    together = differences([own[0], group(cases, "b", VALUES + 0.5)])[0]
    assert isinstance(found.interval, Interval)
    assert isinstance(together.interval, Missing)  # all subsets give the same difference


def test_adaptive_trials_have_no_interval(cases):
    groups = [group(cases, "a", VALUES), group(cases, "b", VALUES + 1, adaptive=True)]
    assert "an eye on earlier ones" in differences(groups)[0].interval.reason


def test_groups_without_a_value_have_no_difference(cases):
    groups = [group(cases, "a", VALUES), group(cases, "b", [], lost=3)]
    assert differences(groups) == ()
    assert differences(groups[1:]) == ()


def test_trials_that_diverged_change_no_difference(cases):
    groups = [group(cases, "a", VALUES), group(cases, "b", VALUES[::-1] + 0.2)]
    more = [group(cases, "a", VALUES, lost=5), group(cases, "b", VALUES[::-1] + 0.2, lost=2)]
    assert differences(groups) == differences(more)


def shown(groups, noise=None, goal=Goal.MINIMIZE):
    return shown_groups(groups, differences(groups, goal), goal, noise=noise)


def test_groups_within_the_noise_between_runs_are_tied(cases):
    groups = [group(cases, "a", VALUES), group(cases, "b", VALUES + 0.5)]
    assert [one.tied for one in shown(groups)] == [True, False]
    assert [one.tied for one in shown(groups, noise=0.1)] == [True, False]
    assert [one.tied for one in shown(groups, noise=0.6)] == [True, True]


def test_groups_that_luck_cannot_tell_apart_are_tied(cases):
    other = np.random.default_rng(1).permutation(VALUES) + 0.01
    groups = [group(cases, "a", VALUES), group(cases, "b", other)]
    assert [one.tied for one in shown(groups)] == [True, True]


def test_a_group_without_a_value_says_why(cases):
    empty = shown([group(cases, "a", [1.0]), group(cases, "b", [], lost=2)])[1]
    assert empty.best == Missing("no trial ran to its end")
    assert (empty.best_trial, empty.tied, empty.n_infeasible) == (None, False, 2)


def test_the_first_of_equal_trials_is_the_best(cases):
    groups = [group(cases, "a", [2.0, 1.0, 1.0], lost=1)]
    assert shown(groups)[0].best_trial == "a-0-1"
    dots = dots_of(groups, Goal.MINIMIZE)
    assert [dot.is_best for dot in dots] == [False, True, False, False]
    assert [dot.value for dot in dots] == [2.0, 1.0, 1.0, None]


def test_a_shared_point_is_a_line_through_its_groups(cases):
    groups = [
        group(cases, "a", [1.0, 2.0, 3.0]),
        group(cases, "b", [4.0, 5.0]),
        group(cases, "c", [6.0], design="own"),
    ]
    found = lines_of(groups, Goal.MINIMIZE)
    assert [line.number for line in found] == [0, 1, 2]
    assert found[0].values == (1.0, 4.0, None)
    assert found[2].values == (3.0, None, None)
    assert lines_of(groups, Goal.MAXIMIZE)[0].values == (1.0, 4.0, None)


def test_groups_without_a_design_have_no_lines(cases):
    groups = [group(cases, one, [1.0], design="") for one in "ab"]
    assert lines_of(groups, Goal.MINIMIZE) == ()
