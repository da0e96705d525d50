"""What a search is looked at by: its goal metric, further metrics, and what each trial adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from trialist.analysis.evenly import complete
from trialist.stats.hypervolume import contributions
from trialist.values.metric import Goal
from trialist.values.searchtable import SearchTable, SearchTrial

HYPERVOLUME = "hypervolume"
"""The name of what a trial adds to the space that all objectives dominate together."""

_FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """One way to look at trials.

    Attributes:
        name: The metric's name.
        goal: Which way is better.
        is_goal: True for the study's goal metric, by which winners are chosen.
        given: A score per trial name and place, where it is computed from all trials.
    """

    name: str
    goal: Goal
    is_goal: bool = False
    given: Mapping[tuple[int, int], float] = field(default_factory=dict)

    def score(self, trial: SearchTrial) -> float | None:
        """Give the trial's value, turned so that lower is better; None where it has none."""
        if self.is_goal:
            value = trial.value
        elif self.given:
            value = self.given.get((trial.search, trial.number))
        else:
            value = trial.objectives.get(self.name)
        return None if value is None else -self.goal.sign * value


def objectives_of(table: SearchTable, variant: str) -> tuple[Objective, ...]:
    """Give the goal metric; with several objectives each of them and their hypervolume too."""
    goal = Objective(name=table.metric.name, goal=table.metric.goal, is_goal=True)
    further = [
        Objective(name=name, goal=Goal(way))
        for name, way in table.objectives.items()
        if name != table.metric.name
    ]
    every = (goal, *further)
    if not further:
        return every
    return (*every, *_hypervolume(complete(table.of(variant)), every))


def _hypervolume(
    trials: tuple[SearchTrial, ...], every: tuple[Objective, ...]
) -> tuple[Objective, ...]:
    rows = {(trial.search, trial.number): [one.score(trial) for one in every] for trial in trials}
    known = {
        key: [score for score in row if score is not None]
        for key, row in rows.items()
        if None not in row
    }
    if len(known) < _FEWEST:
        return ()
    added = contributions(np.array(list(known.values())))
    given = dict(zip(known, added.tolist(), strict=True))
    return (Objective(name=HYPERVOLUME, goal=Goal.MAXIMIZE, given=given),)
