"""The table of a study's trials, read from its store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from trialist.ledger.attempts import read_records
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.runcurves import attempt_of
from trialist.ledger.searchlog import SearchLog
from trialist.ledger.trialrecords import searches_in, trial_records
from trialist.values.errors import LedgerError
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.metric import Goal
from trialist.values.plan import Plan
from trialist.values.searchplan import PlannedTrial, SearchPlan, Tuned
from trialist.values.searchtable import SearchTable, SearchTrial

_STEPS = "max_train_steps"
_SCHEDULES = ("schedule", "lr_schedule", "scheduler")
_CONSTANT = ("constant", "none", "no")

Runs = Mapping[tuple[str, int | None], RunRecord]


def table_of(
    folder: StudyFolder, plan: Plan, history: History, *, with_fresh: bool = True
) -> SearchTable:
    """Give the trials of a study that have begun, as they went so far.

    The noise between runs of one configuration is measured where trials have several seeds, and
    where the winners of a configuration claim were run again.

    Args:
        folder: The study's folder.
        plan: Its plan.
        history: What its log says.
        with_fresh: False leaves the winners' fresh runs out of the noise: how many there are beyond
            the deciding look depends on timing, so nothing that is judged may rest on them.

    Raises:
        LedgerError: If the study has no search.
    """
    search = plan.search
    if search is None:
        raise LedgerError(
            f"{folder.name} searched nothing: its variants were run as they are",
            where=str(folder.root),
            todo="a study that tunes its variants has a `space:` in its file",
        )
    log = searches_in(folder, plan, history)
    runs = {(one.variant, one.seed): one for one in trial_records(folder, plan, history)}
    trials = tuple(
        _trial(trial, runs, log, adaptive=search.method.is_adaptive)
        for trial in sorted(log.trials.values(), key=lambda one: _place(one, search))
        if trial.key in log.told or any((trial.name, seed) in runs for seed in trial.seeds)
    )
    fresh = read_records(folder, plan, history) if with_fresh else ()
    noise, n_noise = _noise(trials, search, fresh)
    return SearchTable(
        metric=plan.metric.seen([one.value for one in trials if one.value is not None]),
        arms=search.arms,
        trials=trials,
        noise=noise,
        n_noise=n_noise,
        max_steps=_max_steps(plan),
        schedule=schedule_of(plan.variants[0].config),
        objectives={name: Goal(way) for name, way in search.objectives.items()},
    )


def schedule_of(config: Mapping[str, object]) -> str:
    """Give what a configuration says of the learning rate: constant, decay or unknown."""
    said = next((str(config[key]).lower() for key in _SCHEDULES if config.get(key)), None)
    if said is None:
        return "unknown"
    return "constant" if said in _CONSTANT else "decay"


def _place(trial: PlannedTrial, search: SearchPlan) -> tuple[int, int, int]:
    names = [arm.variant for arm in search.arms]
    return names.index(trial.variant), trial.search, trial.number


def _trial(trial: PlannedTrial, runs: Runs, log: SearchLog, *, adaptive: bool) -> SearchTrial:
    own = [runs[key] for seed in trial.seeds if (key := (trial.name, seed)) in runs]
    told = log.told.get(trial.key)
    cut = next((one for one in log.rungs if one.key == trial.key and one.is_cut), None)
    seconds = [one.seconds for one in own if one.seconds is not None]
    steps = [one.last_step for one in own if one.last_step is not None]
    return SearchTrial(
        variant=trial.variant,
        search=trial.search,
        number=trial.number,
        name=trial.name,
        params=trial.params,
        status=RunStatus.RUNNING if told is None else told.status,
        value=None if told is None else told.value,
        values=() if told is None else told.values,
        seeds=trial.seeds,
        adaptive=adaptive,
        steps=max(steps, default=None),
        seconds=sum(seconds) if seconds else None,
        rung=None if cut is None else cut.rung,
        objectives={} if told is None else told.objectives,
        source=trial.source,
        run=next((attempt_of(one.journal) for one in own if one.journal), None),
    )


def _noise(
    trials: Iterable[SearchTrial], search: SearchPlan, fresh: Iterable[RunRecord]
) -> tuple[float | None, int]:
    groups = [trial.values for trial in trials if len(trial.values) > 1]
    if search.tuned is Tuned.CONFIGURATION:
        names = Counter(one.variant for one in fresh)
        found = [one for one in fresh if one.value is not None]
        groups += [
            tuple(one.value for one in found if one.variant == name and one.value is not None)
            for name in names
        ]
    return _pooled([group for group in groups if len(group) > 1])


def _pooled(groups: Sequence[Sequence[float]]) -> tuple[float | None, int]:
    from trialist.stats.spread import sd_of

    df = sum(len(group) - 1 for group in groups)
    if not df:
        return None, 0
    squares = sum((len(group) - 1) * sd_of(group) ** 2 for group in groups)
    return float((squares / df) ** 0.5), df


def _max_steps(plan: Plan) -> int | None:
    found = {variant.config.get(_STEPS) for variant in plan.variants}
    steps = found.pop() if len(found) == 1 else None
    return steps if isinstance(steps, int) and not isinstance(steps, bool) else None
