import json

from trialist.ledger.atomic import write_atomic
from trialist.ledger.history import History
from trialist.ledger.irregular import (
    CLOCK_STEP_S,
    clock_of_journals,
    clock_of_log,
    irregularities,
    journal_starts,
    people_and_machines,
    runs_repeated,
    runs_replaced,
)
from trialist.ledger.journal import JournalWriter
from trialist.ledger.lineage import lineage_of
from trialist.ledger.protocol_log import Entry
from trialist.values.canonical import canonical_json
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord


def entry(kind, time=0.0, **fields):
    return Entry({"kind": kind, "time": time, **fields})


def started(variant, seed, attempt=1, *, time=0.0):
    return entry("started", time, variant=variant, seed=seed, attempt=attempt)


def used(variant, seed, attempt=1, sha256="ab"):
    place = f"trials/{variant}/seed-{seed}/attempt-{attempt}/journal.jsonl"
    return {"variant": variant, "seed": seed, "journal": place, "sha256": sha256}


def attempt(study, plan, clock, variant="wide", seed=0, number=1, *, ends=True):
    place = study.attempt(variant, seed, number)
    place.mkdir(parents=True)
    journal = JournalWriter(place / "journal.jsonl", clock=clock)
    journal.start({"plan": plan.hash})
    if ends:
        journal.end({"status": "finished", "value": 0.5})


def test_a_clock_that_goes_on_says_nothing():
    entries = [entry("started", 10.0), entry("started", 10.0), entry("look", 99.0)]
    assert list(clock_of_log(entries)) == []
    assert list(clock_of_log([])) == []


def test_a_small_step_of_the_clock_is_no_deviation():
    assert list(clock_of_log([entry("a", 10.0), entry("b", 10.0 - CLOCK_STEP_S)])) == []


def test_a_clock_that_went_backwards_names_the_first_entry_and_counts_the_others():
    entries = [entry("a", 1000.0), entry("b", 400.0), entry("c", 900.0), entry("d", 0.0)]
    assert list(clock_of_log(entries)) == [
        (
            "The clock went backwards: entry 2 of the log was written 10 min 00 s before the entry "
            "above it (and 1 more)."
        )
    ]
    (one,) = clock_of_log(entries[:2])
    assert one.endswith("above it.")


def test_a_run_that_began_before_it_was_started_is_told():
    entries = [started("wide", 0, time=100.0), started("wide", 1, time=100.0)]
    assert list(clock_of_journals(entries, {("wide", 0, 1): 99.0})) == []
    starts = {("wide", 0, 1): 50.0, ("wide", 1, 1): 60.0, ("wide", 7, 1): 0.0}
    assert list(clock_of_journals(entries, starts)) == [
        (
            "By the clock attempt 1 at wide/seed-0 (and 1 other) began before the log says that it "
            "was started."
        )
    ]


def test_a_run_that_began_after_the_look_that_used_it_is_told():
    runs = [used("wide", 0), used("wide", 1), {**used("wide", 2), "journal": None}]
    entries = [started("wide", 0), entry("look", 100.0, runs=runs), entry("look", 900.0, runs=runs)]
    starts = {("wide", 0, 1): 200.0, ("wide", 1, 1): 90.0}
    assert list(clock_of_journals(entries, starts)) == [
        "By the clock attempt 1 at wide/seed-0 began after the look that used it."
    ]


def test_the_start_of_a_journal_is_its_first_line(study, plan, clock):
    attempt(study, plan, clock)
    damaged = study.attempt("wide", 1, 1)
    damaged.mkdir(parents=True)
    (damaged / "journal.jsonl").write_text("{", encoding="utf-8")
    empty = study.attempt("wide", 2, 1)
    empty.mkdir(parents=True)
    keys = [("wide", seed, 1) for seed in range(4)]
    assert journal_starts(study, keys) == {("wide", 0, 1): 1000.0}


def test_sessions_on_other_machines_or_by_other_people_are_told():
    def session(**fields):
        return entry("session", workers=1, **fields)

    same = History([session(host="a", user="x"), session(), session(host="a", user="x")])
    assert list(people_and_machines(same)) == []
    other = History([session(host="a", user="x"), session(host="b", user="y")])
    assert list(people_and_machines(other)) == [
        "The study was run on different machines: a, b.",
        "The study was run by different users: x, y.",
    ]


def test_a_run_that_was_tried_again_after_a_failure_is_as_planned(study, plan, clock):
    attempt(study, plan, clock, ends=False)
    attempt(study, plan, clock, number=2)
    history = History([started("wide", 0), started("wide", 0, 2), started("wide", 1)])
    assert list(runs_repeated(study, history, lineage_of(study, plan, history))) == []


def test_a_run_with_two_results_is_told_and_the_first_counts(study, plan, clock):
    attempt(study, plan, clock)
    attempt(study, plan, clock, number=2)
    attempt(study, plan, clock, number=3)  # appeared from elsewhere: never started
    history = History([started("wide", 0), started("wide", 0, 2)])
    assert list(runs_repeated(study, history, lineage_of(study, plan, history))) == [
        "wide/seed-0 was run to a result 2 times (attempts 1, 2); the first one counts."
    ]


def test_a_run_that_a_look_used_and_that_is_used_no_more_is_told_once():
    looks = [
        {"n": 3, "runs": [used("wide", 0), used("wide", 1), used("wide", 2, sha256=None)]},
        {"n": 5, "runs": [used("wide", 0)]},
    ]
    now = [
        RunRecord(
            variant="wide", seed=1, status=RunStatus.FINISHED, journal=used("wide", 1)["journal"]
        ),
        RunRecord(
            variant="wide", seed=0, status=RunStatus.FINISHED, journal=used("wide", 0, 2)["journal"]
        ),
    ]
    assert list(runs_replaced(looks, now)) == [
        (
            "wide/seed-0, which the look at 3 seeds used "
            "(trials/wide/seed-0/attempt-1/journal.jsonl), "
            "is no longer used."
        )
    ]


def test_a_sound_record_has_no_irregularity(study, plan, clock):
    write_atomic(study.plan_file, canonical_json(plan.to_dict()))
    attempt(study, plan, clock)
    entries = [
        entry("registered", 999.0, plan=plan.hash),
        entry("session", 999.0, workers=1, host="a", user="x"),
        started("wide", 0, time=999.9),
        entry("look", 1001.0, plan=plan.hash, n=2, runs=[used("wide", 0)]),
    ]
    history = History(entries)
    lineage = lineage_of(study, plan, history)
    record = RunRecord(
        variant="wide", seed=0, status=RunStatus.FINISHED, journal=used("wide", 0)["journal"]
    )
    assert irregularities(study, history, lineage, [record]) == ()
    assert len(irregularities(study, history, lineage, [])) == 1
    assert json.loads(study.plan_file.read_text(encoding="utf-8"))["study"] == "digits"
