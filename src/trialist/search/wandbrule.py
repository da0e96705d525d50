"""The stopping rule of a W&B sweep file's `early_terminate`, as W&B has it."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass, field

from trialist.search.pruning import Decision, Fate
from trialist.values.metric import Goal
from trialist.values.searchplan import Pruner


@dataclass(slots=True)
class _History:
    steps: set[int] = field(default_factory=set)
    losses: list[float] = field(default_factory=list)
    judged_to: int = -1  # what was judged before a kill is not judged by what came later
    cut: Decision | None = None


class BandPruning:
    """W&B's rule: called Hyperband there, it is one stopping rule without brackets.

    A band is a number of logged values of the metric, whatever their steps. With each value, a
    trial is held against the last band that it passed: it goes on if its value there (`strict`),
    or its best so far, is not worse than the value at place int(n/eta) of the n that came as far.
    Of one or two trials that place is the best: the first is never stopped, the second is when it
    is worse. W&B looks when its controller polls; here every value is looked at. Nothing is
    audited, and no first trials are spared: a sweep's rule is taken as it is.

    Args:
        pruner: What the plan says; its rungs are the bands.
        goal: Which way is better.
    """

    def __init__(self, pruner: Pruner, goal: Goal) -> None:
        self._bands = tuple(sorted(pruner.rungs))
        self._share = 1.0 / pruner.eta
        self._is_strict = pruner.strict
        self._sign = -goal.sign
        self._at: dict[int, list[float]] = {band: [] for band in self._bands}
        self._compared: set[tuple[int, int]] = set()
        self._histories: dict[int, _History] = {}

    @property
    def rungs(self) -> tuple[int, ...]:
        """Where it looks, in logged values."""
        return self._bands

    @property
    def audited(self) -> tuple[int, ...]:
        """None: W&B's rule has no audit."""
        return ()

    def report(self, trial: int, step: int, value: float) -> Decision:
        """Take in a value, and say whether the trial goes on."""
        history = self._histories.setdefault(trial, _History())
        if history.cut is not None:
            return history.cut
        if step in history.steps or not math.isfinite(value):
            return Decision()
        history.steps.add(step)
        history.losses.append(self._sign * value)
        self._compare(trial, len(history.losses), history.losses[-1])
        if step <= history.judged_to:
            return Decision()
        found = self._judged(history.losses)
        history.cut = None if found.goes_on else found
        return found

    def recall(self, trial: int, *, rung: int, step: int, value: float) -> None:
        """Take in a value at a band; later values at it, of a trial that goes on, add nothing."""
        history = self._histories.setdefault(trial, _History())
        history.judged_to = max(step, history.judged_to)
        self._compare(trial, rung, self._sign * value)

    def _compare(self, trial: int, n: int, loss: float) -> None:
        if n in self._at and (trial, n) not in self._compared:
            self._compared.add((trial, n))
            bisect.insort(self._at[n], loss)

    def _judged(self, losses: list[float]) -> Decision:
        band = max((band for band in self._bands if band <= len(losses)), default=None)
        if band is None:
            return Decision()
        there = self._at[band]
        limit = there[int(self._share * len(there))]
        loss = losses[band - 1] if self._is_strict else min(losses)
        what = "its value there" if self._is_strict else "its best value"
        fate, words = (Fate.CUT, "is") if loss > limit else (Fate.KEEP, "is not")
        return Decision(
            fate=fate,
            rung=band,
            n_compared=len(there),
            threshold=self._sign * limit,
            reason=f"{what} {words} worse than the one at the limit",
        )
