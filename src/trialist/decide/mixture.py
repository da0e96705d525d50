"""Caveats for runs that were not made alike: other hardware, other versions, other data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialist.decide.wordlists import listed
from trialist.values.runfacts import RunFacts

MIXED = "Runs of this study were made with different "
"""How each of these caveats begins."""

_MOST_RUNS = 3


def mixture_caveats(runs: Sequence[RunFacts], *, baseline: str) -> tuple[str, ...]:
    """Give a sentence for everything in which the runs of a verdict differ.

    Args:
        runs: The runs that the verdict uses; a fact that one of them lacks is not held against it.
        baseline: The variant that the others are compared with.
    """
    keys = dict.fromkeys(key for run in runs for key in run.facts)
    return tuple(said for key in keys for said in _caveat(key, runs, baseline))


def _caveat(key: str, runs: Sequence[RunFacts], baseline: str) -> Iterator[str]:
    by_value: dict[str, list[RunFacts]] = {}
    for run in runs:
        if key in run.facts:
            by_value.setdefault(run.facts[key], []).append(run)
    if len(by_value) < 2:
        return
    told = "; ".join(f"{value} ({_named(found)})" for value, found in by_value.items())
    apart = _apart(by_value, baseline)
    warning = (
        f" No such run of {listed(apart)} is like one of {baseline}: a difference between them may "
        "come from that alone."
        if apart
        else ""
    )
    yield f"{MIXED}{key}: {told}.{warning}"


def _named(runs: Sequence[RunFacts]) -> str:
    names = ", ".join(run.name for run in runs[:_MOST_RUNS])
    more = len(runs) - _MOST_RUNS
    return f"{names} and {more} more" if more > 0 else names


def _apart(by_value: dict[str, list[RunFacts]], baseline: str) -> list[str]:
    """Give the variants that share no value with the baseline."""
    values: dict[str, set[str]] = {}
    for value, runs in by_value.items():
        for run in runs:
            values.setdefault(run.variant, set()).add(value)
    own = values.pop(baseline, set())
    return [variant for variant, found in values.items() if own and not own & found]
