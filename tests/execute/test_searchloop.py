"""The loop over trials: proposals, winners, cuts, and going on where it stopped."""

import itertools
import json
import math
import shutil
from collections import Counter
from dataclasses import replace

import pytest

from trialist.execute.attempt import run_attempt
from trialist.execute.executor import Died, Ended
from trialist.execute.loop import FreshRuns, LoopEnd, StudyLoop
from trialist.execute.making import LoopSetup
from trialist.execute.proposing import Samplers
from trialist.execute.searchloop import SearchLoop
from trialist.ledger.attempts import read_records
from trialist.ledger.history import History
from trialist.ledger.protocol_log import LogKind, ProtocolLog, read_chain
from trialist.ledger.searchlog import RungLine
from trialist.ledger.trialrecords import searches_in, trial_records
from trialist.ledger.winners import configs_of, winner_configs
from trialist.stats.unitscale import value_at
from trialist.values.events import FailureKind, RunStatus
from trialist.values.plan import Look
from trialist.values.searchplan import Method, PlannedTrial, SearchPlan, Tuned
from trialist.values.space import Arm, Parameter, Scale

LR = Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG)
WIDTH = Parameter(name="width", low=8, high=64, scale=Scale.LOG, integer=True)


class Quiet:
    """An observer that counts."""

    def __init__(self):
        self.settled_ = []
        self.retried_ = []

    def began(self, task):
        pass

    def settled(self, record):
        self.settled_.append(record)

    def retried(self, task, message):
        self.retried_.append(message)

    def looked(self, look, looks):
        pass

    def stopping(self, n_running):
        pass

    def tick(self, board, looks):
        pass


class KilledError(Exception):
    pass


class Workers:
    """An executor that makes each run when it is polled; the function may say that it died."""

    def __init__(self, value, workers=1):
        self.workers = workers
        self.value = value
        self.running = []
        self.cancelled = []
        self.left = math.inf

    def submit(self, task):
        self.left -= 1
        if self.left < 0:
            raise KilledError
        self.running.append(task)

    def poll(self, timeout):
        events = []
        for task in tuple(self.running):
            self.running.remove(task)
            if task in self.cancelled:
                events.append(self._ended(task, lambda config, run: run.should_stop(), stop=True))
            elif self.value(task) is None:
                events.append(Died(task=task, failure=FailureKind.CRASHED, message="gone"))
            else:
                events.append(self._ended(task, lambda config, run, t=task: self.value(t)))
        return events

    def _ended(self, task, function, *, stop=False):
        attempt = run_attempt(task, function, stop=lambda: stop, threads=1)
        return Ended(task=task, attempt=attempt)

    def cancel(self, task):
        self.cancelled.append(task)

    def kill(self, task):
        pass

    def close(self):
        pass


def surface(task):
    """Best at lr = 0.01; the wide one is better by 0.1."""
    u = (math.log10(task.config["lr"]) + 4) / 4
    return 0.9 - (u - 0.5) ** 2 + 0.1 * task.variant.startswith("wide") + task.seed / 1000


def design_of(arms, *, trials, replicates, seeds_of):
    for number, search, arm in itertools.product(
        range(trials // replicates), range(replicates), arms
    ):
        u = (number + 0.5) / (trials // replicates)
        params = {"lr": value_at(LR, u)}
        yield PlannedTrial(
            variant=arm.variant,
            search=search,
            number=number,
            units=(u,),
            params=params,
            config={"name": arm.variant, **params},
            seeds=seeds_of(search),
        )


def search_of(method=Method.QUASI_RANDOM, *, trials=8, replicates=2, parameters=(LR,), **changes):
    arms = tuple(Arm(variant=name, parameters=parameters) for name in ("baseline", "wide"))
    plan = SearchPlan(
        method=method,
        arms=arms,
        trials=trials,
        replicates=replicates,
        seed=7,
        tuned=Tuned.RECIPE,
        **changes,
    )
    if method.is_adaptive:
        return plan
    design = design_of(arms, trials=trials, replicates=replicates, seeds_of=plan.seeds_of)
    return replace(plan, design=tuple(design))


@pytest.fixture
def log(study):
    log = ProtocolLog(study.ledger, clock=lambda: 1.0)
    yield log
    log.close()


@pytest.fixture
def make_search(study, make_plan):
    """Give a function that makes a loop over a search, on the log as it is."""

    def make(log, search, value=surface, *, workers=1, interrupts=lambda: 0, trimmer=None):
        first = search.n_search_seeds
        seeds = tuple(range(first, first + search.replicates))
        plan = make_plan(
            seeds=seeds, looks=(Look(n=len(seeds), thresholds=(0.05,)),), search=search
        )
        history = History(log.entries)
        if history.plan_hash is None:
            log.append(LogKind.REGISTERED, plan=plan.hash)
        history = History(log.entries)
        found = searches_in(study, plan, history)
        settled = history.settled(trial_records(study, plan, history), plan.hash)
        setup = LoopSetup(
            plan=plan,
            folder=study,
            log=log,
            executor=Workers(value, workers),
            observer=Quiet(),
            interrupts=interrupts,
            anchored=lambda _log: None,
        )
        proposer = None if search.design else Samplers(plan, study, found)
        return setup, SearchLoop(setup, found, settled, proposer=proposer, trimmer=trimmer)

    return make


def proposed(log):
    return [
        (
            one.fields["trial"]["variant"],
            one.fields["trial"]["search"],
            one.fields["trial"]["params"],
        )
        for one in log.entries
        if one.kind == LogKind.PROPOSED
    ]


def test_every_trial_of_a_design_is_run_and_told_once(study, log, make_search):
    setup, loop = make_search(log, search_of())
    assert loop.run() is LoopEnd.ANSWERED
    kinds = Counter(entry.kind for entry in log.entries)
    assert kinds[LogKind.STARTED] == kinds[LogKind.TOLD] == 16
    assert kinds[LogKind.PROPOSED] == 0
    found = searches_in(study, setup.plan, History(log.entries))
    assert found.is_over
    for key in (("baseline", 0), ("baseline", 1), ("wide", 0), ("wide", 1)):
        values = [one.value for one in found.told.values() if one.key[:2] == key]
        assert found.told[found.winner(*key).key].value == max(values)


def test_the_searches_take_turns(log, make_search):
    _, loop = make_search(log, search_of())
    loop.run()
    started = [one.fields["seed"] for one in log.entries if one.kind == LogKind.STARTED]
    assert started == [0, 0, 1, 1] * 4


def test_the_fresh_runs_take_the_configuration_of_the_winner_of_their_own_search(
    study, log, make_search
):
    setup, loop = make_search(log, search_of())
    loop.run()
    found = searches_in(study, setup.plan, History(log.entries))
    configs = configs_of(setup.plan, found)
    for place, seed in enumerate(setup.plan.seeds):
        assert configs("wide", seed) == found.winner("wide", place).config
    ends = StudyLoop(setup, (), FreshRuns(config=configs)).run()
    assert ends is LoopEnd.ANSWERED
    records = read_records(study, setup.plan, History(log.entries))
    assert {(one.variant, one.seed) for one in records} == {
        (name, seed) for name in ("baseline", "wide") for seed in (2, 3)
    }


def test_a_configuration_claim_takes_the_best_winner_for_all_seeds(study, log, make_search):
    setup, loop = make_search(log, search_of())
    loop.run()
    plan = setup.plan
    found = searches_in(study, plan, History(log.entries))
    search = replace(plan.search, tuned=Tuned.CONFIGURATION)
    winners = winner_configs(replace(plan, search=search), found)
    chosen = {winners["wide", seed].key for seed in plan.seeds}
    assert len(chosen) == 1
    values = [one.value for one in found.told.values() if one.key[0] == "wide"]
    assert found.told[chosen.pop()].value == max(values)


@pytest.mark.parametrize("method", [Method.TPE, Method.CMA_ES])
def test_a_search_that_was_killed_proposes_the_same_next_points(
    tmp_path, study, make_search, method
):
    search = search_of(method, trials=24, replicates=2, parameters=(LR, WIDTH))
    whole = ProtocolLog(tmp_path / "whole.jsonl", clock=lambda: 1.0)
    _, loop = make_search(whole, search)
    loop.run()
    wanted = proposed(whole)
    whole.close()
    shutil.rmtree(study.root)
    study.root.mkdir()
    for after in (3, 17, 10):
        log = ProtocolLog(study.ledger, clock=lambda: 1.0)
        setup, loop = make_search(log, search)
        setup.executor.left = after
        with pytest.raises(KilledError):
            loop.run()
        log.close()
    log = ProtocolLog(study.ledger, clock=lambda: 1.0)
    _, loop = make_search(log, search)
    loop.run()
    assert proposed(log) == wanted
    assert not read_chain(study.ledger).faults
    log.close()


def test_a_trial_that_ended_before_it_was_told_is_told_first(study, make_search):
    search = search_of()
    log = ProtocolLog(study.ledger, clock=lambda: 1.0)
    setup, loop = make_search(log, search)
    loop.run()
    lines = study.ledger.read_text().splitlines()
    kept = [line for line in lines if '"kind":"told"' not in line and '"selected"' not in line]
    log.close()
    study.ledger.unlink()
    again = ProtocolLog(study.ledger, clock=lambda: 1.0)

    of_chain = {"i", "kind", "time", "prev", "hash", "format"}
    for line in kept:
        fields = json.loads(line)
        own = {key: value for key, value in fields.items() if key not in of_chain}
        again.append(LogKind(fields["kind"]), **own)
    setup, loop = make_search(again, search, lambda task: pytest.fail("nothing is left to run"))
    assert loop.run() is LoopEnd.ANSWERED
    assert searches_in(study, setup.plan, History(again.entries)).is_over
    again.close()


def test_a_trial_that_diverges_is_told_as_such_and_never_wins(study, log, make_search):
    def value(task):
        return math.nan if task.config["lr"] > 0.1 else surface(task)

    setup, loop = make_search(log, search_of(), value)
    loop.run()
    found = searches_in(study, setup.plan, History(log.entries))
    states = Counter(one.status for one in found.told.values())
    assert states == {RunStatus.DIVERGED: 4, RunStatus.FINISHED: 12}
    assert all(found.winner(*key).params["lr"] < 0.1 for key in found.selected)


def test_a_search_without_any_value_has_no_winner_and_its_fresh_runs_diverged(
    study, log, make_search
):
    def value(task):
        return math.inf if task.variant.startswith("wide") else surface(task)

    setup, loop = make_search(log, search_of(), value)
    assert loop.run() is LoopEnd.ANSWERED
    history = History(log.entries)
    found = searches_in(study, setup.plan, history)
    assert found.winner("wide", 0) is None
    records = read_records(study, setup.plan, history)
    assert {(one.variant, one.seed, one.status) for one in records} == {
        ("wide", 2, RunStatus.DIVERGED),
        ("wide", 3, RunStatus.DIVERGED),
    }


def test_a_trial_that_fails_is_told_as_failed_and_the_others_go_on(study, log, make_search):
    def value(task):
        return None if task.config["lr"] > 0.1 else surface(task)

    setup, loop = make_search(log, search_of(), value)
    assert loop.run() is LoopEnd.ANSWERED
    found = searches_in(study, setup.plan, History(log.entries))
    assert Counter(one.status for one in found.told.values())[RunStatus.FAILED] == 4
    assert setup.observer.retried_  # a crash is tried again before it is believed


def test_failures_that_are_all_alike_end_the_search(log, make_search):
    def value(task):
        raise AssertionError

    class Raises(Workers):
        def _ended(self, task, function, *, stop=False):
            def broken(config, run):
                raise ZeroDivisionError("always")

            return super()._ended(task, broken)

    setup, loop = make_search(log, search_of())
    object.__setattr__(setup, "executor", Raises(lambda task: 0.0))
    assert loop.run() is LoopEnd.FAILED_ALIKE
    assert "ZeroDivisionError" in loop.failure.error


def test_an_interrupt_ends_the_search_and_the_same_loop_goes_on(study, log, make_search):
    asked = itertools.count()
    _, loop = make_search(log, search_of(), interrupts=lambda: int(next(asked) > 3))
    assert loop.run() is LoopEnd.INTERRUPTED
    n = sum(entry.kind == LogKind.TOLD for entry in log.entries)
    assert 0 < n < 16
    _, loop = make_search(log, search_of())
    assert loop.run() is LoopEnd.ANSWERED
    started = [
        (entry.fields["variant"], entry.fields["seed"])
        for entry in log.entries
        if entry.kind == LogKind.STARTED
    ]
    assert len(set(started)) == 16


class CutsHighRates:
    """Cuts a trial as soon as it runs, where its learning rate is high."""

    def look(self, running, board):
        for key in tuple(running):
            for trial in board.trials_of(key):
                if board.trials[trial].params["lr"] > 0.1 and trial not in board._cut:
                    yield RungLine(key=trial, rung=10, step=10, value=0.1, fate="cut", n=6)

    def ended(self, key, place, board):
        return ()


def test_a_trial_that_is_cut_is_told_as_pruned_and_never_wins(study, log, make_search):
    setup, loop = make_search(log, search_of(), trimmer=CutsHighRates())
    assert loop.run() is LoopEnd.ANSWERED
    found = searches_in(study, setup.plan, History(log.entries))
    assert Counter(one.status for one in found.told.values()) == {
        RunStatus.PRUNED: 4,
        RunStatus.FINISHED: 12,
    }
    assert len(found.rungs) == 4


def test_the_value_of_a_trial_is_the_mean_over_its_seeds(study, log, make_search):
    search = search_of(trials=4, replicates=1, seeds_per_trial=3)
    setup, loop = make_search(log, search)
    loop.run()
    found = searches_in(study, setup.plan, History(log.entries))
    assert all(len(one.values) == 3 for one in found.told.values())
    one = next(iter(found.told.values()))
    assert one.value == pytest.approx(sum(one.values) / 3)


def test_two_trials_of_one_configuration_are_run_once(study, log, make_search):
    search = search_of(trials=4, replicates=1)
    doubled = tuple(
        replace(trial, params={"lr": 0.01}, config={"name": trial.variant, "lr": 0.01})
        for trial in search.design
    )
    search = replace(search, design=doubled)
    setup, loop = make_search(log, search)
    loop.run()
    kinds = Counter(entry.kind for entry in log.entries)
    assert (kinds[LogKind.STARTED], kinds[LogKind.TOLD]) == (2, 8)
    found = searches_in(study, setup.plan, History(log.entries))
    assert found.winner("wide", 0).number == 0  # the earlier of equals
