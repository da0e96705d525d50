"""Steps to a target against batch size: where larger batches save steps, and where they do not."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

from trialist.values.errors import ConfigError, InsufficientDataError
from trialist.values.missing import Missing

PERFECT, NOTHING_GAINED = 0.55, 0.95
"""What doubling the batch leaves of the steps: up to here it halves them, from here on none go."""
_LEAST_SIZES = 3


class Regime(StrEnum):
    """What a larger batch does to the steps."""

    PERFECT = "perfect scaling"  # twice the batch, half the steps
    DIMINISHING = "diminishing returns"
    MAXIMAL = "maximal parallelism"  # the steps stay as they are


class Budget(StrEnum):
    """What every trial was given the same of."""

    STEPS = "steps"
    EPOCHS = "epochs"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTrial:
    """One training at one batch size.

    Attributes:
        batch_size: Examples per step.
        steps: The first step at which the target was reached; None where it never was.
        setting: Its hyperparameters, as text: trials of one setting differ in their seed alone.
        at_edge: True where a hyperparameter lies at the edge of its range.
    """

    batch_size: int
    steps: int | None
    setting: str = ""
    at_edge: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPoint:
    """What was found for one batch size.

    Attributes:
        batch_size: Examples per step.
        steps: Steps to the target of the best setting, the median over its seeds; missing where
            no setting got there with most of its seeds.
        spread: The fewest and the most steps among the seeds of that setting that got there.
        examples: Steps times batch size: what the data costs.
        setting: The best one.
        n_settings: How many were tried: a fair comparison has as many for each batch size.
        n_seeds: Seeds of the best setting.
        at_edge: True where the best one lies at the edge of its range: a better one may lie beyond.
    """

    batch_size: int
    steps: float | Missing
    spread: tuple[int, int] | Missing
    examples: float | Missing
    setting: str
    n_settings: int
    n_seeds: int
    at_edge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubling:
    """From one batch size to the next.

    Attributes:
        low: The smaller one.
        high: The larger one.
        ratio: What twice the batch leaves of the steps; of other ratios, what twice would leave.
        regime: What that means.
    """

    low: int
    high: int
    ratio: float
    regime: Regime


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStudy:
    """Steps to the target against batch size.

    Attributes:
        points: By batch size, rising.
        doublings: Between neighbors that both got there.
        critical: The batch size at which steps and examples are each twice their least, from the
            law steps = a (1 + critical / batch); missing where it cannot be told.
        budget: What every trial was given the same of.
        caveats: What limits the answer, as sentences.
    """

    points: tuple[BatchPoint, ...]
    doublings: tuple[Doubling, ...]
    critical: float | Missing
    budget: Budget
    caveats: tuple[str, ...]

    @property
    def perfect_up_to(self) -> int | Missing:
        """The largest batch size up to which every doubling halves the steps."""
        return self._last(Regime.PERFECT)

    @property
    def useful_up_to(self) -> int | Missing:
        """The batch size from which on a larger one saves no steps."""
        for one in self.doublings:
            if one.regime is Regime.MAXIMAL:
                return one.low
        return Missing("every larger batch that was tried saved steps")

    @property
    def sentence(self) -> str:
        """The answer in words, with the budget that it holds for."""
        sizes = [point.batch_size for point in self.points]
        perfect, useful = self.perfect_up_to, self.useful_up_to
        pieces = [
            f"twice the batch halves the steps up to {perfect:,}"
            if isinstance(perfect, int)
            else "no doubling halves the steps",
            f"from {useful:,} on a larger batch saves none"
            if isinstance(useful, int)
            else f"up to {sizes[-1]:,} a larger batch still saves some",
        ]
        if not self.doublings:
            pieces = ["no two neighboring batch sizes reached the target"]
        return f"With equal {self.budget} for every trial: {'; '.join(pieces)}."

    def _last(self, regime: Regime) -> int | Missing:
        found: int | Missing = Missing(
            "the first doubling already left more than half of the steps"
        )
        for one in self.doublings:
            if one.regime is not regime:
                break
            found = one.high
        return found


def scaling_of(trials: Iterable[BatchTrial], *, budget: str) -> BatchStudy:
    """Give steps to a target against batch size, in three regimes.

    Every batch size has to be tuned anew: a rate that is right for one is wrong for the next, and
    steps then tell how far the rate is off. Equal epochs give large batches few steps, so that
    they may miss a target which they would reach; equal steps give them more examples.

    Args:
        trials: Two batch sizes or more; the steps of each to the same target.
        budget: What every trial was given the same of, "steps" or "epochs".

    Raises:
        ConfigError: For another budget.
        InsufficientDataError: For fewer than two batch sizes.

    References:
        Shallue et al. (2019), Measuring the effects of data parallelism on neural network
        training, section 4; the law of the critical batch: McCandlish et al. (2018), section 2.
    """
    if budget not in list(Budget):
        raise ConfigError(f"the budget is {budget!r}", todo="say 'steps' or 'epochs'")
    ordered = sorted(trials, key=lambda one: one.batch_size)
    by_size = groupby(ordered, key=lambda one: one.batch_size)
    points = tuple(_point(size, list(found)) for size, found in by_size)
    if len(points) < 2:
        raise InsufficientDataError(
            f"there are trials of {len(points)} batch size{'s' * (not points)}",
            todo="try two or more, each twice the last",
        )
    return BatchStudy(
        points=points,
        doublings=tuple(_doublings(points)),
        critical=_critical(points),
        budget=Budget(budget),
        caveats=tuple(_caveats(points, Budget(budget))),
    )


def _point(size: int, trials: Sequence[BatchTrial]) -> BatchPoint:
    by_setting: dict[str, list[BatchTrial]] = defaultdict(list)
    for trial in trials:
        by_setting[trial.setting].append(trial)
    medians = {name: _median_steps(found) for name, found in by_setting.items()}
    best = min(medians, key=lambda name: medians[name])
    seeds, steps = by_setting[best], medians[best]
    reached = [one.steps for one in seeds if one.steps is not None]
    never = Missing("no setting reached the target with most of its seeds")
    is_there = math.isfinite(steps)
    return BatchPoint(
        batch_size=size,
        steps=steps if is_there else never,
        spread=(min(reached), max(reached)) if is_there else never,
        examples=steps * size if is_there else never,
        setting=best,
        n_settings=len(by_setting),
        n_seeds=len(seeds),
        at_edge=is_there and any(one.at_edge for one in seeds),
    )


def _median_steps(trials: Sequence[BatchTrial]) -> float:
    return statistics.median(math.inf if one.steps is None else one.steps for one in trials)


def _doublings(points: Sequence[BatchPoint]) -> Iterable[Doubling]:
    for low, high in pairwise(points):
        if isinstance(low.steps, Missing) or isinstance(high.steps, Missing):
            continue
        doublings = math.log2(high.batch_size / low.batch_size)
        ratio = (high.steps / low.steps) ** (1 / doublings)
        yield Doubling(low=low.batch_size, high=high.batch_size, ratio=ratio, regime=_regime(ratio))


def _regime(ratio: float) -> Regime:
    if ratio <= PERFECT:
        return Regime.PERFECT
    return Regime.MAXIMAL if ratio >= NOTHING_GAINED else Regime.DIMINISHING


def _critical(points: Sequence[BatchPoint]) -> float | Missing:
    """Give B of steps = a (1 + B / b), by least squares of the relative errors."""
    found = [
        (1 / point.batch_size, point.steps)
        for point in points
        if not isinstance(point.steps, Missing)
    ]
    if len(found) < _LEAST_SIZES:
        return Missing(f"{len(found)} batch sizes reached the target; the law needs three")
    # Each row is divided by its steps: a/s + aB/(b s) = 1.
    rows = [(1 / steps, share / steps) for share, steps in found]
    p, q, r = (
        math.fsum(x * x for x, _ in rows),
        math.fsum(x * y for x, y in rows),
        math.fsum(y * y for _, y in rows),
    )
    u, v = math.fsum(x for x, _ in rows), math.fsum(y for _, y in rows)
    floor, slope = u * r - v * q, v * p - u * q  # up to the common determinant
    if floor <= 1e-9 * u * r:
        return Missing("the steps fall in proportion up to the largest batch: it lies beyond")
    if slope <= 1e-9 * v * p:
        return Missing("the steps do not fall with the batch: it lies below the smallest")
    return slope / floor


def _caveats(points: Sequence[BatchPoint], budget: Budget) -> Iterable[str]:
    missed = [f"{point.batch_size:,}" for point in points if isinstance(point.steps, Missing)]
    if missed:
        why = (
            "equal epochs gave it fewer steps"
            if budget is Budget.EPOCHS
            else "its budget may be too small"
        )
        yield f"Batch size {', '.join(missed)} did not reach the target: {why}."
    edges = [f"{point.batch_size:,}" for point in points if point.at_edge]
    if edges:
        yield (
            f"The best setting of batch size {', '.join(edges)} lies at the edge of its range: a "
            "better one may lie beyond."
        )
    tried = {point.n_settings for point in points}
    if len(tried) > 1:
        yield (
            f"Batch sizes were tuned with unequal effort, {min(tried)} to {max(tried)} settings: "
            "the fewest of many is lower than the fewest of few."
        )
    elif tried == {1}:
        yield "No batch size was tuned: one setting serves them all, and suits one of them best."
