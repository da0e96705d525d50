"""What the log says of searches, written and read back; the winners, and what their runs take."""

from dataclasses import replace

import pytest

from trialist.ledger.attempts import read_records
from trialist.ledger.configfile import write_config
from trialist.ledger.history import History
from trialist.ledger.journal import JournalWriter
from trialist.ledger.protocol_log import LogKind, ProtocolLog, read_chain
from trialist.ledger.searchlog import (
    Evolved,
    Part,
    RungLine,
    Selected,
    Told,
    log_evolved,
    log_part,
    log_proposed,
    log_rung,
    log_selected,
    log_told,
    search_log,
)
from trialist.ledger.trialrecords import searches_in, trial_records
from trialist.ledger.winners import best_winner, configs_of, planned_config, winner_configs
from trialist.values.events import RunStatus
from trialist.values.searchplan import Method, PlannedTrial, SearchPlan, Tuned
from trialist.values.space import Arm, Parameter

LR = Parameter(name="lr", low=0.0, high=1.0)


def trial(variant="wide", search=0, number=0, **changes):
    made = PlannedTrial(
        variant=variant,
        search=search,
        number=number,
        units=(0.5,),
        params={"lr": 0.1 * (number + 1)},
        config={"lr": 0.1 * (number + 1), "name": variant},
        seeds=(search,),
    )
    return replace(made, **changes)


def searched(plan, *, tuned=Tuned.RECIPE, replicates=2, design=None):
    arms = (Arm(variant="baseline"), Arm(variant="wide", parameters=(LR,)))
    both = tuple(trial(search=r, number=k) for r in range(replicates) for k in range(2))
    search = SearchPlan(
        method=Method.RANDOM,
        arms=arms,
        trials=4,
        replicates=replicates,
        seed=0,
        tuned=tuned,
        design=both if design is None else design,
    )
    return replace(plan, search=search, seeds=(2, 3))


def told(search, number, value, status=RunStatus.FINISHED, variant="wide"):
    values = () if value is None else (value,)
    return Told(key=(variant, search, number), status=status, values=values)


@pytest.fixture
def log(study, clock):
    log = ProtocolLog(study.ledger, clock=clock)
    yield log
    log.close()


def begun(log, plan):
    log.append(LogKind.REGISTERED, plan=plan.hash)


def read(study, plan):
    return search_log(plan, History(read_chain(study.ledger).entries))


def test_everything_comes_back_as_it_was_written(study, plan, log):
    made = searched(plan, design=())
    begun(log, made)
    proposed = trial()
    lines = (
        RungLine(key=proposed.key, rung=10, step=12, value=0.3, fate="cut", n=7, threshold=0.4),
        RungLine(key=proposed.key, rung=30, step=30, value=0.5, fate="keep", reason="the first"),
    )
    part = Part(key=proposed.key, step=10, attempt=1, value=None, saved=False)
    evolved = Evolved(key=("wide", 0), step=10, exploits=({"target": 1, "donor": 0},))
    end = Told(
        key=proposed.key,
        status=RunStatus.PRUNED,
        values=(0.3,),
        objectives={"val/loss": 1.5},
        source="before",
        step=12,
    )
    log_proposed(log, made.hash, proposed)
    for line in lines:
        log_rung(log, made.hash, line)
    log_part(log, made.hash, part)
    log_evolved(log, made.hash, evolved)
    log_told(log, made.hash, end)
    log_selected(log, made.hash, Selected(key=("wide", 0), trial=proposed.key))
    found = read(study, made)
    assert found.trials == {proposed.key: proposed}
    assert found.rungs == lines
    assert [one.is_cut for one in found.rungs] == [True, False]
    assert found.parts == (part,)
    assert found.evolved == (evolved,)
    assert found.told == {proposed.key: end}
    assert found.selected[("wide", 0)].trial == proposed.key
    assert [kind for kind, _ in found.events] == [LogKind.PROPOSED, LogKind.TOLD]
    assert not read_chain(study.ledger).faults


def test_lines_of_other_plans_are_not_read(study, plan, log):
    made = searched(plan)
    begun(log, made)
    log_told(log, "sha256:other", told(0, 0, 0.5))
    assert read(study, made).told == {}
    assert search_log(made, History(log.entries), ("sha256:other",)).told


def test_a_plan_without_searches_has_an_empty_log(study, plan, log):
    begun(log, plan)
    found = read(study, plan)
    assert (found.trials, found.is_over) == ({}, False)
    assert winner_configs(plan, found) == {}
    assert best_winner(plan, found, "wide") is None
    assert trial_records(study, plan, History(log.entries)) == ()


def finish(log, plan, values, chosen):
    begun(log, plan)
    for (search, number), value in values.items():
        status = RunStatus.FINISHED if value is not None else RunStatus.DIVERGED
        log_told(log, plan.hash, told(search, number, value, status))
    for search, number in chosen.items():
        key = None if number is None else ("wide", search, number)
        log_selected(log, plan.hash, Selected(key=("wide", search), trial=key))


VALUES = {(0, 0): 0.5, (0, 1): 0.7, (1, 0): 0.9, (1, 1): 0.6}


def test_of_a_recipe_every_seed_takes_the_winner_of_its_search(study, plan, log):
    made = searched(plan)
    finish(log, made, VALUES, {0: 1, 1: 0})
    found = read(study, made)
    assert found.is_over
    assert {seed: one.key for (_, seed), one in winner_configs(made, found).items()} == {
        2: ("wide", 0, 1),
        3: ("wide", 1, 0),
    }
    configs = configs_of(made, found)
    assert configs("wide", 2) == trial(number=1).config
    assert configs("baseline", 2) == {}
    assert planned_config(made, found, "wide", 3) == trial(search=1).config
    assert planned_config(made, found, trial(number=1).name, 0) == trial(number=1).config
    assert planned_config(made, found, "nobody", 0) is None


def test_of_a_configuration_all_seeds_take_the_best_winner(study, plan, log):
    made = searched(plan, tuned=Tuned.CONFIGURATION)
    finish(log, made, VALUES, {0: 1, 1: 0})
    found = read(study, made)
    assert best_winner(made, found, "wide").key == ("wide", 1, 0)
    assert {one.key for one in winner_configs(made, found).values()} == {("wide", 1, 0)}


def test_a_search_without_a_winner_leaves_runs_that_diverged_unmade(study, plan, log):
    made = searched(plan)
    finish(log, made, {(0, 0): None, (0, 1): None, (1, 0): 0.9, (1, 1): 0.6}, {0: None, 1: 0})
    found = read(study, made)
    assert found.winner("wide", 0) is None
    assert found.told[("wide", 0, 0)].value is None
    (lost,) = read_records(study, made, History(log.entries))
    assert (lost.variant, lost.seed, lost.status) == ("wide", 2, RunStatus.DIVERGED)
    assert lost.attempts == 0


def test_while_searches_go_on_nothing_is_said_of_the_fresh_runs(study, plan, log):
    made = searched(plan)
    finish(log, made, {(0, 0): None}, {0: None})
    assert not read(study, made).is_over
    assert read_records(study, made, History(log.entries)) == ()


def journal(study, clock, name, plan_hash):
    place = study.attempt(name, 0, 1)
    place.mkdir(parents=True)
    writer = JournalWriter(place / "journal.jsonl", clock=clock)
    writer.start({"plan": plan_hash})
    return writer.end(
        {"status": "finished", "value": 0.5, "failure": None, "message": None, "seconds": 2.0}
    )


def test_the_runs_of_trials_are_those_that_the_log_says_were_started(study, plan, log, clock):
    made = searched(plan)
    begun(log, made)
    first, second, third = trial(), trial(number=1), trial(search=1)
    digest = journal(study, clock, first.name, made.hash)
    journal(study, clock, second.name, made.hash)  # never started, says the log
    log.append(LogKind.STARTED, variant=first.name, seed=0, attempt=1)
    log.append(LogKind.STARTED, variant=third.name, seed=1, attempt=1)
    history = History(log.entries)
    (record,) = trial_records(study, made, history)
    assert (record.variant, record.seed, record.value) == (first.name, 0, 0.5)
    assert record.journal_digest == digest
    assert set(searches_in(study, made, history).trials) == {
        ("wide", r, k) for r in range(2) for k in range(2)
    }


def test_a_run_of_another_plan_is_no_run_of_a_trial(study, plan, log, clock):
    made = searched(plan)
    begun(log, made)
    journal(study, clock, trial().name, "sha256:other")
    log.append(LogKind.STARTED, variant=trial().name, seed=0, attempt=1)
    assert trial_records(study, made, History(log.entries)) == ()


def test_a_configuration_is_written_once_and_whole(tmp_path):
    place = tmp_path / "wide-1"
    write_config(place, {"lr": 0.1, "name": "a b"})
    assert (place / "config.yaml").read_text() == '"lr": 0.1\n"name": "a b"\n'
    before = (place / "config.yaml").stat().st_mtime_ns
    write_config(place, {"lr": 0.1, "name": "a b"})
    assert (place / "config.yaml").stat().st_mtime_ns == before
    write_config(place, {})
    assert (place / "config.yaml").read_text() == "{}\n"
    assert [path.name for path in place.iterdir()] == ["config.yaml"]
