"""When a run is tried again."""

import pytest

from trialist.execute.retry import MOST_CRASHES, is_given_up
from trialist.ledger.attempts import Attempt
from trialist.values.events import FailureKind, RunStatus


def failures(*kinds_and_steps):
    return [
        Attempt(number=number, status=RunStatus.FAILED, failure=FailureKind(kind), last_step=step)
        for number, (kind, step) in enumerate(kinds_and_steps, start=1)
    ]


def crashes(*steps):
    return failures(*(("crashed", step) for step in steps))


@pytest.mark.parametrize("status", [RunStatus.FINISHED, RunStatus.DIVERGED, RunStatus.STOPPED])
def test_only_a_failed_run_is_given_up(status):
    assert not is_given_up([*crashes(1, 1, 1), Attempt(number=4, status=status)], retries=0)


@pytest.mark.parametrize(
    ("steps", "retries", "given_up"),
    [
        ((5,), None, False),
        ((5, 5), None, False),
        ((5, 5, 5), None, True),
        ((None, None, None), None, True),
        ((5, 6, 5, 6), None, False),
        ((5, 6, 5, 6, 5), None, True),
        ((5,), 0, False),
        ((5, 6), 0, False),
        ((5, 5), 0, True),
        ((5, 5), 1, True),
        ((5, 5, 5), 3, False),
        ((5, 5, 5, 5), 3, True),
    ],
)
def test_a_crash_counts_from_the_second_death_at_the_same_step_on(steps, retries, given_up):
    assert is_given_up(crashes(*steps), retries=retries) == given_up


def test_a_run_that_dies_at_ever_new_places_is_given_up_some_time():
    assert not is_given_up(crashes(*range(MOST_CRASHES)), retries=None)
    assert is_given_up(crashes(*range(MOST_CRASHES + 1)), retries=None)


@pytest.mark.parametrize("kind", ["error", "timeout"])
def test_exceptions_and_timeouts_are_retried_only_where_the_study_says_so(kind):
    assert is_given_up(failures((kind, 1)), retries=None)
    assert is_given_up(failures((kind, 1)), retries=0)
    assert not is_given_up(failures((kind, 1)), retries=1)
    assert is_given_up(failures((kind, 1), (kind, 2)), retries=1)
    assert is_given_up(failures(("error", 1), ("timeout", 2)), retries=1)


def test_out_of_memory_is_never_tried_again():
    assert is_given_up(failures(("oom", 1)), retries=10)


def test_an_attempt_lost_with_the_coordinator_never_counts():
    assert not is_given_up(failures(*(("lost", 1),) * 30), retries=0)
    assert not is_given_up(failures(("lost", 1), ("lost", 1), ("error", 1)), retries=1)


def test_kinds_are_counted_apart():
    assert not is_given_up(failures(("error", 1), ("crashed", 1), ("crashed", 1)), retries=None)
    assert not is_given_up(failures(("crashed", 1), ("crashed", 1), ("error", 1)), retries=1)
