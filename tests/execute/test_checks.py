"""The loop believes its runs only if the seed matters and a run repeats."""

import random

import pytest

from trialist.execute.board import Board
from trialist.execute.checks import Checks, ignored_error, looks_over
from trialist.execute.inline import InlineExecutor
from trialist.execute.loop import LoopEnd, StudyLoop
from trialist.execute.making import LoopSetup
from trialist.execute.seedwatch import Alike
from trialist.ledger.attempts import read_records
from trialist.ledger.history import History
from trialist.ledger.protocol_log import LogKind, ProtocolLog, read_chain
from trialist.values.command import Command
from trialist.values.errors import SeedIgnoredError
from trialist.values.plan import Look


class Nobody:
    """An observer that looks away."""

    def __getattr__(self, name):
        return lambda *_args: None


@pytest.fixture
def log(study):
    log = ProtocolLog(study.ledger, clock=lambda: 1.0)
    yield log
    log.close()


@pytest.fixture
def run(study, log):
    def run(plan, function):
        executor = InlineExecutor(function, threads=1, interrupted=lambda: False)
        history = History(log.entries)
        setup = LoopSetup(
            plan=plan,
            folder=study,
            log=log,
            executor=executor,
            observer=Nobody(),
            interrupts=lambda: 0,
            anchored=lambda _log: None,
        )
        settled = history.settled(read_records(study, plan, history), plan.hash)
        loop = StudyLoop(setup, settled)
        return loop, loop.run()

    return run


def checked(log, check):
    return [
        entry.fields
        for entry in log.entries
        if entry.kind == LogKind.CHECKED and entry.fields["check"] == check
    ]


def noisy(config, run):
    rng = random.Random(run.seed.train)
    for step in (1, 2, 3):
        run.log({"train/loss": rng.random(), "val/accuracy": rng.random()}, step=step)
    return {"val/accuracy": rng.random()}


def stuck(config, run):
    rng = random.Random(0)
    for step in range(1, 11):
        run.log({"train/loss": rng.random()}, step=step)
    return {"val/accuracy": 0.9}


def test_a_sound_study_repeats_one_run_up_to_its_first_evaluation(run, log, study, make_plan):
    _, end = run(make_plan(), noisy)
    assert end is LoopEnd.ANSWERED
    (entry,) = checked(log, "repeat")
    assert (entry["variant"], entry["seed"], entry["equal"]) == ("baseline", 0, True)
    assert entry["rows"] == 1
    assert (study.root / entry["folder"] / "journal.jsonl").exists()
    started = [entry for entry in log.entries if entry.kind == LogKind.STARTED]
    assert len(started) == 6  # the repeat is no attempt at a run
    assert study.attempts("baseline", 0) == (1,)


def test_the_repeat_comes_before_seeds_beyond_the_first_look(run, log, make_plan):
    looks = (Look(n=2, thresholds=(1e-9,)), Look(n=3, thresholds=(1e-9,)))
    run(make_plan(looks=looks), noisy)
    kinds = [(entry.kind, entry.fields.get("seed")) for entry in log.entries]
    assert kinds.index(("checked", 0)) == kinds.index(("look", None)) - 1
    assert kinds.index(("checked", 0)) < kinds.index(("started", 2))


def test_a_fixed_seed_is_refused_before_the_second_run_is_over(run, log, make_plan):
    with pytest.raises(SeedIgnoredError, match="seeds 0, 1 of baseline gave the same 10 rows"):
        run(make_plan(), stuck)
    (entry,) = checked(log, "seeds")
    assert entry["equal"] is True
    assert entry["seeds"] == [0, 1]
    assert not [entry for entry in log.entries if entry.kind == LogKind.LOOK]
    with pytest.raises(SeedIgnoredError):
        run(make_plan(), stuck)
    assert len(checked(log, "seeds")) == 1


def test_a_refused_study_has_no_verdict_afterwards(run, log, study, make_plan):
    plan = make_plan()
    with pytest.raises(SeedIgnoredError):
        run(plan, stuck)
    history = History(read_chain(study.ledger).entries)
    board = Board(plan, history.settled(read_records(study, plan, history), plan.hash))
    assert looks_over(board, history).judgement is None


def test_replicates_that_are_one_run_are_refused_at_the_look(run, log, make_plan):
    def only_wide(config, run):
        return stuck(config, run) if config["name"] == "wide" else noisy(config, run)

    with pytest.raises(SeedIgnoredError, match="seeds 0, 1, 2 of wide"):
        run(make_plan(), only_wide)
    assert not [entry for entry in log.entries if entry.kind == LogKind.LOOK]


def test_little_that_agrees_is_noted_and_judged(run, log, make_plan):
    _, end = run(make_plan(), lambda config, run: 0.95)
    assert end is LoopEnd.ANSWERED
    assert [entry["equal"] for entry in checked(log, "seeds")] == [None]


def test_the_note_goes_when_a_later_look_sees_a_difference(run, log, make_plan):
    looks = (Look(n=3, thresholds=(1e-9,)), Look(n=4, thresholds=(1e-9,)))
    spread = {3: 0.5}

    def late(config, run):
        return spread.get(run.seed.base, 0.95) + (config["name"] == "wide") * run.seed.base / 100

    run(make_plan(seeds=range(4), looks=looks), late)
    assert [entry["equal"] for entry in checked(log, "seeds")] == [None, False]


def test_a_run_that_does_not_repeat_takes_the_pairs_away(run, log, make_plan):
    plan = make_plan(paired=("init",))
    loop, _ = run(plan, lambda config, run: random.SystemRandom().random())
    assert checked(log, "repeat")[0]["equal"] is False
    assert checked(log, "repeat")[0]["first"]["step"] == -1
    assert not loop.looks.protocol.paired
    deviations = [entry for entry in log.entries if entry.kind == LogKind.DEVIATION]
    assert [entry.fields["message"].split(",")[0] for entry in deviations] == [
        "The analysis is unpaired"
    ]
    again, _ = run(plan, lambda config, run: random.SystemRandom().random())
    assert not again.looks.protocol.paired
    assert len(checked(log, "repeat")) == 1


def test_a_repeat_that_fails_says_nothing_of_the_pairs(run, log, make_plan):
    def once(config, run):
        if "checks" in run.directory.parts:
            raise RuntimeError("no second time")
        return noisy(config, run)

    loop, end = run(make_plan(paired=("init",)), once)
    assert end is LoopEnd.ANSWERED
    (entry,) = checked(log, "repeat")
    assert entry["equal"] is None
    assert "no second time" in entry["message"]
    assert loop.looks.protocol.paired


def test_a_study_judged_before_there_were_repeats_stays_as_it_was(log, study, make_plan):
    plan = make_plan(paired=("init",))
    log.append(LogKind.LOOK, plan=plan.hash, index=1, n=3, runs=[], open=[])
    checks = Checks(plan, study, log, Board(plan, ()))
    assert checks.repeat.is_known
    assert checks.looks().protocol.paired


def test_without_any_result_of_the_baseline_there_is_nothing_to_repeat(run, log, make_plan):
    def broken(config, run):
        if config["name"] == "baseline":
            raise RuntimeError("always")
        return noisy(config, run)

    run(make_plan(variants=("baseline", "wide", "third")), broken)
    assert not checked(log, "repeat")


def test_another_seed_is_repeated_where_the_first_has_no_result(run, log, make_plan):
    def first_fails(config, run):
        if run.seed.base == 0:
            raise RuntimeError("seed 0")
        return noisy(config, run)

    run(make_plan(seeds=range(4)), first_fails)
    assert [entry["seed"] for entry in checked(log, "repeat")] == [1]


def test_a_command_is_told_to_pass_the_seed(tmp_path, make_plan):
    found = Alike(variant="a", seeds=(0, 1), n_rows=1, journal=tmp_path)
    plain = ignored_error(found, make_plan())
    assert "the same row" in str(plain)
    assert "run.seed" in plain.mistakes[0].todo
    command = Command(template="python train.py")
    said = ignored_error(found, make_plan(command=command)).mistakes[0].todo
    assert "pass {seed}" in said
