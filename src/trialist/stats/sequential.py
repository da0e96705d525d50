"""Looks before the end: how the error rate is spent, and the p that a look has to reach."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from trialist.stats.t_process import exact_thresholds
from trialist.values.errors import ConfigError

SMALLEST_N = 2
_DIGITS = 6


def spending(n: Sequence[int], alpha: float) -> tuple[float, ...]:
    """Give the error rate that is spent up to each look: alpha (n / N)^2, "power2".

    Args:
        n: Seeds per variant at each look; the last is N.
        alpha: Error rate of all looks together.

    References:
        Kim & DeMets (1987), Biometrika 74, 149-154, with rho = 2.

    Example:
        >>> spending((5, 10, 20), 0.05)
        (0.003125, 0.0125, 0.05)
    """
    return tuple(alpha * ((size / n[-1]) * (size / n[-1])) for size in n)


def thresholds(looks: tuple[int, ...], *, alpha: float, paired: bool) -> tuple[float, ...]:
    """Give the two-sided p that the t test has to reach at each look.

    With no difference, the chance that any look up to the j-th reaches its threshold is what
    `spending` allows up to there. Assumes normal noise, equal in both variants if unpaired: then
    they are the thresholds of the pooled t test; with Welch's p they are conservative. A look
    with fewer than 2 seeds has no t test: its threshold is 0, and what it would have spent is
    there for the next. Several looks: rounded to 6 digits, so that a plan is the same on every
    machine.

    Args:
        looks: Seeds per variant at each look, increasing.
        alpha: Error rate of all looks together, in (0, 1).
        paired: Whether pairs are compared.

    Raises:
        ConfigError: If looks do not increase, or `alpha` is not between 0 and 1.

    References:
        Lan & DeMets (1983), Biometrika 70, 659-663; docs/design/002-exact-thresholds.md.

    Example:
        >>> [f"{p:.4f}" for p in thresholds((5, 8, 12, 20), alpha=0.05, paired=True)]
        ['0.0031', '0.0054', '0.0121', '0.0384']
    """
    _check(looks, alpha)
    return _thresholds(tuple(looks), alpha, bool(paired))


@lru_cache(maxsize=4096)
def _thresholds(looks: tuple[int, ...], alpha: float, paired: bool) -> tuple[float, ...]:  # noqa: FBT001
    spent = spending(looks, alpha)
    tested = [place for place, n in enumerate(looks) if n >= SMALLEST_N]
    if len(tested) <= 1:
        return tuple(alpha if place in tested else 0.0 for place in range(len(looks)))
    found = exact_thresholds(
        [looks[place] for place in tested], [spent[place] for place in tested], paired=paired
    )
    untested = (0.0,) * (len(looks) - len(tested))
    return untested + tuple(float(f"{threshold:.{_DIGITS}g}") for threshold in found)


def _check(looks: tuple[int, ...], alpha: float) -> None:
    ordered = all(before < after for before, after in pairwise(looks))
    if not looks or looks[0] < 1 or not ordered:
        raise ConfigError(
            f"looks {list(looks)} do not increase from 1 or more", todo="such as 5, 8, 12, 20"
        )
    if not 0 < alpha < 1:
        raise ConfigError(f"alpha is {alpha!r}, not between 0 and 1", todo="use 0.05")
