"""The parameters of an arm as Optuna's dimensions, and a trial's values from them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from trialist.search.conditions import Conditions
from trialist.stats.unitscale import value_at
from trialist.values.space import Arm, Law, Parameter, Scale

if TYPE_CHECKING:
    from optuna.trial import Trial

_PLAIN = (str, int, float, bool, type(None))


class Dimensions:
    """What is suggested for each trial of an arm.

    A parameter is Optuna's own where both mean the same: a range, a range on the log scale, whole
    numbers, choices. Choices in an order are whole numbers (`name__place`), those that are no plain
    scalars too, without an order. Everything else is a number from 0 to 1 (`name__u`), which
    `value_at` maps to the value: other laws, probabilities, steps, 1 - x on the log scale. A
    switched parameter has `name__on` beside its value.

    Args:
        arm: What is searched.
        complete: Suggest also what does not exist beside the other values, and leave it out of
            the trial: for samplers that need one space for all trials.
        categories: False for samplers that know no choices: a switch is then a part of `name__u`.
    """

    def __init__(self, arm: Arm, *, complete: bool, categories: bool = True) -> None:
        self._conditions = Conditions(arm)
        self._complete = complete
        self._categories = categories

    def suggest(self, trial: Trial) -> dict[str, Any]:
        """Give the values of one trial, by the parameters' names in the order of the arm."""
        values: dict[str, Any] = {}
        for parameter in self._conditions.ordered:
            if self._complete or self._conditions.exists(parameter, values):
                values[parameter.name] = self._value(trial, parameter)
        return self._conditions.present(values)

    def _value(self, trial: Trial, parameter: Parameter) -> Any:
        if not parameter.switch:
            return _suggested(trial, parameter)
        if not self._categories:
            return value_at(parameter, trial.suggest_float(f"{parameter.name}__u", 0.0, 1.0))
        is_on = trial.suggest_categorical(f"{parameter.name}__on", (True, False))
        if not (is_on or self._complete):
            return parameter.off
        value = _suggested(trial, replace(parameter, switch=False))
        return value if is_on else parameter.off


def _suggested(trial: Trial, parameter: Parameter) -> Any:
    name = parameter.name
    if parameter.choices and not parameter.probabilities:
        return _choice(trial, parameter)
    if not _is_exact(parameter):
        return value_at(parameter, trial.suggest_float(f"{name}__u", 0.0, 1.0))
    low, high = parameter.low or 0.0, parameter.high or 0.0
    log = parameter.scale is Scale.LOG
    if parameter.integer:
        return trial.suggest_int(name, int(low), int(high), log=log)
    return trial.suggest_float(name, low, high, log=log)


def _choice(trial: Trial, parameter: Parameter) -> Any:
    choices, name = parameter.choices, parameter.name
    if parameter.ordered:
        return choices[trial.suggest_int(f"{name}__place", 0, len(choices) - 1)]
    if all(isinstance(one, _PLAIN) for one in choices) and len(set(choices)) == len(choices):
        return trial.suggest_categorical(name, choices)
    return choices[trial.suggest_categorical(f"{name}__place", tuple(range(len(choices))))]


def _is_exact(parameter: Parameter) -> bool:
    """True for a range that Optuna draws from as we do."""
    return (
        not parameter.choices
        and parameter.law is Law.UNIFORM
        and parameter.step is None
        and parameter.scale is not Scale.ONE_MINUS_LOG
    )
