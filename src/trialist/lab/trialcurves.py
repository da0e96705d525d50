"""What the runs of trials logged by steps, for the checks on curves and for the pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialist.analysis.trialcurves import curve_of, with_best
from trialist.ledger.folder import StudyFolder
from trialist.ledger.runcurves import curves_of
from trialist.ledger.shortcurve import ShortCurve
from trialist.render.reportdata import Curve
from trialist.values.events import RunStatus
from trialist.values.searchtable import SearchTable
from trialist.values.trialcurve import TrialCurve

_JUDGED = (RunStatus.FINISHED, RunStatus.DIVERGED)


def curves_of_trials(folder: StudyFolder, table: SearchTable) -> tuple[TrialCurve, ...]:
    """Give the curve of one run of every trial that has ended, the best of each variant marked.

    Long curves come in at most 200 points: the means of their stretches.

    Args:
        folder: The study's folder.
        table: Its trials.
    """
    ended = [one for one in table.trials if one.run is not None and one.status in _JUDGED]
    places = {one.run: place for place, one in enumerate(ended) if one.run is not None}
    logged = dict(curves_of(folder, places))
    found = []
    for place in sorted(logged):
        points = {name: _points(curve) for name, curve in logged[place].items()}
        curve = curve_of(ended[place], points, metric=table.metric, max_steps=table.max_steps)
        if curve is not None:
            found.append(curve)
    return with_best(found, table)


def _points(curve: ShortCurve) -> tuple[Sequence[int], Sequence[float]]:
    if not curve.mean_steps:
        return curve.steps, curve.values
    return [round(step) for step in curve.mean_steps], curve.mean_values


def pictured(curves: Sequence[TrialCurve]) -> tuple[Curve, ...]:
    """Give the curves of the best trials as figures draw them: the goal metric, and training."""
    return tuple(one for curve in curves if curve.is_best for one in _pictured(curve))


def _pictured(curve: TrialCurve) -> Iterator[Curve]:
    for track in filter(None, (curve.val, curve.train)):
        yield Curve(
            metric=track.metric,
            variant=curve.variant,
            seed=_number(curve.run),
            steps=curve.steps,
            values=track.values,
        )


def _number(run: str | None) -> int:
    """Give the seed in a run's name, `VARIANT/seed-3/attempt-1`."""
    words = (run or "").split("/")
    seed = words[1].removeprefix("seed-") if len(words) > 1 else ""
    return int(seed) if seed.isdecimal() else 0
