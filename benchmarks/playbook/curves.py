"""The checks on training curves, on synthetic curves whose label is known.

`python -m benchmarks.playbook.curves` writes benchmarks/playbook/curves.md: how often each check
alarms on what it is for, and on what it is not for. A curve is a power law with noise; what is
wrong with it is added. Beside it: the critical batch size of a noisy quadratic, recovered.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trialist.analysis.batchsizes import BatchTrial, scaling_of
from trialist.analysis.curveshape import CurveShape, line_of, noise_of
from trialist.analysis.improving import late_noise
from trialist.analysis.trainingcurves import checks_of_curve
from trialist.values.metric import Goal
from trialist.values.playbook import Level
from trialist.values.trialcurve import RateCourse, Track, TrialCurve

EVALUATIONS = (10, 20, 50, 200)
NOISES = (0.002, 0.01, 0.03)
"""Standard deviations of an evaluation, as shares of what the loss falls."""
EPOCHS = 8
BUDGET = 10_000

Pair = tuple[np.ndarray, np.ndarray]
"""Validation and training loss without noise."""


def healthy(t: np.ndarray, rng: np.random.Generator) -> Pair:
    """Give a power law that has come to its end at two thirds of the budget."""
    fall = _power(np.minimum(t / rng.uniform(0.55, 0.75), 1.0), rng)
    return 1 + fall, 0.8 + fall


def improving(t: np.ndarray, rng: np.random.Generator) -> Pair:
    """Give one that goes on falling: a sixth of all or more in the last fifth."""
    slope = rng.uniform(0.8, 1.5)
    return 2 - slope * t, 1.8 - slope * t


def saturated(t: np.ndarray, rng: np.random.Generator) -> Pair:
    """Give one that has come to its end early and becomes a little worse from there on."""
    at = rng.uniform(0.1, 0.3)
    fall = _power(np.minimum(t / at, 1.0), rng)
    return 1 + fall + 0.01 * np.maximum(t - at, 0), 0.8 + fall


def overfitting(t: np.ndarray, rng: np.random.Generator) -> Pair:
    """Give a validation loss that rises by 5 to 30 % from a turning point on."""
    at, rise = rng.uniform(0.2, 0.5), rng.uniform(0.05, 0.3)
    fall = _power(np.minimum(t / at, 1.0), rng)
    return 1 + fall + rise * np.maximum((t - at) / (1 - at), 0), 0.8 + _power(t, rng) - 0.3 * t


def unstable(t: np.ndarray, rng: np.random.Generator) -> Pair:
    """Give a training loss that comes back to two to five times its lowest, for a while."""
    at, lasts, times = rng.uniform(0.3, 0.6), rng.uniform(0.1, 0.3), rng.uniform(2.5, 5)
    fall = _power(t, rng)
    inside = (t >= at) & (t <= at + lasts)
    return 1 + fall, (0.8 + fall) * np.where(inside, times, 1.0)


def rising(t: np.ndarray, rng: np.random.Generator) -> Pair:
    """Give a training loss that rises from its first step on."""
    slope = rng.uniform(0.3, 2)
    return 2 + slope * t, 2 + slope * t


def periodic(t: np.ndarray, rng: np.random.Generator) -> Pair:
    """Give a validation loss that goes up and down with the epoch."""
    val, train = healthy(t, rng)
    return val + 0.06 * np.sin(2 * np.pi * EPOCHS * t + rng.uniform(0, 6)), train


KINDS: dict[str, Callable[[np.ndarray, np.random.Generator], Pair]] = {
    "healthy": healthy,
    "improving": improving,
    "saturated": saturated,
    "overfitting": overfitting,
    "unstable": unstable,
    "rising": rising,
    "periodic": periodic,
}
ALARMS = {
    "overfitting": Level.OVERFITTING,
    "improving": Level.STILL_IMPROVING,
    "saturated": Level.SATURATED,
    "unstable": Level.INSTABILITY,
    "rising or periodic": Level.BUG,
}


def curve(kind: str, *, n: int, noise: float, rng: np.random.Generator) -> TrialCurve:
    """Give a synthetic curve of a kind.

    Args:
        kind: One of KINDS.
        n: Evaluations.
        noise: The standard deviation of each.
        rng: Draws it.
    """
    t = np.arange(1, n + 1) / n
    val, train = KINDS[kind](t, rng)
    return TrialCurve(
        variant=kind,
        name=kind,
        steps=tuple(int(step) for step in t * BUDGET),
        val=Track(metric="val/loss", goal=Goal.MINIMIZE, values=_noisy(val, noise, rng)),
        loss=Track(metric="train/loss", goal=Goal.MINIMIZE, values=_noisy(train, noise / 3, rng)),
        schedule=RateCourse.CONSTANT,
        epoch=BUDGET / EPOCHS,
    )


@dataclass(frozen=True, kw_only=True)
class Rates:
    """How often each level was found on curves of a kind."""

    kind: str
    n: int
    noise: float
    found: dict[Level, float]


def rates(kind: str, *, n: int, noise: float, curves: int, seed: int = 0) -> Rates:
    """Measure how often each check alarms on curves of a kind."""
    rng = np.random.default_rng([seed, n, round(noise * 1e6), list(KINDS).index(kind)])
    counts = dict.fromkeys(ALARMS.values(), 0)
    for _ in range(curves):
        one = curve(kind, n=n, noise=noise, rng=rng)
        levels = {check.level for check in checks_of_curve(one)}
        for level in counts:
            counts[level] += level in levels
    return Rates(
        kind=kind, n=n, noise=noise,
        found={level: count / curves for level, count in counts.items()},
    )  # fmt: skip


NOISE_RULES: dict[str, Callable[[CurveShape, int], float]] = {
    "second half, median": lambda shape, _: shape.noise,
    "last fifth, median": lambda shape, n: noise_of(shape.values[-n:]),
    "last fifth, around the trend": late_noise,
}


def still_improving(
    kind: str, *, n: int, noise: float, calm: float, curves: int, seed: int = 0
) -> dict[str, float]:
    """Measure the rule for "still improving" under three ways to tell the noise.

    Args:
        kind: One of KINDS.
        n: Evaluations.
        noise: The standard deviation of each in the beginning.
        calm: What is left of it at the end, as under a learning rate that decays.
        curves: How many.
        seed: Draws them.
    """
    rng = np.random.default_rng([seed, n, round(noise * 1e6)])
    counts = dict.fromkeys(NOISE_RULES, 0)
    t = np.arange(1, n + 1) / n
    for _ in range(curves):
        value = KINDS[kind](t, rng)[0] + rng.normal(size=n) * noise * (1 - (1 - calm) * t)
        track = Track(metric="val/loss", goal=Goal.MINIMIZE, values=tuple(value.tolist()))
        shape = CurveShape.of(tuple(int(step) for step in t * BUDGET), track)
        inside = shape.since(0.8, BUDGET)
        gain = -line_of(shape.steps[inside], shape.values[inside]) * 0.2 * BUDGET
        is_late = shape.steps[shape.best] >= 0.9 * BUDGET
        for name, rule in NOISE_RULES.items():
            counts[name] += is_late and gain > 2 * rule(shape, int(inside.sum()))
    return {name: count / curves for name, count in counts.items()}


def recovered(critical: float, *, noise: float, seed: int) -> float:
    """Give the critical batch size found in noisy steps a (1 + B / b), the median of 3 seeds."""
    rng = np.random.default_rng(seed)
    trials = [
        BatchTrial(
            batch_size=size,
            steps=round(400 * (1 + critical / size) * float(np.exp(noise * rng.normal()))),
            setting="best",
        )
        for size in (2**k for k in range(3, 13))
        for _ in range(3)
    ]
    found = scaling_of(trials, budget="steps").critical
    return found if isinstance(found, float) else float("nan")


PAGE = """# Training curves with known labels

`python -m benchmarks.playbook.curves` draws curves whose label is known and asks every check of
`analysis/trainingcurves.py`; {curves:,} curves per row. A curve is a power law with noise, and what
is wrong with it is added to that. The noise of one evaluation is a share of what the loss falls.
Bold is what the check is for. The rest are false alarms, except where they are true as well: what
overfits, or rises, is best early, and what is flat until its end is best anywhere.

{rates}

Too few evaluations hide a period (three per epoch are needed, over four epochs), and an instability
that lasts for less than two of them. "Saturated" is decided by the best step alone, so that
noise on a plateau makes it and hides it.

## Still improving: the noise that a slope is held against

The slope over the last fifth counts where what it gains is more than twice the noise. A learning
rate that decays calms the noise: in these curves a tenth of it is left at the end, or all of it.
The median of the differences takes the trend for noise where evaluations are few. The product
takes their standard deviation, over five evaluations at least.

{noises}

## The critical batch size of a noisy quadratic

Steps to the target are a (1 + B / b) at batch size b, with noise: ten batch sizes, three seeds
each, {studies} times.

{batches}
"""
STUDIES = 200


def page(curves: int) -> str:
    """Give the page with its tables."""
    return PAGE.format(
        curves=curves,
        studies=STUDIES,
        rates=_rate_table(curves),
        noises=_noise_table(curves),
        batches=_batch_table(),
    )


def _rate_table(curves: int) -> str:
    rows = []
    for kind, n, noise in itertools.product(KINDS, EVALUATIONS, NOISES):
        found = rates(kind, n=n, noise=noise, curves=curves).found
        cells = [
            f"**{found[level]:.1%}**" if kind in name else f"{found[level]:.1%}"
            for name, level in ALARMS.items()
        ]
        rows.append([kind, n, f"{noise:.1%}", *cells])
    return _table(["curve", "evaluations", "noise", *ALARMS], rows)


def _noise_table(curves: int) -> str:
    rows = []
    for kind, n, calm in itertools.product(("healthy", "improving"), EVALUATIONS, (1.0, 0.1)):
        found = still_improving(kind, n=n, noise=0.05, calm=calm, curves=curves)
        rows.append([kind, n, f"{calm:.0%}", *(f"{share:.1%}" for share in found.values())])
    return _table(["curve", "evaluations", "noise left", *NOISE_RULES], rows)


def _batch_table() -> str:
    rows = []
    for critical, noise in itertools.product((64.0, 512.0), (0.02, 0.1)):
        found = [recovered(critical, noise=noise, seed=seed) for seed in range(STUDIES)]
        ends = np.quantile(found, [0.5, 0.05, 0.95])
        rows.append([f"{critical:.0f}", f"{noise:.0%}", *(f"{end:.0f}" for end in ends)])
    return _table(["B", "noise", "found: median", "5 %", "95 %"], rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _power(t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give a fall from about 1 to 0 by a power of time."""
    power = rng.uniform(0.5, 1.5)
    start = 0.02
    law = (t + start) ** -power
    end = (1 + start) ** -power
    result: np.ndarray = (law - end) / (start**-power - end)
    return result


def _noisy(values: np.ndarray, noise: float, rng: np.random.Generator) -> tuple[float, ...]:
    return tuple((values + noise * rng.normal(size=len(values))).tolist())


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    Path(__file__).with_suffix(".md").write_text(page(number), encoding="utf-8")
