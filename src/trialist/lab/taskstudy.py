"""Asking the task of a study: which variant, which seed, and that there is a task at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.execute.load import TrialSource
from trialist.execute.taskprobe import Answer, Question, ask
from trialist.lab.prepare import prepare
from trialist.lab.study import as_study
from trialist.values.errors import ConfigError, near
from trialist.values.plan import Plan
from trialist.values.seeds import SeedSet
from trialist.values.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStudy:
    """A variant of a study whose trial is a task.

    Attributes:
        plan: The study's plan.
        variant: The variant that is asked about.
        source: Where its task comes from.
        workers: How many runs are to train at a time, or "auto".
    """

    plan: Plan
    variant: str
    source: TrialSource
    workers: int | str

    def ask(
        self,
        name: str,
        settings: Mapping[str, Any],
        *,
        seeds: Sequence[int] = (),
        limit: int | None = None,
    ) -> Answer:
        """Ask the task in a process of its own.

        Args:
            name: The question.
            settings: What it needs.
            seeds: The replicates' numbers; none: the first of the plan.
            limit: The most bytes that the process may take; None: any.
        """
        plan = self.plan
        numbers = seeds or plan.seeds[:1]
        return ask(
            Question(
                source=self.source,
                name=name,
                config=plan.config_of(self.variant),
                seeds=tuple(SeedSet.of(number, vary=plan.vary) for number in numbers),
                settings=settings,
                threads=plan.threads,
                determinism=plan.determinism,
                limit=limit,
            )
        )


def task_study(
    study: Study | str | Path, *, variant: str | None, overrides: Sequence[str]
) -> TaskStudy:
    """Give a variant of a study, ready to be asked; nothing is registered.

    Args:
        study: A study, or the path of a study file.
        variant: Its name; None: the baseline.
        overrides: Dotted changes of the file.

    Raises:
        ConfigError: If the study says something impossible, or its trial is no function in a file.
    """
    prepared = prepare(as_study(study, overrides))
    plan, workers = prepared.plan, prepared.study.resources.workers
    if prepared.source is None or plan.command is not None:
        raise ConfigError(
            "only a trialist.train.Task in a file can be asked: "
            + ("this study runs a command" if prepared.source else "this one is in a notebook"),
            todo="give the trial as FILE.py:NAME of a task; docs/how-to/train.md shows one",
        )
    names = [planned.name for planned in plan.variants]
    if variant is not None and variant not in names:
        raise ConfigError(
            f"{variant!r} is no variant of this study", where="--variant", todo=near(variant, names)
        )
    return TaskStudy(
        plan=plan, variant=variant or plan.baseline, source=prepared.source, workers=workers
    )
