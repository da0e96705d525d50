"""Trials of an Optuna study as those of a search, and its distributions as parameters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trialist.values.events import RunStatus
from trialist.values.metric import Goal
from trialist.values.searchtable import SearchTrial
from trialist.values.space import Parameter, Scale

EVEN = ("RandomSampler", "QMCSampler", "GridSampler", "BruteForceSampler")
"""Samplers whose proposals do not depend on values."""

_SOBOL = "qmc:"
"""Begins the keys under which the quasi-random sampler counts its points in the study."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """One thing that a study optimizes.

    Attributes:
        name: What the study calls it; "value" where it has no name.
        goal: Which way is better.
        place: Its place among the values of a trial.
    """

    name: str
    goal: Goal
    place: int


def objectives_of(study: Any) -> tuple[Objective, ...]:
    """Give what an Optuna study optimizes."""
    n = len(study.directions)
    names = study.metric_names or (["value"] if n == 1 else [f"value_{k}" for k in range(n)])
    return tuple(
        Objective(name=name, goal=Goal(direction.name.lower()), place=place)
        for place, (name, direction) in enumerate(zip(names, study.directions, strict=True))
    )


def parameters_of(trials: Sequence[Any]) -> tuple[tuple[Parameter, ...], tuple[str, ...]]:
    """Give the parameters of Optuna's trials, and what had to be assumed.

    A range that changed between trials is taken as large as it ever was. A parameter that some
    trials lack exists under the values of a categorical one, where these tell it apart.
    """
    seen: dict[str, list[Any]] = {}
    for trial in trials:
        for name, distribution in trial.distributions.items():
            seen.setdefault(name, []).append(distribution)
    found = {name: _parameter(name, kinds) for name, kinds in seen.items()}
    notes = [
        f"The range of {name} changed between trials; it is taken as large as it ever was."
        for name, kinds in seen.items()
        if any(kind != kinds[0] for kind in kinds) and hasattr(kinds[0], "low")
    ]
    varied = {name: one for name, one in found.items() if one.choices or one.low != one.high}
    whens = {name: _when(name, trials, varied) for name in varied}
    unknown = [name for name, when in whens.items() if when is None]
    if unknown:
        notes.append(f"Some trials lack {', '.join(unknown)}, and no choice tells which.")
    parameters = tuple(
        Parameter.from_dict({**one.to_dict(), "when": whens[name] or {}})
        for name, one in varied.items()
    )
    return parameters, tuple(notes)


def _parameter(name: str, kinds: Sequence[Any]) -> Parameter:
    last = kinds[-1]
    if hasattr(last, "choices"):
        return Parameter(name=name, choices=tuple(last.choices))
    low, high = min(kind.low for kind in kinds), max(kind.high for kind in kinds)
    step = None if last.step in (None, 1) or low % last.step else float(last.step)
    return Parameter(
        name=name,
        low=low,
        high=high,
        scale=Scale.LOG if last.log else Scale.LINEAR,
        integer=type(last).__name__.startswith("Int"),
        step=step,
    )


def _when(
    name: str, trials: Sequence[Any], parameters: Mapping[str, Parameter]
) -> Mapping[str, Any] | None:
    """Give the values of a choice under which a parameter exists; None where nothing tells."""
    if all(name in trial.params for trial in trials):
        return {}
    for other, parameter in parameters.items():
        if other == name or not all(other in trial.params for trial in trials):
            continue
        with_it = {trial.params[other] for trial in trials if name in trial.params}
        without = {trial.params[other] for trial in trials if name not in trial.params}
        if parameter.choices and not with_it & without:
            values = [value for value in parameter.choices if value in with_it]
            return {other: values[0] if len(values) == 1 else values}
    return None


def is_even(trial: Any, sampler: str | None, *, is_sobol: bool = False) -> bool:
    """Tell whether a trial was proposed without an eye on earlier values, as far as is known.

    Args:
        trial: The trial. One of a grid says so itself; one that was enqueued was chosen by hand.
        sampler: The name of the sampler's class; None: unknown.
        is_sobol: True where the study's own record shows a quasi-random sampler.
    """
    if "grid_id" in trial.system_attrs:
        return True
    if "fixed_params" in trial.system_attrs:
        return False
    return is_sobol if sampler is None else sampler in EVEN


def _is_sobol(study: Any) -> bool:
    """Tell whether a quasi-random sampler made all trials but the first, as it counts them."""
    said = study._storage.get_study_system_attrs(study._study_id)  # noqa: SLF001
    counted = [int(last) + 1 for key, last in said.items() if key.startswith(_SOBOL)]
    return bool(counted) and sum(counted) + 1 >= len(study.get_trials(deepcopy=False))


def trials_of(study: Any, place: int, *, sampler: str | None) -> Iterator[SearchTrial]:
    """Give the trials of an Optuna study that have begun.

    Args:
        study: The study.
        place: The place of what is judged among the values of a trial.
        sampler: The name of the sampler's class; None: unknown.
    """
    is_sobol = _is_sobol(study)
    others = [one for one in objectives_of(study) if one.place != place]
    for trial in study.get_trials(deepcopy=False):
        status = _status(trial)
        if status is None:
            continue
        is_done = status is RunStatus.FINISHED
        value = float(trial.values[place]) if is_done else None
        yield SearchTrial(
            variant=study.study_name,
            search=0,
            number=trial.number,
            name=f"trial {trial.number}",
            params=dict(trial.params),
            status=status,
            value=value,
            values=() if value is None else (value,),
            adaptive=not is_even(trial, sampler, is_sobol=is_sobol),
            steps=trial.last_step,
            seconds=None if trial.duration is None else trial.duration.total_seconds(),
            rung=trial.last_step if status is RunStatus.PRUNED else None,
            objectives={one.name: float(trial.values[one.place]) for one in others}
            if is_done
            else {},
        )


def _status(trial: Any) -> RunStatus | None:
    state = trial.state.name
    if state == "COMPLETE":
        is_finite = all(math.isfinite(value) for value in trial.values)
        return RunStatus.FINISHED if is_finite else RunStatus.DIVERGED
    if state == "FAIL":
        # Optuna takes NaN for a failure: the last value that was reported shows which it was.
        last = trial.intermediate_values.get(trial.last_step)
        is_infeasible = last is not None and not math.isfinite(last)
        return RunStatus.DIVERGED if is_infeasible else RunStatus.FAILED
    return {"PRUNED": RunStatus.PRUNED, "RUNNING": RunStatus.RUNNING}.get(state)
