"""Whether the variants that were searched had equally many trials, of equal length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trialist.analysis.budgetcurves import scores_of
from trialist.analysis.evenly import is_complete
from trialist.stats.bestof import expected_best
from trialist.stats.splitstudy import LARGEST_RATIO
from trialist.values.errors import InsufficientDataError
from trialist.values.events import RunStatus
from trialist.values.playbook import Change, Check, Level
from trialist.values.searchtable import SearchTable

TRIALS = "equal_trials"
"""The name of the check of the numbers of trials."""

STEPS = "equal_steps"
"""The name of the check of their lengths."""

_SAME_STEPS = 1.1  # the longest trials over each other: more is another budget
_TWO = 2
_OPEN = (RunStatus.QUEUED, RunStatus.RUNNING)


def equal_trials(table: SearchTable) -> tuple[Check, ...]:
    """Check that the variants that were searched had equally many trials, of equal length.

    The variant with more trials finds better winners by that alone: of two equal variants the one
    with 32 trials looks better than the one with 8 in 80 % of studies. UNEQUAL blocks, and the
    sentence has both at the common number of trials, by the unbiased estimator. Numbers up to a
    quarter apart are let pass, as for recipe claims: a trial or two may be lost.
    """
    counts = {arm.variant: _count(table, arm.variant) for arm in table.arms if arm.parameters}
    if len(counts) < _TWO:
        return ()
    if any(trial.status in _OPEN for trial in table.trials) or not all(counts.values()):
        return (_unfinished(counts),)
    steps = _steps(table, tuple(counts))
    return (_by_count(table, counts), *([_by_steps(steps)] if steps else []))


def _count(table: SearchTable, variant: str) -> int:
    return sum(
        trial.status.has_result or trial.status is RunStatus.PRUNED for trial in table.of(variant)
    )


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n:,}" for name, n in counts.items())


def _unfinished(counts: Mapping[str, int]) -> Check:
    return Check(
        check=TRIALS,
        level=Level.UNDECIDED,
        n=min(counts.values()),
        sentence=f"The searches are not at their end: trials so far {_listed(counts)}.",
    )


def _by_count(table: SearchTable, counts: Mapping[str, int]) -> Check:
    few, many = min(counts.values()), max(counts.values())
    numbers = {"fewest": few, "most": many}
    if many <= LARGEST_RATIO * few:
        about = "equally many" if few == many else "about equally many"
        return Check(
            check=TRIALS, level=Level.OK, n=few, numbers=numbers,
            sentence=f"The variants had {about} trials: {_listed(counts)}.",
        )  # fmt: skip
    lead = (
        f"The variants had different numbers of trials, {_listed(counts)}: the one with more finds "
        "a better best by that alone."
    )
    return Check(
        check=TRIALS,
        level=Level.UNEQUAL,
        n=few,
        numbers=numbers,
        sentence=f"{lead}{_at_common(table, tuple(counts), few)}",
        suggestion=f"Give every variant {many} trials.",
        change=Change(kind="equal_trials", amount=many),
        blocks=True,
    )


def _at_common(table: SearchTable, variants: Sequence[str], m: int) -> str:
    """Give the expected best of the same number of trials of each variant, as a sentence."""
    found = []
    for name in variants:
        scores = scores_of(table, name)
        try:
            best = expected_best(scores, min(m, len(scores)), maximize=table.metric.goal.sign > 0)
        except InsufficientDataError:
            return ""
        found.append(f"{name} {best:.4g}")
    return f" The expected best of {m} trials each: {', '.join(found)}."


def _steps(table: SearchTable, variants: Sequence[str]) -> dict[str, int]:
    """Give the longest trial of each variant, where the budget is not known to be one."""
    if table.max_steps is not None:
        return {}
    steps = {
        name: max((trial.steps or 0 for trial in table.of(name) if is_complete(trial)), default=0)
        for name in variants
    }
    return steps if all(steps.values()) else {}


def _by_steps(steps: Mapping[str, int]) -> Check:
    short, long = min(steps.values()), max(steps.values())
    numbers = {"shortest": short, "longest": long}
    if long <= _SAME_STEPS * short:
        return Check(
            check=STEPS, level=Level.OK, n=len(steps), numbers=numbers,
            sentence=f"The longest trials are equally long: {_listed(steps)} steps.",
        )  # fmt: skip
    return Check(
        check=STEPS,
        level=Level.UNEQUAL,
        n=len(steps),
        numbers=numbers,
        sentence=f"The variants trained for different numbers of steps: {_listed(steps)}.",
        suggestion="Give every variant the same budget: `budget: {max_train_steps: ...}`.",
        change=Change(kind="equal_trials"),
        blocks=True,
    )
