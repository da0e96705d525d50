"""A plan that is changed after results: the three ways on, and what each of them records."""

import json
import os
import shutil
from pathlib import Path

import pytest

import trialist
from trialist.cli.main import main
from trialist.ledger.protocol_log import LogKind, read_chain
from trialist.values.errors import ConfigError, PlanChangedError, TrialistError

FOLDER = Path("experiments/small")
TRIAL = """
import random


def train(config, run):
    rng = random.Random(f"{run.seed.train}/{config['gain']}")
    return {"val/accuracy": 0.8 + config["gain"] + rng.gauss(0, 0.02)}
"""


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """Give a store with one finished study of two variants and three seeds."""
    place = tmp_path_factory.mktemp("ready")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        write()
        trialist.run("study.yaml", workers=2)
    return place


def write(trial=TRIAL, *, seeds="3", gain="0.001", more=""):
    Path("trial.py").write_text(trial, encoding="utf-8")
    text = f"""
name: small
trial: trial.py:train
metric: {{name: val/accuracy, goal: maximize, relevant: 0.005}}
config: {{gain: 0.0}}
variants: {{baseline: {{}}, better: {{gain: {gain}}}}}
seeds: {seeds}
{more}
"""
    Path("study.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def done(ready, tmp_path, monkeypatch):
    """Stand in a copy of the finished study."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ready, tmp_path, dirs_exist_ok=True)
    return tmp_path


def amend(reason="more noise than we thought", **asked):
    result = trialist.run("study.yaml", amend=reason, workers=1, **asked)
    again = trialist.verify()
    assert again.holds, again.faults
    return result


def lines(kind=None):
    entries = read_chain(FOLDER / "ledger.jsonl").entries
    return [entry.fields for entry in entries if kind is None or entry.kind == kind]


def started():
    return {(one["variant"], one["seed"], one["attempt"]) for one in lines(LogKind.STARTED)}


def test_more_seeds_keep_the_runs_and_are_told(done):
    before = started()
    old = lines(LogKind.REGISTERED)[0]["plan"]
    write(seeds="{min: 3, max: 4}")
    result = amend()
    assert started() - before == {("baseline", 3, 1), ("better", 3, 1)}
    (line,) = lines(LogKind.AMENDED)
    assert (line["amends"], line["plan"]) == (old, result.results.plan_hash)
    assert (line["reason"], line["n_results"], line["n_looks"]) == (
        *("more noise than we thought", 6, 1),
    )
    assert "seeds 3 -> 4" in line["differences"][0].replace("seeds.max", "seeds")
    assert line["declared_by"] is None
    verdict = result.verdicts["better"]
    assert (verdict.n, verdict.flags[-2:]) == (4, ("amended", "post-hoc"))
    assert any("seeds were added, 3 -> 4" in one for one in result.results.deviations)
    assert any("no longer holds as registered" in one for one in result.results.caveats)
    assert any("had given its verdict: better:" in one for one in result.results.caveats)
    assert json.loads((FOLDER / "plan.json").read_text())["seeds"] == [0, 1, 2, 3]
    assert {path.suffix for path in (FOLDER / "plans").iterdir()} == {".json", ".yaml"}
    assert "amended after results had been seen" in result.results.methods.plain
    assert trialist.report().to_dict() == result.to_dict()
    assert trialist.status().to_dict()["amended"] == 1


def test_the_same_command_again_changes_nothing(done):
    write(more="question: reworded")
    first = amend("asked better")
    count = len(lines())
    assert amend("asked better").to_dict() == first.to_dict()
    assert trialist.run("study.yaml").to_dict() == first.to_dict()
    assert len(lines()) == count
    assert first.verdicts["better"].flags[-1] == "amended"


def test_other_code_leaves_what_was_judged_and_forbids_to_mix(done):
    before = started()
    write(TRIAL + "\n# mended\n")
    alone = amend("mended something")
    assert started() == before
    assert alone.verdicts["better"].reason != "not_comparable"
    assert alone.verdicts["better"].flags[-1] == "amended"
    write(TRIAL + "\n# mended\n", seeds="4")
    mixed = amend("one more seed")
    verdict = mixed.verdicts["better"]
    assert verdict.name.value == "not_comparable"
    assert "seeds 0, 1, 2 by that of plan" in verdict.reason
    assert "seed 3 by the code of the last plan" in verdict.reason


def test_codes_that_are_declared_equal_are_judged_together(done):
    write(TRIAL + "\n# a comment\n", seeds="4")
    result = amend("equal: added a comment")
    assert result.verdicts["better"].name.value != "not_comparable"
    assert result.verdicts["better"].n == 4
    (line,) = lines(LogKind.AMENDED)
    assert "@" in line["declared_by"]
    assert any(f"declared equal by {line['declared_by']}" in x for x in result.results.deviations)


def test_a_changed_configuration_is_run_again_and_the_old_runs_stand_apart(done):
    before = started()
    write(gain="0.2")
    result = amend("the gain was a slip of the pen")
    assert started() - before == {("better", seed, 2) for seed in range(3)}
    apart = [run for run in result.results.extra_runs if run.plan is not None]
    assert [(run.variant, run.seed) for run in apart] == [("better", seed) for seed in range(3)]
    assert "3 results are no longer used (3 of better): see the runs apart." in (
        result.results.deviations
    )
    assert result.verdicts["better"].name.value == "relevant_improvement"
    markdown = (FOLDER / "results.md").read_text()
    assert f"of plan {apart[0].plan[7:15]}" in markdown


def test_runs_apart_are_shown_with_the_metric_of_their_own_plan(done):
    write(TRIAL.replace('"val/accuracy": 0.8', '"val/loss": 2.0'))
    text = Path("study.yaml").read_text()
    text = text.replace("val/accuracy", "val/loss").replace("maximize", "minimize")
    Path("study.yaml").write_text(text)
    result = amend("the loss decides")
    apart = [run for run in result.results.extra_runs if run.plan is not None]
    assert len(apart) == 6
    assert {run.metric for run in apart} == {"val/accuracy"}
    first = f"{apart[0].variant}/seed-{apart[0].seed}: finished, "
    assert f"{first}val/accuracy {apart[0].value * 100:.4g}" in (FOLDER / "results.md").read_text()


def test_a_plan_may_be_amended_twice_and_changed_back(done):
    first = json.loads((FOLDER / "results.json").read_text())
    write(gain="0.2")
    amend("another gain")
    n_started = len(started())
    write()
    back = amend("the first gain after all")
    assert len(started()) == n_started
    assert len(lines(LogKind.AMENDED)) == 2
    assert back.to_dict()["variants"] == first["variants"]
    assert back.results.plan_hash == first["plan_hash"]
    assert len(lines(LogKind.VERDICT)) == 3
    assert [one.split(":")[0] for one in back.results.deviations][:2] == [
        "Amendment 1, after 6 results and 1 look",
        "Amendment 1",
    ]


def test_a_changed_plan_names_the_three_ways_on(done, capsys, monkeypatch):
    write(TRIAL + "\n# mended\n")
    with pytest.raises(PlanChangedError) as caught:
        trialist.run("study.yaml", store="experiments", overrides=["seeds=3"])
    said = str(caught.value)
    assert "code trial.py changed" in said
    for way in (
        "change it back and run the same command again",
        'trialist run study.yaml seeds=3 --amend "reason"',
        "trialist run study.yaml seeds=3 --new",
        'begins with "equal:"',
    ):
        assert way in said
    monkeypatch.setattr("sys.argv", ["trialist", "run", "study.yaml", "--json"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert json.loads(capsys.readouterr().out)["error"] == "PlanChangedError"


def test_a_study_made_in_python_is_told_the_ways_in_python(done):
    study = trialist.load_study("study.yaml", overrides=["seeds=4"])
    with pytest.raises(PlanChangedError) as caught:
        trialist.run(study)
    assert 'amend="reason"' in str(caught.value)
    assert "new=True" in str(caught.value)
    assert "equal:" not in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"amend": ""}, "has no reason"),
        ({"amend": "  "}, "has no reason"),
        ({"amend": "equal: "}, "gives no reason"),
        ({"amend": "why", "new": True}, "goes on in the same folder"),
        ({"amend": "why"}, "is the one that small has registered"),
    ],
    ids=str,
)
def test_an_amendment_that_is_none_is_refused(done, asked, words):
    count = len(lines())
    with pytest.raises(ConfigError, match=words):
        trialist.run("study.yaml", **asked)
    assert len(lines()) == count


class Notes:
    """A display that keeps its notes."""

    def __init__(self):
        self.notes = []

    def __enter__(self):
        return self

    def __exit__(self, *reason):
        return None

    def note(self, text):
        self.notes.append(text)

    def __getattr__(self, name):
        return lambda *_: None


def test_before_the_first_result_no_amendment_is_needed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write("def train(config, run):\n    raise ValueError('no')\n")
    with pytest.raises(TrialistError):
        trialist.run("study.yaml", workers=1)
    write()
    notes = Notes()
    result = trialist.run("study.yaml", amend="mended", workers=1, display=lambda _: notes)
    assert notes.notes[0].startswith("--amend is not needed")
    assert lines(LogKind.AMENDED) == []
    assert result.results.deviations == ()
    assert result.data.provenance["plan registered"] == "2 times before the first result"


def test_whoever_changes_the_code_without_declaring_it_is_warned(done):
    write(TRIAL + "\n# mended\n")
    notes = Notes()
    trialist.run("study.yaml", amend="mended", display=lambda _: notes)
    assert "a look that uses runs of both codes is not comparable" in notes.notes[0]


def test_an_altered_earlier_plan_is_found(done):
    write(seeds="4")
    amend()
    (kept,) = (FOLDER / "plans").glob("*.json")
    kept.write_text(kept.read_text().replace('"relevant":0.005', '"relevant":0.05'))
    faults = trialist.verify().faults
    assert any("plans" in fault.where and "registered was" in fault.message for fault in faults)
    kept.unlink()
    assert any("cannot be read" in fault.message for fault in trialist.verify().faults)


def test_a_journal_of_an_earlier_plan_is_still_checked(done):
    write(gain="0.2")
    amend("another gain")
    path = FOLDER / "trials/better/seed-1/attempt-1/journal.jsonl"
    path.write_text(path.read_text().replace('"value":0.', '"value":1.'))
    assert any("attempt-1" in fault.where for fault in trialist.verify().faults)


def test_an_amendment_whose_trial_cannot_be_loaded_registers_nothing(done):
    count = len(lines())
    write("import no_such_module_anywhere\n" + TRIAL, seeds="4")
    with pytest.raises(TrialistError, match="no_such_module_anywhere"):
        trialist.run("study.yaml", amend="more seeds")
    assert len(lines()) == count
    write()
    assert trialist.run("study.yaml").finished
    assert trialist.verify().holds


def killed_at(place: int, study: str, reason: str) -> bool:
    """Run an amendment in a child that dies before its `place`th write; False if it never did."""
    child = os.fork()
    if child == 0:
        left = place

        def dying(function):
            def call(*words, **named):
                nonlocal left
                left -= 1
                if left == 0:
                    os._exit(9)
                return function(*words, **named)

            return call

        try:
            os.replace = dying(os.replace)
            os.fsync = dying(os.fsync)
            trialist.run(study, amend=reason, workers=1)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.slow
def test_the_same_command_goes_on_whenever_an_amendment_was_killed(done, monkeypatch):
    state = done / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    write(more="question: reworded")
    shutil.copytree("experiments", "kept")
    wanted = {}
    n_after = place = 0
    while n_after < 2:
        place += 1
        shutil.rmtree(state, ignore_errors=True)
        shutil.rmtree("experiments")
        shutil.copytree("kept", "experiments")
        assert killed_at(place, "study.yaml", "asked better")
        n_after += bool(lines(LogKind.AMENDED))
        assert trialist.status().to_dict()["state"] == "finished"
        result = trialist.run("study.yaml", amend="asked better")
        assert len(lines(LogKind.AMENDED)) == 1
        assert trialist.verify().holds
        assert wanted in ({}, result.to_dict())
        wanted = result.to_dict()
    assert place > 8
    assert wanted["deviations"]
