"""What a comparison of existing results was asked for: one field per option of the command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trialist.values.errors import ConfigError, near
from trialist.values.metric import Goal, Metric
from trialist.values.study import Mode, Variance

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
        search: The column that names the search (an independent tuning study).
        phase: The column that tells search trials from fresh runs of the winner.
        variance: "separate", "pooled" or "history".
        history: Spreads of earlier runs, for `variance` "history".
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
    search: str | None = None
    phase: str | None = None
    variance: str = "separate"
    history: Any = None
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
