"""Whether a slow starter that is the best in the end is kept, and what cutting saves.

Curves fall from 2 towards a floor each. The best one stays at 2 while it warms up, crosses the
others late, and ends below all of them. In each study it comes at a random place.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import optuna

from trialist.search.pruners import pruning_for
from trialist.values.metric import Goal
from trialist.values.searchplan import Pruner

STUDIES, TRIALS, STEPS = 200, 40, 100
CROSSINGS = (0.05, 0.1, 0.2, 0.4)
LEAST_KEPT = 0.95
WITHIN = 0.1
"""The default's first rung: curves that cross before it are what the rule is made for."""


@dataclass(frozen=True)
class Row:
    """One rule at one crossing: how often the best was kept, and the steps saved."""

    rule: str
    crossing: float
    kept: float
    saved: float
    is_held: bool


def curves(rng: np.random.Generator, crossing: float) -> tuple[np.ndarray, int]:
    """Give the losses of each trial at each step, and which trial is the best."""
    t = np.arange(1, STEPS + 1) / STEPS
    floors, speeds = rng.uniform(0.3, 1.0, TRIALS), rng.uniform(0.08, 0.25, TRIALS)
    losses = floors[:, None] + (2 - floors[:, None]) * np.exp(-t[None, :] / speeds[:, None])
    best = int(rng.integers(TRIALS))
    falls = np.clip((t - 0.6 * crossing) / (0.4 * crossing), 0, None)
    losses[best] = 0.1 + 1.9 * np.exp(-(falls**2) * 4)
    return losses + rng.normal(scale=0.01, size=losses.shape), best


def by_ours(pruner: Pruner, crossing: float, *, knows: bool) -> Callable[[int], tuple]:
    """Give what makes a study with one of our rules."""

    def study(seed: int) -> tuple[bool, float]:
        losses, best = curves(np.random.default_rng(seed), crossing)
        warmup = math.ceil(0.6 * crossing * STEPS) if knows else 0
        pruning = pruning_for(pruner, Goal.MINIMIZE, seed=seed, warmup=warmup)
        steps = []
        for trial, row in enumerate(losses):
            cut = next(
                (
                    step
                    for step, value in enumerate(row, start=1)
                    if not pruning.report(trial, step, float(value)).goes_on
                ),
                STEPS,
            )
            steps.append(cut)
        return steps[best] == STEPS, 1 - sum(steps) / (TRIALS * STEPS)

    return study


def by_optuna(make: Callable[[], optuna.pruners.BasePruner], crossing: float) -> Callable:
    """Give what makes a study with one of Optuna's rules, asked after every step."""

    def study(seed: int) -> tuple[bool, float]:
        losses, best = curves(np.random.default_rng(seed), crossing)
        found = optuna.create_study(pruner=make(), study_name=f"{seed}")
        steps = []
        for row in losses:
            trial = found.ask()
            cut = STEPS
            for step, value in enumerate(row, start=1):
                trial.report(float(value), step)
                if trial.should_prune():
                    cut = step
                    break
            if cut < STEPS:
                found.tell(trial, state=optuna.trial.TrialState.PRUNED)
            else:
                found.tell(trial, float(row[-1]))
            steps.append(cut)
        return steps[best] == STEPS, 1 - sum(steps) / (TRIALS * STEPS)

    return study


def rows(studies: int = STUDIES) -> list[Row]:
    """Measure all rules at all crossings."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    found = []
    for crossing in CROSSINGS:
        for knows in (False, True):
            told = "the warm-up is known" if knows else "it is not"
            for name in ("asha", "hyperband", "median"):
                pruner = Pruner(name=name, resource=STEPS)
                is_held = knows or crossing <= WITHIN
                study = by_ours(pruner, crossing, knows=knows)
                found.append(_row(f"{name}, {told}", crossing, study, studies, is_held=is_held))
        others = {
            "Optuna SuccessiveHalving": optuna.pruners.SuccessiveHalvingPruner,
            "Optuna Median": optuna.pruners.MedianPruner,
            "Optuna Hyperband": optuna.pruners.HyperbandPruner,
        }
        for name, make in others.items():
            n = studies if "Halving" in name else max(studies // 4, 1)
            study = by_optuna(make, crossing)
            found.append(_row(f"{name}, its default", crossing, study, n, is_held=False))
    return found


def _row(rule: str, crossing: float, study: Callable, n: int, *, is_held: bool) -> Row:
    results = [study(seed) for seed in range(n)]
    return Row(
        rule=rule,
        crossing=crossing,
        kept=sum(kept for kept, _ in results) / n,
        saved=sum(saved for _, saved in results) / n,
        is_held=is_held,
    )


def markdown(found: list[Row]) -> str:
    """Give a table: rules down, crossings across."""
    by_rule = {one.rule: {} for one in found}
    for one in found:
        by_rule[one.rule][one.crossing] = one
    head = "".join(f" crosses at {100 * one:g} % |" for one in CROSSINGS)
    lines = [f"| rule |{head}", "|---|" + "---|" * len(CROSSINGS)]
    for rule, at in by_rule.items():
        cells = []
        for crossing in CROSSINGS:
            one = at[crossing]
            missed = " MISSED" if one.is_held and one.kept < LEAST_KEPT else ""
            cells.append(f" kept {one.kept:.1%}{missed}, saved {one.saved:.0%} |")
        lines.append(f"| {rule} |{''.join(cells)}")
    return "\n".join(lines) + "\n"
