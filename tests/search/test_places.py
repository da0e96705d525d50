import pytest

from trialist.search.places import picked, place_of
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm, Parameter

LR = Parameter(name="lr", low=0.0, high=1.0)


def trial(number: int, **more: object) -> SearchTrial:
    given = {"status": RunStatus.FINISHED, "value": 1.0, "params": {"lr": 0.5}, **more}
    return SearchTrial(variant="a", search=0, number=number, name=str(number), **given)


def table(trials: list[SearchTrial]) -> SearchTable:
    metric = Metric(name="val/loss", goal=Goal.MINIMIZE)
    return SearchTable(
        metric=metric, arms=(Arm(variant="a", parameters=(LR,)),), trials=tuple(trials)
    )


def test_even_trials_are_enough_from_thirty_on() -> None:
    even = [trial(n) for n in range(30)]
    adaptive = [trial(100 + n, adaptive=True) for n in range(5)]
    found = picked(table([*even, *adaptive]), "a")
    assert (len(found.trials), found.n_adaptive) == (30, 0)
    found = picked(table([*even[1:], *adaptive]), "a")
    assert (len(found.trials), found.n_adaptive) == (34, 5)


def test_counts_what_has_no_value() -> None:
    found = picked(
        table(
            [
                trial(0),
                trial(1, status=RunStatus.DIVERGED, value=None),
                trial(2, status=RunStatus.PRUNED, value=None),
                trial(3, status=RunStatus.PRUNED, value=None),
                trial(4, status=RunStatus.FAILED, value=None),
                trial(5, value=None),
            ]
        ),
        "a",
    )
    assert (len(found.trials), found.n_diverged, found.n_pruned) == (1, 1, 2)


@pytest.mark.parametrize(
    ("value", "place"), [(0.0, 0.1), (0.5, 0.6), (1.0, 1.0), ("x", None), (None, None)]
)
def test_the_switch_takes_a_fifth_of_the_room(value, place) -> None:
    switched = Parameter(name="x", low=0.0, high=1.0, switch=True)
    found = place_of(switched, value)
    assert found == (None if place is None else pytest.approx(place))
    assert place_of(LR, 0.25) == 0.25
