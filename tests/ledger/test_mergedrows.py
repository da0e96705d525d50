"""What a run logged over its attempts: the last one wins from its resume step on."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialist.ledger.journal import JournalWriter
from trialist.ledger.mergedrows import (
    chain_of,
    events_of,
    faults,
    prefix_digest,
    rows_before,
    rows_of,
)
from trialist.values.errors import JournalError
from trialist.values.events import EventKind


class Attempts:
    """Attempts at one run, each a list of things that happen."""

    def __init__(self, root):
        self.root = root
        self.marks = {}

    def make(self, number, *happenings):
        folder = self.root / f"attempt-{number}"
        folder.mkdir(parents=True)
        journal = JournalWriter(folder / "journal.jsonl", clock=lambda: 1.0)
        journal.start({"plan": "a"})
        for place, happening in enumerate(happenings, start=1):
            kind, *rest = happening
            if kind == "log":
                step, values = rest
                journal.metric(values, step)
            elif kind == "finding":
                journal.finding(rest[0], step=None)
            elif kind == "save":
                (step,) = rest
                journal.record(EventKind.CHECKPOINT, {"step": step})
                self.marks[number] = (step, place)
            else:
                (older,) = rest
                step, event = self.marks[older]
                digest = prefix_digest(self.root / f"attempt-{older}" / "journal.jsonl", event)
                fields = {"attempt": older, "step": step, "event": event, "journal": digest}
                journal.record(EventKind.RESUMED, fields)
        return folder


def log(step, **values):
    return ("log", step, {f"train/{name}": value for name, value in values.items()})


@pytest.fixture
def attempts(tmp_path):
    return Attempts(tmp_path)


def seen(folder):
    return [(row.attempt, row.step, dict(row.values)) for row in rows_of(folder)]


def test_an_attempt_that_went_on_from_none_stands_alone(attempts):
    attempts.make(1, log(1, loss=0.5), ("save", 1), log(2, loss=0.4))
    second = attempts.make(2, log(1, loss=0.9))
    assert seen(second) == [(2, 1, {"train/loss": 0.9})]
    assert [link.number for link in chain_of(second)] == [2]


def test_what_came_after_the_checkpoint_was_done_again(attempts):
    attempts.make(1, log(1, loss=0.5), ("save", 1), log(2, loss=0.4), log(3, loss=0.3))
    second = attempts.make(2, ("resumed", 1), log(2, loss=0.41))
    assert seen(second) == [(1, 1, {"train/loss": 0.5}), (2, 2, {"train/loss": 0.41})]


def test_three_attempts_are_one_run(attempts):
    attempts.make(1, log(1, a=1.0), ("save", 1), log(2, a=2.0), log(3, a=3.0))
    attempts.make(2, ("resumed", 1), log(2, a=2.5), ("save", 2), log(3, a=3.5))
    third = attempts.make(3, ("resumed", 2), log(3, a=3.9))
    assert [(n, step) for n, step, _ in seen(third)] == [(1, 1), (2, 2), (3, 3)]
    assert list(faults(third)) == []


def test_an_attempt_between_that_led_nowhere_does_not_count(attempts):
    attempts.make(1, log(1, a=1.0), ("save", 1), log(2, a=2.0))
    attempts.make(2, ("resumed", 1), log(2, a=2.5))
    third = attempts.make(3, ("resumed", 1), log(2, a=2.9))
    assert [row[2]["train/a"] for row in seen(third)] == [1.0, 2.9]


def test_what_was_logged_at_the_checkpoint_after_it_counts_unless_it_came_again(attempts):
    attempts.make(1, log(5, a=1.0), ("save", 5), log(5, b=2.0, c=3.0), log(6, a=9.0))
    second = attempts.make(2, ("resumed", 1), log(5, c=3.5), log(6, a=1.5))
    assert seen(second) == [
        (1, 5, {"train/a": 1.0}),
        (1, 5, {"train/b": 2.0}),
        (2, 5, {"train/c": 3.5}),
        (2, 6, {"train/a": 1.5}),
    ]


def test_what_a_run_knew_when_it_went_on_ends_at_the_checkpoint(attempts):
    attempts.make(1, log(5, a=1.0), ("save", 5), log(5, b=2.0), log(6, a=9.0))
    second = attempts.make(2, ("resumed", 1), log(6, a=1.5))
    assert [(row.step, dict(row.values)) for row in rows_before(second)] == [(5, {"train/a": 1.0})]
    assert list(rows_before(second.with_name("attempt-1"))) == []


def test_a_row_that_came_wholly_again_is_told_once(attempts):
    attempts.make(1, ("save", 5), log(5, a=2.0))
    second = attempts.make(2, ("resumed", 1), log(5, a=2.5))
    assert seen(second) == [(2, 5, {"train/a": 2.5})]


def test_steps_of_a_checkpoint_may_count_something_else(attempts):
    # Epochs for the checkpoint, optimizer steps for the rows: the place in the journal decides.
    attempts.make(1, log(100, a=1.0), log(200, a=2.0), ("save", 2), log(300, a=3.0))
    second = attempts.make(2, ("resumed", 1), log(300, a=3.5))
    assert [row[2]["train/a"] for row in seen(second)] == [1.0, 2.0, 3.5]


def test_what_was_logged_before_going_on_does_not_count(attempts):
    attempts.make(1, log(0, a=0.0), log(1, a=1.0), ("save", 1))
    second = attempts.make(2, log(0, a=0.0), ("resumed", 1), log(2, a=2.0))
    assert [step for _, step, _ in seen(second)] == [0, 1, 2]


def test_numbers_that_json_lacks_come_back(attempts):
    folder = attempts.make(1, log(1, a=math.nan, b=math.inf))
    values = seen(folder)[0][2]
    assert math.isnan(values["train/a"])
    assert values["train/b"] == math.inf


def test_findings_come_from_all_attempts_up_to_their_checkpoints(attempts):
    attempts.make(1, ("finding", "early"), ("save", 1), ("finding", "undone"))
    second = attempts.make(2, ("finding", "damaged"), ("resumed", 1), ("finding", "late"))
    found = [(one["attempt"], one["message"]) for one in events_of(second, {EventKind.FINDING})]
    assert found == [(1, "early"), (2, "damaged"), (2, "late")]


def test_an_earlier_attempt_that_is_gone_or_changed_is_named(attempts):
    first = attempts.make(1, log(1, a=1.0), ("save", 1), log(2, a=2.0))
    second = attempts.make(2, ("resumed", 1), log(2, a=2.5))
    path = first / "journal.jsonl"
    text = path.read_bytes()
    path.write_bytes(text[: text.rfind(b'{"i":3')])  # behind the checkpoint anything may be cut
    assert list(faults(second)) == []
    path.write_bytes(text[: text.rfind(b'{"i":2')])
    assert list(faults(second)) == [f"{path} is not as it was when attempt-2 went on from it"]
    path.write_bytes(text.replace(b"train/a", b"train/b", 1))
    assert list(faults(second)) == [f"{path} is not as it was when attempt-2 went on from it"]
    path.unlink()
    assert list(faults(second)) == [f"{path} is missing, and attempt-2 went on from it"]
    assert seen(second) == [(2, 2, {"train/a": 2.5})]
    assert list(events_of(second, {EventKind.FINDING})) == []


def test_a_journal_that_names_itself_leads_in_no_circle(attempts):
    attempts.make(1, ("save", 1))
    attempts.marks[2] = attempts.marks[1]
    (attempts.root / "attempt-2").mkdir()
    (attempts.root / "attempt-2" / "journal.jsonl").write_bytes(
        (attempts.root / "attempt-1" / "journal.jsonl").read_bytes()
    )
    third = attempts.make(3, ("resumed", 2), log(2, a=1.0))
    journal = third / "journal.jsonl"
    assert len(chain_of(third)) == 2
    moved = attempts.root / "attempt-2" / "journal.jsonl"
    moved.write_bytes(journal.read_bytes())
    assert len(chain_of(attempts.root / "attempt-2")) == 1


def test_a_folder_of_another_name_is_a_first_attempt(tmp_path):
    assert Attempts(tmp_path).root == tmp_path
    (link,) = chain_of(tmp_path / "elsewhere")
    assert link.number == 1
    assert list(rows_of(tmp_path / "elsewhere")) == []
    assert len(chain_of(tmp_path / "attempt-2")) == 1


def test_a_damaged_row_is_named(attempts):
    folder = attempts.make(1, log(1, a=1.0))
    path = folder / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b"1.0", b"2.0"))
    with pytest.raises(JournalError) as caught:
        list(rows_of(folder))
    assert caught.value.mistakes[0].where == f"{path}:2"


@settings(max_examples=25)
@given(kills=st.lists(st.integers(1, 12), max_size=4), every=st.integers(1, 4))
def test_however_often_it_was_killed_the_rows_are_those_of_the_undisturbed_run(
    tmp_path_factory, kills, every
):
    attempts = Attempts(tmp_path_factory.mktemp("run"))
    done, number, source = 0, 1, None
    for length in [*kills, 100]:
        happenings = [] if source is None else [("resumed", source)]
        last = min(done + length, 20)
        saved = None
        for step in range(done + 1, last + 1):
            happenings.append(log(step, a=float(step)))
            if step % every == 0 and step < 20:
                happenings.append(("save", step))
                saved = step
        folder = attempts.make(number, *happenings)
        if saved is not None:
            done, source = saved, number
        number += 1
    assert [step for _, step, _ in seen(folder)] == list(range(1, 21))
