"""Scores against scikit-learn, and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.stats import scores

LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=30)


def columns(pairs):
    truth, predicted = zip(*pairs, strict=True)
    return np.array(truth), np.array(predicted)


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(LABELS)
def test_labels_score_as_in_scikit_learn(pairs):
    metrics = pytest.importorskip("sklearn.metrics")
    truth, predicted = columns(pairs)
    assert scores.accuracy(truth, predicted) == pytest.approx(
        metrics.accuracy_score(truth, predicted)
    )
    assert scores.balanced_accuracy(truth, predicted) == pytest.approx(
        metrics.balanced_accuracy_score(truth, predicted)
    )
    assert scores.macro_f1(truth, predicted) == pytest.approx(
        metrics.f1_score(truth, predicted, average="macro", zero_division=0)
    )


@given(st.lists(st.tuples(*[st.floats(-1e3, 1e3)] * 2), min_size=1, max_size=30))
def test_numbers_score_as_in_scikit_learn(pairs):
    metrics = pytest.importorskip("sklearn.metrics")
    truth, predicted = columns(pairs)
    assert scores.mean_squared_error(truth, predicted) == pytest.approx(
        metrics.mean_squared_error(truth, predicted)
    )
    assert scores.mean_absolute_error(truth, predicted) == pytest.approx(
        metrics.mean_absolute_error(truth, predicted)
    )


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_probabilities_score_as_in_scikit_learn(dtype):
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, size=40)
    said = rng.dirichlet([0.3] * 3, size=40).astype(dtype)
    assert scores.log_loss(truth, said) == pytest.approx(
        metrics.log_loss(truth, said, labels=[0, 1, 2]), rel=1e-6
    )
    wanted = np.eye(3)[truth]
    assert scores.brier_score(truth, said) == pytest.approx(
        np.mean(((said.astype(float) - wanted) ** 2).sum(axis=1))
    )


def test_by_hand():
    truth, predicted = np.array(["a", "a", "a", "b"]), np.array(["a", "a", "b", "b"])
    assert scores.accuracy(truth, predicted) == 0.75
    assert scores.balanced_accuracy(truth, predicted) == pytest.approx((2 / 3 + 1) / 2)
    assert scores.macro_f1(truth, predicted) == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert scores.log_loss(np.array([0]), np.array([[0.25, 0.75]])) == pytest.approx(np.log(4))
    assert scores.brier_score(np.array([0]), np.array([[0.25, 0.75]])) == pytest.approx(2 * 0.5625)
    sure = scores.log_loss(np.array([1]), np.array([[1.0, 0.0]]))
    assert sure == pytest.approx(-np.log(np.finfo(float).eps))
