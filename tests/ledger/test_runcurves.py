"""The curves of runs are the same, whoever gives them."""

import pytest

from trialist.ledger.folder import StudyFolder
from trialist.ledger.index import StoreIndex
from trialist.ledger.journalsummary import summary_of
from trialist.ledger.runcurves import attempt_of, curves_of

ATTEMPTS = {f"wide/seed-{seed}/attempt-1": seed for seed in range(3)}


def plain(found):
    return {
        number: {
            name: (list(one.steps), list(one.values), list(one.mean_values))
            for name, one in curves.items()
        }
        for number, curves in found
    }


@pytest.mark.parametrize("only", [None, "train/loss", "no/such"])
def test_curves_are_the_same_with_and_without_an_index(study, write_run, only):
    for seed in range(2):
        write_run(seed=seed, rows=500)
    wanted = plain(curves_of(study, ATTEMPTS, only=only))
    assert set(wanted) == {0, 1}
    folder = StudyFolder(study.root, StoreIndex(study.root.parent))
    assert plain(curves_of(folder, ATTEMPTS, only=only)) == wanted
    summary_of(folder, "wide/seed-1/attempt-1")
    assert plain(curves_of(folder, ATTEMPTS, only=only)) == wanted


def test_a_remembered_curve_of_a_journal_that_changed_is_not_given(study, write_run):
    write_run(seed=0, rows=3, end=False)
    folder = StudyFolder(study.root, StoreIndex(study.root.parent))
    summary_of(folder, "wide/seed-0/attempt-1")
    path = study.attempt("wide", 0, 1) / "journal.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert plain(curves_of(folder, ATTEMPTS, only="train/loss"))[0]["train/loss"][0] == [0, 1]


def test_curves_that_nobody_asked_for_are_not_given(study, write_run):
    for seed in range(2):
        write_run(seed=seed)
    folder = StudyFolder(study.root, StoreIndex(study.root.parent))
    for seed in range(2):
        summary_of(folder, f"wide/seed-{seed}/attempt-1")
    assert set(plain(curves_of(folder, {"wide/seed-1/attempt-1": 7}))) == {7}


def test_an_attempt_is_named_by_its_journal(study):
    assert attempt_of(study.journal_name("wide", 3, 2)) == "wide/seed-3/attempt-2"
