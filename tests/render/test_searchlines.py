import pytest

from trialist.render.cells import cell_width
from trialist.render.searchlines import search_lines
from trialist.render.style import TextStyle
from trialist.values.evidence import Interval, Sample
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.results import Results
from trialist.values.searches import BestOf, BestOfCurve, Claim, Searches, SearchSummary

LOST = Missing("the winner was not run again")


def results(n_searches=1, *, ms=(1, 2, 3, 4, 5), winner="3", name="adam"):
    group = tuple(
        SearchSummary(
            variant=name,
            search=str(k),
            n_trials=20,
            n_lost=0,
            winner=winner,
            score=0.95 + k / 1000,
            fresh=Sample(variant=name, seeds=(), values=()),
            fresh_mean=LOST,
            optimism=LOST,
        )
        for k in range(n_searches)
    )
    points = tuple(
        BestOf(m=m, value=0.9 + m / 100, interval=Interval(low=0.89, high=0.99), n_groups=3)
        for m in ms
    )
    reason = "" if ms else "2 trials in a search are too few"
    curve = BestOfCurve(variant=name, over="blocks", points=points, reason=reason)
    return Results(
        study="s",
        plan_hash=None,
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
        variants=(),
        comparisons=(),
        searches=Searches(claim=Claim.NOTHING, level=0.95, searches=group, curves=(curve,)),
    )


def lines(width=80, **more):
    return search_lines(results(**more), TextStyle(width=width))


def test_without_searches_there_is_nothing_to_say():
    bare = Results(
        study="s",
        plan_hash=None,
        metric=Metric(name="val/loss", goal=Goal.MINIMIZE),
        variants=(),
        comparisons=(),
    )
    assert search_lines(bare, TextStyle()) == []


def test_the_searches_come_before_what_they_find_on_average():
    said = lines()
    assert said[0] == "What the searches say"
    (row,) = [line for line in said if line.startswith("adam     0")]
    assert row.split() == ["adam", "0", "20", "3", "95.0000", "0"]
    (points,) = [line for line in said if line.startswith("expected best of")]
    assert points.split()[3:] == ["1", "trial", "3", "trials", "5", "trials"]


def test_a_column_that_says_nothing_is_left_out():
    assert "winner" not in " ".join(lines(winner=None)[:6]).split()[30:]
    assert not any("fresh mean" in line for line in lines())


@pytest.mark.parametrize(("width", "n_points"), [(120, 3), (70, 2), (50, 0)])
def test_a_narrow_terminal_gives_up_points(width, n_points):
    said = lines(width=width)
    heads = [line for line in said if line.startswith("expected best of")]
    assert sum(word.startswith("trial") for head in heads for word in head.split()) == n_points
    assert all(cell_width(line) <= max(width, 60) for line in said)


def test_many_searches_are_cut_and_counted():
    assert "and 8 more searches in the report" in lines(n_searches=20)


def test_a_long_name_is_cut():
    assert any(line.startswith("a" * 19 + "…") for line in lines(name="a" * 40))


def test_without_points_the_reason_stands_alone():
    said = lines(ms=())
    assert said[-1] == "None for adam: 2 trials in a search are too few."
    assert not any(line.startswith("expected best") for line in said)
