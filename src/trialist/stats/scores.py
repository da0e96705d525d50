"""Scores of predictions against the truth, from the examples themselves.

Every function takes one truth and one prediction per example and gives one number, as scikit-learn
defines it. Nothing is weighted.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.generic]
Numbers = npt.NDArray[np.floating]


def accuracy(truth: Labels, predicted: Labels) -> float:
    """Give the share of examples whose label is right.

    Example:
        >>> accuracy(np.array([0, 1, 1, 1]), np.array([0, 1, 0, 1]))
        0.75
    """
    return float(np.mean(truth == predicted))


def balanced_accuracy(truth: Labels, predicted: Labels) -> float:
    """Give the mean over the classes in `truth` of the share that is right.

    References:
        Brodersen et al. (2010), "The balanced accuracy and its posterior distribution".
    """
    return float(np.mean([np.mean(predicted[truth == one] == one) for one in np.unique(truth)]))


def f1_scores(truth: Labels, predicted: Labels) -> tuple[Labels, Numbers, Numbers]:
    """Give the classes, the F1 of each (0 where it is not defined), and how often each is true.

    Shapes: `(n_classes,)` each; classes are those in `truth` or in `predicted`.
    """
    classes = np.unique(np.concatenate([truth, predicted]))
    right = np.array([np.sum((truth == one) & (predicted == one)) for one in classes], dtype=float)
    n_true = np.array([np.sum(truth == one) for one in classes], dtype=float)
    n_said = np.array([np.sum(predicted == one) for one in classes], dtype=float)
    return classes, 2 * right / (n_true + n_said), n_true


def macro_f1(truth: Labels, predicted: Labels) -> float:
    """Give the mean F1 over the classes."""
    return float(np.mean(f1_scores(truth, predicted)[1]))


def mean_squared_error(truth: Numbers, predicted: Numbers) -> float:
    """Give the mean of the squared differences."""
    return float(np.mean((truth - predicted) ** 2))


def mean_absolute_error(truth: Numbers, predicted: Numbers) -> float:
    """Give the mean of the absolute differences."""
    return float(np.mean(np.abs(truth - predicted)))


def log_loss(truth: npt.NDArray[np.integer], probabilities: Numbers) -> float:
    """Give the mean negative log of the probability of the true class.

    Args:
        truth: Class numbers from 0, shape `(n,)`.
        probabilities: Shape `(n, n_classes)`; each row sums to 1.

    A probability of 0 counts as the smallest step above 0 of its own precision.
    """
    smallest = np.finfo(probabilities.dtype).eps
    said = probabilities[np.arange(len(truth)), truth].astype(float)
    return float(np.mean(-np.log(np.clip(said, smallest, 1.0))))


def brier_score(truth: npt.NDArray[np.integer], probabilities: Numbers) -> float:
    """Give the mean over examples of the summed squared distance to the true class.

    References:
        Brier (1950), equation 2. For two classes it is twice the one-class form.
    """
    wanted = np.zeros(probabilities.shape)
    wanted[np.arange(len(truth)), truth] = 1.0
    return float(np.mean(np.sum((probabilities.astype(float) - wanted) ** 2, axis=1)))
