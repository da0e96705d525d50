"""`trialist compare`: the same verdicts for results that somebody already has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from trialist.analysis.rawtable import RawTable
from trialist.lab.earlier import prior_from
from trialist.lab.methods import with_methods
from trialist.lab.options import VALUE, CompareOptions
from trialist.lab.result import StudyResult
from trialist.lab.source import groups_of, long_table, table_of
from trialist.render.reportdata import ReportData
from trialist.values.errors import ConfigError
from trialist.values.evidence import RunRecord
from trialist.values.judging import Mode, Variance
from trialist.values.plan import Protocol
from trialist.values.results import Results


def compare(  # noqa: PLR0913 — one keyword per option of the command
    data: Any,
    *,
    goal: str | None = None,
    metric: str | None = None,
    baseline: str | None = None,
    paired: bool = False,
    relevant: float | None = None,
    mode: str = "confirm",
    variant: str = "variant",
    seed: str = "seed",
    where: Mapping[str, str] | None = None,
    by: str | None = None,
    wide: bool = False,
    example: str | None = None,
    cluster: str | None = None,
    truth: str | None = None,
    columns: Sequence[str] = (),
    task: str | None = None,
    scale: str = "sd",
    search: str | None = None,
    phase: str | None = None,
    variance: str = "separate",
    history: Any = None,
    folds: tuple[int, int] | None = None,
    looks: Sequence[int] = (),
) -> Any:
    """Give verdicts on results that exist already.

    Nothing was registered before these results were seen, and each verdict says so.

    Args:
        data: Values by variant (`{"baseline": [0.91, 0.92], ...}`), with seeds where they are known
            (`{"baseline": {0: 0.91, 1: 0.92}, ...}`), the path of a CSV (also .gz) with a row per
            run, a DataFrame, or rows in Python below one of names.
        goal: "maximize" or "minimize"; there is no default.
        metric: The column, where there is more than one; a name for values given directly.
        baseline: What the others are compared with; default: "baseline", else the first.
        paired: True where equal seeds share their random sources in every variant, by design.
        relevant: The smallest difference worth having, in the metric's unit.
        mode: "confirm" (Holm) or "explore" (Benjamini-Hochberg).
        variant: The column that names the variant.
        seed: The column that names the seed.
        where: Only the rows in which each column has this value.
        by: The column with one comparison family per value.
        wide: True where every variant has a column of its own.
        example: The column that names the example, for per-example results.
        cluster: The column that says which examples belong together.
        truth: The column of the right answers: a cell is right where it equals it.
        columns: The variants' columns of a wide table; default: all that hold numbers.
        task: The column that names the task, for results on many tasks.
        scale: What a score is counted in before tasks are averaged: "sd" (SDs between seeds),
            "percent" of the baseline, "none", or the path of a CSV with task, low and high.
        search: The column that names the search (an independent tuning study).
        phase: The column that tells the trials of a search from fresh runs of its winner.
        variance: "separate", "pooled" (equal noise declared: Dunnett) or "history".
        history: The path of a table of earlier runs or spreads, for `variance` "history".
        folds: Examples in a test fold and in a training set, where the seeds are folds of one
            cross-validation: the variants are then compared fold by fold.
        looks: The looks that were planned, the last one the most seeds.

    Returns:
        A `StudyResult`; with `by` one per value, with `task` the tasks together.

    Raises:
        TableError: With every mistake in the table, and its line.
        ConfigError: If an option is missing or impossible.

    Example:
        >>> result = compare({"baseline": [0.90, 0.91, 0.92], "new": [0.95, 0.96, 0.97]},
        ...                  goal="maximize", metric="accuracy")
        >>> result.verdicts["new"].name.value
        'improvement'
    """
    from trialist.analysis.direct import records_of

    asked = CompareOptions(
        goal=goal,
        metric=metric,
        baseline=baseline,
        paired=paired,
        relevant=relevant,
        mode=mode,
        variant=variant,
        seed=seed,
        where=where or {},
        by=by,
        wide=wide,
        example=example,
        cluster=cluster,
        truth=truth,
        columns=tuple(columns),
        task=task,
        scale=scale,
        search=search,
        phase=phase,
        variance=variance,
        history=history,
        folds=folds,
        looks=tuple(looks),
    )
    asked.check_scale()
    if isinstance(data, Mapping):
        asked.refuse_columns()
        records = records_of(groups_of(data), paired=asked.paired)
        return compare_runs("values", records, asked.metric or VALUE, asked)
    name, table = table_of(data)
    table = table.only(asked.where)
    if asked.wide or asked.columns:
        table = long_table(table, asked)
        asked = replace(asked, metric=asked.metric or VALUE, wide=False, columns=())
    return compare_table(name, table, asked)


def compare_table(name: str, table: RawTable, asked: CompareOptions) -> Any:
    """Give the verdicts on a table in long form, as its options say what its rows are."""
    from trialist.analysis.table import runs_in

    if asked.by:
        from trialist.lab.families import compare_families

        return compare_families(name, table, asked, compare_table)
    if asked.search or asked.phase:
        from trialist.lab.searches import compare_searches

        return compare_searches(name, table, asked)
    if asked.task:
        from trialist.lab.tasks import compare_tasks

        return compare_tasks(name, table, asked, compare_runs)
    if asked.example or asked.cluster or asked.truth:
        from trialist.lab.examples import compare_examples

        return compare_examples(name, table, asked)
    found = runs_in(table, variant=asked.variant, seed=asked.seed, metric=asked.metric)
    return compare_runs(name, found.records, found.metric, asked, notes=found.notes)


def compare_runs(
    name: str,
    records: Sequence[RunRecord],
    column: str,
    asked: CompareOptions,
    *,
    notes: tuple[str, ...] = (),
) -> StudyResult:
    """Give the verdicts on runs: one value per variant and seed."""
    protocol = _protocol(records, column, asked)
    return _judged(name, protocol, records, notes)


def _protocol(records: Sequence[RunRecord], column: str, asked: CompareOptions) -> Protocol:
    from trialist.design.protocol import implied_protocol

    values = [run.value for run in records if run.value is not None]
    metric = asked.measured(column, values)
    variants = tuple(dict.fromkeys(run.variant for run in records))
    baseline = asked.baseline_of(variants)
    if (asked.paired or asked.folds) and any(run.seed is None for run in records):
        raise ConfigError(
            "a paired analysis needs a seed for every run",
            where="--paired",
            todo="name the column with --seed COLUMN, or leave --paired out",
        )
    return implied_protocol(
        metric=metric,
        variants=variants,
        baseline=baseline,
        n=_most_runs(records),
        paired=asked.paired or asked.folds is not None,
        mode=Mode(asked.mode),
        scope="these results" if asked.folds is None else "these recipes on this data set",
        folds=asked.folds,
        variance=Variance(asked.variance),
        prior=None if asked.history is None else prior_from(asked.history, metric=column),
        looks=asked.looks,
    )


def _most_runs(records: Sequence[RunRecord]) -> int:
    return max(Counter(run.variant for run in records).values())


def _judged(
    name: str, protocol: Protocol, records: Sequence[RunRecord], notes: tuple[str, ...]
) -> StudyResult:
    from trialist.analysis.evidence import evidence_at
    from trialist.decide.caveats import caveats_of_results
    from trialist.decide.rules import judge
    from trialist.decide.shortcuts import shortcuts_of
    from trialist.decide.summaries import summarize

    index = 1 + [look.n for look in protocol.looks].index(_most_runs(records))
    evidence = (evidence_at(protocol, records, look_index=index, seeds=None),)
    judgement = judge(protocol, evidence)
    summaries = summarize(protocol, judgement, evidence)
    results = Results(
        study=name,
        plan_hash=None,
        metric=protocol.metric,
        variants=summaries,
        comparisons=judgement.verdicts,
        caveats=(
            *notes,
            *caveats_of_results(protocol, judgement.verdicts, summaries, n_looks=index),
        ),
        finished=not judgement.open,
    )
    data = ReportData(results=results, protocol=protocol, runs=tuple(records))

    @cache
    def complete() -> ReportData:
        return replace(
            data,
            results=with_methods(results, protocol, evidence),
            shortcuts=shortcuts_of(protocol, summaries),
        )

    return StudyResult(data=data, is_table=True, complete=complete)
