"""Trials cut at rungs: ASHA, Hyperband and the median rule."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from trialist.search.asha import worst_of_top_share
from trialist.search.audit import Audit
from trialist.search.hyperband import bracket_of
from trialist.search.median import worst_of_better_half
from trialist.search.pruning import Decision, Fate
from trialist.search.rungs import rungs_of
from trialist.values.metric import Goal
from trialist.values.searchplan import Pruner

LEAST_OTHERS = 5
"""Fewer values at a rung say nothing of where a trial stands."""


@dataclass(slots=True)
class _Way:
    """How far a trial came."""

    rung: int = 0
    cut: Decision | None = None
    is_spared: bool = False


class RungPruning:
    """A rule that looks at rungs.

    Values are compared where they were measured at the same step: the first one that a trial
    reports at a rung or after it. The first trials of a search run in full, and nobody is cut
    before enough others were there: the plan's `startup`, and at least max(5, 2 eta). What audited
    trials reach at later rungs is not compared: the rule is the same with and without them.

    Args:
        pruner: What the plan says.
        goal: Which way is better.
        seed: Draws the would-be cuts that are audited.
        warmup: The last step of the learning rate's warm-up.

    Raises:
        ConfigError: If the rungs have no place in the budget.
    """

    def __init__(self, pruner: Pruner, goal: Goal, *, seed: int, warmup: int = 0) -> None:
        self._rungs = rungs_of(pruner, warmup=warmup)
        self._pruner = pruner
        self._needed = max(pruner.startup, LEAST_OTHERS, 2 * pruner.eta)
        self._sign = -goal.sign
        self._audit = Audit(share=pruner.audit, seed=seed)
        self._losses: dict[tuple[int, int], list[float]] = {}
        self._ways: dict[int, _Way] = {}
        self._n_begun: dict[int, int] = {}

    @property
    def rungs(self) -> tuple[int, ...]:
        """Where it looks, in steps."""
        return self._rungs

    @property
    def audited(self) -> tuple[int, ...]:
        """The trials that would have been cut and run on."""
        return self._audit.trials

    def report(self, trial: int, step: int, value: float) -> Decision:
        """Take in a value, and say whether the trial goes on."""
        bracket = self._bracket(trial)
        way = self._ways.get(trial) or _Way()
        rung = max((rung for rung in self._rungs[bracket:] if rung <= step), default=0)
        if way.cut is not None:
            return way.cut
        if rung <= way.rung:
            return Decision()
        if not way.rung:
            self._n_begun[bracket] = self._n_begun.get(bracket, 0) + 1
            way.is_spared = self._n_begun[bracket] <= self._needed
        way.rung = rung
        self._ways[trial] = way
        found = replace(self._at(trial, way, (bracket, step), self._sign * value), rung=rung)
        way.cut = None if found.goes_on else found
        return found

    def recall(self, trial: int, *, rung: int, step: int, value: float) -> None:
        """Take in a decision that was made before: it follows from the value again."""
        del rung
        self.report(trial, step, value)

    def _bracket(self, trial: int) -> int:
        if self._pruner.name != "hyperband":
            return 0
        return bracket_of(trial, len(self._rungs), self._pruner.eta)

    def _at(self, trial: int, way: _Way, place: tuple[int, int], loss: float) -> Decision:
        if math.isnan(loss):
            return Decision(fate=Fate.CUT, reason="its value is not a number")
        if trial in self.audited:
            return Decision(reason="it runs on to show what cutting costs")
        losses = self._losses.setdefault(place, [])
        losses.append(loss)
        n = len(losses)
        if way.is_spared:
            return Decision(n_compared=n, reason=f"the first {self._needed} trials run in full")
        if n <= self._needed:
            reason = f"{n - 1} others had been there, of the {self._needed} that it takes"
            return Decision(n_compared=n, reason=reason)
        return self._compared(trial, loss, losses)

    def _compared(self, trial: int, loss: float, losses: Sequence[float]) -> Decision:
        worst_kept, words = _RULES[self._pruner.name]
        limit = worst_kept(losses, self._pruner.eta)
        kept = words.format(eta=self._pruner.eta)
        found = Decision(
            n_compared=len(losses), threshold=self._sign * limit, reason=f"it is in {kept}"
        )
        if loss <= limit:
            return found
        fate = Fate.AUDIT if self._audit.takes(trial) else Fate.CUT
        return replace(found, fate=fate, reason=f"it is not in {kept}")


_Rule = Callable[[Sequence[float], int], float]

_RULES: Mapping[str, tuple[_Rule, str]] = {
    "median": (worst_of_better_half, "the better half"),
    "asha": (worst_of_top_share, "the best 1/{eta}"),
    "hyperband": (worst_of_top_share, "the best 1/{eta} of its bracket"),
}
