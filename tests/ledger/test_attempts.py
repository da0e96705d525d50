"""Which attempt counts, and what is known of it."""

import json
import math
from dataclasses import replace

import pytest

from trialist.ledger.atomic import write_atomic
from trialist.ledger.attempts import (
    Attempt,
    read_attempt,
    read_attempts,
    read_records,
    record_of,
    strange_attempts,
    superseded_runs,
)
from trialist.ledger.closing import Closing, write_closing
from trialist.ledger.history import History
from trialist.ledger.journal import JournalWriter
from trialist.ledger.lineage import keep_plan
from trialist.ledger.protocol_log import Entry
from trialist.ledger.store import Store
from trialist.values.amendment import Amendment
from trialist.values.canonical import canonical_json
from trialist.values.errors import JournalError
from trialist.values.events import FailureKind, RunStatus, encode_number
from trialist.values.plan import CodeFile, PlannedVariant

END = {"status": "finished", "value": 0.5, "failure": None, "message": None, "seconds": 1.25}


@pytest.fixture
def write(study, clock, plan):
    def write(variant="wide", seed=0, number=1, *, end=END, steps=2, start=True):
        place = study.attempt(variant, seed, number)
        place.mkdir(parents=True)
        writer = JournalWriter(place / "journal.jsonl", clock=clock)
        if start:
            writer.start({"plan": plan.hash})
        for step in range(steps):
            writer.metric({"train/loss": 1.0}, step)
        return writer.end(end) if end else None

    return write


def test_a_finished_attempt_says_everything(study, plan, write):
    digest = write()
    assert read_attempt(study, "wide", 0, 1) == Attempt(
        number=1,
        status=RunStatus.FINISHED,
        value=0.5,
        last_step=1,
        seconds=1.25,
        digest=digest,
        plan_hash=plan.hash,
    )


def test_a_failed_attempt_says_why(study, write):
    write(end={**END, "status": "failed", "value": None, "failure": "oom", "message": "no room"})
    attempt = read_attempt(study, "wide", 0, 1)
    assert (attempt.status, attempt.failure) == (RunStatus.FAILED, FailureKind.OOM)
    assert (attempt.value, attempt.message) == (None, "no room")


def test_a_diverged_attempt_keeps_its_value(study, write):
    write(end={**END, "status": "diverged", "value": encode_number(math.inf)})
    assert read_attempt(study, "wide", 0, 1).value == math.inf


@pytest.mark.parametrize("steps", [0, 2])
def test_an_attempt_without_an_end_is_running(study, plan, write, steps):
    write(end=None, steps=steps)
    assert read_attempt(study, "wide", 0, 1) == Attempt(
        number=1,
        status=RunStatus.RUNNING,
        last_step=steps - 1 if steps else None,
        plan_hash=plan.hash,
    )


def test_an_attempt_without_a_journal_is_running_under_no_plan(study):
    study.attempt("wide", 0, 1).mkdir(parents=True)
    assert read_attempt(study, "wide", 0, 1) == Attempt(number=1, status=RunStatus.RUNNING)


@pytest.mark.parametrize("has_journal", [True, False])
def test_a_closed_attempt_ended_as_the_coordinator_said(study, write, has_journal):
    if has_journal:
        write(end=None)
    closing = Closing(status=RunStatus.FAILED, failure=FailureKind.CRASHED, message="signal 9")
    write_closing(study.attempt("wide", 0, 1), closing)
    attempt = read_attempt(study, "wide", 0, 1)
    assert (attempt.status, attempt.failure) == (RunStatus.FAILED, FailureKind.CRASHED)
    assert attempt.message == "signal 9"
    assert attempt.last_step == (1 if has_journal else None)
    assert (attempt.seconds is not None) == has_journal
    write_closing(study.attempt("wide", 0, 1), replace(closing, seconds=2.5))
    assert read_attempt(study, "wide", 0, 1).seconds == 2.5


def test_an_end_line_counts_more_than_a_closing(study, write):
    write()
    closing = Closing(status=RunStatus.FAILED, failure=FailureKind.CRASHED, message="signal 9")
    write_closing(study.attempt("wide", 0, 1), closing)
    assert read_attempt(study, "wide", 0, 1).status is RunStatus.FINISHED


def test_a_damaged_journal_is_named(study, write):
    write()
    path = study.attempt("wide", 0, 1) / "journal.jsonl"
    path.write_bytes(path.read_bytes()[5:])
    with pytest.raises(JournalError) as caught:
        read_attempts(study, "wide", 0)
    assert caught.value.mistakes[0].where == f"{path}:1"


FAILED = Attempt(
    number=1, status=RunStatus.FAILED, failure=FailureKind.ERROR, message="no", plan_hash="a"
)
FINISHED = Attempt(
    number=2, status=RunStatus.FINISHED, value=0.5, seconds=2.0, digest="ab", plan_hash="a"
)


def test_the_attempt_with_a_result_counts(study):
    later = replace(FAILED, number=3)
    record = record_of("wide", 0, [FAILED, FINISHED, later], folder=study)
    assert (record.status, record.value, record.attempts) == (RunStatus.FINISHED, 0.5, 3)
    assert record.journal == "trials/wide/seed-0/attempt-2/journal.jsonl"
    assert (record.journal_digest, record.seconds, record.error) == ("ab", 2.0, None)


def test_the_first_result_counts_so_that_nobody_can_choose(study):
    again = replace(FINISHED, number=3, value=0.9)
    assert record_of("wide", 0, [FINISHED, again], folder=study).value == 0.5


def test_without_a_result_the_last_attempt_counts(study):
    last = replace(FAILED, number=2, failure=FailureKind.OOM, message="no room")
    record = record_of("wide", 0, [FAILED, last], folder=study)
    assert (record.failure, record.error, record.value) == (FailureKind.OOM, "no room", None)


def test_a_diverged_run_has_no_value(study):
    diverged = replace(FINISHED, status=RunStatus.DIVERGED, value=math.nan)
    record = record_of("wide", 0, [diverged], folder=study)
    assert (record.status, record.value) == (RunStatus.DIVERGED, None)


def test_a_run_without_attempts_is_no_record(study):
    assert record_of("wide", 0, [], folder=study) is None


def history_of(*started):
    return History(
        [
            Entry({"kind": "started", "variant": variant, "seed": seed, "attempt": number})
            for variant, seed, number in started
        ]
    )


def test_attempts_of_another_plan_do_not_count(study, plan, write):
    write()
    other = replace(plan, question="another?")
    assert read_records(study, other, history_of(("wide", 0, 1))) == ()


def test_attempts_that_were_never_started_do_not_count_and_are_named(study, plan, write):
    write("wide", 0, number=1)
    write("wide", 1, number=1)
    study.attempt("baseline", 0, 1).mkdir(parents=True)  # killed between folder and log line
    history = history_of(("wide", 0, 1))
    assert [record.seed for record in read_records(study, plan, history)] == [0]
    assert strange_attempts(study, history) == (("wide", 1, 1),)


def test_attempts_travel_as_plain_data():
    for attempt in (FINISHED, FAILED, replace(FINISHED, value=math.inf)):
        assert Attempt.from_dict(json.loads(json.dumps(attempt.to_dict()))) == attempt


def test_records_come_by_seed_and_then_by_variant(study, plan, write):
    for variant, seed in (("wide", 1), ("wide", 0), ("baseline", 1), ("wide", 7)):
        write(variant, seed)
    write("baseline", 0, start=False, end=None, steps=0)
    history = history_of(*((v, s, 1) for v in ("wide", "baseline") for s in (0, 1, 7)))
    records = read_records(study, plan, history)
    assert [(record.seed, record.variant) for record in records] == [
        *((0, "wide"), (1, "baseline"), (1, "wide")),
    ]


def test_an_index_changes_nothing(study, plan, write):
    write("baseline")
    write("wide", end=None)
    history = history_of(("baseline", 0, 1), ("wide", 0, 1))
    indexed = Store.indexed(study.root.parent).study(study.name)
    expected = read_records(study, plan, history)
    assert [read_records(indexed, plan, history) for _ in range(2)] == [expected, expected]


def amended(study, plan, changed):
    """Give the history of a study whose plan was amended, with a start for every attempt."""
    write_atomic(study.plan_file, canonical_json(plan.to_dict()))
    keep_plan(study, plan)
    one = Amendment(before=plan.hash, after=changed.hash, reason="r")
    return History(
        [
            Entry({"kind": "amended", "plan": changed.hash, **one.to_dict()}),
            *(
                Entry({"kind": "started", "variant": variant, "seed": seed, "attempt": number})
                for variant in study.variants()
                for seed in study.seeds(variant)
                for number in study.attempts(variant, seed)
            ),
        ]
    )


def test_runs_of_an_amended_plan_count_where_they_are_what_is_asked_for(study, plan, write):
    write("baseline")
    write("wide")
    write("wide", 1)
    wider = PlannedVariant(name="wide", config={"width": 9})
    changed = replace(plan, seeds=(0, 1, 2), variants=(plan.variants[0], wider))
    history = amended(study, plan, changed)
    (kept,) = read_records(study, changed, history)
    assert (kept.variant, kept.plan_hash, kept.code) == ("baseline", plan.hash, None)
    apart = superseded_runs(study, changed, history)
    assert [(run.variant, run.seed, run.plan_hash) for run in apart] == [
        ("wide", 0, plan.hash),
        ("wide", 1, plan.hash),
    ]


def test_runs_of_a_variant_or_a_seed_that_was_dropped_stand_apart(study, plan, write):
    write("baseline")
    write("baseline", 1)
    write("wide")
    changed = replace(plan, seeds=(0,), variants=plan.variants[:1])
    history = amended(study, plan, changed)
    assert [run.seed for run in read_records(study, changed, history)] == [0]
    apart = superseded_runs(study, changed, history)
    assert [(run.variant, run.seed) for run in apart] == [("baseline", 1), ("wide", 0)]


def test_a_study_that_was_never_amended_has_no_superseded_runs(study, plan, write):
    write()
    assert superseded_runs(study, plan, History()) == ()


def test_runs_of_other_code_are_marked_and_their_failures_do_not_count(study, plan, write):
    write("baseline")
    write("wide", end={**END, "status": "failed", "value": None, "failure": "error"})
    changed = replace(plan, code=(CodeFile(path="train.py", digest="cd"),))
    history = amended(study, plan, changed)
    (kept,) = read_records(study, changed, history)
    assert (kept.variant, kept.code) == ("baseline", plan.hash)


def test_a_run_of_the_own_code_comes_before_one_of_other_code(study, plan, write, clock):
    write("wide", end={**END, "value": 0.1})
    changed = replace(plan, code=(CodeFile(path="train.py", digest="cd"),))
    place = study.attempt("wide", 0, 2)
    place.mkdir(parents=True)
    writer = JournalWriter(place / "journal.jsonl", clock=clock)
    writer.start({"plan": changed.hash})
    writer.end({**END, "value": 0.9})
    (kept,) = read_records(study, changed, amended(study, plan, changed))
    assert (kept.value, kept.code, kept.plan_hash) == (0.9, None, changed.hash)
