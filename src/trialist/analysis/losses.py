"""Runs that gave no value: how many on each side, and whether that alone tells the two apart."""

from __future__ import annotations

from trialist.stats.failures import clopper_pearson, fisher_exact
from trialist.values.evidence import Losses, LossRate, Sample


def losses_of(baseline: Sample, variant: Sample) -> Losses | None:
    """Give the rates of lost runs with their test; None where every run gave a value.

    Diverged and failed runs count alike: neither has a value that could be averaged.
    """
    if not (baseline.n_lost or variant.n_lost):
        return None
    ours, theirs = _rate(variant), _rate(baseline)
    if ours is None or theirs is None:
        return None
    p = fisher_exact(ours.n_lost, ours.n_runs, theirs.n_lost, theirs.n_runs)
    return Losses(variant=ours, baseline=theirs, p=p)


def _rate(sample: Sample) -> LossRate | None:
    n_runs = sample.n + sample.n_lost
    if n_runs == 0:
        return None
    return LossRate(
        n_lost=sample.n_lost, n_runs=n_runs, interval=clopper_pearson(sample.n_lost, n_runs)
    )
