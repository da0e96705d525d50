"""What a log says, read back."""

from dataclasses import replace

from trialist.ledger.history import History
from trialist.ledger.protocol_log import Entry
from trialist.values.events import FailureKind, RunStatus
from trialist.values.evidence import RunRecord


def entry(kind, time=0.0, **fields):
    return Entry({"kind": kind, "time": time, "hash": "x", **fields})


def run(variant, seed, status=RunStatus.FINISHED):
    failure = FailureKind.ERROR if status is RunStatus.FAILED else None
    return RunRecord(variant=variant, seed=seed, status=status, failure=failure)


def test_an_empty_log_says_nothing():
    history = History()
    assert (history.registered, history.plan_hash, history.started) == (None, None, frozenset())
    assert (history.deviations, history.sessions, history.looks("a")) == ((), (), ())
    assert history.verdict("a") is None


def test_the_last_registration_counts():
    history = History([entry("registered", plan="a"), entry("registered", plan="b")])
    assert history.plan_hash == "b"


def test_deviations_are_told_once():
    history = History([entry("deviation", message="x"), entry("deviation", message="x")])
    assert history.deviations == ("x",)


def test_sessions_last_until_the_next_begins():
    history = History(
        [
            entry("registered", plan="a"),
            entry("session", time=10.0, workers=2, file="study.yaml", overrides=["seeds=3"]),
            entry("started", time=14.0, variant="a", seed=0, attempt=1),
            entry("reproduced", time=50.0, variant="a", seed=0, attempt=1),
            entry("deviation", time=99.0, message="x"),
            entry("amended", time=99.5, plan="b"),
            entry("session", time=100.0, workers=1, store="elsewhere"),
            entry("look", time=103.0, plan="a", n=5),
        ]
    )
    first, second = history.sessions
    assert (first.workers, first.seconds, first.file, first.overrides) == (
        *(2, 4.0, "study.yaml", ("seeds=3",)),
    )
    assert (second.seconds, second.file, second.store) == (3.0, None, "elsewhere")
    assert [look["n"] for look in history.looks("a")] == [5]
    assert history.looks("b") == ()


def test_the_verdict_of_another_plan_is_not_ours():
    history = History([entry("verdict", plan="a", verdicts={"x": "refused"})])
    assert history.verdict("a")["verdicts"] == {"x": "refused"}
    assert history.verdict("b") is None


def test_results_and_runs_that_were_given_up_are_settled():
    history = History([entry("gave_up", plan="a", variant="w", seed=1)])
    done, given_up = run("w", 0), run("w", 1, RunStatus.FAILED)
    failed_once = run("w", 2, RunStatus.FAILED)
    stopped = run("w", 3, RunStatus.STOPPED)
    records = [done, given_up, failed_once, stopped]
    assert history.settled(records, "a") == (done, given_up)
    assert history.settled(records, "b") == (done,)


def test_nothing_is_settled_while_no_run_has_a_result():
    history = History([entry("gave_up", plan="a", variant="w", seed=1)])
    assert history.settled([run("w", 1, RunStatus.FAILED)], "a") == ()


def test_extensions_say_what_was_and_what_is():
    history = History(
        [
            entry("extended", plan="a", before=5, seeds=9),
            entry("extended", plan="a", before=9, seeds=20),
        ]
    )
    assert history.extensions == ((5, 9), (9, 20))


def amended(before, after, **fields):
    told = {"amends": before, "plan": after, "reason": "r", "differences": [], "n_results": 3}
    return entry("amended", **{**told, "n_looks": 1, "declared_by": None, **fields})


def test_an_amendment_registers_the_plan_that_holds_from_there_on():
    history = History([entry("registered", plan="a"), amended("a", "b", question="?")])
    assert history.plan_hash == "b"
    assert history.registered["question"] == "?"
    assert history.n_registered == 1
    assert [(one.before, one.after, one.n_results) for one in history.amendments] == [("a", "b", 3)]


def test_a_plan_that_was_changed_back_has_neither_looks_nor_a_verdict_yet():
    entries = [
        entry("registered", plan="a"),
        entry("look", plan="a", n=3),
        entry("verdict", plan="a", verdicts={}),
    ]
    assert History(entries).verdict("a") is not None
    entries += [amended("a", "b"), entry("look", plan="b", n=3), amended("b", "a")]
    history = History(entries)
    assert (history.looks("a"), history.verdict("a")) == ((), None)
    assert len(history.looks("b")) == 1


def test_a_run_that_was_given_up_under_the_plan_it_was_made_for_is_settled():
    history = History([entry("gave_up", plan="a", variant="w", seed=1)])
    failed = replace(run("w", 1, RunStatus.FAILED), plan_hash="a")
    assert history.settled([run("w", 0), failed], "b") == (run("w", 0), failed)


def test_the_last_check_of_a_plan_counts():
    assert (History().check("repeat", "a"), History().is_repeatable("a")) == (None, True)
    checked = [
        entry("checked", check="repeat", plan="a", equal=True),
        entry("checked", check="repeat", plan="a", equal=False),
        entry("checked", check="repeat", plan="b", equal=None),
        entry("checked", check="seeds", plan="a", equal=True),
    ]
    history = History(checked)
    assert history.check("repeat", "a")["equal"] is False
    assert [history.is_repeatable(plan) for plan in ("a", "b", "c")] == [False, True, True]


def test_adoptions_openings_and_what_came_of_them_are_read_back():
    opened = Entry({"kind": "opened", "time": 0.0, "hash": "a", "digest": "d"})
    history = History(
        [
            entry("adopted", variant="wide"),
            opened,
            entry("tested", opening="a", runs=[1]),
            entry("tested", opening="b", runs=[2]),
        ]
    )
    assert [one.fields["variant"] for one in history.adopted] == ["wide"]
    assert history.openings == (opened,)
    assert history.tested("a")["runs"] == [1]
    assert history.tested("c") is None
