"""Gradients of one batch, layer by layer, before training begins; nothing is changed by it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd

from trialist.train.batch import Batch, as_columns
from trialist.train.keyed import key_of
from trialist.train.seeding import seed_everything
from trialist.train.stepper import Loss, LossFunction
from trialist.train.untouched import untouched
from trialist.values.errors import ConfigError
from trialist.values.finding import Finding, Severity

VANISHING_BELOW = 1e-7
EXPLODING_ABOVE = 100.0
FIRST_TO_LAST = 1e-3
DEAD_SHARE = 0.1
_BETTER = "initialize(model, 'he' for ReLU, 'xavier' for tanh, 'lsuv' for deep nets, seed=...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerGradient:
    """What one layer gets.

    Attributes:
        name: Its name in the model; "" is the model itself.
        kind: Its class.
        norm: The norm of the gradients of its own parameters; None where none reaches it.
        weight_norm: The norm of these parameters.
        is_matrix: True where it has a weight with two dimensions or more.
        n_units: The outputs of a dense or convolutional layer; else 0.
        n_dead: Those whose weights get no gradient from any example of the batch.
    """

    name: str
    kind: str
    norm: float | None
    weight_norm: float
    is_matrix: bool
    n_units: int = 0
    n_dead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientCheck:
    """What a batch's gradients are.

    Attributes:
        loss: The mean loss.
        layers: The layers with parameters to train, in the order in which they are called.
        findings: What is wrong with them.
    """

    loss: float
    layers: tuple[LayerGradient, ...]
    findings: tuple[Finding, ...]


def check_gradients(
    model: nn.Module, loss: LossFunction, batch: Any, *, seed: int = 0
) -> GradientCheck:
    """Compute the gradients of one batch and tell what is wrong with them.

    Parameters, gradients, buffers, modes and random state are the same afterwards, to the bit. The
    bounds hold for a loss that is a mean, before the first step.

    Args:
        model: As it is going to be trained, in training mode.
        loss: As `trialist.train.fit` takes it.
        batch: A `Batch`, or `(x, y)`, or columns by name, where the model is.
        seed: What dropout draws from.

    Raises:
        ConfigError: If no gradient can be computed.
    """
    if not isinstance(batch, Batch):
        batch = Batch(as_columns(batch))
    taken = {name: one for name, one in model.named_parameters() if one.requires_grad}
    if not taken:
        raise ConfigError("the model has no parameters to train", todo="set requires_grad on some")
    with untouched(model), torch.enable_grad(), _calls(model) as order:
        seed_everything(key_of(seed, "gradient check"))
        found = loss(model, batch)
        mean = found.mean if isinstance(found, Loss) else found
        _check_loss(mean)
        computed = torch.autograd.grad(mean, tuple(taken.values()), allow_unused=True)
    gradients = dict(zip(taken, computed, strict=True))
    layers = tuple(_layers(model, gradients, order))
    value = float(mean.detach())
    return GradientCheck(loss=value, layers=layers, findings=tuple(_findings(value, layers)))


def _check_loss(mean: Any) -> None:
    is_one = isinstance(mean, torch.Tensor) and mean.numel() == 1
    if not is_one or not mean.requires_grad:
        what = f"has shape {tuple(mean.shape)}" if isinstance(mean, torch.Tensor) else repr(mean)
        if is_one:
            what = "does not depend on any parameter to train"
        raise ConfigError(
            f"the loss {what}", todo="have it give one number that was computed by the model"
        )


@contextmanager
def _calls(model: nn.Module) -> Iterator[dict[str, None]]:
    """Follow in which order modules with parameters of their own are called first."""
    order: dict[str, None] = {}
    handles = [
        module.register_forward_pre_hook(lambda _m, _i, name=name: order.setdefault(name))
        for name, module in model.named_modules()
        if any(True for _ in module.parameters(recurse=False))
    ]
    try:
        yield order
    finally:
        for handle in handles:
            handle.remove()


def _layers(
    model: nn.Module, gradients: Mapping[str, torch.Tensor | None], order: Mapping[str, None]
) -> Iterator[LayerGradient]:
    modules = dict(model.named_modules())
    # A module whose weights are used without calling it stands where it was defined, at the end.
    for name in (*order, *(name for name in modules if name not in order)):
        module = modules[name]
        own = {
            key: parameter
            for key, parameter in module.named_parameters(name, recurse=False)
            if key in gradients
        }
        if own:
            yield _layer(name, module, own, gradients)


def _layer(
    name: str,
    module: nn.Module,
    own: Mapping[str, nn.Parameter],
    gradients: Mapping[str, torch.Tensor | None],
) -> LayerGradient:
    found = [gradients[key] for key in own]
    reached = [one.to_dense() if one.is_sparse else one for one in found if one is not None]
    n_units, n_dead = _dead_units(name, module, gradients)
    return LayerGradient(
        name=name,
        kind=type(module).__name__,
        norm=_norm(reached) if reached else None,
        weight_norm=_norm([one.detach() for one in own.values()]),
        is_matrix=any(parameter.ndim > 1 for parameter in own.values()),
        n_units=n_units,
        n_dead=n_dead,
    )


def _dead_units(
    name: str, module: nn.Module, gradients: Mapping[str, torch.Tensor | None]
) -> tuple[int, int]:
    """Give the outputs of a layer, and how many of them get nothing, their biases neither."""
    weight = gradients.get(f"{name}.weight".lstrip("."))
    if not isinstance(module, nn.Linear | _ConvNd) or weight is None:
        return 0, 0
    is_transposed = isinstance(module, _ConvNd) and module.transposed
    rows = weight.transpose(0, 1) if is_transposed else weight
    dead = (rows.reshape(rows.shape[0], -1) == 0).all(1)
    bias = gradients.get(f"{name}.bias".lstrip("."))
    if bias is not None and bias.shape == dead.shape:  # without inputs a weight gets nothing too
        dead &= bias == 0
    return len(dead), int(dead.sum())


def _norm(tensors: Sequence[torch.Tensor]) -> float:
    return math.hypot(*(float(one.double().norm()) for one in tensors))


# -- what is wrong ----------------------------------------------------------------


def _findings(loss: float, layers: Sequence[LayerGradient]) -> Iterator[Finding]:
    odd = [one for one in layers if one.norm is not None and not math.isfinite(one.norm)]
    if odd or not math.isfinite(loss):
        yield _not_finite(loss, odd)
        return
    for one in layers:
        if one.norm is None:
            yield _unreached(one)
        elif one.norm < VANISHING_BELOW:
            yield _vanishing(one)
        elif one.norm > EXPLODING_ABOVE:
            yield _exploding(one)
        elif one.n_dead > DEAD_SHARE * one.n_units:
            yield _dead(one)
    yield from _uneven(layers)


def _not_finite(loss: float, odd: Sequence[LayerGradient]) -> Finding:
    names = ", ".join(_words(one) for one in odd[:3]) or "none of the layers"
    return Finding(
        code="gradient-not-finite",
        severity=Severity.ERROR,
        message="The first batch gives a loss or a gradient that is not a finite number",
        evidence=f"loss {loss:.4g}; not finite in {names}",
        cure="look for a logarithm or a division by 0, and for inputs that are not finite",
    )


def _unreached(one: LayerGradient) -> Finding:
    return Finding(
        code="no-gradient",
        severity=Severity.WARNING,
        message=f"No gradient reaches {_words(one)}: it stays as it was drawn",
        evidence="the loss does not depend on its parameters",
        cure="use it in forward, do not detach what it gives, or take it out of the model",
    )


def _vanishing(one: LayerGradient) -> Finding:
    return Finding(
        code="vanishing-gradient",
        severity=Severity.WARNING,
        message=f"The gradient of {_words(one)} vanishes",
        evidence=f"norm {one.norm:.1e}, below {VANISHING_BELOW:g}; weights {one.weight_norm:.2g}",
        cure=f"{_BETTER}, a normalization layer, or residual connections; a layer behind a "
        "weight that begins at 0 gets its gradient after the first step",
    )


def _exploding(one: LayerGradient) -> Finding:
    return Finding(
        code="exploding-gradient",
        severity=Severity.WARNING,
        message=f"The gradient of {_words(one)} is very large",
        evidence=f"norm {one.norm:.3g}, above {EXPLODING_ABOVE:g}; weights {one.weight_norm:.2g}",
        cure=f"{_BETTER}, normalized inputs, or clip_norm=1.0; a loss must be a mean, not a sum",
    )


def _dead(one: LayerGradient) -> Finding:
    return Finding(
        code="dead-units",
        severity=Severity.WARNING,
        message=f"{one.n_dead} of {one.n_units} units of {_words(one)} are dead on this batch",
        evidence="no example gives their weights a gradient",
        cure="normalize the inputs (mean 0), initialize(model, 'he', seed=...), lower the learning "
        "rate, or use LeakyReLU or GELU",
    )


def _uneven(layers: Sequence[LayerGradient]) -> Iterator[Finding]:
    reached = [one for one in layers if one.is_matrix and one.norm]
    if len(reached) < 2:
        return
    first, last = reached[0], reached[-1]
    ratio = (first.norm or 0.0) / (last.norm or 1.0)
    if ratio < FIRST_TO_LAST:
        yield Finding(
            code="uneven-gradients",
            severity=Severity.WARNING,
            message=f"The first layer learns far slower than the last: the gradient of "
            f"{_words(first)} is {ratio:.1e} of that of {_words(last)}",
            evidence=f"norms {first.norm:.2e} and {last.norm:.2e}, over {len(reached)} layers",
            cure=f"{_BETTER}, a normalization layer, or residual connections",
        )


def _words(one: LayerGradient) -> str:
    return f"{one.name or 'the model'} ({one.kind})"
