"""What several looks find, and how many seeds they take: by simulation with a given generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialist.stats.ttest import critical_at

Array = npt.NDArray[np.float64]
Rng = np.random.Generator
"""For rooms that draw through this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksOutcome:
    """How often a study that stops at the first answer ends in what, as shares of all studies.

    Attributes:
        better: It finds that the variant is better.
        worse: It finds that the variant is worse.
        not_worth: It finds that the variant gains less than the margin (equal to the baseline
            among them).
        open: It has no answer at the last look.
        mean_seeds: Seeds per variant that it takes on average.
    """

    better: float
    worse: float
    not_worth: float
    open: float
    mean_seeds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """The looks of a study.

    Attributes:
        n: Seeds per variant at each look, increasing.
        thresholds: The two-sided p that each look has to reach; 0 where it cannot reach any.
        paired: Whether pairs are compared.
    """

    n: Sequence[int]
    thresholds: Sequence[float]
    paired: bool


def simulate_looks(
    effect: float, margin: float | None, looks: Looks, *, rng: Rng, n_studies: int
) -> LooksOutcome:
    """Give what becomes of `n_studies` studies in which the true difference is `effect`.

    Assumes normal noise, equal in both variants if unpaired (pooled t). The standard error of a
    share is at most .5 / sqrt(n_studies). Smallest n of a look that can end a study: 2.

    Args:
        effect: True difference in SDs: of the runs if unpaired, of the differences if paired.
        margin: The smallest difference worth having, in the same SDs; None: nothing is ruled out.
        looks: When it is looked at.
        rng: Draws the noise.
        n_studies: How many studies.

    References:
        Jennison & Turnbull (2000), "Group Sequential Methods", chapters 7 and 9.
    """
    last = looks.n[-1]
    a = np.zeros((n_studies, last)) if looks.paired else rng.standard_normal((n_studies, last))
    b = effect + rng.standard_normal((n_studies, last))
    going = np.ones(n_studies, dtype=bool)
    counts, taken = np.zeros(3), 0.0
    for n, threshold in zip(looks.n, looks.thresholds, strict=True):
        if n < 2 or threshold <= 0:
            continue
        answers = _answers(a[going, :n], b[going, :n], margin, threshold, looks.paired)
        counts += [int((answers == code).sum()) for code in (1, 2, 3)]
        taken += n * int((answers > 0).sum())
        going[going] = answers == 0
    left = int(going.sum())
    better, worse, not_worth = (float(count) / n_studies for count in counts)
    return LooksOutcome(
        better=better,
        worse=worse,
        not_worth=not_worth,
        open=left / n_studies,
        mean_seeds=(taken + last * left) / n_studies,
    )


def _answers(
    a: Array,
    b: Array,
    margin: float | None,
    threshold: float,
    paired: bool,  # noqa: FBT001
) -> npt.NDArray[np.int64]:
    """Give 1 better, 2 worse, 3 not worth having, 0 open, per study."""
    n = b.shape[1]
    difference = b.mean(axis=1) - a.mean(axis=1)
    if paired:
        df, error = n - 1, b.std(axis=1, ddof=1) / np.sqrt(n)
    else:
        df = 2 * n - 2
        error = np.sqrt((a.var(axis=1, ddof=1) + b.var(axis=1, ddof=1)) / n)
    reach = critical_at(df, threshold) * error
    found = np.abs(difference) >= reach
    answers = np.where(found, np.where(difference > 0, 1, 2), 0)
    if margin is not None:
        answers[~found & (difference + reach < margin)] = 3
    return answers
