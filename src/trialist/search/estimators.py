"""Optuna's estimators of importance, on trials as points."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from optuna.importance import (
    BaseImportanceEvaluator,
    FanovaImportanceEvaluator,
    MeanDecreaseImpurityImportanceEvaluator,
    PedAnovaImportanceEvaluator,
)
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from trialist.search.optunasampler import quiet
from trialist.search.places import place_of
from trialist.values.errors import MissingExtraError
from trialist.values.space import Parameter


class Estimator(StrEnum):
    """How importance is estimated."""

    FANOVA = "fanova"  # a forest's share of the variance that a parameter explains alone
    PED_ANOVA = "ped_anova"  # how far the best trials' values of a parameter differ from all
    MDI = "mdi"  # how much splits at a parameter tell a forest

    @property
    def knows_absence(self) -> bool:
        """True where some trials may be without a parameter."""
        return self is Estimator.PED_ANOVA


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What an estimator may cost: a page waits for it.

    Attributes:
        resamples: Resamples of the trials, for the intervals; fewer where the trials are many.
        most: The most trials that are used.
    """

    resamples: int
    most: int

    def resamples_of(self, n: int) -> int:
        """Give the resamples of `n` trials."""
        return min(self.resamples, max(_LEAST_RESAMPLES, _MOST_DRAWN // n))


EFFORTS: Mapping[Estimator, Effort] = {
    Estimator.FANOVA: Effort(resamples=20, most=200),
    Estimator.PED_ANOVA: Effort(resamples=100, most=2_000),
    Estimator.MDI: Effort(resamples=20, most=2_000),
}

_LEAST_RESAMPLES = 40
_MOST_DRAWN = 50_000
_TREES = 16  # a forest of 64, Optuna's default, moves a share by .01 and takes four times as long
_BEST = 5  # trials among the best, as the authors of PED-ANOVA ask


class Shares:
    """The shares of the parameters in a list of trials.

    Args:
        estimator: How they are estimated.
        parameters: What is assessed.
        n: How many trials there are.
        seed: Draws the forests.

    Raises:
        MissingExtraError: If scikit-learn is missing, which forests need.
    """

    def __init__(
        self, estimator: Estimator, parameters: Sequence[Parameter], *, n: int, seed: int
    ) -> None:
        # sorted: Optuna's MDI gives the shares of unsorted names to other names
        self._names = sorted(one.name for one in parameters)
        self._parameters = tuple(parameters)
        self._evaluator = _evaluator(estimator, n, seed)

    def points(
        self, trials: Sequence[Mapping[str, Any]], losses: Sequence[float]
    ) -> list[FrozenTrial]:
        """Give trials as Optuna knows them: places from 0 to 1, choices without an order apart.

        Args:
            trials: The parameters' values of each trial.
            losses: Its loss.
        """
        # one distribution for all trials: estimators compare those of each trial with each other
        distributions = {one.name: _distribution(one) for one in self._parameters}
        return [
            _point(number, _places(self._parameters, params), distributions, loss)
            for number, (params, loss) in enumerate(zip(trials, losses, strict=True))
        ]

    def of(self, points: Sequence[FrozenTrial]) -> list[float]:
        """Give the share of each parameter, in their order; together they are 1, or all are 0."""
        names = [name for name in self._names if any(name in one.params for one in points)]
        with quiet():
            study = cast("optuna.Study", _Resample(points))
            found = self._evaluator.evaluate(study, params=names)
        total = sum(found.values()) or 1.0
        return [float(found.get(one.name, 0.0) / total) for one in self._parameters]


class _Resample:
    """What estimators read of a study; a study of Optuna's would copy each trial each time."""

    directions = (StudyDirection.MINIMIZE,)
    direction = StudyDirection.MINIMIZE

    def __init__(self, points: Sequence[FrozenTrial]) -> None:
        self._points = list(points)

    def get_trials(
        self, *, deepcopy: bool = True, states: Collection[TrialState] | None = None
    ) -> list[FrozenTrial]:
        del deepcopy, states  # all are complete, and nobody changes them
        return self._points

    def _is_multi_objective(self) -> bool:
        return False


def _evaluator(estimator: Estimator, n: int, seed: int) -> BaseImportanceEvaluator:
    is_forest = estimator is not Estimator.PED_ANOVA
    if is_forest and importlib.util.find_spec("sklearn") is None:
        raise MissingExtraError(
            f"the importance by {estimator.value} needs scikit-learn, which is not installed",
            todo="pip install scikit-learn, or take ped_anova",
        )
    makers: Mapping[Estimator, Callable[[], BaseImportanceEvaluator]] = {
        Estimator.FANOVA: lambda: FanovaImportanceEvaluator(n_trees=_TREES, seed=seed),
        Estimator.PED_ANOVA: lambda: PedAnovaImportanceEvaluator(
            target_quantile=max(0.1, _BEST / n)
        ),
        Estimator.MDI: lambda: MeanDecreaseImpurityImportanceEvaluator(seed=seed),
    }
    with quiet():
        return makers[estimator]()


def _places(parameters: Sequence[Parameter], params: Mapping[str, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in parameters:
        place = place_of(one, params[one.name]) if one.name in params else None
        if place is not None:
            found[one.name] = place if _is_category(one) else min(max(place, 0.0), 1.0)
    return found


def _is_category(parameter: Parameter) -> bool:
    return bool(parameter.choices) and not parameter.ordered


def _distribution(parameter: Parameter) -> BaseDistribution:
    if not _is_category(parameter):
        return FloatDistribution(0.0, 1.0)
    choices = [*parameter.choices, *([parameter.off] if parameter.switch else [])]
    places = dict.fromkeys(place_of(parameter, choice) for choice in choices)
    return CategoricalDistribution(tuple(places))


def _point(
    number: int,
    places: Mapping[str, float],
    distributions: Mapping[str, BaseDistribution],
    loss: float,
) -> FrozenTrial:
    return FrozenTrial(
        number=number,
        trial_id=number,
        state=TrialState.COMPLETE,
        value=loss,
        datetime_start=None,
        datetime_complete=None,
        params=dict(places),
        distributions={name: distributions[name] for name in places},
        user_attrs={},
        system_attrs={},
        intermediate_values={},
    )
