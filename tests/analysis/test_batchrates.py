"""The best learning rate at each batch size."""

import pytest

from trialist.analysis.batchrates import is_at_edge, rates_by_batch, whole_number
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm, Parameter, Scale

RATE = Parameter(name="optimizer.lr", low=1e-4, high=1.0, scale=Scale.LOG)
SIZE = Parameter(name="batch_size", choices=(8, 16, 32))
DECAY = Parameter(name="weight_decay", low=0.0, high=1.0)


def trial(size, rate, value, **more):
    params = {"batch_size": size, "optimizer.lr": rate, **more}
    return SearchTrial(
        variant="a", search=0, number=0, name=f"{size}-{rate}", params=params,
        status=RunStatus.FINISHED if value is not None else RunStatus.DIVERGED, value=value,
    )  # fmt: skip


def table(*trials, parameters=(SIZE, RATE), given=None, goal=Goal.MINIMIZE):
    return SearchTable(
        metric=Metric(name="val/loss", goal=goal),
        arms=(Arm(variant="a", parameters=parameters, given=given or {}),),
        trials=trials,
    )


def grid(power, *, worst=0.0):
    """Trials whose best rate is 0.01 (size / 8) ** power."""
    for size in (8, 16, 32):
        best = 0.01 * (size / 8) ** power
        yield trial(size, best, 0.1)
        yield trial(size, best * 3, 0.2 + worst)
        yield trial(size, best * 0.9, None)


@pytest.mark.parametrize("power", [0.5, 1.0])
def test_the_best_rate_grows_by_a_power_of_the_batch(power):
    found = rates_by_batch(table(*grid(power)))
    assert [row.batch_size for row in found.rows] == [8, 16, 32]
    assert [row.n_trials for row in found.rows] == [2, 2, 2]
    assert found.exponents["a"] == pytest.approx(power)


def test_the_goal_says_which_is_best():
    found = rates_by_batch(table(*grid(1.0), goal=Goal.MAXIMIZE))
    assert found.rows[0].rate == pytest.approx(0.03)
    assert found.rows[0].value == 0.2


def test_a_best_rate_at_its_ranges_end_says_nothing_of_a_trend():
    trials = [trial(size, rate, 0.1) for size, rate in ((8, 1.5e-4), (16, 0.01), (32, 0.02))]
    found = rates_by_batch(table(*trials))
    assert [row.at_edge for row in found.rows] == [True, False, False]
    assert found.exponents["a"].reason == ("the best rate of batch size 8 lies at its range's end")


def test_two_sizes_are_no_trend():
    found = rates_by_batch(table(trial(8, 0.01, 0.1), trial(16, 0.02, 0.1)))
    assert isinstance(found.exponents["a"], Missing)


def test_a_batch_size_may_be_given_by_the_variant():
    one = trial(8, 0.01, 0.1)
    del one.params["batch_size"]
    assert whole_number(one, table(one, given={"batch_size": 64.0}), "batch_size") == 64
    assert whole_number(one, table(one), "batch_size") is None
    assert whole_number(trial("many", 0.1, 0.1), table(), "batch_size") is None
    assert whole_number(trial(True, 0.1, 0.1), table(), "batch_size") is None
    assert whole_number(trial(1.5, 0.1, 0.1), table(), "batch_size") is None


def test_without_rate_or_size_there_is_no_row():
    nameless = trial(8, 0.01, 0.1)
    del nameless.params["optimizer.lr"]
    assert rates_by_batch(table(nameless, trial("many", 0.1, 0.1))).rows == ()


def test_the_rate_says_the_edge_and_without_one_any_parameter():
    edge = trial(8, 0.01, 0.1, weight_decay=0.99)
    assert not is_at_edge(edge, table(parameters=(SIZE, RATE, DECAY)), "batch_size")
    assert is_at_edge(edge, table(parameters=(SIZE, DECAY)), "batch_size")
    assert not is_at_edge(trial(8, 0.01, 0.1), table(parameters=(SIZE, DECAY)), "batch_size")
    off = trial(8, 0.01, 0.1, weight_decay=0.0)
    switched = Parameter(name="weight_decay", low=0.1, high=1.0, switch=True)
    assert not is_at_edge(off, table(parameters=(switched,)), "batch_size")
