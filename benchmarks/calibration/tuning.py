"""Tuned recipes: what the winner's score says, what a re-run says, what several searches say."""

from __future__ import annotations

import math

import numpy as np
from benchmarks.calibration import twin
from benchmarks.calibration.rows import Cell, Check, Grid, Measured, Scale, mean, percent, share

from trialist.stats.bestof import best_over_blocks
from trialist.values.evidence import Interval
from trialist.values.missing import Missing

NOISES = (0.05, 0.1, 0.25, 0.5, 1.0)
BUDGETS = (5, 20, 100)
_SD_OF_QUALITY = math.sqrt(2 * (1 / 5 - 1 / 9))  # of -(u^2 + v^2), u and v uniform in [-1, 1]


def measure(scale: Scale) -> Measured:
    """Measure the winner's curse, and the claims that are made of winners."""
    return Measured(
        checks=(*_rerun(scale), _split(scale), _fresh(scale), *_best_of_m(scale)),
        grids=(_grid(scale),),
    )


def search(
    rng: np.random.Generator, studies: int, trials: int, noise: float
) -> tuple[np.ndarray, np.ndarray]:
    """Tune one recipe `studies` times: random search over two nuisance parameters.

    Returns:
        The winner's score and its true quality, in SDs of the quality of a random configuration.
    """
    points = rng.uniform(-1, 1, size=(studies, trials, 2))
    quality = -(points**2).sum(axis=2) / _SD_OF_QUALITY
    scores = quality + noise * rng.normal(size=quality.shape)
    best = scores.argmax(axis=1)[:, None]
    return (
        np.take_along_axis(scores, best, axis=1)[:, 0],
        np.take_along_axis(quality, best, axis=1)[:, 0],
    )


def _rerun_error(scale: Scale, trials: int, noise: float) -> np.ndarray:
    rng = scale.rng(f"rerun {trials} {noise}")
    true = [search(rng, scale.studies, trials, noise)[1] for _ in range(2)]
    runs = np.stack(true, axis=1)[:, :, None] + noise * rng.normal(size=(scale.studies, 2, 5))
    return twin.judged(runs, twin.protocol(1, (5,), paired=False)).any_difference


def _split_error(scale: Scale, trials: int, noise: float, k: int, fresh: int) -> np.ndarray:
    rng = scale.rng(f"split {trials} {noise} {k} {fresh}")
    true = np.stack(
        [
            np.stack([search(rng, scale.studies, trials // k, noise)[1] for _ in range(k)], axis=1)
            for _ in range(2)
        ],
        axis=1,
    )
    means = true + noise * rng.normal(size=true.shape) / math.sqrt(fresh)
    return twin.judged(means, twin.protocol(1, (k,), paired=False)).any_difference


def _rerun(scale: Scale) -> list[Check]:
    noises = NOISES[1:3] if scale.quick else NOISES
    cells = [share(f"noise {noise}", _rerun_error(scale, 20, noise)) for noise in noises]
    return [
        Check(
            name="contrast: winner of 20 trials run again with 5 fresh seeds, Welch, two searches "
            f"of one recipe, seed noise {' / '.join(map(str, noises))}",
            cells=tuple(cells),
            note="as a claim about the recipe",
        )
    ]


def _split(scale: Scale) -> Check:
    cells = [
        share(f"N={trials} noise={noise} k={k} f={fresh}",
              _split_error(scale, trials, noise, k, fresh))
        for trials in ((24,) if scale.quick else (24, 60))
        for noise in (0.1, 0.5)
        for k, fresh in ((3, 1), (4, 1), (4, 5), (6, 1))
    ]  # fmt: skip
    return Check(
        name="type I of a claim about the recipe: k = 3 to 6 independent searches per variant, "
        "Welch over their means",
        cells=tuple(cells),
        high=0.055,
    )


def _fresh(scale: Scale) -> Check:
    rng = scale.rng("fresh")
    _, true = search(rng, scale.studies, 20, 0.5)
    again = true + 0.5 * rng.normal(size=true.shape)
    bias = float((again - true).mean() / 0.5)
    se = 1 / math.sqrt(scale.studies)
    return Check(
        name="bias of a fresh run of the winner, in seed SDs",
        cells=(Cell(label="bias", value=bias, se=se),), low=-0.01, high=0.01,
    )  # fmt: skip


def _optimism(scale: Scale, trials: int, noise: float) -> float:
    score, true = search(scale.rng(f"curse {trials} {noise}"), scale.studies, trials, noise)
    return float((score - true).mean() / noise)


def _grid(scale: Scale) -> Grid:
    noises = NOISES[1:4:2] if scale.quick else NOISES
    budgets = BUDGETS[:2] if scale.quick else BUDGETS
    rows = [
        (f"score of the best of {trials} trials is too high by",
         *(f"{_optimism(scale, trials, noise):.2f} seed SDs" for noise in noises))
        for trials in budgets
    ]  # fmt: skip
    rows += [
        (f"winners of two equal searches of {trials}, 5 fresh seeds each, Welch: differ",
         *(percent(float(_rerun_error(scale, trials, noise).mean())) for noise in noises))
        for trials in budgets
    ]  # fmt: skip
    rows.append(
        ("4 searches of 15 a side, Welch over the 4 means: differ",
         *(percent(float(_split_error(scale, 60, noise, 4, 1).mean())) for noise in noises))
    )  # fmt: skip
    return Grid(
        name="winners-curse",
        title="What is said of winners",
        header=("seed noise, in SDs of the quality of configurations", *map(str, noises)),
        rows=tuple(rows),
        note=f"{scale.studies:,} simulated searches per cell over two nuisance parameters. 5 % is "
        "promised in the rows that say differ: the recipes are the same.",
    )


def _best_of_m(scale: Scale) -> list[Check]:
    studies = scale.few(5)
    covered, bias = [], []
    for trials, m in ((30, 2), (30, 5), (30, 10), (60, 5), (60, 20)):
        for noise in (0.1, 1.0):
            scores = _scores(scale, studies, trials, noise)
            truth = _true_best(scale, m, noise)
            found = [best_over_blocks(row, m) for row in scores.tolist()]
            label = f"N={trials} m={m} noise={noise}"
            covered.append(share(label, [_holds(one.interval, truth) for one in found]))
            bias.append(mean(label, [one.value - truth for one in found]))
    none = [
        isinstance(best_over_blocks(row, 20).interval, Missing)
        for row in _scores(scale, 200, 20, 0.1).tolist()
    ]
    return [
        Check(name="expected best of m trials: coverage of the interval over blocks, N = 30 and 60",
              cells=tuple(covered), low=0.91, note=f"95 % is nominal; {studies:,} searches"),
        Check(name="expected best of m trials: bias, in SDs of the quality", cells=tuple(bias),
              low=-0.01, high=0.01),
        Check(name="known limit: the same where 3 of 10 trials are useless, N = 60, m = 3",
              cells=(_useless(scale),), note="blocks without a good trial are rare but possible"),
        Check(name="best of all N trials of one search: no interval is given",
              cells=(share("refused", none),), low=1.0, note="the product itself"),
        Check(name="contrast: percentile bootstrap of the best of N = 20 covers",
              cells=(_bootstrap_of_best(scale),), note="95 % promised"),
    ]  # fmt: skip


def _useless(scale: Scale) -> Cell:
    """Give the coverage where trials form two clumps: good ones, and some that learn nothing."""
    rng = scale.rng("useless trials")
    studies, m = scale.few(10), 3
    good = rng.uniform(size=(studies, 60)) >= 0.3
    scores = np.where(good, 0.0, -10.0) + 0.1 * rng.normal(size=good.shape)
    many = np.where(rng.uniform(size=(1_000_000, m)) >= 0.3, 0.0, -10.0)
    truth = float((many + 0.1 * rng.normal(size=many.shape)).max(axis=1).mean())
    return share("N=60 m=3", [_holds(best_over_blocks(row, m).interval, truth)
                              for row in scores.tolist()])  # fmt: skip


def _scores(scale: Scale, studies: int, trials: int, noise: float) -> np.ndarray:
    rng = scale.rng(f"best {studies} {trials} {noise}")
    points = rng.uniform(-1, 1, size=(studies, trials, 2))
    quality = -(points**2).sum(axis=2) / _SD_OF_QUALITY
    return np.asarray(quality + noise * rng.normal(size=quality.shape))


def _true_best(scale: Scale, m: int, noise: float) -> float:
    """Give the expected best of m scores, from many searches that nothing else uses."""
    rounds = range(5 if scale.quick else 20)
    return float(np.mean([_scores(scale, 50_000 + k, m, noise).max(axis=1).mean() for k in rounds]))


def _holds(interval: Interval | Missing, truth: float) -> bool:
    return isinstance(interval, Interval) and interval.low <= truth <= interval.high


def _bootstrap_of_best(scale: Scale) -> Cell:
    studies, trials = scale.few(10), 20
    scores = _scores(scale, studies, trials, 0.1)
    rng = scale.rng("bootstrap of the best")
    places = rng.integers(trials, size=(500, trials))
    best = scores[:, places].max(axis=2)
    low, high = np.quantile(best, (0.025, 0.975), axis=1)
    truth = _true_best(scale, trials, 0.1)
    return share("covers", (low <= truth) & (truth <= high))
