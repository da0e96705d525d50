"""`trialist compare --task`: verdicts on each task, and what all tasks say together."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialist.analysis.rawtable import RawTable
from trialist.lab.options import CompareOptions
from trialist.lab.result import StudyResult
from trialist.render.familydata import Family, LeftOut
from trialist.render.style import TextStyle
from trialist.render.taskdata import TaskData
from trialist.values.errors import ConfigError
from trialist.values.evidence import RunRecord
from trialist.values.verdict import Verdict

if TYPE_CHECKING:
    import numpy as np

    from trialist.analysis.scales import Scale
    from trialist.analysis.tasktable import TaskTable

_SEED = 20_211_206
"""Seeds the resamples, so that the same table gives the same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksResult:
    """The results on many tasks: a family of verdicts on each, and what they say together.

    Attributes:
        data: What is shown of them.
        tasks: The result on each task.
    """

    data: TaskData
    tasks: Mapping[str, StudyResult]

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The verdicts by `task/variant`."""
        return self.data.verdicts

    def to_dict(self) -> dict[str, Any]:
        """Give exactly the content of results.json."""
        return self.data.to_dict()

    def report(self, folder: str | Path) -> Path:
        """Write results.md, report.html, results.json and the figures into `folder`.

        Returns:
            The page's path.
        """
        from trialist.render.taskpage import write_tasks

        return write_tasks(Path(folder), self.data)

    def text(
        self,
        *,
        style: TextStyle | None = None,
        links: Sequence[tuple[str, str]] = (),
        quiet: bool = False,
    ) -> str:
        """Give the results as text for a terminal; arguments as in `StudyResult.text`."""
        from trialist.render.tasktext import tasks_text

        return tasks_text(self.data, style=style or TextStyle(), links=links, quiet=quiet)

    def __str__(self) -> str:
        return self.text()


Judged = Callable[[str, Sequence[RunRecord], str, CompareOptions], StudyResult]
"""Gives the verdicts on one task: its name, its runs, the metric's column, the options."""


def compare_tasks(name: str, table: RawTable, asked: CompareOptions, judged: Judged) -> TasksResult:
    """Give the verdicts on each task of the column `asked.task`, and over all of them.

    Args:
        name: The table's name.
        table: All rows, in long form.
        asked: The options; every task is compared with the same baseline.
        judged: What compares the runs on one task.

    Raises:
        TableError: With the mistakes of all tasks.
        ConfigError: If there is no such baseline, or the scale has no meaning.
    """
    from trialist.analysis.tasktable import tasks_in
    from trialist.decide.overtasks import told_of_tasks

    by = asked.task or ""
    found = tasks_in(table, task=by, variant=asked.variant, seed=asked.seed, metric=asked.metric)
    baseline = asked.baseline_of((*found.variants, *found.left_out.values()))
    left_out = _left_out(found, baseline)
    if len(left_out) == len(found.tasks) + len(found.left_out):
        raise ConfigError(
            f"{baseline!r} has no run on a task with other variants",
            where="--baseline",
            todo="name a variant that others stand beside",
        )
    each = replace(asked, task=None, baseline=baseline)
    results = {
        one.task: judged(f"{name}, {one.task}", one.records, found.metric, each)
        for one in found.tasks
        if one.task not in left_out
    }
    over = _over(results, baseline, asked)
    verdicts = {task: tuple(one.verdicts.values()) for task, one in results.items()}
    data = TaskData(
        study=name,
        by=by,
        metric=next(iter(results.values())).results.metric,
        baseline=baseline,
        families=tuple(Family(value=task, data=one.whole) for task, one in results.items()),
        left_out=tuple(LeftOut(value=task, reason=why) for task, why in left_out.items()),
        over=over,
        told=told_of_tasks(verdicts, over, baseline=baseline),
        notes=found.notes,
    )
    return TasksResult(data=data, tasks=results)


def _left_out(found: TaskTable, baseline: str) -> dict[str, str]:
    alone = {task: f"it has only one variant, {one}" for task, one in found.left_out.items()}
    without = {
        one.task: f"it has no run of {baseline}"
        for one in found.tasks
        if baseline not in one.variants
    }
    return {**alone, **without}


def _over(results: Mapping[str, StudyResult], baseline: str, asked: CompareOptions) -> Any:
    from trialist.analysis.overtasks import over_tasks

    samples = {
        task: {summary.name: summary.sample for summary in one.results.variants}
        for task, one in results.items()
    }
    variants = tuple(dict.fromkeys(name for task in samples.values() for name in task))
    return over_tasks(
        samples,
        variants=variants,
        baseline=baseline,
        scale=_scale(asked, next(iter(results.values()))),
        relevant=asked.relevant,
        rng_of=_rng_of,
    )


def _rng_of(variant: str) -> np.random.Generator:
    import numpy as np

    return np.random.default_rng([_SEED, zlib.crc32(variant.encode())])


def _scale(asked: CompareOptions, first: StudyResult) -> Scale:
    from trialist.analysis.scales import Scale, Scaling
    from trialist.lab.source import table_of

    goal = first.results.metric.goal
    known = [one.value for one in Scaling if one is not Scaling.REFERENCES]
    if asked.scale in known:
        return Scale(scaling=Scaling(asked.scale), goal=goal)
    if not str(asked.scale).partition(".")[2]:
        raise ConfigError(
            f"scale is {asked.scale!r}",
            where="--scale",
            todo=f"give {', '.join(known)}, or the path of a CSV with the columns task, low, high",
        )
    from trialist.analysis.tasktable import references_in

    return Scale(
        scaling=Scaling.REFERENCES, goal=goal, references=references_in(table_of(asked.scale)[1])
    )
