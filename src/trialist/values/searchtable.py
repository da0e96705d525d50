"""A table of the trials of searches, wherever they ran: what the playbook's checks read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.space import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTrial:
    """One trial of a search, as it went.

    Attributes:
        variant: Whose search it is.
        search: The replicate of the search, from 0.
        number: Its place in that search, from 0.
        name: The folder of its runs, or what its source calls it.
        params: The parameters' values by name; those that do not exist here are left out.
        status: finished; diverged (infeasible); pruned; failed; running.
        value: The goal metric in its own sign, the mean over its seeds; None unless finished.
        values: The value of each seed that has one.
        seeds: Its seeds.
        adaptive: True where it was proposed with an eye on earlier values, so that the space is
            not covered evenly.
        steps: The last step that it logged; None where that is unknown.
        seconds: Training time, over all its seeds; None where that is unknown.
        rung: The step at which it was pruned; None where it was not.
        objectives: Further metrics, by name.
        source: The study that its runs were taken from; None where it ran here.
        run: The run (variant/seed-S/attempt-K) whose journal has its curve; None where there is
            none.
    """

    variant: str
    search: int
    number: int
    name: str
    params: Mapping[str, Any]
    status: RunStatus
    value: float | None = None
    values: tuple[float, ...] = ()
    seeds: tuple[int, ...] = ()
    adaptive: bool = False
    steps: int | None = None
    seconds: float | None = None
    rung: int | None = None
    objectives: Mapping[str, float] = field(default_factory=dict)
    source: str | None = None
    run: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTable:
    """The trials of all searches of a study, of a file, or of another tool's study.

    Attributes:
        metric: The goal metric.
        arms: What each variant is tuned over, in the order of the variants.
        trials: By variant, search and number.
        noise: The standard deviation between runs of one configuration with other seeds; None
            where nothing was run again.
        n_noise: The degrees of freedom that `noise` rests on.
        max_steps: The budget of every trial, in steps; None where that is unknown.
        schedule: The learning rate's schedule: constant, decay or unknown.
        objectives: The goals of further metrics, by name, of a search with several.
    """

    metric: Metric
    arms: tuple[Arm, ...]
    trials: tuple[SearchTrial, ...]
    noise: float | None = None
    n_noise: int = 0
    max_steps: int | None = None
    schedule: str = "unknown"
    objectives: Mapping[str, Goal] = field(default_factory=dict)

    def of(self, variant: str) -> tuple[SearchTrial, ...]:
        """Give the trials of one variant, those of all its searches."""
        return tuple(trial for trial in self.trials if trial.variant == variant)

    def arm(self, variant: str) -> Arm:
        """Give what `variant` is tuned over."""
        return next(arm for arm in self.arms if arm.variant == variant)
