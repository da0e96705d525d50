"""What stacked models say of the validation data: losses and metrics of each replicate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch.func import vmap

from trialist.train.batch import Batch
from trialist.train.evaluation import Evaluation, Metric, evaluation_of
from trialist.train.replicates.forward import Forward, Named, columns_of
from trialist.train.stepper import Loss


def evaluate_stack(
    weights: Named,
    forward: Forward,
    batches: Iterable[Batch],
    *,
    metrics: Mapping[str, Metric] | None = None,
) -> list[Evaluation]:
    """Evaluate all replicates on the same batches; what `evaluate` gives for one model.

    Args:
        weights: Parameters and buffers by name, shape `(R, ...)`.
        forward: What computes one replicate's loss from its weights.
        batches: All examples, each once; the same for all.
        metrics: Names and functions of all outputs and targets; None: accuracy where there are
            classes.

    Raises:
        MetricError: Where metrics need outputs, and the loss calls the model more or less than
            once per batch.
    """
    tally = _Tally(len(next(iter(weights.values()))))
    with torch.no_grad(), forward.evaluating() as calls:
        for batch in batches:
            tally.add(batch, _passed(weights, forward, batch, calls))
    return tally.told(metrics)


def _passed(weights: Named, forward: Forward, batch: Batch, calls: list[Any]) -> list[Any]:
    """Give mean, weight and output of a batch; None for what there is not."""
    there = list[bool]()

    def of_one(own: Named, columns: Named) -> list[torch.Tensor]:
        calls.clear()
        found = forward.of(own, columns)
        mean: Any = found.mean if type(found) is Loss else found
        weight = torch.as_tensor(found.weight) if type(found) is Loss else None
        is_single = len(calls) == 1 and isinstance(calls[0], torch.Tensor)
        given = [mean, weight, calls[0] if is_single else None]
        there[:] = [one is not None for one in given]
        calls.clear()
        return [one for one in given if one is not None]

    given = iter(vmap(of_one, in_dims=(0, None))(dict(weights), columns_of(batch)))
    return [next(given) if is_there else None for is_there in there]


class _Tally:
    """Sums what batches gave."""

    def __init__(self, n: int) -> None:
        self._totals, self._weights = [0.0] * n, [0.0] * n
        self._outputs: list[torch.Tensor | None] = []
        self._targets: list[torch.Tensor] = []

    def add(self, batch: Batch, given: list[Any]) -> None:
        mean, weight, output = given
        means = mean.double().tolist()
        shares = [float(len(batch))] * len(means) if weight is None else weight.double().tolist()
        for row, (value, share) in enumerate(zip(means, shares, strict=True)):
            self._totals[row] += value * share
            self._weights[row] += share
        if output is None or "y" not in batch.columns:
            self._outputs.append(None)
            return
        self._outputs.append(output.float() if output.is_floating_point() else output)
        self._targets.append(batch.columns["y"])

    def told(self, metrics: Mapping[str, Metric] | None) -> list[Evaluation]:
        losses = [t / w for t, w in zip(self._totals, self._weights, strict=True)]
        outputs = [one for one in self._outputs if one is not None]
        if len(outputs) < len(self._outputs):
            return [evaluation_of(loss, None, None, metrics) for loss in losses]
        said, true = torch.cat(outputs, dim=1).cpu(), torch.cat(self._targets).cpu()
        return [
            evaluation_of(loss, own, true, metrics) for loss, own in zip(losses, said, strict=True)
        ]
