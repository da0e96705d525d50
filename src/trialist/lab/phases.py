"""The phases of a study: its searches, if it has some, then the seeds that it is judged by."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialist.execute.board import RunKey
from trialist.execute.looks import Looks
from trialist.execute.loop import FreshRuns, LoopEnd, StudyLoop
from trialist.execute.making import LoopSetup
from trialist.lab.bars import bars_in
from trialist.lab.extending import taken_over
from trialist.lab.prepare import Prepared
from trialist.lab.searchprogress import watcher_of_search
from trialist.ledger.attempts import read_records
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.searchlog import SearchLog, Told
from trialist.ledger.trialrecords import searches_in, trial_records
from trialist.ledger.winners import configs_of
from trialist.render.live import Display
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan
from trialist.values.searchplan import Method

if TYPE_CHECKING:
    from trialist.execute.populationloop import PopulationLoop
    from trialist.execute.searchloop import SearchLoop, Trimmer
    from trialist.execute.trialboard import TrialBoard


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How far a study got.

    Attributes:
        end: Why it ended.
        looks: The looks taken.
        failure: The first run that failed, where failures ended it.
    """

    end: LoopEnd
    looks: Looks
    failure: RunRecord | None = None


def run_phases(
    setup: LoopSetup,
    prepared: Prepared,
    settled: Collection[RunRecord],
    display: Display,
    *,
    workers: int = 1,
) -> Ran:
    """Run a study to its answer, or as far as it goes.

    Args:
        setup: What the loops work with.
        prepared: The study.
        settled: The runs that are settled already, those of trials not among them.
        display: What shows the searches.
        workers: Runs that train at the same time.
    """
    plan, folder = setup.plan, setup.folder
    if plan.search is None:
        return _judged(StudyLoop(setup, settled))
    log = searches_in(folder, plan, History(setup.log.entries))
    if not log.is_over:
        loop = _search_loop(setup, prepared, display, workers)
        end = loop.run()
        if end is not LoopEnd.ANSWERED:
            return Ran(end=end, looks=Looks(plan), failure=loop.failure)
        log = searches_in(folder, plan, History(setup.log.entries))
        history = History(setup.log.entries)
        settled = history.settled(read_records(folder, plan, history), plan.hash)
    bars = bars_in(folder, plan, History(setup.log.entries))
    from trialist.execute.schedules import fresh_segments

    fresh = FreshRuns(config=configs_of(plan, log), segments=fresh_segments(plan, log))
    return _judged(StudyLoop(setup, settled, fresh, bars))


def _judged(loop: StudyLoop) -> Ran:
    end = loop.run()
    return Ran(end=end, looks=loop.looks, failure=loop.failure)


def _search_loop(
    setup: LoopSetup, prepared: Prepared, display: Display, workers: int
) -> SearchLoop | PopulationLoop:
    from trialist.execute.searchloop import SearchLoop

    del prepared
    plan, folder = setup.plan, setup.folder
    history = History(setup.log.entries)
    found = searches_in(folder, plan, history)
    settled = history.settled(trial_records(folder, plan, history), plan.hash)
    watched = watcher_of_search(plan, display, name=folder.name, workers=workers)
    if plan.search is not None and plan.search.method is Method.PBT:
        return _population_loop(setup, found, watched)
    proposer = None
    if plan.search is not None and plan.search.method.is_adaptive:
        from trialist.execute.proposing import Samplers

        proposer = Samplers(plan, folder, found)
    return SearchLoop(
        setup,
        found,
        settled,
        proposer=proposer,
        trimmer=_trimmer(plan, found),
        outcome=_outcome(plan, folder),
        taken=taken_over(plan, folder).values(),
        watched=watched,
    )


def _population_loop(
    setup: LoopSetup,
    found: SearchLog,
    watched: Callable[[TrialBoard, Collection[RunKey]], None],
) -> PopulationLoop:
    from trialist.execute.populationloop import PopulationLoop
    from trialist.execute.proposing import Samplers

    proposer = Samplers(setup.plan, setup.folder, found)
    return PopulationLoop(setup, found, proposer=proposer, watched=watched)


def _trimmer(plan: Plan, found: SearchLog) -> Trimmer | None:
    if plan.search is None or plan.search.pruner is None:
        return None
    from trialist.execute.trimming import RungWatch

    return RungWatch(plan, found)


def _outcome(plan: Plan, folder: StudyFolder) -> Callable[[TrialBoard, Told], Told] | None:
    if plan.search is None or not plan.search.objectives:
        return None
    from trialist.execute.objectives import with_objectives

    names = tuple(plan.search.objectives)
    return lambda board, told: with_objectives(told, board, folder, names)
