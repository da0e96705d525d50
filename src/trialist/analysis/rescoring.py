"""Whether a metric that a run reported is what its own predictions say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from trialist.stats import scores

Array = npt.NDArray[Any]

_RELATIVE = 1e-6
_ROUNDINGS = 32
"""Steps of its precision that a mean may be off by where it is taken in the predictions' dtype."""
_COARSEST = 0.005
"""However few digits were reported, a difference of half a point is no rounding."""
_SUM_OFF = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A reported metric that its predictions do not give.

    Attributes:
        reported: What the run said.
        computed: What its predictions say, in the same unit.
        n: How many examples they are.
    """

    reported: float
    computed: float
    n: int


def contradiction(
    metric: str, reported: float, truth: Array, predicted: Array
) -> Contradiction | None:
    """Give the contradiction between a reported metric and the predictions; None where none is.

    A metric that these predictions cannot give (an unknown name, classes without probabilities for
    a log loss, scores without a threshold for an accuracy) contradicts nothing. The tolerance is
    1e-6 of the value, or half of the last digit that was reported (at most half a point, or 0.5 %
    of a number without a scale), or what the precision of the predictions themselves allows.

    Args:
        metric: Its name, for example `val/accuracy`; a value above 1 of a share is in percent.
        reported: What the run said.
        truth: Shape `(n,)`.
        predicted: Labels or numbers of shape `(n,)`, or probabilities of shape `(n, n_classes)`.
    """
    name = metric.rpartition("/")[2]
    computed = computed_scores(name, truth, predicted)
    if not computed:
        return None
    is_share = name in _OF_LABELS
    unit = 100.0 if is_share and abs(reported) > 1 else 1.0
    rounded = _rounded(reported, scale=unit if is_share else abs(reported))
    noise = 0.0 if is_share else _noise(name, reported, truth, predicted)
    nearest = min((one * unit for one in computed), key=lambda one: abs(one - reported))
    if abs(nearest - reported) <= max(_RELATIVE * abs(reported), rounded, noise):
        return None
    return Contradiction(reported=reported, computed=nearest, n=len(truth))


def computed_scores(name: str, truth: Array, predicted: Array) -> tuple[float, ...]:
    """Give what the metric `name` can mean for these predictions; empty where it cannot be told."""
    if name in _OF_LABELS:
        labels = _labels(truth, predicted)
        return () if labels is None else _OF_LABELS[name](truth, labels)
    if name in _OF_NUMBERS and predicted.shape == truth.shape and _are_numbers(truth, predicted):
        return _OF_NUMBERS[name](truth.astype(float), predicted.astype(float))
    if name in _OF_PROBABILITIES:
        probabilities = _probabilities(truth, predicted)
        if probabilities is not None:
            return _OF_PROBABILITIES[name](truth.astype(int), probabilities)
    return ()


def _labels(truth: Array, predicted: Array) -> Array | None:
    if predicted.ndim == 2:
        return np.argmax(predicted, axis=1) if _are_classes(truth, predicted) else None
    are_text = [one.dtype.kind in "UST" for one in (truth, predicted)]
    fit = are_text[0] == are_text[1] and _are_whole(truth) and _are_whole(predicted)
    return predicted if fit else None


def _are_whole(values: Array) -> bool:
    """Tell whether values can be labels: 0.5 is a score, and its threshold is unknown."""
    return values.dtype.kind != "f" or bool(np.equal(np.mod(values, 1), 0).all())


def _probabilities(truth: Array, predicted: Array) -> Array | None:
    if predicted.dtype.kind != "f" or not _lie_between(predicted, 0.0, 1.0):
        return None
    if predicted.ndim == 1:
        predicted = np.stack([1 - predicted, predicted], axis=1)
    sums = predicted.astype(float).sum(axis=1)
    is_whole = _lie_between(sums, 1 - _SUM_OFF, 1 + _SUM_OFF)
    return predicted if is_whole and _are_classes(truth, predicted) else None


def _are_classes(truth: Array, predicted: Array) -> bool:
    return truth.dtype.kind in "iub" and _lie_between(truth, 0, predicted.shape[1] - 1)


def _are_numbers(*arrays: Array) -> bool:
    return all(one.dtype.kind in "fiub" for one in arrays)


def _lie_between(values: Array, low: float, high: float) -> bool:
    return bool(np.all((values >= low) & (values <= high)))


def _rounded(reported: float, *, scale: float) -> float:
    """Give half of the last digit that was reported."""
    return min(0.5 * 10.0 ** -_decimals(reported), _COARSEST * scale)


def _noise(name: str, reported: float, truth: Array, predicted: Array) -> float:
    """Give what the dtype of the predictions leaves open of a mean over them."""
    if predicted.dtype.kind != "f":
        return 0.0
    step = float(np.finfo(predicted.dtype).eps)
    if name in _OF_PROBABILITIES:
        return _ROUNDINGS * step * max(abs(reported), 1.0)
    off = step * float(max(np.abs(truth.astype(float)).max(), np.abs(predicted).max()))
    own = _ROUNDINGS * step * abs(reported)
    return own + (2 * abs(reported) ** 0.5 * off + off**2 if name == "mse" else off)


def _decimals(value: float) -> int:
    """Give how many decimals a number was written with, as far as it tells."""
    mantissa, _, exponent = repr(float(value)).partition("e")
    fraction = mantissa.partition(".")[2].rstrip("0")
    return len(fraction) - int(exponent or 0)


def _f1(truth: Array, predicted: Array) -> tuple[float, ...]:
    """Give every F1 that libraries mean by the bare name: of class 1, macro, weighted, micro."""
    classes, values, n_true = scores.f1_scores(truth, predicted)
    found = [float(np.mean(values)), float(np.average(values, weights=n_true))]
    found.append(scores.accuracy(truth, predicted))
    if len(classes) <= 2 and classes.dtype.kind in "iubf" and 1 in classes:
        found.append(float(values[list(classes).index(1)]))
    return tuple(found)


def _log_loss(truth: Array, probabilities: Array) -> tuple[float, ...]:
    said = probabilities[np.arange(len(truth)), truth]
    if (said == 0).any():  # every library cuts it off elsewhere
        return ()
    return (scores.log_loss(truth, probabilities),)


def _brier(truth: Array, probabilities: Array) -> tuple[float, ...]:
    whole = scores.brier_score(truth, probabilities)
    return (whole, whole / 2) if probabilities.shape[1] == 2 else (whole,)


_Score = Callable[[Array, Array], tuple[float, ...]]

_OF_LABELS: Mapping[str, _Score] = {
    "accuracy": lambda truth, said: (scores.accuracy(truth, said),),
    "acc": lambda truth, said: (scores.accuracy(truth, said),),
    "error": lambda truth, said: (1 - scores.accuracy(truth, said),),
    "error_rate": lambda truth, said: (1 - scores.accuracy(truth, said),),
    "balanced_accuracy": lambda truth, said: (scores.balanced_accuracy(truth, said),),
    "macro_f1": lambda truth, said: (scores.macro_f1(truth, said),),
    "f1": _f1,
}
_OF_NUMBERS: Mapping[str, _Score] = {
    "mse": lambda truth, said: (scores.mean_squared_error(truth, said),),
    "rmse": lambda truth, said: (scores.mean_squared_error(truth, said) ** 0.5,),
    "mae": lambda truth, said: (scores.mean_absolute_error(truth, said),),
}
_OF_PROBABILITIES: Mapping[str, _Score] = {
    "log_loss": _log_loss,
    "brier": _brier,
}
