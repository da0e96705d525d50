import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna._hypervolume import compute_hypervolume
from optuna.study._multi_objective import _is_pareto_front

from trialist.search.pareto import contributions, front, hypervolume, reference_of
from trialist.values.metric import Goal

numbers = st.integers(-5, 5).map(float)


@st.composite
def tables(draw):
    n_goals = draw(st.integers(1, 4))
    rows = draw(st.lists(st.tuples(*[numbers] * n_goals), min_size=1, max_size=8))
    return rows, [draw(st.sampled_from(list(Goal))) for _ in range(n_goals)]


def losses_of(rows, goals) -> np.ndarray:
    return np.array(rows) * [-goal.sign for goal in goals]


@given(tables())
def test_the_front_is_optunas(table) -> None:
    rows, goals = table
    theirs = _is_pareto_front(losses_of(rows, goals), assume_unique_lexsorted=False)
    assert front(rows, goals) == tuple(np.flatnonzero(theirs).tolist())


@given(tables())
def test_the_hypervolume_is_optunas(table) -> None:
    rows, goals = table
    limit = reference_of(rows, goals)
    theirs = compute_hypervolume(losses_of(rows, goals), losses_of([limit], goals)[0])
    assert hypervolume(rows, goals, limit) == pytest.approx(theirs, rel=1e-9, abs=1e-12)


@given(tables())
def test_only_the_front_adds_to_the_volume(table) -> None:
    rows, goals = table
    limit = reference_of(rows, goals)
    on_front = set(front(rows, goals))
    for place, added in enumerate(contributions(rows, goals, limit)):
        assert added >= -1e-9
        if place not in on_front:
            assert added == pytest.approx(0.0, abs=1e-9)
    alone = hypervolume([rows[place] for place in on_front], goals, limit)
    assert alone == pytest.approx(hypervolume(rows, goals, limit))


def test_what_does_not_beat_the_reference_adds_nothing() -> None:
    goals = [Goal.MINIMIZE, Goal.MINIMIZE]
    assert hypervolume([(5.0, 0.0), (4.0, 0.0)], goals, (4.0, 4.0)) == 0.0


def test_counts_the_cells_of_a_grid() -> None:
    rows = [(1.0, 3.0, 2.0), (2.0, 1.0, 3.0), (3.0, 2.0, 0.0)]
    limit = (5.0, 5.0, 5.0)
    cells = sum(
        any(all(row[k] <= cell[k] for k in range(3)) for row in rows)
        for cell in itertools.product(range(5), repeat=3)
    )
    assert hypervolume(rows, [Goal.MINIMIZE] * 3, limit) == cells
