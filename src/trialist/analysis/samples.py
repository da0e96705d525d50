"""Samples: which runs count at a look, and how many gave no value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from trialist.analysis.othercode import codes_in
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord, Sample
from trialist.values.plan import Protocol

LARGEST = 1e150
"""A value beyond has diverged as much as infinity: not even its square is a number."""


def is_result(value: float) -> bool:
    """Tell whether a run that ended with `value` has a result, or has diverged."""
    return math.isfinite(value) and abs(value) <= LARGEST


def samples_at(
    protocol: Protocol, records: Iterable[RunRecord], seeds: Sequence[int] | None
) -> Mapping[str, Sample]:
    """Give one sample per variant of `protocol`, from the runs whose seed is in `seeds`.

    Runs that are still going, stopped or not needed say nothing and are left out; failed and
    diverged runs are counted. A finished run whose value is no finite number, or beyond 1e150, has
    diverged.

    Args:
        protocol: Names the variants.
        records: The runs in any order, at most one per variant and seed.
        seeds: The planned seeds of the look, in the order that values shall have; None takes
            every run, by ascending seed and then as listed (a table may name no seeds).
    """
    chosen: dict[str, list[RunRecord]] = {name: [] for name in protocol.variants}
    wanted = None if seeds is None else frozenset(seeds)
    for record in records:
        if record.variant in chosen and (wanted is None or record.seed in wanted):
            chosen[record.variant].append(record)
    place = None if seeds is None else {seed: k for k, seed in enumerate(seeds)}
    return {name: _sample(name, _ordered(runs, place)) for name, runs in chosen.items()}


def _ordered(runs: list[RunRecord], place: Mapping[int, int] | None) -> list[RunRecord]:
    def key(run: RunRecord) -> float:
        if run.seed is None:
            return math.inf
        return run.seed if place is None else place[run.seed]

    return sorted(runs, key=key)


def _sample(name: str, runs: Sequence[RunRecord]) -> Sample:
    kept = [
        (run.seed, float(run.value))
        for run in runs
        if run.status is RunStatus.FINISHED and run.value is not None and is_result(run.value)
    ]
    return Sample(
        variant=name,
        seeds=tuple(seed for seed, _ in kept),
        values=tuple(value for _, value in kept),
        n_failed=sum(run.status is RunStatus.FAILED for run in runs),
        n_diverged=sum(_diverged(run) for run in runs),
        codes=codes_in(runs),
    )


def _diverged(run: RunRecord) -> bool:
    if run.status is RunStatus.DIVERGED:
        return True
    return run.status is RunStatus.FINISHED and not (run.value is not None and is_result(run.value))
