"""How results on tasks with different metrics are put on one scale before they are averaged."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from trialist.stats.spread import has_spread, mean_of, sd_of
from trialist.stats.stratified import Stratum
from trialist.values.errors import ConfigError, InsufficientDataError, near
from trialist.values.evidence import Sample
from trialist.values.metric import Goal

_MOST_APART = 10.0
"""Tasks whose values or whose noise differ by more than this factor share no unit."""

_NO_NOISE = 1e-12
"""Seed SDs below this share of the largest value are rounding, no unit."""

_CLEAR_OF_ZERO = 3.0
"""A mean has to lie this many SDs from zero before a percentage of it means something."""

Task = Mapping[str, Sample]
"""The samples of one task by variant."""


class Scaling(StrEnum):
    """What a score on a task is counted in."""

    SD = "sd"
    PERCENT = "percent"
    NONE = "none"
    REFERENCES = "references"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How runs become scores that can be averaged over tasks.

    "sd", the default, counts from the baseline's mean in SDs between seeds, pooled over all
    variants of the task. It needs nothing but the table; moving or stretching a task's metric does
    not change it (a percentage does: 2 % of an accuracy is 20 % of its error); and it makes the
    noise of all tasks equal, so that no task is trimmed for its unit. The SD is pooled because a
    baseline's own SD from few seeds is no unit: at 3 seeds intervals in it held the true value in
    .66 of cases, in the pooled SD in .92-.98. What it cannot say is whether a difference is large
    for its field: a task whose seeds hardly matter counts much.

    Attributes:
        scaling: What a score is counted in.
        goal: Which way is better.
        references: For "references", what counts as 0 and as 1 on each task.
    """

    scaling: Scaling
    goal: Goal
    references: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What a score is counted in, in words."""
        return {
            Scaling.SD: "seed SDs from the baseline",
            Scaling.PERCENT: "percent of the baseline",
            Scaling.NONE: "the metric's unit, from the baseline",
            Scaling.REFERENCES: "0 to 1 between the references",
        }[self.scaling]

    @property
    def is_from_baseline(self) -> bool:
        """True where the baseline's mean is zero by definition."""
        return self.scaling is not Scaling.REFERENCES

    def check(self, tasks: Mapping[str, Task], baseline: str) -> None:
        """Refuse a scale that has no meaning for these tasks.

        Raises:
            ConfigError: If raw values of different size are to be averaged, or references lack.
        """
        if self.scaling is Scaling.NONE and tasks:
            _refuse_raw(tasks, baseline)
        if self.scaling is Scaling.REFERENCES:
            self._check_references(list(tasks))

    def stratum(self, name: str, task: Task, *, variant: str, baseline: str) -> Stratum:
        """Give the runs of `variant` on the task called `name`, on this scale.

        Raises:
            InsufficientDataError: If the scale has no unit on this task.
        """
        sign = self.goal.sign
        values = tuple(sign * value for value in task[variant].values)
        if self.scaling is Scaling.REFERENCES:
            low, high = self.references[name]
            return Stratum(values=values, origin=(sign * low,), unit=sign * (high - low))
        origin = tuple(sign * value for value in task[baseline].values)
        if self.scaling is Scaling.NONE:
            return Stratum(values=values, origin=origin)
        if self.scaling is Scaling.PERCENT:
            return Stratum(values=values, origin=origin, unit=_percent(name, task[baseline]))
        unit, df = pooled_sd(name, list(task.values()))
        return Stratum(values=values, origin=origin, unit=unit, unit_df=df)

    def _check_references(self, tasks: Sequence[str]) -> None:
        for name in tasks:
            if name not in self.references:
                raise ConfigError(
                    f"task '{name}' has no references",
                    where="--scale",
                    todo=f"give it a row; {near(name, list(self.references))}",
                )
            low, high = self.references[name]
            if not self.goal.sign * (high - low) > 0:
                raise ConfigError(
                    f"the references of task '{name}' are {low:g} and {high:g}",
                    where="--scale",
                    todo=f"the second one counts as 1 and must be better ({self.goal.words})",
                )


def pooled_sd(name: str, samples: Sequence[Sample]) -> tuple[float, float]:
    """Give the SD between seeds, pooled over the variants of a task, and its degrees of freedom.

    Raises:
        InsufficientDataError: If no variant has any spread.
    """
    several = [sample.values for sample in samples if sample.n > 1]
    df = sum(len(values) - 1 for values in several)
    parts = [sd_of(values) * math.sqrt(len(values) - 1) for values in several if has_spread(values)]
    sd = math.hypot(*sorted(parts)) / math.sqrt(max(df, 1))
    if sd <= _NO_NOISE * max(map(_size, samples)):
        raise InsufficientDataError(
            f"the seeds of task '{name}' make no difference: there is no unit",
            todo="leave the task out, or give references with --scale",
        )
    return sd, float(df)


def _percent(name: str, baseline: Sample) -> float:
    mean = mean_of(baseline.values)
    sd = sd_of(baseline.values) if baseline.n > 1 else math.inf
    if abs(mean) <= _CLEAR_OF_ZERO * sd:
        raise InsufficientDataError(
            f"the baseline's mean on task '{name}' is {mean:g} with an SD of {sd:g}: percent of it "
            "mean nothing",
            todo="count in seed SDs: --scale sd",
        )
    return abs(mean) / 100


def _refuse_raw(tasks: Mapping[str, Task], baseline: str) -> None:
    sizes = {name: _size(task[baseline]) for name, task in tasks.items()}
    spreads = {name: _spread(name, task) for name, task in tasks.items()}
    for what, found in (("values", sizes), ("seed SDs", spreads)):
        low, high = min(found, key=found.__getitem__), max(found, key=found.__getitem__)
        if found[high] > _MOST_APART * found[low]:
            raise ConfigError(
                f"the {what} of '{high}' and '{low}' are of the size {found[high]:.3g} and "
                f"{found[low]:.3g}: an average of both is one of '{high}' alone",
                where="--scale none",
                todo="count in seed SDs (--scale sd), or give references",
            )


def _spread(name: str, task: Task) -> float:
    try:
        return pooled_sd(name, list(task.values()))[0]
    except InsufficientDataError:
        return 0.0


def _size(sample: Sample) -> float:
    return max((abs(value) for value in sample.values), default=0.0)
