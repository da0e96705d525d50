"""What a comparison of existing results was asked for: one field per option of the command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from trialist.values.errors import ConfigError, near
from trialist.values.judging import PLANNED, Mode, Variance, judging_problems
from trialist.values.metric import Goal, Metric

VALUE = "value"
"""What values are called where no column names them."""

SD = "sd"
"""What scores on tasks are counted in where nobody says."""

_COLUMN_OPTIONS = (
    *("where", "by", "wide", "columns", "example", "cluster", "truth", "task", "search", "phase"),
)
_APART = (
    ("metric", ("variant", "seed", "example", "cluster", "task", "search", "phase")),
    ("variant", ("seed", "example", "cluster", "search", "phase")),
    ("seed", ("example", "task")),
)
_HIGHER = ("acc", "f1", "auc", "precision", "recall", "score", "bleu", "iou", "map", "reward")
_LOWER = ("loss", "error", "perplexity", "ppl", "mse", "mae", "rmse", "wer", "time", "nll")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareOptions:
    """The options of `trialist compare`; columns are named as they stand in the table.

    Attributes:
        goal: "maximize" or "minimize"; there is no default.
        metric: The column that is judged; None: the only one that can be.
        baseline: What the others are compared with; None: "baseline", else the first.
        paired: True where equal seeds share their random sources by design.
        relevant: The smallest difference worth having, in the metric's unit.
        mode: "confirm" or "explore".
        variant: The column that names the variant.
        seed: The column that names the seed.
        where: Only the rows in which each column has this value.
        by: The column with one comparison family per value.
        wide: True where every variant has a column of its own.
        example: The column that names the example; rows are per-example results.
        cluster: The column that says which examples belong together.
        truth: The column of the right answers: a cell is right where it equals it.
        columns: The variants' columns of a wide table; empty: all that hold numbers.
        task: The column that names the task.
        scale: How scores on tasks are counted before they are averaged: "sd", "percent", "none", or
            the path of a table with what counts as 0 and 1 on each task.
        search: The column that names the search (an independent tuning study).
        phase: The column that tells search trials from fresh runs of the winner.
        variance: "separate", "pooled" or "history".
        history: Spreads of earlier runs, for `variance` "history".
        folds: Examples in a test fold and in a training set: the seeds are folds of one
            cross-validation, the same for every variant; None: they are seeds.
        looks: The planned looks, the last one the most seeds; empty: one look at all there is.
    """

    goal: str | None = None
    metric: str | None = None
    baseline: str | None = None
    paired: bool = False
    relevant: float | None = None
    mode: str = "confirm"
    variant: str = "variant"
    seed: str = "seed"
    where: Mapping[str, str] = field(default_factory=dict)
    by: str | None = None
    wide: bool = False
    example: str | None = None
    cluster: str | None = None
    truth: str | None = None
    columns: Sequence[str] = ()
    task: str | None = None
    scale: str = SD
    search: str | None = None
    phase: str | None = None
    variance: str = "separate"
    history: Any = None
    folds: tuple[int, int] | None = None
    looks: Sequence[int] = ()

    def __post_init__(self) -> None:
        for name, value, known in (
            ("mode", self.mode, [one.value for one in Mode]),
            ("variance", self.variance, [one.value for one in Variance]),
        ):
            if value not in known:
                raise ConfigError(
                    f"{name} is {value!r}", where=f"--{name}", todo=near(str(value), known)
                )
        self._check_roles()
        self._check_judging()
        self._check_looks()
        self._check_folds()

    def refuse_columns(self) -> None:
        """Refuse options that name columns, for values that have none.

        Raises:
            ConfigError: With the first such option.
        """
        named = [name for name in _COLUMN_OPTIONS if getattr(self, name)]
        if named:
            raise ConfigError(
                f"values by variant have no columns, so '{named[0]}' has no meaning",
                where=named[0],
                todo="give the path of a CSV or a DataFrame, or leave it out",
            )

    def _check_roles(self) -> None:
        for role, others in _APART:
            name = getattr(self, role)
            same = [one for one in others if name is not None and getattr(self, one) == name]
            if same and not self.wide and not self.columns:
                raise ConfigError(
                    f"column {name!r} names the {role} and the {same[0]}",
                    where=f"--{role}",
                    todo=f"give --{role} and --{same[0]} a column each",
                )

    def check_scale(self) -> None:
        """Refuse a scale where there are no tasks to put on it.

        Raises:
            ConfigError: If one is named all the same.
        """
        if self.scale != SD and not self.task:
            raise ConfigError(
                "--scale has no meaning without tasks",
                where="--scale",
                todo="add --task COLUMN, or leave --scale out",
            )

    def _check_judging(self) -> None:
        problems = judging_problems(
            variance=self.variance,
            history=None if self.history is None else "given",
            looks=PLANNED,
            paired=("declared",) if self.paired else (),
            has_store=False,
        )
        for problem in problems:
            raise ConfigError(problem.message, where=f"--{problem.key}", todo=problem.todo)

    def _check_looks(self) -> None:
        if self.looks and self.mode == Mode.EXPLORE.value:
            raise ConfigError(
                "exploring is judged once, and looks were given",
                where="--looks",
                todo="leave --looks out, or use --mode confirm",
            )
        if any(not isinstance(one, int) for one in self.looks):
            raise ConfigError(
                f"looks {list(self.looks)} are no whole numbers",
                where="--looks",
                todo="give the seeds per variant of each look: 5,8,12,20",
            )
        rising = all(one < two for one, two in pairwise(self.looks))
        if self.looks and not (rising and self.looks[0] >= 2):
            raise ConfigError(
                f"looks {list(self.looks)} do not increase from 2 or more",
                where="--looks",
                todo="give the seeds per variant of each look, the last one the most: 5,8,12,20",
            )

    def _check_folds(self) -> None:
        if self.folds is None:
            return
        sizes: Sequence[int] = self.folds  # as it was given, whatever its type says
        if len(sizes) != 2 or min(sizes) < 1:
            raise ConfigError(
                f"folds is {','.join(map(str, sizes))}",
                where="--folds",
                todo="give the examples in a test fold and in a training set: --folds 200,800",
            )
        if self.variance != Variance.SEPARATE.value or self.looks:
            raise ConfigError(
                "folds of one cross-validation are judged once, each comparison by its own noise",
                where="--folds",
                todo="leave --variance and --looks out",
            )

    def measured(self, column: str, values: Sequence[float]) -> Metric:
        """Give the metric of `column`, with its values seen.

        Raises:
            ConfigError: If the goal is missing or unknown.
        """
        goal = _goal(self.goal, column)
        return Metric(name=column, goal=goal, relevant=self.relevant).seen(values)

    def baseline_of(self, variants: Sequence[str]) -> str:
        """Give the baseline among `variants`.

        Raises:
            ConfigError: If there are fewer than two variants, or the one asked for is none of them.
        """
        if len(variants) < 2:
            raise ConfigError(
                "a comparison needs two variants with values, there "
                f"{'is one' if variants else 'are none'}",
                todo="give values for the baseline and for one variant or more",
            )
        chosen = self.baseline or ("baseline" if "baseline" in variants else variants[0])
        if chosen not in variants:
            raise ConfigError(
                f"baseline {chosen!r} is not a variant",
                where="--baseline",
                todo=near(chosen, variants),
            )
        return chosen


def _goal(goal: str | None, column: str) -> Goal:
    if goal is not None:
        try:
            return Goal(goal)
        except ValueError as error:
            raise ConfigError(
                f"goal is {goal!r}", where="--goal", todo="give maximize or minimize"
            ) from error
    words = column.lower()
    likely = "maximize" if any(word in words for word in _HIGHER) else None
    likely = "minimize" if any(word in words for word in _LOWER) else likely
    raise ConfigError(
        f"is a higher {column} better, or a lower one?",
        where="--goal",
        todo=f"add --goal {likely}" if likely else "add --goal maximize or --goal minimize",
    )
