"""Which run comes next."""

import pytest

from trialist.execute.board import Board, failed_alike
from trialist.values.events import FailureKind, RunStatus
from trialist.values.evidence import RunRecord


def record(variant="wide", seed=0, status=RunStatus.FINISHED, **more):
    return RunRecord(variant=variant, seed=seed, status=status, **more)


def failed(error="no", failure=FailureKind.ERROR, **more):
    return record(status=RunStatus.FAILED, failure=failure, error=error, **more)


def all_runs(board):
    order = []
    while (key := board.next_run()) is not None:
        order.append(key)
        board.running.add(key)
    return order


def test_runs_are_interleaved_by_seed_in_the_plans_order(make_plan):
    board = Board(make_plan(variants=("b", "a"), seeds=(7, 0, 3)), ())
    assert all_runs(board) == [("b", 7), ("a", 7), ("b", 0), ("a", 0), ("b", 3), ("a", 3)]


def test_settled_and_running_runs_are_not_started_again(make_plan):
    board = Board(make_plan(), [record("baseline", 0), failed(variant="wide", seed=1)])
    board.running.add(("wide", 0))
    assert all_runs(board) == [("baseline", 1), ("baseline", 2), ("wide", 2)]


def test_a_run_that_stopped_running_is_started_again(make_plan):
    board = Board(make_plan(), ())
    board.running.add(("baseline", 0))
    assert board.next_run() == ("wide", 0)
    board.running.discard(("baseline", 0))
    assert board.next_run() == ("baseline", 0)


def test_an_answered_variant_gets_no_further_seeds(make_plan):
    board = Board(make_plan(variants=("baseline", "wide", "deep")), ())
    board.keep_only({"baseline", "deep"})
    assert {variant for variant, _ in all_runs(board)} == {"baseline", "deep"}
    board.keep_only(())
    assert board.next_run() is None


def test_a_look_is_ready_when_every_active_variant_is_settled_so_far(make_plan):
    board = Board(make_plan(), [record("baseline", 0), record("baseline", 1), failed(seed=0)])
    assert board.is_ready(1)
    assert not board.is_ready(2)
    board.keep_only({"baseline"})
    assert board.is_ready(2)


def test_records_of_a_table_without_seeds_are_no_runs(make_plan):
    assert Board(make_plan(), [record(seed=None)]).records == ()


def test_a_diverged_run_is_a_result_and_a_failed_one_is_not(make_plan):
    board = Board(make_plan(), [record(seed=0), record(seed=1, status=RunStatus.DIVERGED),
                                failed(seed=2)])  # fmt: skip
    assert board.n_results == 2
    assert len(board.records) == 3


def test_three_equal_failures_are_shown_once():
    records = [failed(seed=seed) for seed in range(3)]
    assert failed_alike(records) is records[0]
    assert failed_alike([*records, record(seed=3)]) is records[0]


@pytest.mark.parametrize(
    "records",
    [
        [],
        [failed(), failed()],
        [failed(), failed(), failed(error="another")],
        [failed(), failed(), failed(failure=FailureKind.OOM)],
        [failed(), failed(), record()],
        [record(), failed(), failed(), failed()],
    ],
)
def test_anything_else_goes_on(records):
    assert failed_alike(records) is None
