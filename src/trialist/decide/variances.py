"""The noise of tuned results in its parts: between runs, between searches, between data splits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from trialist.stats.spread import mean_of
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, decimals_for
from trialist.values.searches import SearchSummary
from trialist.values.variances import FreshValue, Variances

_NO_TRIAL = Missing("no winner was run with two fresh seeds")
_NO_STUDY = Missing("one search: the luck of the search is not known")
_NO_DATA = Missing("all runs of a winner have one split of the data, or each its own")


def variances_of(
    variant: str,
    runs: Iterable[FreshValue],
    *,
    noise: float | None = None,
    n_noise: int = 0,
) -> Variances:
    """Give the parts of one variant's noise, by the method of moments for nested groups.

    A part that comes out below zero is zero: the groups differ by no more than their runs.

    Args:
        variant: The variant.
        runs: Fresh runs of the winners of its searches.
        noise: The SD between runs of one configuration as it is known from elsewhere, for winners
            that were run again once each; None where it is not.
        n_noise: The degrees of freedom of `noise`.

    References:
        Searle, Casella, McCulloch (1992), Variance Components, section 3.6.
    """
    cells = _cells(runs)
    trial, n_trial = _within([values for splits in cells.values() for values in splits.values()])
    if isinstance(trial, Missing) and noise is not None:
        trial, n_trial = noise**2, n_noise
    data, n_data = _between_splits(cells, trial)
    study = _between_winners(cells, trial, data)
    return Variances(
        variant=variant,
        trial=_root(trial),
        study=_root(study),
        data=_root(data),
        n_trial=n_trial,
        n_study=0 if isinstance(study, Missing) else len(cells),
        n_data=n_data,
    )


def noise_caveats(
    groups: Mapping[str, Sequence[SearchSummary]],
    metric: Metric,
    *,
    noise: float | None = None,
    n_noise: int = 0,
    split_varies: bool = False,
) -> tuple[str, ...]:
    """Give the parts of the noise of each tuned variant, as sentences; nothing without fresh runs.

    Args:
        groups: The searches of each variant.
        metric: What is measured.
        noise: The SD between runs of one configuration as trials with several seeds show it.
        n_noise: The degrees of freedom of `noise`.
        split_varies: Each seed draws a split of its own, so that runs of one winner differ by the
            data as well: the two parts are one number.
    """
    found = (
        variances_of(name, _fresh_values(group), noise=noise, n_noise=n_noise)
        for name, group in groups.items()
        if any(search.fresh.n for search in group)
    )
    measured: list[Variances] = []
    unknown: list[Variances] = []
    for one in found:
        parts = (one.trial, one.study, one.data)
        (unknown if all(isinstance(p, Missing) for p in parts) else measured).append(one)
    words = (variance_words(one, metric, split_varies=split_varies) for one in measured)
    return (*words, *_untold(unknown))


def _untold(unknown: Sequence[Variances]) -> Iterator[str]:
    if unknown:
        names = ", ".join(one.variant for one in unknown)
        yield (
            f"Trial, study and data variance of {names} are not told apart: no winner was run with "
            "two fresh seeds."
        )


def _fresh_values(group: Sequence[SearchSummary]) -> list[FreshValue]:
    return [
        FreshValue(winner=search.search, value=value)
        for search in group
        for value in search.fresh.values
    ]


def variance_words(found: Variances, metric: Metric, *, split_varies: bool = False) -> str:
    """Give the parts of the noise in one sentence, what was not measured among them."""
    unit = Unit.of(metric)
    runs = "trial and data variance together" if split_varies else "trial variance"
    parts = [
        _part(runs, found.trial, f"{found.n_trial} degrees of freedom", unit),
        _part("study variance", found.study, f"{found.n_study} searches", unit),
    ]
    if not split_varies:
        parts.append(_part("data variance", found.data, f"{found.n_data} splits", unit))
    return f"Noise of {found.variant} (standard deviations): {'; '.join(parts)}."


def _part(name: str, sd: float | Missing, basis: str, unit: Unit) -> str:
    if isinstance(sd, Missing):
        return f"{name} not measured ({sd.reason})"
    return f"{name} {unit.amount(sd, decimals_for(sd * unit.factor))} ({basis})"


_Cells = dict[str, dict[int | str, list[float]]]


def _cells(runs: Iterable[FreshValue]) -> _Cells:
    cells: _Cells = {}
    for run in runs:
        cells.setdefault(run.winner, {}).setdefault(run.split, []).append(run.value)
    return cells


def _within(groups: Sequence[Sequence[float]]) -> tuple[float | Missing, int]:
    df = sum(len(group) - 1 for group in groups)
    if df < 1:
        return _NO_TRIAL, 0
    return sum(_squares(group) for group in groups) / df, df


def _between_splits(cells: _Cells, trial: float | Missing) -> tuple[float | Missing, int]:
    several = [
        splits
        for splits in cells.values()
        if len(splits) > 1 and any(len(values) > 1 for values in splits.values())
    ]
    if isinstance(trial, Missing) or not several:
        return _NO_DATA, 0
    df = sum(len(splits) - 1 for splits in several)
    means = [[mean_of(values) for values in splits.values()] for splits in several]
    share = mean_of([1 / len(values) for splits in several for values in splits.values()])
    found = sum(_squares(one) for one in means) / df - trial * share
    return max(found, 0.0), df + len(several)


def _between_winners(
    cells: _Cells, trial: float | Missing, data: float | Missing
) -> float | Missing:
    if len(cells) < 2:
        return _NO_STUDY
    if isinstance(trial, Missing):
        return Missing("no winner was run with two fresh seeds, so searches and runs are one noise")
    means = [
        mean_of([v for values in splits.values() for v in values]) for splits in cells.values()
    ]
    n_runs = [sum(map(len, splits.values())) for splits in cells.values()]
    noise = trial * mean_of([1 / n for n in n_runs])
    if not isinstance(data, Missing):
        noise += data * mean_of([1 / len(splits) for splits in cells.values()])
    return max(_squares(means) / (len(means) - 1) - noise, 0.0)


def _squares(values: Sequence[float]) -> float:
    middle = mean_of(values)
    return math.fsum((value - middle) ** 2 for value in values)


def _root(variance: float | Missing) -> float | Missing:
    return variance if isinstance(variance, Missing) else math.sqrt(variance)
