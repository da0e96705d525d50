from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.search.rankcorrelation import interval_of, rank_correlations, spearman
from trialist.stats.unitscale import value_at
from trialist.values.errors import ConfigError
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm, Parameter, Scale

PARAMETERS = (
    Parameter(name="lr", label="sgd.lr", low=1e-4, high=1.0, scale=Scale.LOG),
    Parameter(name="inside", low=0.0, high=1.0),
    Parameter(name="size", choices=(16, 32, 64), ordered=True),
    Parameter(name="kind", choices=("a", "b")),
    Parameter(name="same", low=1.0, high=1.0),
)


def table(n: int, goal: Goal, seed: int = 0) -> SearchTable:
    rng = np.random.default_rng(seed)
    trials = []
    for number in range(n):
        u = rng.random(len(PARAMETERS)).tolist()
        params = {one.name: value_at(one, x) for one, x in zip(PARAMETERS, u, strict=True)}
        good = 2 * u[0] - (u[1] - 0.5) ** 2 + rng.normal() / 10
        trials.append(
            SearchTrial(
                variant="a",
                search=0,
                number=number,
                name=str(number),
                params=params,
                status=RunStatus.FINISHED,
                value=goal.sign * good,
            )
        )
    metric = Metric(name="val/y", goal=goal)
    return SearchTable(
        metric=metric, arms=(Arm(variant="a", parameters=PARAMETERS),), trials=tuple(trials)
    )


@pytest.mark.parametrize("goal", list(Goal))
def test_a_slope_is_seen_and_a_best_value_inside_is_not(goal) -> None:
    lr, inside, size = rank_correlations(table(60, goal), "a")
    assert (lr.shown, lr.n) == ("sgd.lr", 60)
    assert lr.interval.low > 0.9
    assert inside.interval.low < 0 < inside.interval.high
    assert size.parameter == "size"


def test_trials_without_the_parameter_are_left_out() -> None:
    whole = table(20, Goal.MINIMIZE)
    without = [
        replace(one, params={name: x for name, x in one.params.items() if name != "lr"})
        for one in whole.trials[:5]
    ]
    found = rank_correlations(replace(whole, trials=(*without, *whole.trials[5:])), "a")
    assert [(one.parameter, one.n) for one in found][:2] == [("lr", 15), ("inside", 20)]


def test_few_trials_have_none() -> None:
    assert rank_correlations(table(9, Goal.MINIMIZE), "a") == ()
    with pytest.raises(ConfigError):
        rank_correlations(table(9, Goal.MINIMIZE), "a", level=1.0)


def test_goes_into_plain_data() -> None:
    found = rank_correlations(table(20, Goal.MINIMIZE), "a")[0]
    assert found.to_dict()["interval"] == [found.interval.low, found.interval.high]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=4, max_size=40).filter(
        lambda rows: all(len(set(column)) > 1 for column in zip(*rows, strict=True))
    )
)
def test_is_the_correlation_of_scipy(rows) -> None:
    first, second = ([float(x) for x in column] for column in zip(*rows, strict=True))
    assert spearman(first, second) == pytest.approx(stats.spearmanr(first, second).statistic)


@given(st.floats(-1, 1), st.integers(10, 1000))
def test_the_interval_holds_its_value_and_mirrors(rho, n) -> None:
    found, mirrored = interval_of(rho, n, level=0.95), interval_of(-rho, n, level=0.95)
    assert -1 <= found.low < found.high <= 1
    assert found.low <= rho <= found.high
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low))


@pytest.mark.slow
@pytest.mark.parametrize(("rho", "n"), [(0.0, 20), (0.4, 20), (0.8, 20), (0.4, 60), (0.8, 60)])
def test_the_interval_covers_as_often_as_it_says(rho, n) -> None:
    rng = np.random.default_rng(1)
    truth = 6 / np.pi * np.arcsin(rho / 2)  # Spearman's of a normal pair with this correlation
    pairs = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=(600, n))
    covered = 0
    for pair in pairs:
        found = interval_of(spearman(pair[:, 0].tolist(), pair[:, 1].tolist()), n, level=0.95)
        covered += found.low <= truth <= found.high
    assert 0.925 <= covered / 600 <= 0.975
