"""What an analysis of searches is made of: the trials, what the checks say, what is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from trialist.analysis.batchrates import RatesByBatch
from trialist.analysis.batchsizes import BatchStudy
from trialist.analysis.stepstotarget import Fastest
from trialist.render.populationdata import Population
from trialist.render.reportdata import Curve
from trialist.values.axisplot import AxisPlot, ParallelPlot
from trialist.values.budgetcurve import BudgetCurve
from trialist.values.events import RunStatus
from trialist.values.importance import Importances, RankCorrelation
from trialist.values.interaction import Interaction
from trialist.values.isolation import Isolation
from trialist.values.playbook import Check, Level
from trialist.values.searches import Searches
from trialist.values.searchplan import SearchPlan
from trialist.values.searchtable import SearchTable, SearchTrial

FORMAT = 1

QUIET = (Level.OK, Level.NOTE, Level.UNDECIDED)
"""What a check says where there is nothing to be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisData:
    """Everything that an analysis says.

    Attributes:
        name: The study, or the table.
        table: The trials of the searches.
        checks: What the playbook's checks say, the most important first.
        question: What the study asked; may be empty.
        search: What the plan says of its searches; None for a table from elsewhere.
        expected: The expected best of m trials of each variant; None where nothing was computed.
        isolations: The isolation plots, the variants first.
        axes: Every trial along each parameter.
        parallels: Every trial through all parameters, per variant.
        budgets: What the last doubling of the trials brought, per variant.
        interactions: Which pairs of parameters depend on each other.
        importances: How much the parameters of each variant mattered.
        correlations: Whether results rise or fall with each parameter.
        populations: What the populations of a population based training did.
        fronts: Of a search with several goals the trials that none beats in all, per variant.
        curves: What the best trials logged by steps.
        rates: The best learning rate at each batch size; None where nobody asked.
        steps: Steps to the target at each batch size; None where nobody asked.
        targets: How fast each variant reached the target; empty where nobody asked.
        target: The target; None where nobody asked.
        notes: What was assumed when the trials were read, as sentences.
        finished: False while trials are still to come.
        study: The study's name in the store; None for a table.
    """

    name: str
    table: SearchTable
    checks: tuple[Check, ...]
    question: str = ""
    search: SearchPlan | None = None
    expected: Searches | None = None
    isolations: tuple[Isolation, ...] = ()
    axes: tuple[AxisPlot, ...] = ()
    parallels: tuple[ParallelPlot, ...] = ()
    budgets: tuple[BudgetCurve, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    importances: tuple[Importances, ...] = ()
    correlations: tuple[RankCorrelation, ...] = ()
    populations: tuple[Population, ...] = ()
    fronts: Mapping[str, tuple[SearchTrial, ...]] = field(default_factory=dict)
    curves: tuple[Curve, ...] = ()
    rates: RatesByBatch | None = None
    steps: BatchStudy | None = None
    targets: Mapping[str, Fastest] = field(default_factory=dict)
    target: float | None = None
    notes: tuple[str, ...] = ()
    finished: bool = True
    study: str | None = None

    @property
    def loud(self) -> tuple[Check, ...]:
        """The checks that found something to be done, the most important first."""
        return tuple(check for check in self.checks if check.level not in QUIET)

    @property
    def variants(self) -> tuple[str, ...]:
        """The variants that were searched, in order."""
        return tuple(arm.variant for arm in self.table.arms if arm.parameters)

    def to_dict(self) -> dict[str, Any]:
        """Give the content of analysis.json."""
        table = self.table
        return {
            "format": FORMAT,
            "name": self.name,
            "study": self.study,
            "question": self.question,
            "metric": {"name": table.metric.name, "goal": table.metric.goal.value},
            "finished": self.finished,
            "variants": [self._variant(name) for name in self.variants],
            "noise": table.noise,
            "n_noise": table.n_noise,
            "max_steps": table.max_steps,
            "checks": [check.to_dict() for check in self.checks],
            "blocked": [check.sentence for check in self.checks if check.blocks],
            "isolations": [_isolated(plot) for plot in self.isolations],
            "budgets": [curve.to_dict() for curve in self.budgets],
            "importances": [one.to_dict() for one in self.importances],
            "rank_correlations": [one.to_dict() for one in self.correlations],
            "interactions": [one.to_dict() for one in self.interactions],
            "expected_best": None
            if self.expected is None
            else [curve.to_dict() for curve in self.expected.curves],
            **self._asked_for(),
            "notes": list(self.notes),
            "trials": [_trial(one) for one in table.trials],
        }

    def _asked_for(self) -> dict[str, Any]:
        """Give what is there only where a search or a person asked for it."""
        found: dict[str, Any] = {}
        if self.fronts:
            found["fronts"] = {
                name: [_goals(one) for one in trials] for name, trials in self.fronts.items()
            }
        if self.rates is not None:
            found["rates_by_batch"] = [asdict(row) for row in self.rates.rows]
        if self.target is not None:
            found["target"] = self.target
            found["steps_to_target"] = {name: asdict(one) for name, one in self.targets.items()}
        if self.steps is not None:
            found["steps_by_batch"] = self.steps.sentence
        return found

    def _variant(self, name: str) -> dict[str, Any]:
        tally = tally_of(self.table, name)
        best = tally.best
        return {
            "variant": name,
            "trials": tally.n,
            "searches": tally.n_searches,
            "counts": {status.value: n for status, n in tally.counts.items()},
            "parameters": [one.to_dict() for one in self.table.arm(name).parameters],
            # the best of many: chosen, and therefore too good
            "search_best": None
            if best is None
            else {"trial": best.name, "value": best.value, "params": dict(best.params)},
        }


def _isolated(plot: Isolation) -> dict[str, Any]:
    """Give an isolation plot without its trials, which are told once for all."""
    told = plot.to_dict()
    return {name: told[name] for name in told if name not in ("dots", "lines")}


def _goals(trial: SearchTrial) -> dict[str, Any]:
    return {"trial": trial.name, "value": trial.value, "objectives": dict(trial.objectives)}


def _trial(trial: SearchTrial) -> dict[str, Any]:
    return {
        "trial": trial.name,
        "variant": trial.variant,
        "search": trial.search,
        "number": trial.number,
        "params": dict(trial.params),
        "status": trial.status.value,
        "value": trial.value,
        "adaptive": trial.adaptive,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How the trials of one variant went.

    Attributes:
        n: Trials.
        n_searches: Independent searches.
        counts: Trials by how they ended.
        best: The best trial by the value that the search chooses by; None where there is none.
    """

    n: int
    n_searches: int
    counts: dict[RunStatus, int]
    best: SearchTrial | None


def tally_of(table: SearchTable, variant: str) -> Tally:
    """Count the trials of one variant."""
    trials = table.of(variant)
    sign = table.metric.goal.sign
    known = [trial for trial in trials if trial.value is not None]
    return Tally(
        n=len(trials),
        n_searches=len({trial.search for trial in trials}),
        counts=dict(Counter(trial.status for trial in trials)),
        best=max(known, key=lambda trial: sign * (trial.value or 0.0), default=None),
    )
