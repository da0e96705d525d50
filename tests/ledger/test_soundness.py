"""Every kind of damage is told at its place, and nothing else is."""

import os
import shutil

import pytest

from trialist.ledger.anchor import write_anchor
from trialist.ledger.closing import Closing, write_closing
from trialist.ledger.journal import with_checksum
from trialist.ledger.protocol_log import Chain, LogKind, ProtocolLog, read_chain
from trialist.ledger.soundness import (
    check_attempts,
    check_beside,
    check_chain,
    check_started,
    check_used,
    used_runs,
    without_log,
)
from trialist.values.events import RunStatus

WIDE = ("wide", "seed-0")


def attempts(study, *, is_running=False):
    return check_attempts(study, is_running=is_running)


def journal_of(study, seed=0):
    return study.attempt("wide", seed, 1) / "journal.jsonl"


def test_a_sound_study_has_no_damage(study, write_run):
    for seed in range(2):
        write_run(seed=seed)
    found = attempts(study)
    assert (found.damage, found.n_journals, found.n_torn) == ((), 2, 0)
    assert found.runs == {WIDE, ("wide", "seed-1")}
    assert list(check_beside(study)) == []


def test_a_damaged_line_is_told_with_its_number_and_can_be_set_aside(study, write_run):
    write_run()
    path = journal_of(study)
    path.write_bytes(path.read_bytes().replace(b'"step":1', b'"step":7'))
    (damage,) = attempts(study).damage
    assert (damage.where, damage.run, damage.aside) == (f"{path}:3", WIDE, path)
    assert damage.is_lost


def test_a_newer_format_is_told_and_never_set_aside(study):
    path = journal_of(study)
    path.parent.mkdir(parents=True)
    path.write_bytes(with_checksum(b'{"i":0,"k":"start","t":1.0,"format":9}'))
    (damage,) = attempts(study).damage
    assert "format 9" in damage.message
    assert damage.aside is None


def test_a_line_that_a_kill_cut_is_counted_and_no_damage(study, write_run):
    write_run(end=False)
    path = journal_of(study)
    path.write_bytes(path.read_bytes()[:-4])
    found = attempts(study, is_running=True)
    assert (found.damage, found.n_torn) == ((), 1)


def test_an_attempt_without_an_end_whose_process_is_gone_is_a_note(study, write_run):
    write_run(end=False)
    (damage,) = attempts(study).damage
    assert "no end" in damage.message
    assert not damage.is_lost
    assert attempts(study, is_running=True).damage == ()
    closing = Closing(status=RunStatus.STOPPED, failure=None, message="stopped")
    write_closing(study.attempt("wide", 0, 1), closing)
    assert attempts(study).damage == ()


def test_a_damaged_closing_is_damage(study, write_run):
    write_run(end=False)
    path = study.attempt("wide", 0, 1) / "closed.json"
    path.write_text("no JSON")
    (damage,) = attempts(study).damage
    assert (damage.where, damage.aside) == (str(path), path)


def test_an_attempt_without_a_journal_is_no_damage(study):
    study.attempt("wide", 0, 1).mkdir(parents=True)
    assert attempts(study).damage == ()


def test_a_missing_file_of_predictions_is_damage_of_its_run(study, write_run):
    fields = {"split": "val", "file": "predictions-val.npz", "sha256": "ab", "n": 3, "step": 1}
    write_run(events=[("predictions", fields)])
    (damage,) = attempts(study).damage
    assert damage.run == WIDE
    assert "predictions-val.npz" in damage.message


def test_a_damaged_checkpoint_is_a_note(study, write_run):
    place = study.attempt("wide", 0, 1)
    (place / "checkpoints").mkdir(parents=True)
    (place / "checkpoints" / "one").write_bytes(b"other")
    fields = {"step": 1, "file": "one", "sha256": "ab", "bytes": 5, "value": None}
    write_run(events=[("checkpoint", fields)])
    (damage,) = attempts(study).damage
    assert not damage.is_lost
    assert "checkpoint" in damage.message


def logged(study, clock, *entries):
    log = ProtocolLog(study.ledger, clock=clock)
    for kind, fields in entries:
        log.append(kind, **fields)
    log.close()
    return read_chain(study.ledger)


def test_faults_of_the_log_are_damage_and_a_torn_tail_is_a_note(study, log_path):
    log_path.write_bytes(log_path.read_bytes().replace(b"wide", b"thin", 1) + b'{"i"')
    (changed, torn) = check_chain(study, read_chain(log_path))
    assert changed.where == f"{log_path}:3"
    assert (changed.is_lost, torn.is_lost) == (True, False)


def test_an_empty_log_and_one_that_is_gone_are_damage(study):
    nothing = Chain(entries=(), faults=(), torn=False)
    (damage,) = check_chain(study, nothing)
    assert damage.message.startswith("the log is gone")
    study.ledger.parent.mkdir(parents=True, exist_ok=True)
    study.ledger.touch()
    (damage,) = check_chain(study, nothing)
    assert damage.message == "the log is empty"


def test_a_log_shorter_than_its_anchor_is_damage(study, clock):
    log = ProtocolLog(study.ledger, clock=clock)
    for seed in range(2):
        log.append(LogKind.STARTED, variant="wide", seed=seed, attempt=1)
    write_anchor(study.root, log.entries)
    log.close()
    lines = study.ledger.read_bytes().splitlines(keepends=True)
    assert list(check_chain(study, read_chain(study.ledger))) == []
    study.ledger.write_bytes(lines[0])
    (damage,) = check_chain(study, read_chain(study.ledger))
    assert "1 of the 2 anchored entries" in damage.message


def test_folders_with_runs_and_no_log_are_found(study, write_run):
    write_run()
    (lost,) = without_log(study.root.parent)
    assert lost == study
    (study.root / ".copying").touch()
    assert without_log(study.root.parent) == ()
    assert without_log(study.root / "nowhere") == ()


def test_a_journal_that_cannot_be_read_is_damage(study):
    journal_of(study).mkdir(parents=True)
    (damage,) = attempts(study).damage
    assert (damage.message, damage.aside) == (
        "this journal cannot be read (Is a directory)",
        journal_of(study),
    )


@pytest.fixture
def used(study, clock, write_run):
    """Give the entries of a log whose look used three runs, one of them without a result."""
    runs = [
        {
            "variant": "wide",
            "seed": seed,
            "status": "finished",
            "journal": study.journal_name("wide", seed, 1),
            "sha256": write_run(seed=seed),
        }
        for seed in range(2)
    ]
    given_up = {**runs[0], "seed": 2, "sha256": None}
    look = {"plan": "p", "n": 3, "runs": [*runs, given_up]}
    begun = (LogKind.REGISTERED, {"plan": "p"})
    return logged(study, clock, begun, (LogKind.LOOK, look), (LogKind.LOOK, look)).entries


def test_runs_that_looks_used_are_known_once(study, used):
    assert len(used_runs(used)) == 3
    assert list(check_used(study, used)) == []


def test_a_used_journal_that_is_gone_is_damage(study, used):
    journal_of(study, 1).unlink()
    (damage,) = check_used(study, used)
    assert (damage.run, damage.aside) == (("wide", "seed-1"), None)


def test_a_used_journal_that_is_another_one_is_damage(study, used, write_run):
    shutil.rmtree(study.attempt("wide", 1, 1))
    write_run(seed=1, rows=2)
    (damage,) = check_used(study, used)
    assert "its digest differs" in damage.message
    assert damage.aside == journal_of(study, 1)


def test_a_used_journal_that_is_damaged_is_told_once(study, used):
    journal_of(study, 1).write_bytes(b"x\n")
    assert list(check_used(study, used)) == []


def test_an_attempt_that_was_started_and_is_gone_is_damage(study, clock):
    study.attempt("wide", 0, 1).mkdir(parents=True)
    entries = logged(
        study,
        clock,
        (LogKind.REGISTERED, {"plan": "p"}),
        (LogKind.STARTED, {"variant": "wide", "seed": 0, "attempt": 1}),
        (LogKind.STARTED, {"variant": "wide", "seed": 0, "attempt": 2}),
        (LogKind.STARTED, {"variant": "run-1", "seed": None, "attempt": 1, "place": "unseeded-1"}),
    ).entries
    assert [damage.run for damage in check_started(study, entries)] == [
        WIDE,
        ("run-1", "unseeded-1"),
    ]


def test_leftovers_and_derived_files_are_notes(study):
    study.attempt("wide", 0, 1).mkdir(parents=True)
    leftover = study.attempt("wide", 0, 1) / ".closed.json.99999999.tmp"
    leftover.write_text("{")
    study.results_file.write_text("{")
    (study.root / "metrics.parquet").write_bytes(b"")
    found = list(check_beside(study))
    wanted = [leftover, study.results_file]
    wanted += [study.root / "metrics.parquet"] if len(found) == 3 else []
    assert [damage.aside for damage in found] == wanted
    assert not any(damage.is_lost for damage in found)
    study.results_file.write_text("{}")
    assert study.results_file not in [damage.aside for damage in check_beside(study)]


def test_a_used_run_whose_folder_is_gone_is_told_by_its_start_alone(study, used):
    shutil.rmtree(journal_of(study).parent)
    assert list(check_used(study, used)) == []


def test_a_file_that_a_living_process_writes_is_no_leftover(study):
    study.root.mkdir(parents=True, exist_ok=True)
    mine = study.root / f".results.json.{os.getpid()}.tmp"
    mine.write_text("{")
    nobodys = study.root / ".results.json.tmp"
    nobodys.write_text("{")
    assert [damage.aside for damage in check_beside(study)] == [nobodys]
    os.utime(mine, (1, 1))  # of a process that had this number before
    assert [damage.aside for damage in check_beside(study)] == [mine, nobodys]
