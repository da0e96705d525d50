"""`trialist compare --search --phase`: verdicts on tuned variants, from a table of trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from trialist.analysis.rawtable import RawTable
from trialist.lab.methods import with_methods
from trialist.lab.options import CompareOptions
from trialist.lab.result import StudyResult
from trialist.render.reportdata import ReportData
from trialist.values.errors import ConfigError, Mistake
from trialist.values.evidence import RunRecord
from trialist.values.judging import Mode, Variance
from trialist.values.metric import Metric
from trialist.values.plan import Protocol
from trialist.values.results import Results
from trialist.values.searches import Claim, Searches, SearchSummary

_LEVEL = 0.95
_MEANINGLESS = {
    "looks": "they are judged once",
    "folds": "they are no folds of one data set",
    "task": "a row is a trial",
    "example": "a row is a trial",
}


def compare_searches(name: str, table: RawTable, asked: CompareOptions) -> StudyResult:
    """Give verdicts on what was tuned: on configurations, or on recipes with their tuning.

    Args:
        name: The table's name.
        table: A row per trial of a search, and per fresh run of a search's winner.
        asked: The options; `search` and `phase` name the columns.

    Raises:
        TableError: With every mistake in the table, and its line.
        ConfigError: If an option is missing or impossible.
    """
    from trialist.analysis.bestcurves import curves_of
    from trialist.analysis.columns import Wanted
    from trialist.analysis.searches import searches_of
    from trialist.analysis.trialcolumns import TrialWanted
    from trialist.analysis.trials import trials_in
    from trialist.decide.recipes import claim_of

    _refuse(asked)
    columns = Wanted(variant=asked.variant, seed=asked.seed, metric=asked.metric)
    wanted = TrialWanted(columns=columns, search=asked.search, phase=asked.phase)
    trials = trials_in(table, wanted=wanted)
    values = [record.value for record in trials.records if record.value is not None]
    metric = asked.measured(trials.metric, values)
    searches = searches_of(trials, metric.goal)
    found = Searches(
        claim=Claim.NOTHING,
        level=_LEVEL,
        searches=searches,
        curves=curves_of(trials, metric.goal, level=_LEVEL),
    )
    found = replace(found, claim=claim_of(found.by_variant))
    return _judged(name, found, metric, asked, notes=trials.notes)


def _judged(
    name: str, found: Searches, metric: Metric, asked: CompareOptions, *, notes: tuple[str, ...]
) -> StudyResult:
    from trialist.analysis.evidence import evidence_at
    from trialist.decide.caveats import caveats_of_results
    from trialist.decide.recipes import bars_of
    from trialist.decide.rules import judge
    from trialist.decide.searchwords import caveats_of_searches, told
    from trialist.decide.summaries import summarize

    groups, claim = found.by_variant, found.claim
    baseline = asked.baseline_of(tuple(groups))
    bars = bars_of(groups, baseline=baseline, claim=claim, goal=metric.goal)
    judged = [one for one in groups if one not in bars]
    records = _records(groups, claim, judged if len(judged) > 1 else [])
    protocol = _protocol(metric, records, tuple(groups), claim, replace(asked, baseline=baseline))
    evidence = (evidence_at(protocol, records, look_index=1, seeds=None),)
    judgement = judge(protocol, evidence)
    verdicts = told(judgement.verdicts, groups, claim=claim, bars=bars, metric=metric)
    summaries = summarize(protocol, judgement, evidence)
    results = Results(
        study=name,
        plan_hash=None,
        metric=metric,
        variants=summaries,
        comparisons=verdicts,
        caveats=(
            *notes,
            *caveats_of_searches(groups),
            *caveats_of_results(protocol, verdicts, summaries, n_looks=1),
        ),
        searches=found,
    )
    if claim is Claim.NOTHING:  # no rule was applied, so none is told
        return StudyResult(data=ReportData(results=results), is_table=True)
    results = with_methods(results, protocol, evidence)
    data = ReportData(results=results, protocol=protocol, runs=tuple(records))
    return StudyResult(data=data, is_table=True)


def _records(
    groups: Mapping[str, Sequence[SearchSummary]], claim: Claim, judged: Sequence[str]
) -> list[RunRecord]:
    """Give the runs that are compared: fresh runs, or one value per search."""
    from trialist.analysis.searches import fresh_records, search_records

    searches = [search for name in judged for search in groups[name]]
    if claim is Claim.RECIPES:
        return list(search_records(searches))
    return [record for search in searches for record in fresh_records(search)]


def _protocol(
    metric: Metric,
    records: Sequence[RunRecord],
    variants: tuple[str, ...],
    claim: Claim,
    asked: CompareOptions,
) -> Protocol:
    from trialist.decide.recipes import replicate_of, scope_of
    from trialist.design.protocol import implied_protocol

    if asked.paired and any(run.seed is None and run.value is not None for run in records):
        raise ConfigError(
            "a paired analysis needs a seed for every fresh run",
            where="--paired",
            todo="name the column with --seed COLUMN, or leave --paired out",
        )
    counts = [sum(run.variant == name for run in records) for name in variants]
    protocol = implied_protocol(
        metric=metric,
        variants=variants,
        baseline=asked.baseline or variants[0],
        n=max(1, *counts),
        paired=asked.paired,
        mode=Mode(asked.mode),
        scope=scope_of(claim),
    )
    return replace(protocol, replicate=replicate_of(claim))


def _refuse(asked: CompareOptions) -> None:
    """Refuse what has no meaning for searches."""
    mistakes = [
        Mistake(
            message=f"--{name} has no meaning for searches: {why}",
            where=f"--{name}",
            todo=f"leave --{name} out, or --search and --phase",
        )
        for name, why in _MEANINGLESS.items()
        if getattr(asked, name)
    ]
    if asked.variance != Variance.SEPARATE.value:
        mistakes.append(
            Mistake(
                message=f"variance is {asked.variance!r}, but the luck of a search differs between "
                "variants",
                where="--variance",
                todo="leave --variance out",
            )
        )
    if mistakes:
        raise ConfigError.of(mistakes)
