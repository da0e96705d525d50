"""Stacks: runs of one structure up to one look, from the plan alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.execute.board import Board
from trialist.execute.stacks import Stacks
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.plan import Look
from trialist.values.vectorization import PROCESSES, Decision

NAMES = ("baseline", "faster", "wide")
TOGETHER = ((0, 1), (2,))


def looks(*numbers):
    return tuple(Look(n=n, thresholds=(0.05, 0.025)) for n in numbers)


@pytest.fixture(scope="module")
def planned(make_plan):
    def planned(*, chunk=4, groups=TOGETHER, backend="vmap", n=8, at=(3, 8), **changes):
        made = Decision(backend=backend, chunk=chunk, reason="", groups=groups)
        return make_plan(
            variants=NAMES, seeds=range(n), looks=looks(*at), vectorize=made, **changes
        )

    return planned


def taken(plan, board=None):
    """Start everything; give the stacks in their order."""
    stacks, board = Stacks(plan), board or Board(plan, ())
    found = []
    while keys := stacks.next(board):
        for key in keys:
            board.begin(key)
        found.append(keys)
    return found


def test_those_of_one_structure_go_together_up_to_a_look(planned):
    found = taken(planned(chunk=16))
    assert [set(keys) for keys in found] == [
        {(name, seed) for name in NAMES[:2] for seed in range(3)},
        {("wide", seed) for seed in range(3)},
        {(name, seed) for name in NAMES[:2] for seed in range(3, 8)},
        {("wide", seed) for seed in range(3, 8)},
    ]


def test_too_many_are_shared_out_evenly(planned):
    sizes = [len(keys) for keys in taken(planned(chunk=4))]
    assert sizes[:3] == [3, 3, 3]
    assert sorted(sizes[3:]) == [2, 3, 3, 3, 4]


def test_by_processes_or_without_a_decision_each_goes_by_itself(planned, make_plan):
    for plan in (planned(backend=PROCESSES, groups=()), make_plan(seeds=range(2))):
        found = taken(plan)
        assert {len(keys) for keys in found} == {1}
        assert len(found) == plan.max_runs
        assert Stacks(plan).place(("baseline", 0)) is None


def test_a_run_that_is_not_needed_leaves_its_place_empty(planned):
    plan = planned(chunk=16)
    board = Board(plan, ())
    board.settle(
        RunRecord(
            variant="faster", seed=1, status=RunStatus.FINISHED, value=0.5, seconds=1.0,
            journal=None, journal_digest=None,
        )
    )  # fmt: skip
    first = Stacks(plan).next(board)
    assert len(first) == 5
    places = {Stacks(plan).place(key).place for key in first}
    assert Stacks(plan).place(first[0]).size == 6
    assert places == {0, 1, 2, 3, 5}


def test_an_open_study_goes_on_in_stacks_of_its_size(planned):
    plan = planned(chunk=4, at=(2, *range(3, 9)), is_open=True)
    sizes = {keys[0][0]: [] for keys in taken(plan)}
    for keys in taken(plan):
        sizes[keys[0][0]].append(len(keys))
    assert sizes == {"baseline": [4, 4, 4, 4], "wide": [2, 4, 2]}


@given(
    chunk=st.integers(1, 16),
    n=st.integers(1, 12),
    first=st.integers(1, 12),
    groups=st.sampled_from([((0, 1, 2),), ((0, 1), (2,)), ((0,), (1,), (2,))]),
    is_open=st.booleans(),
)
def test_every_run_has_one_place(planned, chunk, n, first, groups, is_open):
    at = sorted({min(first, n), n}) if not is_open else range(min(first, n), n + 1)
    plan = planned(chunk=chunk, groups=groups, n=n, at=at, is_open=is_open)
    stacks = Stacks(plan)
    found = taken(plan)
    keys = [key for stack in found for key in stack]
    assert sorted(keys) == sorted((name, seed) for name in NAMES for seed in range(n))
    for stack in found:
        places = [stacks.place(key) for key in stack]
        assert [one.place for one in places] == list(range(len(stack)))
        assert {(one.size, one.lead) for one in places} == {
            (len(stack), "{}/seed-{}".format(*stack[0]))
        }
        assert len(stack) <= chunk
        assert len({next(g for g in groups if NAMES.index(key[0]) in g) for key in stack}) == 1
