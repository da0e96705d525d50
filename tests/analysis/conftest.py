"""Builders of tables of search trials."""

from dataclasses import replace

import pytest

from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm, Parameter, Scale


class SearchCases:
    """Tables of trials along a parameter `x` from 0 to 1, and whatever else a test says."""

    X = Parameter(name="x", low=0.0, high=1.0)
    LR = Parameter(name="lr", low=1e-4, high=0.1, scale=Scale.LOG)

    @staticmethod
    def trial(value, *, params=None, number=0, status=None, **more):
        """Give one trial; without a value it diverged."""
        if status is None:
            status = RunStatus.DIVERGED if value is None else RunStatus.FINISHED
        told = {"variant": "base", "search": 0, **more}
        name = f"{told['variant']}-{told['search']}-{number}"
        return SearchTrial(
            number=number, name=name, params=params or {}, status=status, value=value, **told
        )

    @classmethod
    def along(cls, units, values, *, name="x", first=0, **more):
        """Give trials at places of one parameter."""
        return [
            cls.trial(value, params={name: unit}, number=first + number, **more)
            for number, (unit, value) in enumerate(zip(units, values, strict=True))
        ]

    @classmethod
    def table(cls, trials, *, parameters=None, arms=None, goal=Goal.MINIMIZE, **more):
        """Give a table; every variant has the same parameters, unless arms are given."""
        trials = tuple(trials)
        names = dict.fromkeys(trial.variant for trial in trials) or {"base": None}
        parameters = (cls.X,) if parameters is None else tuple(parameters)
        first = next(iter(names))
        found = arms or [Arm(variant=one, parameters=parameters, shares=first) for one in names]
        metric = Metric(name="val/loss", goal=goal)
        return SearchTable(metric=metric, arms=tuple(found), trials=trials, **more)

    replace = staticmethod(replace)


@pytest.fixture(scope="session")
def cases():
    """Give the builders."""
    return SearchCases
