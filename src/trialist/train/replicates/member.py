"""One replicate among others: its run, and what was seen of it so far."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from trialist.train.evaluation import Evaluation
from trialist.train.fitted import Fit, Pace
from trialist.train.intervals import Intervals
from trialist.train.loop import ODD_STEPS, VAL, Reason
from trialist.train.replicates.group import Own
from trialist.train.stopping import Best
from trialist.train.window import Window
from trialist.values.ports import Sink


@dataclass(slots=True, kw_only=True)
class Member:
    """A replicate of a loop; what `Loop` keeps of its one run.

    Attributes:
        own: Its numbers.
        run: Where its rows go.
        model: Its model, with the first weights until `Fit` is given.
        best: Its best validation.
        window: Its losses since the last row.
        joins: The step that its state stands at: before that it waits for the others.
        is_resumed: True where it goes on from a checkpoint.
        row: What is to be told at this step.
        history: What was told.
        evaluation: Its last validation.
        fit: What it gave; None while it trains.
    """

    own: Own
    run: Sink
    model: nn.Module
    best: Best
    window: Window
    joins: int = 0
    is_resumed: bool = False
    row: dict[str, float] = field(default_factory=dict)
    history: list[dict[str, float]] = field(default_factory=list)
    evaluation: Evaluation | None = None
    fit: Fit | None = None

    def add(self, losses: Sequence[float], norms: Sequence[float]) -> None:
        """Take the numbers of some steps."""
        self.window.extend(losses, norms)

    def read(self, lr: float) -> None:
        """Put the steps since the last reading into the row."""
        self.row |= self.window.read()
        self.row["train/lr"] = lr

    def validated(self, evaluation: Evaluation, step: int) -> None:
        """Put a validation into the row."""
        self.evaluation = evaluation
        self.row |= {f"{VAL}/{name}": value for name, value in evaluation.values.items()}
        self.best.see(self.row.get(self.best.name, math.nan), step)

    def tell(self, step: int) -> None:
        """Send the row."""
        if not self.row:
            return
        self.run.log(dict(self.row), step=step)
        self.history.append({"step": step, **self.row})
        self.row = {}

    @property
    def is_diverged(self) -> bool:
        """True where too many steps in a row had no finite loss or norm."""
        return self.window.odd_in_a_row >= ODD_STEPS

    def at_interval(
        self, step: int, intervals: Intervals, lr: float, evaluation: Evaluation | None
    ) -> None:
        """Do what is due at a step, in the order in which a loop of one run does it.

        Args:
            step: Steps that are done.
            intervals: When what happens.
            lr: The learning rate of the last step.
            evaluation: The validation at this step; None: none is due.
        """
        is_end = step == self.own.steps
        is_read = step % intervals.log == 0 or is_end
        if is_read or (evaluation is not None and len(self.window)):
            self.read(lr)
        if evaluation is not None:
            self.validated(evaluation, step)
        self.tell(step)

    def end(
        self, reason: Reason, step: int, *, average: nn.Module | None, times: tuple[float, float]
    ) -> None:
        """Give what the run came to.

        Args:
            reason: Why it ended.
            step: Steps that are done.
            average: The averaged model, if there is one.
            times: Seconds in the loop, and of these waiting for data.
        """
        seconds, waited = times
        self.fit = Fit.of(
            self.model,
            reason,
            average=average,
            steps=step,
            best=self.best,
            best_weights=None,
            history=self.history,
            n_skipped=self.window.n_skipped,
            pace=Pace(
                seconds=seconds, waited=waited, examples=(step - self.joins) * self.own.batch_size
            ),
            evaluation=self.evaluation,
        )

    def state_dict(self) -> dict[str, Any]:
        """Give what the run needs to go on, besides its weights."""
        return {"best": self.best.state_dict(), "window": self.window.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put back what `state_dict` gave."""
        self.best.load_state_dict(state["best"])
        self.window.load_state_dict(state["window"])
