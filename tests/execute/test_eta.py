"""The time that is left, against schedules that are played to their end."""

import random

import pytest

from trialist.execute.board import Board
from trialist.execute.eta import seconds_until
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord


def play(board, seconds_of, *, workers, until):
    """Run the board's schedule by a clock of its own; give the moment at which `until()` holds."""
    now, ends = 0.0, {}
    while True:
        while len(ends) < workers and (key := board.next_run()) is not None:
            board.begin(key, at=now)
            ends[key] = now + seconds_of(key)
        yield now, ends
        if until():
            return
        key = min(ends, key=ends.__getitem__)
        took = ends[key] - board.running[key]
        now = ends.pop(key)
        board.settle(
            RunRecord(variant=key[0], seed=key[1], status=RunStatus.FINISHED, seconds=took)
        )
        board.release(key)


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_the_estimate_is_within_15_percent_once_every_variant_was_measured(
    make_plan, workers, noise
):
    rng = random.Random(workers)
    lengths = {"a": 1.0, "b": 4.0, "c": 2.5}
    seconds = {
        (variant, seed): length * rng.uniform(1 - noise, 1 + noise)
        for variant, length in lengths.items()
        for seed in range(30)
    }
    n_look = 12
    plan = make_plan(variants=tuple(lengths), seeds=range(30))
    moments = {"look": None, "all": None}
    guesses = []
    board = Board(plan, ())
    for now, _ in play(
        board, seconds.__getitem__, workers=workers, until=lambda: board.is_ready(30)
    ):
        if board.is_ready(n_look) and moments["look"] is None:
            moments["look"] = now
        measured = all(board.times.median(variant) for variant in lengths)
        if measured and not board.is_ready(n_look):
            guesses.append((now, "look", seconds_until(board, n=n_look, workers=workers, now=now)))
        if measured and len(board.settled) < 60:
            guesses.append((now, "all", seconds_until(board, n=30, workers=workers, now=now)))
        moments["all"] = now
    assert len(guesses) > 50
    for now, what, guess in guesses:
        left = moments[what] - now
        assert abs(guess - left) <= max(0.15 * left, 0.5 * max(lengths.values())), (now, what)


def test_the_whole_of_a_large_study_is_shared_out_evenly(make_plan):
    plan = make_plan(variants=("a", "b"), seeds=range(1000))
    records = [
        RunRecord(variant=variant, seed=0, status=RunStatus.FINISHED, seconds=seconds)
        for variant, seconds in (("a", 1.0), ("b", 3.0))
    ]
    board = Board(plan, records)
    assert seconds_until(board, n=1000, workers=4, now=0.0) == pytest.approx(999.0)


def test_nothing_is_said_before_a_run_has_finished(make_plan):
    board = Board(make_plan(), ())
    board.begin(board.next_run(), at=0.0)
    assert seconds_until(board, n=3, workers=2, now=5.0) is None


def test_a_run_that_takes_longer_than_the_others_still_needs_some_time(make_plan):
    plan = make_plan(seeds=range(2))
    done = [
        RunRecord(variant=one, seed=0, status=RunStatus.FINISHED, seconds=10.0)
        for one in ("baseline", "wide")
    ]
    board = Board(plan, done)
    for variant in ("baseline", "wide"):
        board.begin((variant, 1), at=0.0)
    assert seconds_until(board, n=2, workers=2, now=4.0) == pytest.approx(6.0)
    assert seconds_until(board, n=2, workers=2, now=50.0) == pytest.approx(1.0)


def test_what_runs_beyond_the_look_only_keeps_its_worker(make_plan):
    plan = make_plan(seeds=range(3))
    done = [
        RunRecord(variant=variant, seed=seed, status=RunStatus.FINISHED, seconds=10.0)
        for variant, seed in (("baseline", 0), ("wide", 0), ("wide", 1))
    ]
    board = Board(plan, done)
    board.begin(("wide", 2), at=0.0)
    assert seconds_until(board, n=2, workers=1, now=0.0) == pytest.approx(20.0)
    assert seconds_until(board, n=2, workers=2, now=0.0) == pytest.approx(10.0)


def test_runs_that_share_a_process_share_its_time(make_plan):
    """Two workers train five runs each, which take 2 s of each process's 10 s; 4 s are over."""
    board = Board(make_plan(variants=("a", "b"), seeds=range(10)), ())
    for name in ("a", "b"):
        board.settle(RunRecord(variant=name, seed=0, status=RunStatus.FINISHED, seconds=2.0))
    for seed in range(1, 6):
        for name in ("a", "b"):
            board.begin((name, seed), at=100.0)
    assert seconds_until(board, n=6, workers=2, now=104.0) == pytest.approx(6.0)
    assert seconds_until(board, n=10, workers=2, now=104.0) == pytest.approx(6.0 + 8 * 2.0 / 2)
    assert seconds_until(board, n=6, workers=2, now=120.0) == pytest.approx(1.0)
