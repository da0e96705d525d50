"""`trialist store check`: what is damaged, what still holds, and what a repair does."""

import json
import os
import shutil

import pytest

import trialist
from trialist.lab.storecheck import check_store
from trialist.ledger.anchor import write_anchor
from trialist.ledger.folder import StudyFolder
from trialist.ledger.lock import StudyLock
from trialist.ledger.protocol_log import read_chain
from trialist.values.errors import LedgerError


def journal(store, variant="gain0.1", seed=0, study="mixed"):
    return StudyFolder(store / study).attempt(variant, seed, 1) / "journal.jsonl"


def damage(path, old=b'"step":2', new=b'"step":7'):
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


def test_a_sound_store_is_sound(stored):
    found = check_store(store=stored)
    assert found.is_sound
    assert [(one.study, one.n_runs, one.n_damaged) for one in found.studies] == [
        ("mixed", 12, 0),
        ("other", 6, 0),
    ]
    assert found.studies[0].verdicts == {"gain0.1": True, "gain8": True, "gain9": True}


def test_damage_of_a_variant_leaves_the_other_verdicts_whole(stored):
    damage(journal(stored))
    found = check_store("mixed", store=stored)
    (study,) = found.studies
    assert not found.is_sound
    assert (study.n_runs - study.n_damaged, study.n_damaged) == (11, 1)
    assert study.verdicts == {"gain0.1": False, "gain8": True, "gain9": True}
    assert study.damage[0].where.endswith("journal.jsonl:3")


def test_damage_of_the_baseline_leaves_no_verdict_whole(stored):
    damage(journal(stored, "baseline"))
    (study,) = check_store("mixed", store=stored).studies
    assert not any(study.verdicts.values())


def test_a_broken_chain_leaves_no_verdict_whole(stored):
    damage(stored / "mixed" / "ledger.jsonl", b'"attempt":1', b'"attempt":2')
    (study,) = check_store("mixed", store=stored).studies
    assert not study.is_sound
    assert not any(study.verdicts.values())


def test_a_plan_that_is_not_the_registered_one_is_damage(stored):
    path = stored / "mixed" / "plan.json"
    damage(path, b'"alpha":0.05', b'"alpha":0.5')
    assert "not the plan" in check_store("mixed", store=stored).studies[0].damage[0].message
    path.write_text("{")
    assert "cannot be read" in check_store("mixed", store=stored).studies[0].damage[0].message


def test_a_log_of_a_newer_format_is_told(stored):
    from trialist.ledger.protocol_log import LogKind, ProtocolLog

    path = stored / "mixed" / "ledger.jsonl"
    path.unlink()
    log = ProtocolLog(path, clock=lambda: 1.0)
    log.append(LogKind.REGISTERED, format=2, plan="p")
    log.close()
    assert "format 2" in check_store("mixed", store=stored).studies[0].damage[0].message


def test_the_index_is_not_believed(stored):
    trialist.open(stored).runs()
    path = journal(stored)
    times = path.stat()
    damage(path)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert len(trialist.open(stored).runs("mixed")) == 12
    assert not check_store("mixed", store=stored).is_sound
    assert not trialist.verify("mixed", store=stored).holds


def test_a_repair_sets_aside_and_says_what_runs_again(stored):
    trialist.open(stored).runs()
    path = journal(stored)
    damage(path)
    content = path.read_bytes()
    (study,) = check_store("mixed", store=stored, repair=True).studies
    assert study.again == ("gain0.1/seed-0",)
    (moved,) = study.moved
    assert moved.to.read_bytes() == content
    assert not path.exists()
    assert len(trialist.open(stored).runs("mixed")) == 11
    assert json.loads((stored / "mixed" / ".damaged" / "log.jsonl").read_text())
    again = check_store("mixed", store=stored, repair=True).studies[0]
    assert again.moved == ()
    assert [one.message for one in again.damage] == [
        "the journal is missing, and a look has used it"
    ]
    assert again.again == ("gain0.1/seed-0",)


def test_what_is_gone_is_made_again_beside_what_is_damaged(stored):
    damage(journal(stored))
    shutil.rmtree(journal(stored, "gain8", 1).parent)
    journal(stored, "baseline").unlink()
    (study,) = check_store("mixed", store=stored, repair=True).studies
    assert study.again == ("baseline/seed-0", "gain0.1/seed-0", "gain8/seed-1")


def test_a_run_with_another_result_is_not_made_again(stored):
    failed = journal(stored, "gain9")
    damage(failed)
    (study,) = check_store("mixed", store=stored, repair=True).studies
    assert study.again == ("gain9/seed-0",)


def test_a_study_that_is_being_run_is_not_repaired(stored):
    lock = StudyLock(stored / "mixed" / "lock")
    try:
        assert check_store("mixed", store=stored).studies[0].is_running
        with pytest.raises(LedgerError, match="being run already"):
            check_store("mixed", store=stored, repair=True)
    finally:
        lock.release()


def test_a_planted_journal_is_a_note(stored):
    place = stored / "mixed" / "trials" / "baseline"
    shutil.copytree(place / "seed-0", place / "seed-9")
    (study,) = check_store("mixed", store=stored).studies
    assert study.is_sound
    assert "without a start" in study.damage[0].message


def test_runs_without_a_plan_are_checked_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with trialist.start_run("mine", config={}, seed=None) as run:
        run.log({"train/loss": 0.5}, step=2)
    assert check_store().is_sound
    (path,) = tmp_path.glob("experiments/mine/trials/*/*/attempt-1/journal.jsonl")
    damage(path)
    (study,) = check_store(repair=True).studies
    assert (study.n_damaged, study.verdicts, study.again) == (1, {}, ())
    planted = path.parent.with_name("attempt-7")
    planted.mkdir()
    study.moved[0].to.rename(planted / "journal.jsonl")
    notes = [one.message for one in check_store().studies[0].damage if not one.is_lost]
    assert any("without a start" in note for note in notes)


def test_damaged_artifacts_are_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights").write_text("1 2 3")
    with trialist.start_run("mine", config={}, seed=0) as run:
        run.log({"train/loss": 0.5}, step=1)
        run.artifact("weights", name="weights")
    for path in (tmp_path / "experiments" / ".artifacts").rglob("*"):
        if path.is_file() and path.read_bytes() == b"1 2 3":
            path.chmod(0o644)
            path.write_bytes(b"1 2 4")
    found = check_store()
    assert found.artifacts
    assert not found.is_sound
    assert json.loads(json.dumps(found.to_dict()))["artifacts"] == list(found.artifacts)


def test_a_study_whose_log_is_gone_is_damaged_not_absent(stored):
    (stored / "mixed" / "ledger.jsonl").unlink()
    for found in (check_store(store=stored), check_store("mixed", store=stored)):
        study = found.studies[0]
        assert (study.study, study.is_sound, study.n_runs) == ("mixed", False, 12)
        assert [one.message[:15] for one in study.damage] == ["the log is gone"]
    assert [one.study for one in check_store(store=stored).studies] == ["mixed", "other"]


def test_a_copy_that_is_under_way_is_no_damage(stored):
    (stored / "mixed" / "ledger.jsonl").unlink()
    (stored / "mixed" / ".copying").write_text("0\n")
    assert [one.study for one in check_store(store=stored).studies] == ["other"]


def test_a_log_whose_tail_was_cut_is_damage_with_and_without_its_anchor(stored, tmp_path):
    path = stored / "mixed" / "ledger.jsonl"
    write_anchor(path.parent, read_chain(path).entries)
    path.write_bytes(path.read_bytes()[:700])
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(stored, elsewhere)
    (study,) = check_store("mixed", store=stored).studies
    assert any("anchored entries are gone" in one.message for one in study.damage if one.is_lost)
    (study,) = check_store("mixed", store=elsewhere).studies
    lost = [one.message for one in study.damage if one.is_lost]
    assert lost == ["the log was cut: 12 journals of this study have lost their start in it"]


def test_a_journal_that_cannot_be_read_is_damage_of_its_run_alone(stored):
    path = journal(stored)
    path.unlink()
    path.mkdir()
    (study,) = check_store("mixed", store=stored).studies
    assert study.n_damaged == 1
    assert "cannot be read (Is a directory)" in study.damage[0].message
    (study,) = check_store("mixed", store=stored, repair=True).studies
    assert [one.path for one in study.moved] == [path]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_journal_that_one_may_not_read_is_not_set_aside(stored):
    journal(stored).chmod(0)
    (study,) = check_store("mixed", store=stored, repair=True).studies
    assert (study.n_damaged, study.moved) == (1, ())


def test_provenance_that_is_gone_is_damage_and_costs_no_run(stored):
    shutil.rmtree(stored / "mixed" / "provenance")
    (study,) = check_store("mixed", store=stored).studies
    assert (study.is_sound, study.n_damaged) == (False, 0)
    assert "facts of a session" in study.damage[0].message
    assert all(study.verdicts.values())


def test_a_run_whose_folder_is_gone_is_told_once(stored):
    shutil.rmtree(journal(stored).parent)
    (study,) = check_store("mixed", store=stored).studies
    assert [one.message for one in study.damage] == [
        "this attempt was started, and its folder is gone"
    ]


def test_a_log_that_cannot_be_read_leaves_the_other_studies_checked(stored):
    path = stored / "mixed" / "ledger.jsonl"
    path.unlink()
    path.mkdir()
    first, second = check_store(store=stored).studies
    assert [one.message for one in first.damage] == ["the log cannot be read (Is a directory)"]
    assert (first.is_sound, second.is_sound) == (False, True)


def test_a_folder_without_studies_is_no_sound_store(tmp_path):
    with pytest.raises(LedgerError, match="no study here yet"):
        check_store(store=tmp_path / "typo")
