"""An existing Optuna study as a table of trials, for `trialist analyze`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from trialist.values.errors import ConfigError, near
from trialist.values.events import RunStatus
from trialist.values.metric import Metric
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm

SAMPLERS = {
    "random": "RandomSampler",
    "qmc": "QMCSampler",
    "grid": "GridSampler",
    "tpe": "TPESampler",
    "gp": "GPSampler",
    "cma_es": "CmaEsSampler",
    "nsga_ii": "NSGAIISampler",
}
"""Optuna's samplers as `--sampler` names them."""


class Asked(Protocol):
    """What `trialist analyze` was asked for, as far as it matters here."""

    @property
    def metric(self) -> str | None:
        """The objective that trials are chosen by."""
        ...

    @property
    def adaptive(self) -> bool:
        """True where trials were proposed with an eye on earlier values."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OptunaTrials:
    """What an Optuna study holds.

    Attributes:
        name: The study's name.
        table: Its trials.
        points: The values that trials reported while they ran, by the trial's name: the steps,
            and the value at each.
        notes: What was assumed, as sentences.
    """

    name: str
    table: SearchTable
    points: Mapping[str, tuple[tuple[int, ...], tuple[float, ...]]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_optuna(
    source: Any, *, metric: str | None = None, sampler: str | None = None
) -> OptunaTrials:
    """Read an Optuna study; nothing is written to it.

    Args:
        source: An `optuna.Study`, the URL of a storage, or the path of an SQLite file or of a
            JournalStorage file; `#NAME` behind it names the study where there are several.
        metric: The objective that trials are judged by; None: the first.
        sampler: How the trials were proposed: random, qmc, grid, tpe, gp, cma_es or nsga_ii. A
            storage does not say; None: adaptive, but for what left the traces of a grid or of a
            Sobol sequence.

    Raises:
        LedgerError: If there is no such storage or study.
        ConfigError: If it has no such objective, or has no trials.
    """
    from trialist.lab.optunastorage import open_study
    from trialist.search.optunatrials import objectives_of, parameters_of, trials_of

    study = open_study(source) if isinstance(source, str | Path) else source
    objectives = objectives_of(study)
    names = [one.name for one in objectives]
    chosen = metric or names[0]
    if chosen not in names:
        message = f"the study has no objective {chosen!r}"
        raise ConfigError(message, where=study.study_name, todo=near(chosen, names))
    goal = objectives[names.index(chosen)]
    known = _sampler(sampler, study, is_given=not isinstance(source, str | Path))
    judged = Metric(name=chosen, goal=goal.goal)
    trials = tuple(trials_of(study, goal.place, sampler=known))
    if not trials:
        raise ConfigError("the study has no trials yet", where=study.study_name,
                          todo="run it with Optuna first")  # fmt: skip
    begun = [one for one in study.get_trials(deepcopy=False) if one.params]
    parameters, notes = parameters_of(begun)
    arm = Arm(variant=study.study_name, parameters=parameters)
    table = SearchTable(
        metric=judged.seen([one.value for one in trials if one.value is not None]),
        arms=(arm,),
        trials=trials,
        max_steps=_budget(trials),
    )
    notes = (*_choice(names, chosen), *notes, *_evenness(trials, known))
    return OptunaTrials(name=study.study_name, table=table, points=_points(study), notes=notes)


def optuna_table(source: Any, asked: Asked) -> tuple[str, SearchTable, tuple[str, ...]]:
    """Give an Optuna study's name, its trials, and what was assumed."""
    sampler = getattr(asked, "sampler", None) or ("tpe" if asked.adaptive else None)
    found = read_optuna(source, metric=asked.metric, sampler=sampler)
    return found.name, found.table, found.notes


def _sampler(given: str | None, study: Any, *, is_given: bool) -> str | None:
    """Give the class of the sampler; a study that was opened here has a default, not its own."""
    if given is None:
        return type(study.sampler).__name__ if is_given else None
    if given not in SAMPLERS:
        message = f"sampler is {given!r}"
        raise ConfigError(message, where="--sampler", todo=near(given, [*SAMPLERS]))
    return SAMPLERS[given]


def _budget(trials: tuple[SearchTrial, ...]) -> int | None:
    """Give the steps of a whole trial; None where complete ones differ in it, or report none."""
    ends = {one.steps for one in trials if one.status is RunStatus.FINISHED}
    return ends.pop() if len(ends) == 1 else None


def _points(study: Any) -> dict[str, tuple[tuple[int, ...], tuple[float, ...]]]:
    found = {}
    for trial in study.get_trials(deepcopy=False):
        reported = sorted(trial.intermediate_values.items())
        if reported:
            steps, values = zip(*reported, strict=True)
            found[f"trial {trial.number}"] = (tuple(steps), tuple(map(float, values)))
    return found


def _choice(names: list[str], chosen: str) -> tuple[str, ...]:
    if len(names) == 1:
        return ()
    others = ", ".join(name for name in names if name != chosen)
    return (f"The study has several objectives; judged is {chosen}, beside it {others}.",)


def _evenness(trials: tuple[SearchTrial, ...], sampler: str | None) -> tuple[str, ...]:
    if sampler is not None or not any(one.adaptive for one in trials):
        return ()
    said = "A storage does not say which sampler chose the trials: they are taken as adaptive"
    return (f"{said}, so no ends of ranges are judged; --sampler random says otherwise.",)
