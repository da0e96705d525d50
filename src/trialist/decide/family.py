"""The family's test at one look: which comparisons are rejected, and by which threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trialist.stats.corrections import benjamini_hochberg, holm


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What the family's test says about one comparison.

    Attributes:
        rejected: True where "no difference" is rejected.
        threshold: The p that this comparison had to meet.
        p_adjusted: p over the family at this look.
    """

    rejected: bool
    threshold: float
    p_adjusted: float


def step_down(
    p: Mapping[str, float], *, thresholds: tuple[float, ...], n_unrejected: int
) -> Mapping[str, Tested]:
    """Test a family by Holm's step-down with the thresholds of one look.

    The smallest p must meet the threshold of as many comparisons as are not yet rejected, the
    next one the threshold of one fewer, and so on; the first that misses ends it.

    Args:
        p: The p of each comparison that is tested now.
        thresholds: Entry r-1 holds where r comparisons are not yet rejected.
        n_unrejected: Comparisons of the family that are not rejected so far. Those that are not
            in `p` (answered otherwise, or not testable) count as if their p were 1.

    References:
        Holm 1979; with repeated looks: Maurer and Bretz 2013.
    """
    names = sorted(p, key=lambda name: p[name])
    adjusted = holm((*(p[name] for name in names), *[1.0] * (n_unrejected - len(names))))
    tested: dict[str, Tested] = {}
    left, going = n_unrejected, True
    for name, p_adjusted in zip(names, adjusted, strict=False):
        threshold = thresholds[left - 1]
        going = going and p[name] <= threshold and threshold > 0  # 0: no error is spent here
        left -= going
        tested[name] = Tested(rejected=going, threshold=threshold, p_adjusted=p_adjusted)
    return tested


def step_up(p: Mapping[str, float], *, alpha: float, n_family: int) -> Mapping[str, Tested]:
    """Test a family by Benjamini-Hochberg at a false discovery rate of `alpha`.

    References:
        Benjamini and Hochberg 1995.
    """
    adjusted = benjamini_hochberg((*p.values(), *[1.0] * (n_family - len(p))))
    n_rejected = sum(value <= alpha for value in adjusted)
    return {
        name: Tested(
            rejected=p_adjusted <= alpha,
            threshold=alpha * max(n_rejected, 1) / n_family,
            p_adjusted=p_adjusted,
        )
        for name, p_adjusted in zip(p, adjusted, strict=False)
    }


def at_once(
    p: Mapping[str, float], *, threshold: float, share: float = 1.0
) -> Mapping[str, Tested]:
    """Test a family whose p allow for all comparisons already: each meets the same threshold.

    Args:
        p: The p of each comparison, over all of its own study.
        threshold: The p that each has to meet.
        share: The comparisons that `p` allows for over those of the family; below 1 where earlier
            studies are in it.

    References:
        Dunnett (1955), the single-step procedure.
    """
    return {
        name: Tested(
            rejected=value <= threshold, threshold=threshold, p_adjusted=min(1.0, value / share)
        )
        for name, value in p.items()
    }
