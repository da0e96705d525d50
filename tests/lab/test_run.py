import json
import os
import sys
from pathlib import Path

import pytest

import trialist
from trialist.ledger.folder import StudyFolder
from trialist.ledger.protocol_log import LogKind, read_chain
from trialist.values.errors import ConfigError, LedgerError, PlanChangedError, TrialLoadError


def log_of(name="small"):
    return read_chain(Path("experiments") / name / "ledger.jsonl").entries


def kinds(name="small"):
    return [entry.kind for entry in log_of(name)]


def results(name="small"):
    data = json.loads((Path("experiments") / name / "results.json").read_text())
    return {key: value for key, value in data.items() if key != "extra_runs"}


def test_runs_a_study_to_its_verdicts(small):
    result = trialist.run(small())
    assert result.finished
    assert result.verdicts["better"].name.value == "relevant_improvement"
    assert result.verdicts["same"].name.value in ("equivalent", "no_relevant_improvement")
    folder = Path("experiments/small")
    assert json.loads((folder / "results.json").read_text()) == result.to_dict()
    for name in ("plan.json", "study.yaml", "results.md", "report.html", "ledger.jsonl"):
        assert (folder / name).stat().st_size > 0
    assert Path("experiments/.gitignore").read_text() == "*\n"


def test_registers_the_plan_before_the_first_run_and_starts_before_every_attempt(small):
    result = trialist.run(small())
    assert kinds()[0] == LogKind.REGISTERED
    started = {
        (entry.fields["variant"], entry.fields["seed"], entry.fields["attempt"])
        for entry in log_of()
        if entry.kind == LogKind.STARTED
    }
    folder = StudyFolder(Path("experiments/small"))
    found = {
        (variant, seed, attempt)
        for variant in ("baseline", "better", "same")
        for seed in folder.seeds(variant)
        for attempt in folder.attempts(variant, seed)
    }
    assert started == found
    assert log_of()[0].fields["plan"] == result.results.plan_hash


def test_interleaves_the_variants_by_seed(small):
    trialist.run(small(), workers=1)
    order = [
        (entry.fields["seed"], entry.fields["variant"])
        for entry in log_of()
        if entry.kind == LogKind.STARTED
    ]
    # Seed by seed; within a seed those first that took longest so far.
    assert order[:3] == [(0, "baseline"), (0, "better"), (0, "same")]
    assert set(order[3:6]) == {(1, "baseline"), (1, "better"), (1, "same")}


def test_an_answered_variant_gets_no_further_seeds_and_its_verdict_rests_on_its_own_look(small):
    result = trialist.run(small(), workers=1)
    by_name = {summary.name: summary for summary in result.results.variants}
    for verdict in result.results.comparisons:
        assert by_name[verdict.variant].sample.n == verdict.look.n
    longest = max(verdict.look.n for verdict in result.results.comparisons)
    assert by_name["baseline"].sample.n == longest


def test_running_again_repeats_nothing(small):
    study = small()
    first = trialist.run(study)
    before = kinds()
    again = trialist.run(study)
    assert kinds() == before
    assert again.to_dict() == first.to_dict()


@pytest.mark.slow
def test_results_do_not_depend_on_the_number_of_workers_or_the_store(small):
    study = small()
    one = trialist.run(study, workers=1, store="one").results
    two = trialist.run(study, workers=2, store="two").results
    assert one.variants == two.variants
    assert one.comparisons == two.comparisons
    assert one.plan_hash == two.plan_hash


def test_a_changed_study_is_refused_with_the_difference_after_the_first_result(small):
    trialist.run(small())
    changed = small(config="{gain: 0.01}")
    with pytest.raises(PlanChangedError, match=r"config.*gain") as caught:
        trialist.run(changed)
    assert "--new" in str(caught.value)
    assert caught.value.exit_code == 2


def test_changed_code_is_refused_with_the_file(small):
    study = small()
    trialist.run(study)
    Path("trial.py").write_text(Path("trial.py").read_text() + "\n# changed\n")
    with pytest.raises(PlanChangedError, match=r"trial\.py"):
        trialist.run(study)


def test_an_override_is_part_of_the_plan(small):
    study = small()
    trialist.run(study)
    with pytest.raises(PlanChangedError, match="gain"):
        trialist.run(study, overrides=["config.gain=0.02"])


def test_new_starts_a_second_study_and_goes_on_with_it(small):
    trialist.run(small())
    changed = small(config="{gain: 0.01}")
    result = trialist.run(changed, new=True)
    assert result.results.study == "small-2"
    # Without --new, the changed plan is found where it is registered.
    assert trialist.run(changed).results.study == "small-2"
    assert trialist.run(changed, new=True).results.study == "small-3"


def test_a_plan_without_results_is_replaced_freely(small):
    broken = small(trial="def train(config, run):\n    raise ValueError('no')\n")
    with pytest.raises(trialist.TrialistError, match="failed alike"):
        trialist.run(broken)
    result = trialist.run(small())
    assert result.finished
    assert kinds().count(LogKind.REGISTERED) == 2
    assert trialist.verify().holds


def test_nothing_is_left_where_the_function_is_not_found(small):
    study = small(trial="def train(config, run):\n    return 1\n")
    Path("study.yaml").write_text(study.read_text().replace("trial.py:train", "trial.py:trian"))
    with pytest.raises(trialist.TrialistError, match="trian"):
        trialist.run(study)
    assert not Path("experiments/small").exists()


def test_nothing_is_left_where_the_import_fails(small):
    with pytest.raises(TrialLoadError, match="nonsense_module"):
        trialist.run(small(trial="import nonsense_module\ndef train(config, run): ...\n"))
    assert not Path("experiments/small").exists()


def test_a_locked_study_is_refused_with_the_process(small):
    from trialist.ledger.lock import StudyLock

    study = small()
    trialist.run(study)
    lock = StudyLock(Path("experiments/small/lock"))
    try:
        with pytest.raises(LedgerError, match="process"):
            trialist.run(study)
    finally:
        lock.release()
    assert trialist.run(study).finished


def test_failed_and_diverged_runs_are_counted_and_their_pairs_drop_out(small):
    trial = """
    import random
    def train(config, run):
        if config["gain"] and run.seed.base == 1:
            return {"val/accuracy": float("nan")}
        if config["gain"] and run.seed.base == 2:
            raise RuntimeError("cannot")
        rng = random.Random(f"{run.seed.train}/{config['gain']}")
        return {"val/accuracy": 0.8 + config["gain"] + rng.gauss(0, 0.01)}
    """
    result = trialist.run(small(trial=trial, seeds="8"))
    better = next(one for one in result.results.variants if one.name == "better").sample
    assert (better.n, better.n_failed, better.n_diverged) == (6, 1, 1)
    verdict = result.verdicts["better"]
    assert verdict.n == 6
    assert verdict.look.threshold == pytest.approx(0.025)
    assert any(note.startswith("Given that the run trains") for note in verdict.notes)
    assert result.n_failed == 2


def test_an_earlier_record_that_was_removed_is_a_deviation(small):
    import shutil

    study = small()
    trialist.run(study)
    shutil.rmtree("experiments")
    result = trialist.run(study)
    assert "earlier record" in result.results.deviations[0]
    assert trialist.verify().holds


def test_an_attempt_whose_folder_was_removed_is_a_deviation(small):
    import shutil

    study = small()
    trialist.run(study, overrides=["seeds=3"])
    shutil.rmtree("experiments/small/trials/same/seed-1")
    assert not trialist.verify().holds
    result = trialist.run(study, overrides=["seeds=3"])
    assert "same/seed-1" in result.results.deviations[0]


def test_a_function_that_cannot_be_imported_runs_here_and_says_so(small, caplog):
    small()

    def train(config, run):
        run.log({"val/accuracy": 0.5 + config["gain"] + run.seed.train % 1000 / 1e5}, step=1)

    study = trialist.Study(
        name="inline",
        trial=train,
        metric={"name": "val/accuracy", "goal": "maximize"},
        config={"gain": 0.0},
        variants={"baseline": {}, "better": {"gain": 0.2}},
        seeds=5,
    )
    result = trialist.run(study)
    assert result.verdicts["better"].name.value == "improvement"
    assert trialist.verify("inline").holds
    assert "put it into a file to run them in parallel" in caplog.text


def test_a_python_study_needs_plain_configuration(small):
    study = trialist.Study(
        trial="trial.py:train",
        metric={"name": "val/accuracy", "goal": "maximize"},
        config={"layer": object()},
    )
    small()
    with pytest.raises(ConfigError, match="plain data"):
        trialist.run(study)


def test_one_variant_alone_gets_its_interval_and_no_verdict(small):
    study = small()
    text = study.read_text()
    study.write_text(text[: text.index("variants:")] + text[text.index("seeds:") :])
    result = trialist.run(study, overrides=["seeds=5"])
    assert result.results.comparisons == ()
    assert result.results.variants[0].sample.n == 5
    assert "baseline" in str(result)


def test_a_script_that_calls_run_at_import_is_told_so(small, tmp_path):
    import subprocess

    small()
    script = tmp_path / "script.py"
    script.write_text(
        "import trialist\n"
        "def train(config, run):\n    return {'val/accuracy': 0.5}\n"
        "trialist.run(trialist.Study(trial=train, seeds=3,\n"
        "    metric={'name': 'val/accuracy', 'goal': 'maximize'}))\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "__main__" in done.stderr


def test_journals_that_were_never_started_are_no_evidence(small):
    import shutil

    study = small()
    trialist.run(study)
    for name in ("ledger.jsonl", "results.json", "plan.json"):
        Path(f"experiments/small/{name}").unlink()
    state = Path(os.environ["XDG_STATE_HOME"])
    shutil.rmtree(state)
    before = set(Path("experiments/small/trials").glob("*/*"))
    result = trialist.run(study)
    assert "without a start in the log" in result.results.deviations[0]
    started = [entry.fields for entry in log_of() if entry.kind == LogKind.STARTED]
    again = [one for one in started if run_folder(one) in before]
    assert {one["attempt"] for one in again} == {2}
    assert len(again) >= 9
    assert trialist.verify().holds


def run_folder(one):
    return Path(f"experiments/small/trials/{one['variant']}/seed-{one['seed']}")


def test_a_planted_journal_is_found_by_verify(small):
    import shutil

    trialist.run(small())
    place = Path("experiments/small/trials/better/seed-0")
    shutil.copytree(place / "attempt-1", place / "attempt-2")
    found = trialist.verify()
    assert any("without a start" in fault.message for fault in found.faults)


def test_a_study_whose_every_run_fails_gives_no_verdict_and_can_be_mended(small):
    trial = """
    def train(config, run):
        raise {"0.0": ValueError, "0.05": KeyError}.get(str(config["gain"]), OSError)("no")
    """
    with pytest.raises(trialist.TrialistError, match="no run gave a result") as caught:
        trialist.run(small(trial=trial), workers=1)
    assert caught.value.exit_code == 3
    assert LogKind.LOOK not in kinds()
    assert LogKind.VERDICT not in kinds()
    assert trialist.run(small()).finished
    assert trialist.verify().holds


def test_a_repeated_study_says_what_came_before_it(small):
    study = small()
    trialist.run(study)
    again = trialist.run(study, new=True)
    assert again.results.study == "small-2"
    caveat = again.results.caveats[0]
    assert caveat.startswith("Not the first study of this name: small came before it")
    assert "the same plan" in caveat
    assert "better: relevant improvement" in caveat


def test_new_takes_the_folder_of_a_study_without_results(small):
    broken = small(trial="def train(config, run):\n    raise ValueError('no')\n")
    with pytest.raises(trialist.TrialistError):
        trialist.run(broken)
    assert trialist.run(small(), new=True).results.study == "small"


def test_the_report_says_how_to_do_it_again(small):
    result = trialist.run(small(), store="a/experiments", overrides=["seeds=3"])
    commands = dict(result.data.commands)
    assert commands["check"] == "trialist verify small --store a/experiments"
    assert commands["again"] == "trialist run study.yaml seeds=3 --store again"


def test_every_variant_keeps_its_whole_configuration(small):
    from trialist.design.yamlnodes import read_yaml

    trialist.run(small())
    found = read_yaml(Path("experiments/small/trials/better/config.yaml"))
    assert found.data == {"gain": 0.05}


def test_a_study_in_percent_is_shown_as_it_is(small):
    trial = """
    import random
    def train(config, run):
        rng = random.Random(f"{run.seed.train}/{config['gain']}")
        return {"val/accuracy": 80 + 100 * config["gain"] + rng.gauss(0, 0.2)}
    """
    result = trialist.run(small(trial=trial))
    assert "points" not in str(result)
    assert trialist.report().to_dict() == result.to_dict()


def test_code_that_changes_while_the_study_runs_is_a_deviation(small):
    trial = """
    from pathlib import Path
    def train(config, run):
        if run.seed.base == 1 and not config["gain"]:
            Path(__file__).with_name("late.py").write_text("x = 2\\n")
        import late
        return {"val/accuracy": 0.8 + config["gain"] + (run.seed.train % 97) / 1e4}
    """
    study = small(trial=trial)
    Path("late.py").write_text("x = 1\n")
    result = trialist.run(study)
    assert result.results.deviations == ("Code was changed while the study ran: late.py.",)


@pytest.mark.parametrize("workers", ["many", 0, -1, 2.5])
def test_a_number_of_workers_that_is_none_is_refused(small, workers):
    with pytest.raises(ConfigError, match=r"resources\.workers is "):
        trialist.run(small(), workers=workers)
    assert not Path("experiments").exists()


def test_one_worker_per_core_can_be_asked_for(small):
    result = trialist.run(small(seeds=2), workers="auto")
    assert result.data.cost.workers >= 1
