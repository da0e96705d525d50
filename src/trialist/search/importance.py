"""How much each parameter of a search mattered, with what limits that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from trialist.search.estimators import EFFORTS, Estimator, Shares
from trialist.search.places import Picked, picked
from trialist.stats.level import check_level
from trialist.values.evidence import Interval
from trialist.values.importance import Importance, Importances
from trialist.values.missing import Missing
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Parameter

ENOUGH_TRIALS = 30
"""With fewer finished trials the shares say little, and that is said."""

LEAST_TRIALS = 10


def importances(
    table: SearchTable,
    variant: str,
    *,
    estimator: Estimator = Estimator.PED_ANOVA,
    level: float = 0.95,
    seed: int = 0,
) -> Importances | Missing:
    """Give how much the parameters of a variant mattered.

    All estimators assume that the trials cover the space evenly. Where 30 finished trials or more
    do, those that follow earlier values are left out; else a caveat says that the shares describe
    the sampler's path. Pruned trials are left out, and those that diverged.

    Args:
        table: The trials.
        variant: The variant.
        estimator: PED-ANOVA says what it takes to be among the best tenth (of five trials at
            least), and knows parameters that only some trials have; the forests of the others
            explain all results, and leave such parameters out.
        level: Of the intervals: percentile intervals over resampled trials.
        seed: Draws the resamples and the forests.

    Raises:
        ConfigError: If `level` is not between 0 and 1.
        MissingExtraError: If scikit-learn is missing, which the forests need.

    References:
        Hutter et al. (2014), ICML (fANOVA); Watanabe et al. (2023), IJCAI (PED-ANOVA).
    """
    check_level(level)
    chosen = picked(table, variant)
    trials = chosen.trials[: EFFORTS[estimator].most]
    if len(trials) < LEAST_TRIALS:
        return Missing(
            f"{len(trials)} finished trials, and an importance takes {LEAST_TRIALS} at least"
        )
    declared = table.arm(variant).parameters
    parameters = _assessed(declared, trials, estimator)
    if not parameters:
        return Missing("no parameter differs between the trials that have it")
    found = _shares(table, parameters, trials, _Asked(estimator, level, seed))
    left_out = [one.shown for one in declared if one not in parameters]
    return Importances(
        variant=variant,
        method=estimator.value,
        n=len(trials),
        level=level,
        parameters=tuple(sorted(found, key=lambda one: -one.share)),
        caveats=tuple(_caveats(chosen, len(trials), left_out)),
    )


class _Asked:
    def __init__(self, estimator: Estimator, level: float, seed: int) -> None:
        self.estimator, self.level, self.seed = estimator, level, seed


def _assessed(
    parameters: Sequence[Parameter], trials: Sequence[SearchTrial], estimator: Estimator
) -> tuple[Parameter, ...]:
    """Give the parameters that differ, and that all trials have where the estimator asks that."""
    found = []
    for one in parameters:
        values = [trial.params[one.name] for trial in trials if one.name in trial.params]
        is_known = len(values) == len(trials) or estimator.knows_absence
        if is_known and any(value != values[0] for value in values):
            found.append(one)
    return tuple(found)


def _shares(
    table: SearchTable,
    parameters: Sequence[Parameter],
    trials: Sequence[SearchTrial],
    asked: _Asked,
) -> list[Importance]:
    n = len(trials)
    shares = Shares(asked.estimator, parameters, n=n, seed=asked.seed)
    losses = [-table.metric.goal.sign * (one.value or 0.0) for one in trials]
    points = shares.points([one.params for one in trials], losses)
    draws = np.random.default_rng(asked.seed).integers(
        n, size=(EFFORTS[asked.estimator].resamples_of(n), n)
    )
    resampled = [shares.of([points[place] for place in row]) for row in draws.tolist()]
    tail = (1 - asked.level) / 2
    lows, highs = np.quantile(np.array(resampled), [tail, 1 - tail], axis=0).tolist()
    return [
        Importance(
            parameter=one.name,
            shown=one.shown,
            share=share,
            # the share itself may lie outside: resamples hold fewer different trials
            interval=Interval(low=min(low, share), high=max(high, share)),
        )
        for one, share, low, high in zip(parameters, shares.of(points), lows, highs, strict=True)
    ]


def _caveats(chosen: Picked, n: int, left_out: Sequence[str]) -> Iterator[str]:
    if n < ENOUGH_TRIALS:
        yield f"{n} finished trials are few: shares mean little below {ENOUGH_TRIALS}."
    if n < len(chosen.trials):
        yield f"Only the first {n} of {len(chosen.trials)} finished trials are used."
    if chosen.n_adaptive:
        yield (
            f"{chosen.n_adaptive} of {len(chosen.trials)} trials follow earlier values: the shares "
            "describe where the sampler went, not the whole space."
        )
    if chosen.n_diverged:
        yield (
            f"{chosen.n_diverged} diverged and are left out: what makes a trial diverge does not "
            "count here."
        )
    if chosen.n_pruned:
        yield f"{chosen.n_pruned} were cut early and are left out."
    if left_out:
        yield (f"Left out, as they never differ or are not in all trials: {', '.join(left_out)}.")
