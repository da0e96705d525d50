"""The parts that train a group, put together: weights, steps, batches, rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import nn

from trialist.train.batch import Batch
from trialist.train.precision import Precision
from trialist.train.replicates.averaging import StackedAverage
from trialist.train.replicates.forward import Forward, Named
from trialist.train.replicates.gradients import StackedGradient
from trialist.train.replicates.group import Own
from trialist.train.replicates.keyeddropout import MaskMaker, install
from trialist.train.replicates.quiet import quiet
from trialist.train.replicates.stackedbatches import StackedBatches
from trialist.train.replicates.stackedrates import StackedRates
from trialist.train.replicates.stacking import Stack
from trialist.train.replicates.stepping import ReplicateStepper
from trialist.train.replicates.unsupported import translated
from trialist.train.replicates.updates import StackedUpdates
from trialist.train.stepper import LossFunction
from trialist.train.tensordata import TensorData
from trialist.values.ports import RunSeeds

VMAP, TRACED = "vmap", "traced"
BACKENDS = (VMAP, TRACED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """What trains a group; `keep` leaves replicates out of all of it."""

    stack: Stack
    forward: Forward
    updates: StackedUpdates
    average: StackedAverage | None
    stepper: ReplicateStepper
    batches: StackedBatches
    rates: StackedRates

    @classmethod
    def of(  # noqa: PLR0913 — one keyword per part
        cls,
        models: Sequence[nn.Module],
        group: Sequence[Own],
        seeds: Sequence[RunSeeds],
        *,
        data: TensorData,
        loss: LossFunction,
        precision: Precision,
        backend: str,
    ) -> Assembly:
        """Put together what trains these models.

        Args:
            models: One per replicate, on the device.
            group: The numbers of each.
            seeds: The random sources of each.
            data: What all train on.
            loss: Gives the mean loss of `(model, batch)`, or `Loss(mean, weight)`.
            precision: How they compute.
            backend: "vmap" or "traced".

        Raises:
            VectorizeError: If the models are not of one structure.
        """
        device = next(models[0].parameters()).device
        batches = StackedBatches(
            data, [one.data for one in seeds], batch_size=group[0].batch_size, device=device
        )
        compute = precision.computed(loss)
        stack, forward = _stacked(models, compute, batches.at(0))
        updates = StackedUpdates(group[0].kind, [own.settings for own in group], stack.values)
        decays = [own.ema for own in group if own.ema is not None]
        average = StackedAverage(stack, decays) if decays else None
        return cls(
            stack=stack,
            forward=forward,
            updates=updates,
            average=average,
            stepper=ReplicateStepper(
                stack,
                forward,
                updates,
                masks=MaskMaker([one.train for one in seeds], device),
                clip_norms=[own.clip_norm for own in group],
                micro=group[0].micro_batch,
                average=average,
                is_traced=backend == TRACED,
            ),
            batches=batches,
            rates=StackedRates(
                [own.settings["lr"] for own in group],
                [own.schedule for own in group],
                total=group[0].steps,
            ),
        )

    def judged(self) -> Named:
        """Give the weights that validation is about: the averaged ones where there are."""
        if self.average is None:
            return self.stack.weights()
        views = self.stack.views(self.average.values)
        return {**views, **self.stack.frozen, **self.average.buffers}

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some replicates only."""
        self.stepper.keep(rows)
        self.batches.keep(rows)
        self.rates.keep(rows)

    def drop(self, rows: Sequence[int]) -> None:
        """Leave some replicates out from here on."""
        self.keep([row for row in range(len(self.stack)) if row not in rows])

    def row(self, number: int) -> dict[str, Any]:
        """Give copies of all that changes of one replicate."""
        return {
            "model": self.stack.row(number),
            "optimizer": self.updates.row(number),
            "average": None if self.average is None else self.average.row(number),
        }

    def load_row(self, number: int, state: dict[str, Any]) -> None:
        """Put back what `row` gave."""
        self.stack.load_row(number, state["model"])
        self.updates.load_row(number, state["optimizer"])
        if self.average is not None:
            self.average.load_row(number, state["average"])


def _stacked(
    models: Sequence[nn.Module], loss: LossFunction, batch: Batch
) -> tuple[Stack, Forward]:
    """Give the stack and what computes on it, after a first pass that changes nothing."""
    stack = Stack(models)
    forward = Forward(stack.base, loss, install(stack.base))
    with translated(), quiet():
        unused = StackedGradient(stack, forward, is_traced=False).unused(batch)
    if unused:
        stack = Stack(models, unused=unused)
        forward = Forward(stack.base, loss, install(stack.base))
    return stack, forward
