"""Which trial the searches chose."""

from __future__ import annotations

from trialist.decide.chosen import best_trial
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm


def table(*values, goal=Goal.MAXIMIZE):
    trials = tuple(
        SearchTrial(
            variant="adam",
            search=number // 2,
            number=number % 2,
            name=f"adam-{number}",
            params={},
            status=RunStatus.DIVERGED if value is None else RunStatus.FINISHED,
            value=value,
        )
        for number, value in enumerate(values)
    )
    metric = Metric(name="val/score", goal=goal)
    return SearchTable(metric=metric, arms=(Arm(variant="adam"),), trials=trials)


def test_the_best_of_all_searches_is_chosen():
    assert best_trial(table(0.1, 0.4, 0.9, None), "adam").name == "adam-2"


def test_of_losses_the_lowest_is_the_best():
    assert best_trial(table(0.1, 0.4, goal=Goal.MINIMIZE), "adam").name == "adam-0"


def test_the_first_of_a_tie_is_chosen():
    assert best_trial(table(0.1, 0.4, 0.4), "adam").name == "adam-1"


def test_without_a_value_nothing_is_chosen():
    assert best_trial(table(None, None), "adam") is None
    assert best_trial(table(0.5), "sgd") is None
