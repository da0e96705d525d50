"""What is known to spoil a training, looked for in a model, its data and its settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import nn

from trialist.train.batchnorm import batch_norms, lone_step, size_without_lone
from trialist.train.dataflow import Kind, Operation, feeds, operations_of
from trialist.train.imbalance import SUGGESTED_ABOVE
from trialist.train.schedules import OneCycle, Schedule
from trialist.train.torchschedules import TorchSchedule
from trialist.values.errors import ConfigError
from trialist.values.finding import Finding, Severity
from trialist.values.numbers import counted

ENOUGH_FOR_BATCH_NORM = 32
ENOUGH_FOR_GROUPS = 8
MOST_GROUPS = 8
LARGE_BATCH = 1024
_SHOWN = 3


def advise(  # noqa: PLR0913 — the settings that advice depends on, as `fit` takes them
    model: nn.Module,
    data: Any = None,
    *,
    batch_size: int,
    micro_batch: int | None = None,
    schedule: str | Schedule | TorchSchedule | None = None,
    warmup: float = 0,
    clip_norm: float | None = None,
) -> tuple[Finding, ...]:
    """Tell what of a model, its data and its settings is known to go wrong, and what to do.

    Nothing is trained and nothing is changed: whoever doubts an advice makes it a variant.

    Args:
        model: Any module.
        data: `TensorData`, or anything with `n_train`; None: nothing is said of it.
        batch_size: Examples per optimizer step, as all settings here as `fit` takes them.
        micro_batch: Examples per forward pass.
        schedule: The learning rate over the steps.
        warmup: Its warm-up.
        clip_norm: The largest gradient norm.

    Raises:
        ConfigError: For a batch without examples.
    """
    if batch_size < 1 or (micro_batch is not None and micro_batch < 1):
        raise ConfigError(
            f"batch_size is {batch_size}, micro_batch {micro_batch}", todo="give 1 or more"
        )
    seen = min(batch_size, micro_batch or batch_size)
    n_train = getattr(data, "n_train", None)
    operations = operations_of(model)
    return (
        *_normalization(model, seen),
        *_lone_example(model, n_train, batch_size, micro_batch),
        *_after_activation(operations),
        *_dropout_before_norm(operations),
        *_dropout_on_output(operations),
        *_unclipped(model, clip_norm),
        *_cold_start(batch_size, schedule, warmup),
        *_imbalance(data),
    )


def groups_for(n_channels: int, micro_batch: int) -> int | None:
    """Give the groups of a GroupNorm that suits a micro-batch; None where BatchNorm does.

    8 groups where the channels can be divided so, else the most that they can be divided into: a
    GroupNorm of 12 channels in 8 groups is an error.

    Example:
        >>> groups_for(64, 64), groups_for(64, 16), groups_for(12, 16), groups_for(64, 4)
        (None, 8, 6, 1)
    """
    if micro_batch >= ENOUGH_FOR_BATCH_NORM:
        return None
    if micro_batch < ENOUGH_FOR_GROUPS:
        return 1
    return max(n for n in range(1, MOST_GROUPS + 1) if n_channels % n == 0)


def _normalization(model: nn.Module, seen: int) -> Iterator[Finding]:
    norms = batch_norms(model)
    if not norms or seen >= ENOUGH_FOR_BATCH_NORM:
        return
    channels = sorted({module.num_features for _, module in norms})
    others = ", ".join(f"GroupNorm({groups_for(n, seen)}, {n})" for n in channels[:_SHOWN])
    is_tiny = seen < ENOUGH_FOR_GROUPS
    yield Finding(
        code="batch-norm-on-small-batches",
        severity=Severity.WARNING if is_tiny else Severity.NOTE,
        message=f"BatchNorm measures mean and variance on {counted(seen, 'example')} at a time: "
        "they are noise, and validation uses others",
        evidence=f"{_named(norms)}; {ENOUGH_FOR_BATCH_NORM} examples or more are enough",
        cure=f"{others}; or forward passes of {ENOUGH_FOR_BATCH_NORM} examples: accumulating "
        "gradients over micro-batches does not help here",
    )


def _lone_example(
    model: nn.Module, n_train: int | None, batch_size: int, micro_batch: int | None
) -> Iterator[Finding]:
    norms = [one for one in batch_norms(model) if isinstance(one[1], nn.BatchNorm1d)]
    if not norms or n_train is None:
        return
    if lone_step(n_train, batch_size, micro_batch) is not None:
        better = size_without_lone(n_train, batch_size, micro_batch)
        is_split = micro_batch is not None and micro_batch < batch_size
        yield Finding(
            code="batch-of-one",
            severity=Severity.ERROR,
            message="A batch of one example reaches BatchNorm1d, which has no variance there and "
            "raises",
            evidence=f"{n_train:,} training examples in batches of {batch_size:,}"
            + (f", micro-batches of {micro_batch:,}" if is_split else ""),
            cure="GroupNorm or LayerNorm, which need no batch"
            + ("" if better is None else f"; or batch_size={better}, which leaves none over"),
        )


def _after_activation(operations: Sequence[Operation]) -> Iterator[Finding]:
    found = [
        (operations[source].name, one.name)
        for one in operations
        if one.kind is Kind.BATCH_NORM
        for source in _sources(operations, one)
        if operations[source].kind is Kind.ACTIVATION
    ]
    if found:
        yield Finding(
            code="batch-norm-after-activation",
            severity=Severity.NOTE,
            message="BatchNorm follows an activation; as a rule it stands before it",
            evidence=_pairs(found),
            cure="convolution, BatchNorm, activation; where the order is on purpose, make the "
            "other one a variant",
        )


def _dropout_before_norm(operations: Sequence[Operation]) -> Iterator[Finding]:
    found = [
        (one.name, operations[norm].name)
        for place, one in enumerate(operations)
        if one.kind is Kind.DROPOUT and one.rate > 0
        for norm in _norms_behind(operations, place)
    ]
    if found:
        yield Finding(
            code="dropout-before-batch-norm",
            severity=Severity.WARNING,
            message="Dropout stands before BatchNorm: the variance that BatchNorm learns while "
            "training is not the one that it meets when nothing is dropped",
            evidence=_pairs(found),
            cure="dropout behind the last BatchNorm (Li et al. 2019), or without one of them",
        )


def _dropout_on_output(operations: Sequence[Operation]) -> Iterator[Finding]:
    for one in operations:
        if one.kind is not Kind.OUTPUT:
            continue
        for source in _sources(operations, one):
            last = operations[source]
            if last.kind is Kind.DROPOUT and last.rate > 0:
                yield Finding(
                    code="dropout-on-output",
                    severity=Severity.WARNING,
                    message="Dropout stands on the output: the loss sees outputs that were set to "
                    "0, and no weight can answer that",
                    evidence=f"{last.name}, rate {last.rate:g}, is what the model gives",
                    cure="dropout before the last layer",
                )


def _unclipped(model: nn.Module, clip_norm: float | None) -> Iterator[Finding]:
    found = [
        (name, module)
        for name, module in model.named_modules()
        if isinstance(module, nn.RNNBase | nn.RNNCellBase)
    ]
    if found and clip_norm is None:
        yield Finding(
            code="recurrent-without-clipping",
            severity=Severity.WARNING,
            message="A recurrent net is trained without clipping: its gradient is a product over "
            "time, and a single large one undoes many steps",
            evidence=_named(found),
            cure="clip_norm=1.0 (Pascanu, Mikolov and Bengio 2013)",
        )


def _cold_start(
    batch_size: int, schedule: str | Schedule | TorchSchedule | None, warmup: float
) -> Iterator[Finding]:
    rises = schedule == OneCycle.name or isinstance(schedule, OneCycle | TorchSchedule)
    if batch_size >= LARGE_BATCH and not warmup and not rises:
        yield Finding(
            code="large-batch-without-warm-up",
            severity=Severity.NOTE,
            message="A large batch begins at its full learning rate, where the first weights "
            "change fastest",
            evidence=f"batch_size {batch_size:,}, from {LARGE_BATCH:,} on; no warm-up",
            cure="warmup=0.05 (5 % of the steps; Goyal et al. 2017)",
        )


def _imbalance(data: Any) -> Iterator[Finding]:
    labels = _labels(data)
    if labels is None or getattr(data, "sampling", "shuffle") == "balanced":
        return
    counts = torch.bincount(labels)
    absent = (counts == 0).nonzero().flatten().tolist()
    if absent:
        yield Finding(
            code="class-without-examples",
            severity=Severity.ERROR,
            message=f"Class {absent[0]} has no training example",
            evidence=f"0 of {len(labels):,} labels" + _more(len(absent) + _SHOWN - 1),
            cure="number the classes without gaps, or split the data by class (stratified)",
        )
    present = counts[counts > 0]
    ratio = float(present.max() / present.min())
    if ratio > SUGGESTED_ABOVE:
        yield Finding(
            code="imbalanced-classes",
            severity=Severity.WARNING,
            message=f"The most frequent class has {ratio:.1f} times the examples of the rarest: "
            "accuracy says little of the rare one",
            evidence=f"{int(present.max()):,} and {int(present.min()):,} of {len(labels):,}",
            cure="a variant with class_weights(y) in the loss, TensorData(..., "
            "sampling='balanced') or focal_loss; judge by a metric per class",
        )


def _labels(data: Any) -> torch.Tensor | None:
    if not hasattr(data, "split"):
        return None
    labels = data.split("train").get("y")
    if not isinstance(labels, torch.Tensor) or labels.ndim != 1 or not len(labels):
        return None
    if labels.is_floating_point() or labels.dtype.is_complex:
        return None
    # More numbers than examples: these are no classes.
    return labels.cpu() if int(labels.min()) >= 0 and int(labels.max()) < len(labels) else None


# -- how operations are joined ------------------------------------------------------


def _sources(operations: Sequence[Operation], one: Operation) -> list[int]:
    """Give what an operation takes, behind what only changes the shape."""
    found: list[int] = []
    for place in one.inputs:
        if operations[place].kind is Kind.SHAPE:
            found += _sources(operations, operations[place])
        else:
            found.append(place)
    return found


def _norms_behind(operations: Sequence[Operation], place: int) -> list[int]:
    """Give the first BatchNorm on each way on; another normalization ends a way."""
    found: dict[int, None] = {}
    waiting, seen = [place], {place}
    while waiting:
        for later in feeds(operations, waiting.pop(0)):
            kind = operations[later].kind
            if kind is Kind.BATCH_NORM:
                found[later] = None
            elif later not in seen and kind is not Kind.OTHER_NORM:
                seen.add(later)
                waiting.append(later)
    return list(found)


# -- words ---------------------------------------------------------------------------


def _named(modules: Sequence[tuple[str, nn.Module]]) -> str:
    shown = ", ".join(
        f"{name or 'the model'} ({type(one).__name__})" for name, one in modules[:_SHOWN]
    )
    return shown + _more(len(modules))


def _pairs(found: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{one}, then {other}" for one, other in found[:_SHOWN]) + _more(len(found))


def _more(n: int) -> str:
    return f" and {n - _SHOWN} more" if n > _SHOWN else ""
