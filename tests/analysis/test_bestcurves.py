import pytest

from trialist.analysis.bestcurves import curves_of
from trialist.analysis.trials import TrialRecord, TrialTable
from trialist.stats.bestof import best_over_blocks, best_over_searches
from trialist.values.events import RunStatus
from trialist.values.evidence import Interval
from trialist.values.metric import Goal


def rows(scores, *, search="0", fresh=False):
    return [
        TrialRecord(
            variant="adam",
            search=search,
            trial=str(place),
            seed=0,
            is_fresh=fresh,
            status=RunStatus.FAILED if score is None else RunStatus.FINISHED,
            value=score,
        )
        for place, score in enumerate(scores)
    ]


def curve(*groups, goal=Goal.MAXIMIZE):
    records = [row for k, scores in enumerate(groups) for row in rows(scores, search=str(k))]
    (found,) = curves_of(TrialTable(metric="acc", records=tuple(records)), goal)
    return found


def scores_of(n, *, shift=0.0):
    return [shift + (7 * k % n) / n for k in range(n)]


def test_one_search_has_points_up_to_a_third_of_its_trials():
    found = curve(scores_of(20))
    assert (found.over, [point.m for point in found.points]) == ("blocks", [1, 2, 3, 4, 5, 6])
    assert found.points[4] == best_over_blocks(scores_of(20), 5)
    assert found.reason == ""


def test_three_searches_have_points_up_to_their_smallest():
    groups = [scores_of(5), scores_of(6, shift=0.1), scores_of(5, shift=0.3)]
    found = curve(*groups)
    assert (found.over, [point.m for point in found.points]) == ("searches", [1, 2, 3, 4, 5])
    assert found.points[-1] == best_over_searches(groups, 5)


def test_of_two_searches_the_larger_gives_the_blocks():
    found = curve(scores_of(4), scores_of(9))
    assert (found.over, [point.m for point in found.points]) == ("blocks", [1, 2, 3])


def test_where_lower_is_better_the_curve_falls():
    values = [point.value for point in curve(scores_of(20), goal=Goal.MINIMIZE).points]
    assert values == sorted(values, reverse=True)


def test_a_large_search_has_points_that_lie_further_and_further_apart():
    found = curve(scores_of(1000))
    ms = [point.m for point in found.points]
    assert ms[:12] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15]
    assert ms[-1] == 333
    assert len(ms) < 40


def test_points_are_left_out_where_all_trials_may_be_lost():
    found = curve([None, *scores_of(11)])
    assert [point.m for point in found.points] == [2, 3, 4]
    assert all(isinstance(point.interval, Interval) for point in found.points)


def test_fresh_runs_are_no_trials():
    records = (*rows(scores_of(6)), *rows([9.0], fresh=True))
    (found,) = curves_of(TrialTable(metric="acc", records=records), Goal.MAXIMIZE)
    assert found.points[-1].m == 2


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([[0.1, 0.2]], "2 trials in a search are too few: an interval needs 3 blocks"),
        ([[0.5] * 9], "too many trials gave no value, or all gave the same"),
        ([[]], "the table has no trials of its searches"),
    ],
)
def test_an_empty_curve_says_why(groups, reason):
    if groups == [[]]:
        records = tuple(rows([0.9], fresh=True))
        (found,) = curves_of(TrialTable(metric="acc", records=records), Goal.MAXIMIZE)
    else:
        found = curve(*groups)
    assert (found.points, found.reason) == ((), reason)
