"""Rare classes: weights, balanced sampling, focal loss; for training only, never for validation."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from trialist.train.keyed import keyed_uniform
from trialist.values.errors import DataError

SUGGESTED_ABOVE = 3.0
"""The ratio of the most frequent to the rarest class from which weights are worth a try."""


def class_counts(labels: torch.Tensor, n_classes: int | None = None) -> torch.Tensor:
    """Give how often each class occurs, int64, shape `(n_classes,)`.

    Raises:
        DataError: If labels are not whole numbers from 0, or a class has no example.
    """
    labels = torch.as_tensor(labels)
    check_labels(labels)
    counts = torch.bincount(labels, minlength=n_classes or 0)
    empty = (counts == 0).nonzero().flatten().tolist()
    if empty:
        raise DataError(
            f"class {empty[0]} has 0 of {len(labels):,} training labels",
            todo="number the classes without gaps, or split the data by class (stratified)",
        )
    return counts


def class_weights(labels: torch.Tensor, n_classes: int | None = None) -> torch.Tensor:
    """Give N / (K n_k) for each class, as scikit-learn's "balanced"; for a weighted loss.

    Args:
        labels: Whole numbers from 0, shape `(n,)`.
        n_classes: K; None: as many as occur.

    Returns:
        float32, shape `(n_classes,)`.

    Raises:
        DataError: If labels are not whole numbers from 0, or a class has no example.
    """
    counts = class_counts(labels, n_classes)
    return (len(labels) / (len(counts) * counts.double())).float()


def balanced_order(key: int, labels: torch.Tensor) -> torch.Tensor:
    """Give an epoch of draws with replacement in which every class is as likely as any other.

    Args:
        key: Of the epoch, from `key_of`.
        labels: Whole numbers from 0, shape `(n,)`.

    Returns:
        int64, shape `(n,)`.
    """
    counts = class_counts(labels)
    edges = (1.0 / counts.double())[labels].cumsum(0)
    draws = keyed_uniform(key, torch.arange(len(labels)), 1)[:, 0] * edges[-1]
    return torch.searchsorted(edges, draws, right=True).clamp_(max=len(labels) - 1)


def focal_loss(
    outputs: torch.Tensor,
    targets: torch.Tensor,
    *,
    gamma: float = 2.0,
    weight: torch.Tensor | None = None,
) -> torch.Tensor:
    """Give the mean of (1 - p)^gamma times cross-entropy, p the probability of the true class.

    Args:
        outputs: Logits, shape `(n, n_classes)`.
        targets: Whole numbers from 0, shape `(n,)`.
        gamma: From 0; 0 is cross-entropy.
        weight: Per class, shape `(n_classes,)`.

    References:
        Lin et al. (2017), Focal loss for dense object detection.
    """
    log_p = functional.log_softmax(outputs, dim=1).gather(1, targets[:, None])[:, 0]
    losses = -((1 - log_p.exp()) ** gamma) * log_p
    if weight is None:
        return losses.mean()
    taken = weight.to(losses)[targets]
    return (losses * taken).sum() / taken.sum()


def check_labels(labels: Any) -> None:
    """Refuse labels that are not class numbers.

    Raises:
        DataError: If they are missing, not whole numbers, or below 0.
    """
    if labels is None or labels.ndim != 1 or labels.is_floating_point() or labels.dtype.is_complex:
        what = "missing" if labels is None else f"{labels.dtype}, shape {tuple(labels.shape)}"
        raise DataError(
            f"the labels are {what}", todo="give class numbers from 0, shape (n,), as integers"
        )
    if len(labels) and int(labels.min()) < 0:
        raise DataError(f"the lowest label is {int(labels.min())}", todo="number classes from 0")
