"""What a model says of the validation data: losses by weight, metrics on all outputs together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from trialist.train.batch import Batch
from trialist.train.lossvalue import check_number
from trialist.train.precision import Precision
from trialist.train.stepper import Loss, LossFunction
from trialist.values.errors import MetricError, near

Metric = Callable[[torch.Tensor, torch.Tensor], Any]
"""Gives a number from all outputs and all targets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was found.

    Attributes:
        values: The mean loss as "loss", and the metrics by name.
        outputs: What the model gave for all examples, on the CPU; None where its calls could not
            be followed.
        targets: Their `y`, on the CPU; None without one.
    """

    values: Mapping[str, float]
    outputs: torch.Tensor | None = None
    targets: torch.Tensor | None = None

    def predictions(self) -> torch.Tensor | None:
        """Give each example's class or number, shape `(n,)`; None where there is no such thing."""
        if self.outputs is None or self.targets is None or self.targets.ndim != 1:
            return None
        if is_classification(self.outputs, self.targets):
            return self.outputs.argmax(1)
        return self.outputs.flatten() if self.outputs.numel() == len(self.targets) else None


def evaluate(
    model: torch.nn.Module,
    batches: Iterable[Batch],
    loss: LossFunction,
    *,
    precision: Precision,
    metrics: Mapping[str, Metric] | None = None,
) -> Evaluation:
    """Evaluate a model; its modules are in the same mode afterwards as before.

    Args:
        model: What is evaluated.
        batches: All examples, each once.
        loss: As in training.
        precision: How it computes.
        metrics: Names and functions of all outputs and targets; None: accuracy where there are
            classes.

    Raises:
        MetricError: Where metrics need outputs, and the loss calls the model more or less than
            once per batch.
    """
    compute = precision.computed(loss)
    total, weight = 0.0, 0.0
    outputs: list[Any] = []
    targets: list[Any] = []
    with torch.inference_mode(), _evaluating(model), _followed(model) as calls:
        for batch in batches:
            found = compute(model, batch)
            mean, share = (
                (found.mean, float(found.weight)) if type(found) is Loss else (found, len(batch))
            )
            check_number(mean)
            total, weight = total + float(mean) * share, weight + share
            if len(calls) == 1 and isinstance(calls[0], torch.Tensor) and "y" in batch.columns:
                outputs.append(calls[0].float() if calls[0].is_floating_point() else calls[0])
                targets.append(batch.y)
            else:
                outputs.append(None)
            calls.clear()
    if any(one is None for one in outputs):
        return evaluation_of(total / weight, None, None, metrics)
    return evaluation_of(
        total / weight, torch.cat(outputs).cpu(), torch.cat(targets).cpu(), metrics
    )


def evaluation_of(
    loss: float,
    outputs: torch.Tensor | None,
    targets: torch.Tensor | None,
    metrics: Mapping[str, Metric] | None,
) -> Evaluation:
    """Give the metrics of all outputs together, beside the loss.

    Args:
        loss: The mean loss.
        outputs: What the model gave for all examples; None where its calls could not be followed.
        targets: Their `y`.
        metrics: As `evaluate` takes them.

    Raises:
        MetricError: Where metrics need outputs that are not there.
    """
    if outputs is None or targets is None:
        if metrics:
            raise MetricError(
                f"{next(iter(metrics))!r} needs the model's outputs, and the loss does not call "
                "the model exactly once",
                todo="have the loss call model(...) once per batch, or log the metric yourself",
            )
        return Evaluation(values={"loss": loss})
    if metrics is None:
        metrics = {"accuracy": accuracy} if is_classification(outputs, targets) else {}
    told = {name: float(metric(outputs, targets)) for name, metric in metrics.items()}
    return Evaluation(values={"loss": loss, **told}, outputs=outputs, targets=targets)


def is_classification(outputs: torch.Tensor, targets: torch.Tensor) -> bool:
    """Tell whether outputs are one number per class, and targets class numbers."""
    return outputs.ndim == 2 and targets.ndim == 1 and not targets.is_floating_point()


def accuracy(outputs: torch.Tensor, targets: torch.Tensor) -> float:
    """Give the share of examples whose highest output is that of their class."""
    return float((outputs.argmax(1) == targets).double().mean())


def mean_squared_error(outputs: torch.Tensor, targets: torch.Tensor) -> float:
    """Give the mean of the squared differences."""
    return float((outputs.double().view_as(targets) - targets.double()).square().mean())


def mean_absolute_error(outputs: torch.Tensor, targets: torch.Tensor) -> float:
    """Give the mean of the absolute differences."""
    return float((outputs.double().view_as(targets) - targets.double()).abs().mean())


METRICS: dict[str, Metric] = {
    "accuracy": accuracy,
    "mse": mean_squared_error,
    "mae": mean_absolute_error,
}


def metrics_of(given: Sequence[str] | Mapping[str, Metric] | None) -> Mapping[str, Metric] | None:
    """Give metrics by name, from names that are known or from functions.

    Raises:
        MetricError: For an unknown name.
    """
    if given is None or isinstance(given, Mapping):
        return given
    if isinstance(given, str):
        raise MetricError(f"metrics is the text {given!r}", todo=f"give a list: [{given!r}]")
    for name in given:
        if name not in METRICS:
            raise MetricError(
                f"there is no metric {name!r}",
                todo=f"{near(name, sorted(METRICS))}, or give a function: "
                "metrics={NAME: function of outputs and targets}",
            )
    return {name: METRICS[name] for name in given}


@contextmanager
def _evaluating(model: torch.nn.Module) -> Iterator[None]:
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


@contextmanager
def _followed(model: torch.nn.Module) -> Iterator[list[Any]]:
    calls: list[Any] = []
    handle = model.register_forward_hook(lambda _model, _inputs, output: calls.append(output))
    try:
        yield calls
    finally:
        handle.remove()
