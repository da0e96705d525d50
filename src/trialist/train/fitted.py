"""What a training gave."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from trialist.train.evaluation import Evaluation
from trialist.train.loop import VAL, Reason
from trialist.train.stopping import Best


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a loop went.

    Attributes:
        seconds: Time in the loop.
        waited: Seconds of these in which it waited for data.
        examples: Training examples in that time.
    """

    seconds: float
    waited: float
    examples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What a training gave.

    Attributes:
        model: As it was after the last step.
        average: The averaged model, with `ema`; else None.
        reason: "finished", "stopped early", "diverged" or "stopped".
        steps: Optimizer steps that were done.
        last: The validation values at the end, by name as in "val/loss"; NaN where it diverged.
        best_step: Where the watched metric was best; None without validation.
        best_value: What it was there.
        best_weights: The weights there, with `keep_best`; else None.
        history: A row per reading: "step" and values by name; of a resumed run from there on.
        n_skipped: Steps that changed nothing, as their gradients were not finite.
        seconds: Time in the loop.
        data_wait: The share of it that was spent on waiting for data.
        examples_per_second: Training examples over `seconds`.
        evaluation: The last validation with what the model gave; None without one.
    """

    model: torch.nn.Module
    average: torch.nn.Module | None
    reason: str
    steps: int
    last: Mapping[str, float]
    best_step: int | None
    best_value: float
    best_weights: Mapping[str, torch.Tensor] | None
    history: Sequence[Mapping[str, float]]
    n_skipped: int
    seconds: float
    data_wait: float
    examples_per_second: float
    evaluation: Evaluation | None = None

    @classmethod
    def of(  # noqa: PLR0913 — one keyword per thing that a training gives
        cls,
        model: torch.nn.Module,
        reason: Reason,
        *,
        average: torch.nn.Module | None,
        steps: int,
        best: Best,
        best_weights: Mapping[str, torch.Tensor] | None,
        history: Sequence[Mapping[str, float]],
        n_skipped: int,
        pace: Pace,
        evaluation: Evaluation | None,
    ) -> Fit:
        """Give what a loop came to, whether it trained one run or many."""
        seconds = pace.seconds
        return cls(
            model=model,
            average=average,
            reason=reason.value,
            steps=steps,
            last=_last(evaluation, reason, best.name),
            best_step=best.step,
            best_value=best.value,
            best_weights=best_weights,
            history=tuple(history),
            n_skipped=n_skipped,
            seconds=seconds,
            data_wait=pace.waited / seconds if seconds else math.nan,
            examples_per_second=pace.examples / seconds if seconds else math.nan,
            evaluation=evaluation,
        )


def _last(evaluation: Evaluation | None, reason: Reason, watched: str) -> dict[str, float]:
    values = {} if evaluation is None else evaluation.values
    last = {f"{VAL}/{name}": value for name, value in values.items()}
    return dict.fromkeys(last or (watched,), math.nan) if reason is Reason.DIVERGED else last
