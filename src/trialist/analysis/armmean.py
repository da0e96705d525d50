"""The mean of one variant over its runs and examples, with the noise that applies to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialist.analysis.predictions import Arm, Predictions
from trialist.stats.agreement import Kappa, cohen_kappa
from trialist.stats.crossed import MIN_SEEDS, Scores, crossed_mean
from trialist.stats.examplemean import Clusters, MeanNoise, mean_noise
from trialist.stats.failures import clopper_pearson
from trialist.stats.interval import t_interval
from trialist.stats.spread import has_spread, sd_of
from trialist.values.errors import InsufficientDataError
from trialist.values.evidence import Interval, Sample
from trialist.values.missing import Missing

_MOST_CATEGORIES = 50
_NO_SE = Missing("there is no spread to judge the mean by")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmMean:
    """What is known of one variant by itself.

    Attributes:
        sample: One value per run: its mean over the examples that every run has.
        n_examples: How many examples that are.
        mean: The mean over runs and examples.
        sd: The SD of the runs' means.
        se: The standard error of `mean`: over examples for one run, over seeds and examples for 3
            or more.
        interval: Its interval, at 95 %.
        kappas: Cohen's kappa of each run's answers with the truth; empty where values came
            directly or every example has its own answer.
    """

    sample: Sample
    n_examples: int
    mean: float | Missing
    sd: float | Missing
    se: float | Missing
    interval: Interval | Missing
    kappas: tuple[Kappa, ...] = ()


def arm_mean(predictions: Predictions, name: str) -> ArmMean:
    """Give the mean of variant `name`, on the examples that all of its runs have.

    Args:
        predictions: What the table says.
        name: The variant.
    """
    arm = predictions.arms[name]
    here = arm.complete & np.isfinite(arm.values).all(axis=0)
    values, clusters = arm.values[:, here], predictions.clusters
    n_examples = values.shape[1]
    if n_examples == 0:
        gone = Missing("no example has a value in every run")
        empty = Sample(variant=name, seeds=(), values=())
        return ArmMean(sample=empty, n_examples=0, mean=gone, sd=gone, se=gone, interval=gone)
    if clusters is not None:
        clusters = np.unique(clusters[here], return_inverse=True)[1]
    runs = [math.fsum(row) / n_examples for row in values.tolist()]
    mean = math.fsum(runs) / len(runs)
    noise = _noise(values, clusters)
    is_plain_share = predictions.is_share and clusters is None and arm.n == 1
    return ArmMean(
        sample=Sample(variant=name, seeds=arm.seeds, values=tuple(runs)),
        n_examples=n_examples,
        mean=mean,
        sd=_sd(runs),
        se=noise if isinstance(noise, Missing) else noise.se,
        interval=_exact(values[0]) if is_plain_share else _interval(mean, noise),
        kappas=_kappas(predictions, arm),
    )


def _noise(values: Scores, clusters: Clusters | None) -> MeanNoise | Missing:
    try:
        if len(values) == 1:
            noise = mean_noise(values[0], clusters)
            return noise if has_spread(values[0].tolist()) and noise.se > 0 else _NO_SE
        if len(values) < MIN_SEEDS:
            return Missing("two runs say too little about how runs differ")
        crossed = crossed_mean(values, clusters=clusters)
    except InsufficientDataError as error:
        return Missing(error.mistakes[0].message)
    return MeanNoise(se=crossed.se, df=crossed.df)


def _interval(mean: float, noise: MeanNoise | Missing) -> Interval | Missing:
    if isinstance(noise, Missing):
        return noise
    return t_interval(mean, noise.se, noise.df, p_threshold=0.05)


def _exact(values: NDArray[np.float64]) -> Interval:
    return clopper_pearson(int(values.sum()), len(values))


def _sd(runs: list[float]) -> float | Missing:
    if len(runs) == 1:
        return Missing("one run has no spread between seeds")
    return sd_of(runs) if has_spread(runs) else 0.0


def _kappas(predictions: Predictions, arm: Arm) -> tuple[Kappa, ...]:
    truth, answers = predictions.truth, arm.answers
    if truth is None or answers is None or predictions.n_categories > _MOST_CATEGORIES:
        return ()
    here = arm.complete
    try:
        return tuple(cohen_kappa(run[here], truth[here]) for run in answers)
    except InsufficientDataError:
        return ()
