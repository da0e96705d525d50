"""Searches from a table of trials: what each chose, and how its winner did with fresh seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trialist.analysis.cells import whole_in
from trialist.analysis.trials import TrialRecord, TrialTable
from trialist.stats.spread import mean_of
from trialist.values.events import FailureKind, RunStatus
from trialist.values.evidence import RunRecord, Sample
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.searches import SearchSummary


def searches_of(table: TrialTable, goal: Goal) -> tuple[SearchSummary, ...]:
    """Give the searches of each variant: what was chosen, and how it did with fresh seeds.

    Fresh runs of other trials than the winner are left out and counted, and so are those with the
    seed that the winner was chosen with: that is the chosen run again. Where several trials share
    the best score, the winner is the one that was run again.

    Args:
        table: The trials and fresh runs.
        goal: Which way is better.
    """
    return tuple(
        _summary(variant, search, rows, goal)
        for variant in table.variants
        for search, rows in rows_by_search(table, variant).items()
    )


def fresh_records(search: SearchSummary) -> tuple[RunRecord, ...]:
    """Give the fresh runs of one winner as runs, those without a value among them."""
    fresh, name = search.fresh, search.variant
    finished = tuple(
        RunRecord(variant=name, seed=seed, status=RunStatus.FINISHED, value=value)
        for seed, value in zip(fresh.seeds, fresh.values, strict=True)
    )
    diverged = RunRecord(variant=name, seed=None, status=RunStatus.DIVERGED)
    return (*finished, *[diverged] * fresh.n_diverged, *[_failed(name, None)] * fresh.n_failed)


def search_records(searches: Sequence[SearchSummary]) -> tuple[RunRecord, ...]:
    """Give one run per search: the mean of its winner's fresh runs.

    Its seed is the search's number, or its place among all names; equal names have equal numbers.
    A search whose winner was not run again is left out, one whose fresh runs were all lost failed.
    """
    numbers = _numbers(searches)
    records = []
    for search in searches:
        seed, mean = numbers[search.search], search.fresh_mean
        if not isinstance(mean, Missing):
            records.append(
                RunRecord(variant=search.variant, seed=seed, status=RunStatus.FINISHED, value=mean)
            )
        elif search.fresh.n_lost:
            records.append(_failed(search.variant, seed))
    return tuple(records)


def _failed(variant: str, seed: int | None) -> RunRecord:
    return RunRecord(variant=variant, seed=seed, status=RunStatus.FAILED, failure=FailureKind.LOST)


def _numbers(searches: Sequence[SearchSummary]) -> dict[str, int]:
    names = sorted({search.search for search in searches}, key=_by_number)
    whole = [whole_in(name) for name in names]
    known = [number for number in whole if number is not None]
    if len(set(known)) == len(names):
        return dict(zip(names, known, strict=True))
    return {name: place for place, name in enumerate(names)}


def _by_number(name: str) -> tuple[int, int, str]:
    number = whole_in(name)
    return (1, 0, name) if number is None else (0, number, name)


def rows_by_search(table: TrialTable, variant: str) -> Mapping[str, Sequence[TrialRecord]]:
    """Give the rows of each search of `variant`, the searches by number or name."""
    rows: dict[str, list[TrialRecord]] = {}
    for record in table.records:
        if record.variant == variant:
            rows.setdefault(record.search, []).append(record)
    return {name: rows[name] for name in sorted(rows, key=_by_number)}


def trials_of(rows: Iterable[TrialRecord]) -> Sequence[TrialRecord]:
    """Give the trials of a search in their order: by number where all have one, else as listed."""
    trials = [row for row in rows if not row.is_fresh]
    if all(row.trial is not None and whole_in(row.trial) is not None for row in trials):
        return sorted(trials, key=lambda row: _by_number(row.trial or ""))
    return trials


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fresh:
    """The fresh runs of a search, sorted by what they are good for."""

    kept: tuple[TrialRecord, ...]
    n_other: int
    n_repeats: int


def _summary(variant: str, search: str, rows: Sequence[TrialRecord], goal: Goal) -> SearchSummary:
    trials = trials_of(rows)
    winner = _winner(trials, rows, goal)
    fresh = _fresh(rows, winner)
    sample = _sample(variant, fresh.kept)
    score = _score(trials, winner)
    mean = mean_of(sample.values) if sample.n else Missing(_why_no_mean(fresh))
    used = {row.seed for row in trials}
    shared = {seed for seed in sample.seeds if seed is not None and seed in used}
    return SearchSummary(
        variant=variant,
        search=search,
        n_trials=len(trials),
        n_lost=sum(row.value is None for row in trials),
        winner=None if winner is None else winner.trial,
        score=score,
        fresh=sample,
        fresh_mean=mean,
        optimism=_optimism(score, mean, goal),
        n_other=fresh.n_other,
        n_repeats=fresh.n_repeats,
        shared_seeds=tuple(sorted(shared)),
    )


def _winner(
    trials: Sequence[TrialRecord], rows: Sequence[TrialRecord], goal: Goal
) -> TrialRecord | None:
    scores = [row.value for row in trials if row.value is not None]
    if not scores:
        return None
    best = max(scores) if goal is Goal.MAXIMIZE else min(scores)
    tied = [row for row in trials if row.value == best]
    again = {row.trial for row in rows if row.is_fresh}
    return next((row for row in tied if row.trial in again), tied[0])


def _fresh(rows: Sequence[TrialRecord], winner: TrialRecord | None) -> _Fresh:
    fresh = [row for row in rows if row.is_fresh]
    named = {row.trial for row in fresh} - {None}
    chosen = named if winner is None or winner.trial is None else {winner.trial}
    if len(chosen) > 1:  # nothing says which of them the search chose
        return _Fresh(kept=(), n_other=len(fresh), n_repeats=0)
    own = [row for row in fresh if row.trial is None or row.trial in chosen]
    seed = None if winner is None else winner.seed
    kept = tuple(row for row in own if row.seed is None or row.seed != seed)
    return _Fresh(kept=kept, n_other=len(fresh) - len(own), n_repeats=len(own) - len(kept))


def _sample(variant: str, rows: Sequence[TrialRecord]) -> Sample:
    named = all(row.seed is not None for row in rows)
    ordered = sorted(rows, key=lambda row: row.seed or 0) if named else rows
    finished = [row for row in ordered if row.value is not None]
    return Sample(
        variant=variant,
        seeds=tuple(row.seed for row in finished),
        values=tuple(row.value for row in finished if row.value is not None),
        n_failed=sum(row.status is RunStatus.FAILED for row in rows),
        n_diverged=sum(row.status is RunStatus.DIVERGED for row in rows),
    )


def _score(trials: Sequence[TrialRecord], winner: TrialRecord | None) -> float | Missing:
    if winner is not None and winner.value is not None:
        return winner.value
    return Missing("no trial gave a value" if trials else "the table has no trial of this search")


def _why_no_mean(fresh: _Fresh) -> str:
    if fresh.kept:
        return "every fresh run of the winner was lost"
    if fresh.n_repeats:
        return "the winner was run again only with the seed that it was chosen with"
    if fresh.n_other:
        return "the fresh runs are of other trials than the winner"
    return "the winner was not run again"


def _optimism(score: float | Missing, mean: float | Missing, goal: Goal) -> float | Missing:
    if isinstance(mean, Missing):
        return mean
    return score if isinstance(score, Missing) else goal.sign * (score - mean)
