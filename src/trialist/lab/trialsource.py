"""Where the trials that are analyzed come from: a study of the store, another tool's, a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialist.lab.options import CompareOptions
from trialist.lab.source import table_of as raw_table_of
from trialist.render.populationdata import Population
from trialist.values.errors import ConfigError, near
from trialist.values.searchplan import SearchPlan
from trialist.values.searchtable import SearchTable
from trialist.values.trialcurve import TrialCurve

_EVENLY = (
    "Taken as sampled evenly: --sampler says whether it was (random, qmc, grid), or whether it "
    "followed earlier values (tpe, gp, cma_es, nsga_ii)."
)

_EVEN = ("random", "qmc", "grid")
_ADAPTIVE = ("tpe", "gp", "cma_es", "nsga_ii")
_URL = re.compile(r"[a-z+]+:/{2,}")
_FILES = (".csv", ".gz", ".tsv", ".txt", ".parquet")
_STUDIES = (".yaml", ".yml")
_JOURNALS = (".log", ".journal", ".db", ".sqlite", ".sqlite3")
_SQLITE = b"SQLite format 3\0"
_JOURNAL = b'{"op_code"'


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialOptions:
    """What was asked for: one field per option of `trialist analyze` that is about the trials.

    Attributes:
        metric: The column that trials are chosen by.
        goal: "maximize" or "minimize"; of a study it is known.
        params: The parameters, as `analysis.declared` reads them.
        variant: The column that tells variants apart.
        search: The column that names the replicate of the search.
        phase: The column that tells trials from fresh runs.
        seed: The column that names the seed.
        where: Only the rows in which each column has this value.
        sampler: How trials were proposed: random, qmc, grid, tpe, gp, cma_es or nsga_ii; None:
            of a table, evenly; of an Optuna study, as it tells.
        store: The folder of all studies.
    """

    metric: str | None = None
    goal: str | None = None
    params: Sequence[str] = ()
    variant: str | None = None
    search: str | None = None
    phase: str | None = None
    seed: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    sampler: str | None = None
    store: str | Path = "experiments"

    def __post_init__(self) -> None:
        if self.sampler not in (None, *_EVEN, *_ADAPTIVE):
            raise ConfigError(
                f"sampler is {self.sampler!r}",
                where="--sampler",
                todo=near(str(self.sampler), (*_EVEN, *_ADAPTIVE)),
            )

    @property
    def adaptive(self) -> bool:
        """True where trials were proposed with an eye on earlier values."""
        return self.sampler in _ADAPTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSource:
    """The trials, and what is known around them.

    Attributes:
        name: What they are called.
        table: The trials.
        question: What the study asked; may be empty.
        search: What the plan says of its searches; None where there is no plan.
        curves: What the runs of the trials logged by steps; empty for a table.
        populations: What its populations did, where it was searched by some.
        notes: What was assumed, as sentences.
        finished: False while trials are still to come.
        folder: The study's folder; None where there is none.
    """

    name: str
    table: SearchTable
    question: str = ""
    search: SearchPlan | None = None
    curves: tuple[TrialCurve, ...] = ()
    populations: tuple[Population, ...] = ()
    notes: tuple[str, ...] = ()
    finished: bool = True
    folder: Path | None = None


def trials_from(source: Any, asked: TrialOptions) -> TrialSource:
    """Find the trials.

    Args:
        source: A study's name (None: the newest), the path of a table (CSV, Parquet), a DataFrame
            or rows in Python, an Optuna storage or study, or a `SearchTable`.
        asked: The options.

    Raises:
        TableError: With every mistake in a table, and its line.
        ConfigError: If an option is missing or impossible.
        LedgerError: If there is no such study.
    """
    if isinstance(source, SearchTable):
        return TrialSource(name="table", table=source)
    if source is None or _is_study(source):
        return _of_study(None if source is None else str(source), asked)
    if _is_optuna(source):
        return _of_optuna(source, asked)
    return _of_table(source, asked)


def _is_study(source: Any) -> bool:
    if not isinstance(source, str | Path) or _is_optuna(source):
        return False
    path = Path(source)
    if path.suffix.lower() in _STUDIES:
        return True
    return not (path.is_file() or path.suffix.lower() in _FILES)


def _is_optuna(source: Any) -> bool:
    if not isinstance(source, str | Path):
        return hasattr(source, "trials") and hasattr(source, "directions")
    place = str(source).partition("#")[0]
    if _URL.match(place):
        return True
    path = Path(place)
    if not path.is_file():
        return path.suffix.lower() in _JOURNALS
    with path.open("rb") as file:
        return file.read(len(_SQLITE)).startswith((_SQLITE, _JOURNAL))


def _of_study(name: str | None, asked: TrialOptions) -> TrialSource:
    from trialist.lab.cuts import cuts_in_words
    from trialist.lab.populations import populations_of
    from trialist.lab.registration import history_of
    from trialist.lab.searchtable import table_of
    from trialist.lab.trialcurves import curves_of_trials
    from trialist.ledger.lineage import registered_plan
    from trialist.ledger.store import Store
    from trialist.ledger.trialrecords import searches_in

    folder = Store.indexed(Path(asked.store)).find(_study_name(name))
    history = history_of(folder)
    plan = registered_plan(folder, history)
    table = table_of(folder, plan, history)
    log = searches_in(folder, plan, history)
    return TrialSource(
        name=folder.name,
        table=table,
        question=plan.question,
        search=plan.search,
        curves=curves_of_trials(folder, table),
        populations=populations_of(plan, log, table),
        notes=cuts_in_words(plan, log),
        finished=log.is_over,
        folder=folder.root,
    )


def _study_name(name: str | None) -> str | None:
    """Give the study's name; its folder, or its file, may be given too."""
    if name is None:
        return None
    if Path(name).suffix.lower() in _STUDIES:
        from trialist.lab.study import load_study

        return load_study(name).name
    return Path(name).name


def _of_optuna(source: Any, asked: TrialOptions) -> TrialSource:
    from trialist.analysis.trialcurves import curve_of, with_best
    from trialist.lab.optunastudy import read_optuna

    found = read_optuna(source, metric=asked.metric, sampler=asked.sampler)
    metric, curves = found.table.metric, []
    for trial in found.table.trials:
        points = found.points.get(trial.name)
        told = None if points is None else {metric.name: points}
        curve = told and curve_of(trial, told, metric=metric, max_steps=found.table.max_steps)
        curves += [curve] if curve else []
    return TrialSource(
        name=found.name,
        table=found.table,
        curves=with_best(curves, found.table),
        notes=found.notes,
    )


def _of_table(source: Any, asked: TrialOptions) -> TrialSource:
    from trialist.analysis.declared import declared
    from trialist.analysis.searchcolumns import SearchWanted
    from trialist.analysis.searchreading import read_trials, search_table

    name, raw = raw_table_of(source)
    wanted = SearchWanted(
        metric=asked.metric,
        variant=asked.variant,
        search=asked.search,
        phase=asked.phase,
        seed=asked.seed,
        params=tuple(map(declared, asked.params)),
    )
    read = read_trials(raw.only(asked.where), wanted)
    metric = CompareOptions(goal=asked.goal).measured(read.metric, read.values)
    table, notes = search_table(read, metric, adaptive=asked.adaptive)
    return TrialSource(name=name, table=table, notes=(*read.notes, *notes, *_evenly(asked)))


def _evenly(asked: TrialOptions) -> tuple[str, ...]:
    return (_EVENLY,) if asked.sampler is None else ()
