"""The playbook's checks on training curves: those of the best trials, and how many of all alarm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from trialist.analysis.budgetuse import budget_uses
from trialist.analysis.clipping import clipped_of
from trialist.analysis.curvebugs import period_of, rising_train_of
from trialist.analysis.curveshape import FEWEST, CurveShape
from trialist.analysis.improving import improving_of
from trialist.analysis.instability import instability_of
from trialist.analysis.latevariance import latevariance_of
from trialist.analysis.overfitting import overfitting_of
from trialist.analysis.ratesweep import rate_sweeps
from trialist.analysis.trialcurves import with_best
from trialist.values.numbers import counted
from trialist.values.playbook import Change, Check, Level
from trialist.values.searchtable import SearchTable
from trialist.values.trialcurve import TrialCurve

ORDER = (
    *(Level.BUG, Level.OVERFITTING, Level.INSTABILITY, Level.NOISY, Level.STILL_IMPROVING),
    *(Level.SATURATED, Level.SUSPECT, Level.NOTE, Level.UNDECIDED, Level.OK),
)
"""The levels of curves, what matters most first."""
_ENOUGH = 5
"""So many trials of which none declines are no accident of their settings."""
_COUNTED = (Level.OVERFITTING, Level.INSTABILITY, Level.BUG, Level.STILL_IMPROVING, Level.SATURATED)


def checks_of_curve(
    curve: TrialCurve, *, noise: float | None = None, difference: float | None = None
) -> tuple[Check, ...]:
    """Give what every check says about one curve, also where it found nothing.

    Args:
        curve: 8 evaluations or more, else everything is undecided.
        noise: The standard deviation between runs with other seeds; None where it is unknown.
        difference: The difference between the variants that are compared; None: there is none.
    """
    of_one: tuple[Callable[[TrialCurve], Check], ...] = (
        *(overfitting_of, instability_of, rising_train_of, period_of, improving_of, clipped_of),
    )
    late = latevariance_of(curve, noise=noise, difference=difference)
    return (*(judge(curve) for judge in of_one), late)


def curve_checks(
    curves: Iterable[TrialCurve], *, noise: float | None = None, difference: float | None = None
) -> tuple[Check, ...]:
    """Give what the curves of a study say: the best trials one by one, and all of them counted.

    What is no best trial is counted too: choosing the best hides what the others suffer from.

    Args:
        curves: Of all trials, the best of each variant marked (`trialcurves.with_best`).
        noise: The standard deviation between runs with other seeds; None where it is unknown.
        difference: The difference between the variants that are compared; None: there is none.

    Returns:
        By variant: what was found in its best curves, each level once and what matters most first,
        or one line that nothing was; then the count over all its curves, where any of them alarms.
    """
    by_variant: dict[str, list[TrialCurve]] = {}
    for curve in curves:
        by_variant.setdefault(curve.variant, []).append(curve)
    found: list[Check] = []
    for variant, own in by_variant.items():
        said = {
            id(curve): checks_of_curve(curve, noise=noise, difference=difference) for curve in own
        }
        best = [check for curve in own if curve.is_best for check in said[id(curve)]]
        found += _none_declines(variant, said)
        found += _told(variant, best, n=sum(curve.is_best for curve in own))
        found += _counts(variant, own, said)
    return tuple(found)


def checks_of_curves(table: SearchTable, curves: Iterable[TrialCurve]) -> tuple[Check, ...]:
    """Give all that the curves of a table of trials say.

    The best trials of each variant one by one, all trials counted, the use of the budget, and the
    stability of variants that are tuned over their learning rate alone.

    Args:
        table: The trials.
        curves: Theirs, as many as there are.
    """
    marked = with_best(curves, table)
    budgets = [use.check for use in budget_uses(marked)]
    sweeps = [sweep.check for sweep in rate_sweeps(table, marked)]
    return (
        *curve_checks(marked, noise=table.noise, difference=_between(table)),
        *(check for check in (*budgets, *sweeps) if check.sentence),
    )


def alarm_rates(curves: Iterable[TrialCurve]) -> Mapping[Level, float]:
    """Give the share of the curves on which each level was found, of those that can be judged."""
    judged = [curve for curve in curves if CurveShape.of(curve.steps, curve.val).n >= FEWEST]
    levels = [{check.level for check in checks_of_curve(curve)} for curve in judged]
    return {level: sum(level in one for one in levels) / max(len(levels), 1) for level in _COUNTED}


def _between(table: SearchTable) -> float | None:
    """Give by how much the best trial of one variant is ahead of the next one's."""
    sign = table.metric.goal.sign
    best = [
        max(values)
        for arm in table.arms
        if (values := [sign * one.value for one in table.of(arm.variant) if one.value is not None])
    ]
    if len(best) < 2:
        return None
    first, second = sorted(best, reverse=True)[:2]
    return first - second


def _told(variant: str, checks: Sequence[Check], *, n: int) -> list[Check]:
    told = [check for check in checks if check.sentence]
    if told:
        return sorted(_merged(told), key=lambda check: ORDER.index(check.level))
    if not n:
        return []
    is_judged = any(check.level is Level.OK for check in checks)
    sentence = f"The curves of the {counted(n, 'best trial')} show nothing that needs attention."
    return [
        Check(
            check="curve",
            level=Level.OK if is_judged else Level.UNDECIDED,
            variant=variant,
            n=n,
            sentence=sentence if is_judged else "No curve of the best trials can be judged.",
        )
    ]


def _none_declines(variant: str, said: Mapping[int, tuple[Check, ...]]) -> list[Check]:
    """Give a bug where the training loss rises in every trial, whatever its learning rate."""
    judged = [
        check
        for checks in said.values()
        for check in checks
        if {"first", "last"} <= {*check.numbers}
    ]
    if len(judged) < _ENOUGH or any(check.level is Level.OK for check in judged):
        return []
    return [
        Check(
            check="curve", level=Level.BUG, subject="all trials", variant=variant, n=len(judged),
            sentence=f"The training loss rises in all {len(judged)} trials, whatever their "
            "settings.",
            suggestion="look for a mistake: the sign of the loss or of the update, labels that do "
            "not belong to their inputs",
            change=Change(kind="fix_code", variant=variant),
            blocks=True,
        )
    ]  # fmt: skip


def _merged(checks: Sequence[Check]) -> list[Check]:
    """Give each finding once: that of the first curve, with the names of all that show it.

    Two findings are of one kind that have the same level and rest on the same numbers by name.
    """
    kinds: dict[tuple[str, ...], list[Check]] = {}
    for check in checks:
        kinds.setdefault((check.level, *check.numbers), []).append(check)
    merged = []
    for found in kinds.values():
        names = dict.fromkeys(one.subject.partition("/attempt-")[0] for one in found)
        sentence = f"{found[0].sentence} Seen in {', '.join(names)}."
        merged.append(replace(found[0], sentence=sentence))
    return merged


def _counts(
    variant: str, curves: Sequence[TrialCurve], said: Mapping[int, tuple[Check, ...]]
) -> list[Check]:
    judged = [
        said[id(curve)] for curve in curves if CurveShape.of(curve.steps, curve.val).n >= FEWEST
    ]
    counts = {
        level: sum(any(check.level is level for check in one) for one in judged)
        for level in _COUNTED
    }
    alarmed = {level: k for level, k in counts.items() if k}
    if not alarmed or len(judged) < 2:
        return []
    words = ", ".join(f"{level.value} in {k}" for level, k in alarmed.items())
    base = Check(check="curve", level=Level.NOTE, subject="all trials", variant=variant)
    return [
        replace(
            base,
            n=len(judged),
            numbers={level.value.lower(): k / len(judged) for level, k in counts.items()},
            sentence=f"Of the {counted(len(judged), 'curve')} of all trials: {words}.",
        )
    ]
