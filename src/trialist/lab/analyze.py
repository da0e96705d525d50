"""`trialist analyze`: the playbook's checks on the trials of searches, wherever these ran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trialist.analysis.trials import TrialRecord, TrialTable
from trialist.lab.textreport import TextReport
from trialist.lab.trialsource import TrialOptions, TrialSource, trials_from
from trialist.render.analysisdata import AnalysisData
from trialist.render.style import TextStyle
from trialist.values.errors import ConfigError, near
from trialist.values.events import RunStatus
from trialist.values.importance import RankCorrelation
from trialist.values.interaction import Interaction
from trialist.values.isolation import Isolation
from trialist.values.playbook import Check
from trialist.values.searches import Claim, Searches
from trialist.values.searchtable import SearchTable, SearchTrial

_LEVEL = 0.95
_MOST_ISOLATED = 8
_SEED = 20_261_121  # fixed, so that an analysis is the same on every repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis(TextReport):
    """What the trials of searches say about the space, the budget and the comparison.

    Attributes:
        data: Everything that is shown.
        folder: The study's folder; None for a table.
    """

    data: AnalysisData
    folder: Path | None = None

    @property
    def checks(self) -> tuple[Check, ...]:
        """What the checks say, the most important first."""
        return self.data.checks

    @property
    def table(self) -> SearchTable:
        """The trials."""
        return self.data.table

    @property
    def is_comparable(self) -> bool:
        """True where no check says that the variants cannot be compared."""
        return not any(check.blocks for check in self.data.checks)

    @property
    def is_clean(self) -> bool:
        """True where no check found anything to be done."""
        return not self.data.loud

    def to_dict(self) -> dict[str, Any]:
        """Give exactly the content of analysis.json."""
        return self.data.to_dict()

    def report(self, folder: str | Path | None = None) -> Path:
        """Write analysis.json, analysis.html and the figures.

        Args:
            folder: Where; None: the study's folder, for a table this one.

        Returns:
            The page's path.
        """
        from trialist.render.analysispage import write_analysis

        place = Path(folder or self.folder or ".")
        place.mkdir(parents=True, exist_ok=True)
        return write_analysis(place, self.data)

    def _drawn(self, style: TextStyle, *, quiet: bool) -> str:
        from trialist.render.analysistext import analysis_text

        return analysis_text(self.data, style=style, quiet=quiet)


def analyze(  # noqa: PLR0913 — one keyword per option of the command
    source: Any = None,
    *,
    metric: str | None = None,
    goal: str | None = None,
    params: Sequence[str] = (),
    variant: str | None = None,
    search: str | None = None,
    phase: str | None = None,
    seed: str | None = None,
    where: Mapping[str, str] | None = None,
    sampler: str | None = None,
    target: float | None = None,
    batch_size: str | None = None,
    store: str | Path = "experiments",
) -> Analysis:
    """Check what searches found: the ends of ranges, the number of trials, what diverged, curves.

    Nothing is written; `report` of the answer writes the page.

    Args:
        source: A study's name (None: the newest), the path of a table with a row per trial (CSV,
            Parquet), a DataFrame, or an Optuna study.
        metric: The column that trials are chosen by, where there is more than one.
        goal: "maximize" or "minimize"; of a study it is known.
        params: The parameters with what was searched: "lr:1e-5:0.1:log", "optimizer:choice".
        variant: The column that tells variants apart; default: "variant", where there is one.
        search: The column that names the replicate of the search.
        phase: The column that tells trials from fresh runs of a winner.
        seed: The column that names the seed.
        where: Only the rows in which each column has this value.
        sampler: How trials were proposed: random, qmc, grid (evenly), tpe, gp, cma_es, nsga_ii.
        target: A value of the metric: how many steps each variant takes to get there.
        batch_size: The parameter that is the batch size.
        store: The folder of all studies.

    Returns:
        An `Analysis`; `str` of it is the text.

    Raises:
        TableError: With every mistake in a table, and its line.
        ConfigError: If an option is missing or impossible.
        LedgerError: If there is no such study, or it searched nothing.
    """
    asked = TrialOptions(
        metric=metric,
        goal=goal,
        params=tuple(params),
        variant=variant,
        search=search,
        phase=phase,
        seed=seed,
        where=where or {},
        sampler=sampler,
        store=store,
    )
    found = trials_from(source, asked)
    data = _analyzed(found)
    return Analysis(data=_asked(data, found, target, batch_size), folder=found.folder)


def _asked(
    data: AnalysisData, found: TrialSource, target: float | None, batch_size: str | None
) -> AnalysisData:
    """Add what is there only where somebody asks: a target, a batch size."""
    from trialist.analysis.batchrates import rates_by_batch
    from trialist.analysis.stepstotarget import fastest_to, steps_by_batch

    if target is not None and not found.curves:
        todo = "wait until a trial has ended" if found.folder else "analyze a study of the store"
        raise ConfigError(
            f"{found.name} has no curves, so nobody knows when a trial reached {target:g}",
            where="--target",
            todo=f"leave it out, or {todo}: its runs log the metric by steps",
        )
    if batch_size is not None:
        _check_key(found, batch_size)
        data = replace(data, rates=rates_by_batch(found.table, batch=batch_size))
        if target is not None:
            steps = steps_by_batch(found.table, found.curves, batch=batch_size, target=target)
            data = replace(data, steps=steps)
    if target is None:
        return data
    of = {name: [one for one in found.curves if one.variant == name] for name in data.variants}
    targets = {name: fastest_to(curves, target=target) for name, curves in of.items()}
    return replace(data, target=target, targets=targets)


def _check_key(found: TrialSource, key: str) -> None:
    arms = found.table.arms
    names = {one.name: None for arm in arms for one in arm.parameters}
    names |= dict.fromkeys(name for arm in arms for name in arm.given)
    if key not in names:
        raise ConfigError(
            f"'{key}' is no parameter of {found.name}",
            where="--batch-size",
            todo=near(key, list(names)),
        )


def _analyzed(found: TrialSource) -> AnalysisData:
    from trialist.analysis.axes import axis_plots, parallel_plots
    from trialist.analysis.budgetcurves import budget_curves
    from trialist.analysis.interactions import interaction_checks
    from trialist.analysis.playbook import checks_of
    from trialist.lab.importances import importances_in, needless_in
    from trialist.lab.trialcurves import pictured

    table = found.table
    pairs = _interactions(table)
    told = importances_in(table)
    further = (*interaction_checks(pairs), *needless_in(table, told))
    checks = checks_of(table, curves=_curve_checks(found), further=further)
    return AnalysisData(
        name=found.name,
        question=found.question,
        table=table,
        checks=checks,
        search=found.search,
        expected=_expected(table),
        isolations=_isolations(found),
        axes=axis_plots(table, checks),
        parallels=parallel_plots(table),
        budgets=budget_curves(table),
        interactions=pairs,
        importances=told,
        correlations=_correlations(table),
        populations=found.populations,
        fronts=_fronts(table),
        curves=pictured(found.curves),
        notes=found.notes,
        finished=found.finished,
        study=None if found.folder is None else found.name,
    )


def _curve_checks(found: TrialSource) -> tuple[Check, ...]:
    from trialist.analysis.trainingcurves import checks_of_curves

    return checks_of_curves(found.table, found.curves) if found.curves else ()


def _expected(table: SearchTable) -> Searches | None:
    """Give the expected best of m trials; None where every trial was proposed adaptively."""
    from trialist.analysis.bestcurves import curves_of

    if all(trial.adaptive for trial in table.trials):
        return None
    curves = curves_of(_records(table), table.metric.goal, level=_LEVEL)
    return Searches(claim=Claim.NOTHING, level=_LEVEL, searches=(), curves=curves)


def _records(table: SearchTable) -> TrialTable:
    ended = [trial for trial in table.trials if trial.status is not RunStatus.RUNNING]
    return TrialTable(
        metric=table.metric.name,
        records=tuple(
            TrialRecord(
                variant=trial.variant,
                search=str(trial.search),
                trial=str(trial.number),
                seed=None,
                is_fresh=False,
                status=trial.status,
                value=trial.value,
            )
            for trial in ended
        ),
    )


def _interactions(table: SearchTable) -> tuple[Interaction, ...]:
    import numpy as np

    from trialist.analysis.interactions import interactions_of

    return interactions_of(table, rng=np.random.default_rng(_SEED))


def _correlations(table: SearchTable) -> tuple[RankCorrelation, ...]:
    from trialist.search.rankcorrelation import rank_correlations

    searched = [arm.variant for arm in table.arms if arm.parameters]
    return tuple(one for name in searched for one in rank_correlations(table, name))


def _fronts(table: SearchTable) -> dict[str, tuple[SearchTrial, ...]]:
    """Give the trials of each variant that none beats in all goals; nothing where it is one."""
    if not table.objectives:
        return {}
    from trialist.search.pareto import front

    goals, found = (table.metric.goal, *table.objectives.values()), {}
    for arm in table.arms:
        rows = [(one, _in_all(one, table)) for one in table.of(arm.variant)]
        known = [(one, row) for one, row in rows if row is not None]
        best = [known[place][0] for place in front([row for _, row in known], goals)]
        if best:
            sign = table.metric.goal.sign
            found[arm.variant] = tuple(sorted(best, key=lambda one: -sign * (one.value or 0.0)))
    return found


def _in_all(trial: SearchTrial, table: SearchTable) -> tuple[float, ...] | None:
    if trial.value is None or any(name not in trial.objectives for name in table.objectives):
        return None
    return (trial.value, *(trial.objectives[name] for name in table.objectives))


def _isolations(found: TrialSource) -> tuple[Isolation, ...]:
    """Give the plots that a round asks for; of one search whose roles nobody has said, all."""
    from trialist.analysis.isolation import isolation_of, isolations
    from trialist.stats.draws import SharedDraws

    table, rng = found.table, SharedDraws()
    plots = isolations(table, rng=rng)
    if plots or found.search is not None:
        return plots
    return tuple(
        isolation_of(table, arm.variant, parameter, rng=rng)
        for arm in table.arms
        for parameter in arm.parameters[:_MOST_ISOLATED]
    )
