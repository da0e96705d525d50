"""Which run comes next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        board.begin(key)
    return order


def test_runs_are_interleaved_by_seed_in_the_plans_order(make_plan):
    board = Board(make_plan(variants=("b", "a"), seeds=(7, 0, 3)), ())
    assert all_runs(board) == [("b", 7), ("a", 7), ("b", 0), ("a", 0), ("b", 3), ("a", 3)]


def test_settled_and_running_runs_are_not_started_again(make_plan):
    board = Board(make_plan(), [record("baseline", 0), failed(variant="wide", seed=1)])
    board.begin(("wide", 0))
    assert all_runs(board) == [("baseline", 1), ("baseline", 2), ("wide", 2)]


def test_a_run_that_stopped_running_is_started_again(make_plan):
    board = Board(make_plan(), ())
    board.begin(("baseline", 0))
    assert board.next_run() == ("wide", 0)
    board.release(("baseline", 0))
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


def test_within_a_seed_the_longest_comes_first_and_an_unmeasured_one_before_it(make_plan):
    plan = make_plan(variants=("baseline", "short", "long", "new"))
    measured = [
        record("baseline", 0, seconds=2.0),
        record("short", 0, seconds=1.0),
        record("long", 0, seconds=9.0),
    ]
    board = Board(plan, measured)
    assert all_runs(board)[:5] == [
        ("new", 0),
        ("new", 1),
        ("long", 1),
        ("baseline", 1),
        ("short", 1),
    ]


def test_only_a_finished_run_says_how_long_one_takes(make_plan):
    board = Board(make_plan(), [record("wide", 0, status=RunStatus.DIVERGED, seconds=0.1),
                                failed(variant="baseline", seed=0, seconds=0.1)])  # fmt: skip
    assert board.times.median("wide") is None
    assert board.times.median("baseline") is None


def test_a_run_that_ends_unsettled_waits_again_unless_its_variant_was_answered(make_plan):
    board = Board(make_plan(), ())
    for key in all_runs(board):
        assert key in board.running
    board.release(("wide", 1))
    assert board.next_run() == ("wide", 1)
    board.keep_only({"baseline"})
    board.release(("wide", 2))
    assert board.next_run() is None
    assert set(board.running) == {("baseline", seed) for seed in range(3)} | {("wide", 0)}


def test_the_runs_that_wait_are_counted_and_listed_by_seed(make_plan):
    board = Board(make_plan(), [record("wide", 0, seconds=1.0)])
    board.begin(("baseline", 0), at=3.0)
    assert board.waiting(2) == [[], ["baseline", "wide"]]
    assert board.n_waiting(3) == {"baseline": 2, "wide": 2}


def test_a_run_of_no_seed_or_variant_of_the_plan_is_none_of_its_runs(make_plan):
    board = Board(make_plan(), [record(seed=99), record(variant="other", seed=0)])
    assert (board.records, board.n_results) == ((), 0)


@given(data=st.data())
def test_the_board_says_what_a_search_through_all_runs_says(make_plan, data):
    """Its counters against the plain definition, after any order of events."""
    names, seeds = ("baseline", "wide", "deep"), range(5)
    board = Board(make_plan(variants=names, seeds=seeds), ())
    active, settled, running = set(names), set(), set()
    for _ in range(data.draw(st.integers(0, 40))):
        kind = data.draw(st.sampled_from(["begin", "release", "settle", "keep"]))
        if kind == "begin" and (key := board.next_run()) is not None:
            board.begin(key)
            running.add(key)
        elif kind in ("release", "settle") and running:
            key = data.draw(st.sampled_from(sorted(running)))
            running.discard(key)
            if kind == "settle":
                settled.add(key)
                board.settle(record(*key))
            board.release(key)
        elif kind == "keep" and data.draw(st.integers(0, 9)) == 0:
            active &= {"baseline", data.draw(st.sampled_from(names))}
            board.keep_only(active)
        waiting = [
            (variant, seed)
            for seed in seeds
            for variant in names
            if variant in active and (variant, seed) not in settled | running
        ]
        assert board.next_run() == (waiting[0] if waiting else None)
        assert board.n_results == len(settled)
        for n in range(len(seeds) + 1):
            ready = all((one, seed) in settled for one in active for seed in seeds[:n])
            assert board.is_ready(n) is ready
