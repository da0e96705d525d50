"""Looks: the same live, on resume and later."""

import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.execute.board import Board
from trialist.execute.looks import Looks
from trialist.values.events import FailureKind, RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.judging import Variance
from trialist.values.plan import Look
from trialist.values.verdict import VerdictCode

LOOKS = tuple(Look(n=n, thresholds=(0.01, 0.005)) for n in (3, 5, 8))


def over(board):
    """Give every look that the runs on a board allow."""
    looks = Looks(board.plan)
    looks.take_ready(board)
    return looks


def record(variant, seed, value):
    status = RunStatus.FAILED if value is None else RunStatus.FINISHED
    failure = FailureKind.ERROR if value is None else None
    return RunRecord(variant=variant, seed=seed, status=status, value=value, failure=failure)


def values(variant, seed):
    noise = ((seed * 7 + len(variant)) % 5) / 1000
    return {"baseline": 0.5, "better": 0.6, "same": 0.5}[variant] + noise


@pytest.fixture
def plan(make_plan):
    return make_plan(variants=("baseline", "better", "same"), seeds=range(8), looks=LOOKS)


def runs(plan, *, per_variant):
    return [
        record(variant.name, seed, values(variant.name, seed))
        for seed in plan.seeds[:per_variant]
        for variant in plan.variants
    ]


def test_a_look_is_taken_when_its_runs_are_settled_and_once(plan):
    looks = Looks(plan)
    board = Board(plan, runs(plan, per_variant=2))
    assert looks.take_ready(board) == []
    assert (looks.next, looks.judgement, looks.is_answered) == (LOOKS[0], None, False)
    board = Board(plan, runs(plan, per_variant=4))
    assert looks.take_ready(board) == [LOOKS[0]]
    assert looks.take_ready(board) == []
    assert looks.next == LOOKS[1]


def test_an_answered_variant_is_dropped_and_the_baseline_goes_on(plan):
    looks = Looks(plan)
    board = Board(plan, runs(plan, per_variant=3))
    looks.take_ready(board)
    assert board.active == {"baseline", "same"}
    assert looks.judgement.open == ("same",)
    assert {variant for variant, _ in [board.next_run()]} == {"baseline"}


def test_at_the_last_look_everything_is_answered(plan):
    looks = Looks(plan)
    board = Board(plan, runs(plan, per_variant=8))
    assert looks.take_ready(board) == list(LOOKS)
    assert looks.is_answered
    assert looks.next is None
    assert board.next_run() is None
    verdicts = {one.variant: one for one in looks.judgement.verdicts}
    assert verdicts["better"].name is VerdictCode.IMPROVEMENT
    assert verdicts["better"].look.n == 3
    assert verdicts["same"].name is VerdictCode.INCONCLUSIVE


def test_when_all_is_answered_no_further_look_is_taken(make_plan):
    plan = make_plan(variants=("baseline", "better"), seeds=range(8), looks=LOOKS)
    looks = Looks(plan)
    board = Board(plan, runs(plan, per_variant=8))
    assert looks.take_ready(board) == [LOOKS[0]]
    assert looks.is_answered
    assert board.active == set()


def test_runs_that_failed_settle_a_look_too(plan):
    records = [
        record(one.variant, one.seed, None if one.seed == 1 else one.value)
        for one in runs(plan, per_variant=3)
    ]
    looks = Looks(plan)
    assert looks.take_ready(Board(plan, records)) == [LOOKS[0]]
    assert looks.evidence[0].samples["same"].n_failed == 1


def test_it_does_not_matter_when_and_in_which_order_the_runs_came(plan):
    everything = runs(plan, per_variant=8)
    at_once = Looks(plan)
    at_once.take_ready(Board(plan, everything))
    for order in itertools.islice(itertools.permutations(range(len(everything))), 0, 4000, 1000):
        one_by_one = Looks(plan)
        board = Board(plan, ())
        for index in reversed(order):
            run = everything[index]
            board.settle(run)
            one_by_one.take_ready(board)
        assert one_by_one.evidence == at_once.evidence
        assert one_by_one.judgement == at_once.judgement


def test_a_run_beyond_the_look_does_not_change_the_unit(make_plan):
    plan = make_plan(variants=("baseline", "better"), seeds=range(8), looks=LOOKS[:1])
    before = Board(plan, runs(plan, per_variant=3))
    after = Board(plan, [*runs(plan, per_variant=3), record("baseline", 5, 71.0)])
    assert over(after).judgement == over(before).judgement
    assert over(after).protocol.metric == plan.metric


@given(seed=st.integers(0, 2**32), workers=st.integers(1, 6))
def test_the_verdict_is_the_same_whatever_the_timing(make_plan, seed, workers):
    """Any number of workers, any lengths of runs, runs lost and made again, and answered variants
    whose last runs still come in or are stopped."""
    rng = random.Random(seed)
    plan = make_plan(variants=("baseline", "better", "same"), seeds=range(8), looks=LOOKS)
    at_once = Looks(plan)
    at_once.take_ready(Board(plan, runs(plan, per_variant=8)))
    looks, board, ends = Looks(plan), Board(plan, ()), {}
    now = 0.0
    while not looks.is_answered:
        while len(ends) < workers and (key := board.next_run()) is not None:
            board.begin(key, at=now)
            ends[key] = now + rng.expovariate(1 / rng.choice([1, 30]))
        key = min(ends, key=ends.__getitem__)
        now = ends.pop(key)
        is_lost = rng.random() < (0.2 if key[0] in board.active else 0.5)
        if not is_lost:
            one = record(*key, values(*key))
            board.settle(replace(one, seconds=now - board.running[key]))
        board.release(key)
        looks.take_ready(board)
    assert looks.evidence == at_once.evidence
    assert looks.judgement == at_once.judgement


def test_pooled_noise_takes_in_no_run_beyond_the_look_that_answered_its_variant(make_plan):
    plan = make_plan(
        variants=("baseline", "better", "same"),
        seeds=range(8),
        looks=LOOKS,
        variance=Variance.POOLED,
    )
    kept = [one for one in runs(plan, per_variant=8) if (one.variant, one.seed) < ("better", 3)
            or one.variant == "same"]  # fmt: skip
    late = [record("better", 3, 0.9), record("better", 4, 0.1)]
    expected = over(Board(plan, kept))
    assert "better" not in expected.judgement.open
    assert len(expected.evidence) > 1
    assert over(Board(plan, [*kept, *late])).judgement == expected.judgement
