"""The density check: whether there are enough trials to trust the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trialist.analysis.budgetcurves import gain_of_doubling, scores_of
from trialist.analysis.evenly import evenly, is_complete
from trialist.values.missing import Missing, present
from trialist.values.numbers import counted
from trialist.values.playbook import Change, Check, Level
from trialist.values.searchtable import SearchTable

DENSITY = "density"
"""The name of the check."""

_FEWEST = 5
_GOOD_SDS = 2.0  # of the noise between runs: as good as the best
_GOOD_OF_IQR = 0.1  # the same, where that noise is unknown
_ENOUGH_GOOD = 3
_MOST_GAIN = 1.0  # sds that the last doubling may still have brought


@dataclass(frozen=True, slots=True)
class _Found:
    n: int
    good: int
    width: float
    gain: float | Missing
    gain_sds: float | None
    noise: float | None


def density(table: SearchTable) -> tuple[Check, ...]:
    """Check for every variant whether its best is one of several, and what doubling still brings.

    Good trials lie within two standard deviations between runs of the best one. SPARSE where the
    best is alone, or where the last doubling of the trials brought more than one such deviation.
    Where that noise is unknown, good is a tenth of the interquartile range, and a best that is
    alone is SUSPECT only: measured, it says nothing of how far the best is from the optimum
    (`benchmarks/playbook`). Only trials that cover the space evenly are read; the searches of a
    variant are pooled.
    """
    return tuple(_of_variant(table, arm.variant) for arm in table.arms if arm.parameters)


def _of_variant(table: SearchTable, variant: str) -> Check:
    scores = scores_of(table, variant)
    known = np.array([score for score in scores if score is not None])
    if len(known) < _FEWEST:
        return _undecided(table, variant, len(known))
    found = _found(table, scores, known)
    level = _level(found)
    return Check(
        check=DENSITY,
        level=level,
        variant=variant,
        n=found.n,
        numbers={
            "good": found.good,
            "width": found.width,
            "gain": present(found.gain),
            "gain_sds": found.gain_sds,
            "noise": found.noise,
        },
        sentence=_sentence(variant, found),
        suggestion=_suggestion(level, found),
        change=None
        if level is Level.OK or found.noise is None
        else Change(kind="more_trials", variant=variant, amount=2 * found.n),
    )


def _found(table: SearchTable, scores: Sequence[float | None], known: np.ndarray) -> _Found:
    goal, noise = table.metric.goal, table.noise
    oriented = -goal.sign * known
    if noise is None:
        width = _GOOD_OF_IQR * float(np.subtract(*np.quantile(known, (0.75, 0.25))))
    else:
        width = _GOOD_SDS * noise
    gain = gain_of_doubling(scores, goal)
    sds = None
    if noise is not None and noise > 0 and not isinstance(gain, Missing):
        sds = gain / noise
    return _Found(
        n=len(scores),
        good=int((oriented <= oriented.min() + width).sum()),
        width=width,
        gain=gain,
        gain_sds=sds,
        noise=noise,
    )


def _level(found: _Found) -> Level:
    if found.noise is not None and (found.good == 1 or (found.gain_sds or 0.0) > _MOST_GAIN):
        return Level.SPARSE
    return Level.OK if found.good >= _ENOUGH_GOOD else Level.SUSPECT


def _undecided(table: SearchTable, variant: str, n: int) -> Check:
    trials = table.of(variant)
    if any(map(is_complete, trials)) and not evenly(trials):
        sentence = (
            f"Nothing can be said of how densely {variant} was searched: all its trials were "
            "proposed with an eye on earlier ones."
        )
        change = None
    else:
        sentence = (
            f"{counted(n, 'trial')} of {variant} ran to their end: too few to say whether the best "
            f"can be trusted, {_FEWEST} are needed."
        )
        change = Change(kind="more_trials", variant=variant, amount=max(2 * n, _FEWEST))
    return Check(
        check=DENSITY, level=Level.UNDECIDED, variant=variant, n=n, sentence=sentence, change=change
    )


def _sentence(variant: str, found: _Found) -> str:
    by = "two standard deviations between runs"
    if found.noise is None:
        by = "a tenth of the interquartile range"
    lead = f"{counted(found.good, 'trial')} of {found.n} of {variant} come within {by} of the best"
    if found.good == 1:
        lead = (
            f"The best of {found.n} trials of {variant} is a single point: none comes within {by}"
            " of it"
        )
    if found.gain_sds is not None:
        lead += f"; the last doubling brought {found.gain_sds:.2g} standard deviations"
    elif isinstance(found.gain, Missing):
        lead += f"; {found.gain.reason}"
    else:
        lead += f"; the last doubling brought {found.gain:.3g}"
    hint = " The noise between runs is unknown: nothing was run again." * (found.noise is None)
    return f"{lead}.{hint}"


def _suggestion(level: Level, found: _Found) -> str:
    if level is Level.OK:
        return ""
    if found.noise is None:
        return "Run the best again with other seeds: their spread tells whether to search on."
    return f"Run more trials, {2 * found.n} in all, or search fewer parameters."
