"""Several groups of runs against the first one, with the noise of all of them together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from trialist.stats.spread import NO_SPREAD, has_spread, mean_of, sd_of
from trialist.values.errors import ConfigError, InsufficientDataError


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledMany:
    """Comparisons with a baseline that share one SD.

    Attributes:
        sd: The SD of a run that all groups agree on; without the seed's share if blocked.
        df: Its degrees of freedom.
        estimates: Mean less the baseline's mean, of each other group.
        ses: Their standard errors.
        t: Their t statistics.
        max_sd_ratio: The largest SD of a group over the smallest; infinite where one has none.
    """

    sd: float
    df: float
    estimates: tuple[float, ...]
    ses: tuple[float, ...]
    t: tuple[float, ...]
    max_sd_ratio: float


def pooled_many(groups: Sequence[Sequence[float]]) -> PooledMany:
    """Give each group's difference from the first, judged by the pooled SD of all groups.

    Assumes independent runs with equal normal noise; smallest n: 2 a group.

    Args:
        groups: Values of each group, the baseline's first; sizes may differ.

    Raises:
        InsufficientDataError: If there is no second group, a group has fewer than 2 values, or no
            group has any spread.
        MetricError: If a value is NaN or infinite.

    References:
        Dunnett (1955), JASA 50, 1096-1121.

    Example:
        >>> found = pooled_many([[1.0, 2.0, 3.0], [2.0, 3.0, 4.0], [4.0, 5.0, 9.0]])
        >>> found.df, [round(t, 2) for t in found.t]
        (6.0, [0.71, 2.83])
    """
    _check(groups)
    sds = [sd_of(group) if has_spread(group) else 0.0 for group in groups]
    if max(sds) == 0:
        raise _no_spread(f"{len(groups)} groups of runs")
    sizes = [len(group) for group in groups]
    df = sum(sizes) - len(sizes)
    shares = (sd * math.sqrt((n - 1) / df) for sd, n in zip(sds, sizes, strict=True))
    sd = math.hypot(*sorted(shares))
    means = [mean_of(group) for group in groups]
    return _many(
        estimates=tuple(mean - means[0] for mean in means[1:]),
        ses=tuple(sd * math.sqrt(1 / n + 1 / sizes[0]) for n in sizes[1:]),
        sd=sd,
        df=float(df),
        sd_ratio=_ratio(sds),
    )


def blocked_many(rows: Sequence[Sequence[float]]) -> PooledMany:
    """Give each row's mean difference from the first row, judged by the residual of both ways.

    What a seed does to all variants alike is taken out first. Assumes that what is left is normal
    noise, equal in all variants and independent between them; smallest n: 2 seeds. Two rows are
    the paired t test.

    Args:
        rows: Values of each variant, the baseline's first; column j of every row is seed j.

    Raises:
        ConfigError: If the rows differ in length.
        InsufficientDataError: If there is no second row, fewer than 2 columns, or nothing is left
            once variants and seeds are taken out.
        MetricError: If a value is NaN or infinite.

    References:
        Scheffe (1959), "The Analysis of Variance", section 4.2, for the residual; Dunnett (1955).

    Example:
        >>> found = blocked_many([[1.0, 2.0, 4.0], [2.0, 3.0, 5.5], [3.0, 5.0, 6.0]])
        >>> found.df, [round(t, 2) for t in found.t]
        (4.0, [3.5, 7.0])
    """
    _check(rows)
    n = len(rows[0])
    if any(len(row) != n for row in rows):
        raise ConfigError(
            f"blocks with {sorted({len(row) for row in rows})} runs",
            todo="compare the seeds that every variant has",
        )
    sds = [sd_of(row) if has_spread(row) else 0.0 for row in rows]
    # differences from the baseline carry all that seeds do not share, whatever the metric's size
    differences = [[x - base for x, base in zip(row, rows[0], strict=True)] for row in rows[1:]]
    if not any(has_spread(row) for row in differences):
        raise _no_spread(f"{len(rows)} variants over {n} seeds, once their means are taken out,")
    means = (0.0, *(mean_of(row) for row in differences))
    columns = [(0.0, *column) for column in zip(*differences, strict=True)]
    residuals = [residual for column in columns for residual in _residuals(column, means)]
    df = (len(rows) - 1) * (n - 1)
    sd = math.hypot(*sorted(map(abs, residuals))) / math.sqrt(df)
    se = sd * math.sqrt(2 / n)
    return _many(
        estimates=means[1:],
        ses=(se,) * (len(rows) - 1),
        sd=sd,
        df=float(df),
        sd_ratio=_ratio(sds),
    )


def _residuals(column: Sequence[float], means: Sequence[float]) -> list[float]:
    left = [x - mean for x, mean in zip(column, means, strict=True)]
    shift = math.fsum(left) / len(left)
    return [x - shift for x in left]


def _many(
    *,
    estimates: tuple[float, ...],
    ses: tuple[float, ...],
    sd: float,
    df: float,
    sd_ratio: float,
) -> PooledMany:
    t = tuple(estimate / se for estimate, se in zip(estimates, ses, strict=True))
    return PooledMany(sd=sd, df=df, estimates=estimates, ses=ses, t=t, max_sd_ratio=sd_ratio)


def _check(groups: Sequence[Sequence[float]]) -> None:
    if len(groups) < 2:
        raise InsufficientDataError("no group is compared with the baseline", todo="add a variant")
    if min(len(group) for group in groups) < 2:
        raise InsufficientDataError(
            f"pooled noise needs 2 runs of every variant, not {[len(group) for group in groups]}",
            todo="run at least 2 seeds of every variant",
        )


def _no_spread(what: str) -> InsufficientDataError:
    return InsufficientDataError(
        f"{what} without spread ({NO_SPREAD})", todo="check that the seed changes the run"
    )


def _ratio(sds: Sequence[float]) -> float:
    return max(sds) / min(sds) if min(sds) > 0 else math.inf
