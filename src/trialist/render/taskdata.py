"""What is shown of results on many tasks: each task's family, and what all of them say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trialist.analysis.overtasks import OverTasks
from trialist.decide.overtasks import Tally, ToldOfTasks
from trialist.render.familydata import Family, LeftOut
from trialist.render.taskjson import over_tasks_json
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.verdict import Verdict

_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskData:
    """Everything that is shown of results on many tasks.

    Attributes:
        study: The table's name.
        by: The column that names the task.
        metric: What is measured on every task.
        baseline: What all variants are compared with.
        families: The results on each task.
        left_out: Tasks without a comparison, and why.
        over: What all tasks say together.
        told: The same in words.
        notes: What was assumed while the table was read.
    """

    study: str
    by: str
    metric: Metric
    baseline: str
    families: tuple[Family, ...]
    left_out: tuple[LeftOut, ...]
    over: OverTasks
    told: ToldOfTasks
    notes: tuple[str, ...] = ()

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The verdicts by `task/variant`."""
        return {
            f"{family.value}/{verdict.variant}": verdict
            for family in self.families
            for verdict in family.verdicts
        }

    @property
    def variants(self) -> tuple[str, ...]:
        """All variants, the best average rank first; unranked ones in the table's order."""
        if not isinstance(self.over.ranking, Missing):
            return self.over.ranking.variants
        return (self.baseline, *(tally.variant for tally in self.told.tallies))

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """The counts of each candidate, by name."""
        return {tally.variant: tally for tally in self.told.tallies}

    @property
    def caveats(self) -> tuple[str, ...]:
        """What limits everything, and what only one task has, said once."""
        reasons: dict[str, list[str]] = {}
        for one in self.left_out:
            reasons.setdefault(one.reason, []).append(one.value)
        left = [_left(tasks, why) for why, tasks in reasons.items()]
        return (*self.told.caveats, *left, *self.notes, *self._caveats_of_tasks())

    def _caveats_of_tasks(self) -> list[str]:
        where: dict[str, list[str]] = {}
        for family in self.families:
            for text in family.data.results.caveats:
                where.setdefault(text, []).append(family.value)
        everywhere = [text for text, tasks in where.items() if len(tasks) == len(self.families)]
        some = [
            f"{', '.join(tasks)}: {text}" for text, tasks in where.items() if text not in everywhere
        ]
        return [*everywhere, *some]

    def to_dict(self) -> dict[str, Any]:
        """Give exactly the content of results.json."""
        return {
            "format": _FORMAT,
            "study": self.study,
            "task_column": self.by,
            "metric": {
                "name": self.metric.name,
                "goal": self.metric.goal.value,
                "relevant": self.metric.relevant,
            },
            "baseline": self.baseline,
            "tasks": [
                {"task": family.value, **family.data.results.to_dict()} for family in self.families
            ],
            "left_out": [{"task": one.value, "reason": one.reason} for one in self.left_out],
            "over_tasks": over_tasks_json(self.over, self.told),
            "caveats": list(self.caveats),
        }


def _left(tasks: list[str], why: str) -> str:
    if len(tasks) == 1:
        return f"{tasks[0]} is left out: {why}."
    return f"{', '.join(tasks)} are left out: {why}.".replace(": it has", ": they have")
