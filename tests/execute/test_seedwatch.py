"""The watch reads two journals rarely, and stops at the first difference."""

import random

import pytest

from trialist.execute.board import Board
from trialist.execute.seedwatch import SeedWatch, alike_at
from trialist.ledger.journal import JournalWriter
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord


@pytest.fixture
def attempt(study):
    def attempt(variant, seed, noise, *, n=10):
        place = study.attempt(variant, seed, 1)
        place.mkdir(parents=True)
        writer = JournalWriter(place / "journal.jsonl", clock=lambda: 1.0)
        writer.start({"metric": "val/accuracy"})
        rng = random.Random(noise)
        for step in range(1, n + 1):
            writer.metric({"train/loss": rng.random()}, step)
        return place

    return attempt


def record(variant, seed, value=0.9):
    return RunRecord(
        variant=variant,
        seed=seed,
        status=RunStatus.FINISHED,
        value=value,
        journal=f"trials/{variant}/seed-{seed}/attempt-1/journal.jsonl",
    )


def test_one_seed_is_nothing_to_compare(make_plan, attempt):
    watch = SeedWatch(make_plan())
    assert watch.look({("baseline", 0): attempt("baseline", 0, 1)}) is None
    assert not watch.is_decided
    assert SeedWatch(make_plan(seeds=(0,))).is_decided


def test_equal_rows_are_told_and_other_variants_are_not_looked_at(make_plan, attempt):
    places = {
        ("baseline", 0): attempt("baseline", 0, 1),
        ("wide", 1): attempt("wide", 1, 1),
        ("baseline", 2): attempt("baseline", 2, 1),
    }
    watch = SeedWatch(make_plan())
    found = watch.look(places)
    assert (found.variant, found.seeds, found.n_rows) == ("baseline", (0, 2), 10)
    assert watch.is_decided


def test_a_difference_ends_the_watch(make_plan, attempt):
    places = {("baseline", seed): attempt("baseline", seed, seed) for seed in (0, 1)}
    watch = SeedWatch(make_plan())
    assert watch.look(places) is None
    assert watch.is_decided
    assert watch.look(places) is None


def test_journals_are_read_at_most_twice_a_second(make_plan, attempt):
    now = [0.0]
    places = {("baseline", seed): attempt("baseline", seed, 1, n=1) for seed in (0, 1)}
    watch = SeedWatch(make_plan(), clock=lambda: now[0])
    assert watch.look(places) is None
    places |= {("baseline", seed): attempt("baseline", seed + 5, 1) for seed in (0, 1)}
    now[0] = 0.4
    assert watch.look(places) is None
    now[0] = 0.6
    assert watch.look(places) is not None


def test_too_little_to_say_ends_with_the_glance(make_plan, study):
    places = {}
    for seed in (0, 1):
        place = study.attempt("baseline", seed, 1)
        place.mkdir(parents=True)
        writer = JournalWriter(place / "journal.jsonl", clock=lambda: 1.0)
        writer.start({"metric": "val/accuracy"})
        for step in range(300):
            writer.metric({"train/lr": 1.0 / (step + 1)}, step)
        places["baseline", seed] = place
    watch = SeedWatch(make_plan())
    assert watch.look(places) is None
    assert watch.is_decided


def test_a_look_reads_journals_only_where_all_values_tie(make_plan, study):
    records = [record("baseline", seed, value=seed) for seed in range(3)]
    assert alike_at(3, Board(make_plan(), records), study) is None
    gone = [record("baseline", seed) for seed in range(3)]
    assert alike_at(3, Board(make_plan(), gone), study) is None  # `verify` says that they are gone


def test_equal_values_with_other_losses_are_a_tie(make_plan, study, attempt):
    for seed in range(3):
        attempt("baseline", seed, seed)
    board = Board(make_plan(), [record("baseline", seed) for seed in range(3)])
    assert alike_at(3, board, study) is None


def test_two_runs_that_are_one_are_enough_at_a_look(make_plan, study, attempt):
    for seed in range(2):
        attempt("baseline", seed, 1)
    board = Board(make_plan(), [record("baseline", seed) for seed in range(2)])
    assert alike_at(3, board, study).is_certain


def test_two_runs_with_little_in_them_may_agree_by_chance(make_plan, study, attempt):
    for seed in range(2):
        attempt("baseline", seed, 1, n=0)
    board = Board(make_plan(), [record("baseline", seed) for seed in range(2)])
    assert alike_at(3, board, study) is None
