"""Names in the store."""

from trialist.ledger.folder import StudyFolder, attempt_number


def test_everything_lies_where_the_layout_says(tmp_path):
    folder = StudyFolder(tmp_path / "digits")
    assert folder.name == "digits"
    names = [
        path.relative_to(folder.root).as_posix()
        for path in (
            folder.study_file,
            folder.plan_file,
            folder.plans,
            folder.ledger,
            folder.lock_file,
            folder.coordinator_log,
            folder.provenance,
            folder.results_file,
            folder.variant("wide"),
            folder.attempt("wide", 3, 2),
            folder.check("repeat", 2),
        )
    ]
    assert names == [
        *("study.yaml", "plan.json", "plans", "ledger.jsonl", "lock", "coordinator.log"),
        *("provenance", "results.json", "trials/wide", "trials/wide/seed-3/attempt-2"),
        "checks/repeat/attempt-2",
    ]
    assert folder.check_attempts("repeat") == ()


def test_seeds_and_attempts_are_numbers_in_order(tmp_path):
    folder = StudyFolder(tmp_path)
    for seed, attempt in ((10, 1), (2, 10), (2, 9)):
        folder.attempt("wide", seed, attempt).mkdir(parents=True)
    (folder.run("wide", 2) / "attempt-x").mkdir()
    (folder.variant("wide") / "notes").mkdir()
    assert folder.seeds("wide") == (2, 10)
    assert folder.attempts("wide", 2) == (9, 10)
    assert attempt_number(folder.attempt("wide", 2, 10)) == 10
    assert attempt_number(folder.run("wide", 2) / "attempt-x") is None


def test_what_is_not_there_has_no_seeds_and_no_attempts(tmp_path):
    folder = StudyFolder(tmp_path)
    assert folder.seeds("wide") == ()
    assert folder.attempts("wide", 0) == ()
