"""Whether a reported metric is what its predictions say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.rescoring import computed_scores, contradiction

TRUTH = np.array([0, 1, 1, 0, 1, 0, 1, 1, 0, 1])
SAID = np.array([0, 1, 0, 0, 1, 0, 1, 1, 1, 1])
RNG = np.random.default_rng(2)
LOGITS = RNG.normal(size=(10, 2))
SOFT = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("metric", "reported"),
    [
        ("val/accuracy", 0.8),
        ("val/accuracy", 80.0),
        ("val/acc", 0.8),
        ("val/error", 0.2),
        ("val/error_rate", 20.0),
        ("val/balanced_accuracy", 0.7916667),
        ("val/balanced_accuracy", 0.792),
        ("val/macro_f1", (10 / 12 + 6 / 8) / 2),
        ("val/f1", 10 / 12),
        ("val/f1", (10 / 12 + 6 / 8) / 2),
        ("val/f1", 0.8),
        ("val/f1", (0.6 * 10 / 12 + 0.4 * 6 / 8)),
    ],
)
def test_a_value_that_follows_from_the_labels_is_no_contradiction(metric, reported):
    assert contradiction(metric, reported, TRUTH, SAID) is None


@pytest.mark.parametrize(
    ("metric", "reported", "computed"),
    [
        ("val/accuracy", 0.9, 0.8),
        ("val/accuracy", 0.81, 0.8),
        ("val/accuracy", 81.0, 80.0),
        ("val/error", 0.8, 0.2),
        ("val/task/accuracy", 0.80001, 0.8),
        ("val/f1", 0.9, 10 / 12),
    ],
)
def test_another_value_is_told_with_both_numbers(metric, reported, computed):
    found = contradiction(metric, reported, TRUTH, SAID)
    assert (found.reported, found.n) == (reported, 10)
    assert found.computed == pytest.approx(computed)


@given(n=st.integers(20, 2000), k=st.integers(0, 2000), decimals=st.integers(2, 8))
def test_rounding_is_no_contradiction_and_one_example_more_is_one_where_it_shows(n, k, decimals):
    k = min(k, n)
    truth = np.zeros(n, dtype=int)
    said = (np.arange(n) >= k).astype(int)
    assert contradiction("val/accuracy", round(k / n, decimals), truth, said) is None
    if k < n:
        assert contradiction("val/accuracy", (k + 1.7) / n, truth, said) is not None or n > 300


def test_an_exact_share_with_few_digits_is_not_taken_for_a_rough_one():
    truth, said = np.zeros(100, dtype=int), (np.arange(100) >= 54).astype(int)
    assert contradiction("val/accuracy", 0.5, truth, said).computed == 0.54


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_scores_of_classes_are_taken_at_their_largest(dtype):
    share = np.mean(np.argmax(SOFT, axis=1) == TRUTH)
    assert contradiction("val/accuracy", share, TRUTH, SOFT.astype(dtype)) is None
    assert contradiction("val/accuracy", share, TRUTH, LOGITS.astype(dtype)) is None
    assert contradiction("val/accuracy", share + 0.1, TRUTH, SOFT.astype(dtype)) is not None


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_probabilities_give_log_loss_and_brier_within_their_precision(dtype):
    right = SOFT[np.arange(10), TRUTH]
    log_loss = float(np.mean(-np.log(right)))
    brier = float(np.mean(2 * (1 - right) ** 2))
    said = SOFT.astype(dtype)
    assert contradiction("val/log_loss", log_loss, TRUTH, said) is None
    assert contradiction("val/log_loss", log_loss + 1e-4, TRUTH, said) is not None
    for reported in (brier, brier / 2):
        assert contradiction("val/brier", reported, TRUTH, said) is None
        assert contradiction("val/brier", reported, TRUTH, said[:, 1]) is None
    assert contradiction("val/brier", brier / 3, TRUTH, said) is not None


def test_brier_of_three_classes_has_one_meaning():
    said = RNG.dirichlet([1.0] * 3, size=10)
    (value,) = computed_scores("brier", TRUTH, said)
    assert contradiction("val/brier", value / 2, TRUTH, said) is not None


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("offset", [0.0, 1000.0])
def test_numbers_are_held_to_what_their_dtype_allows(dtype, offset):
    truth = (offset + RNG.normal(size=1000)).astype(dtype)
    said = (truth + RNG.normal(scale=0.1, size=1000)).astype(dtype)
    squares = (truth - said) ** 2
    mse = float(np.mean(squares, dtype=dtype))
    for metric, value in (
        ("val/mse", mse),
        ("val/rmse", mse**0.5),
        ("val/mae", float(np.mean(np.abs(truth - said), dtype=dtype))),
    ):
        assert contradiction(metric, value, truth, said) is None
        assert contradiction(metric, value * 1.0123456, truth, said) is not None


def test_whole_numbers_have_no_precision_to_allow_for():
    assert contradiction("val/mae", 0.2, TRUTH, SAID) is None
    assert contradiction("val/mae", 0.20101, TRUTH, SAID) is not None
    assert contradiction("val/mse", 2e-7, TRUTH, TRUTH) is not None


@pytest.mark.parametrize(
    ("metric", "truth", "said"),
    [
        ("val/perplexity", TRUTH, SAID),
        ("val/accuracy", TRUTH, SOFT[:, 1]),  # where is the threshold?
        ("val/error", TRUTH + 0.5, SAID),
        ("val/accuracy", TRUTH, SAID.astype(str)),
        ("val/accuracy", TRUTH + 1, SOFT),  # classes that have no column
        ("val/accuracy", TRUTH.astype(str), SOFT),
        ("val/log_loss", TRUTH, SAID),
        ("val/log_loss", TRUTH, LOGITS),
        ("val/log_loss", TRUTH, SOFT / 2),
        ("val/log_loss", TRUTH, np.eye(2)[SAID]),  # every library cuts a zero off elsewhere
        ("val/mse", TRUTH, SOFT),
        ("val/mae", TRUTH.astype(str), SAID.astype(str)),
    ],
)
def test_what_cannot_be_told_contradicts_nothing(metric, truth, said):
    assert contradiction(metric, 0.123456789, truth, said) is None


def test_text_and_switches_are_labels_too():
    assert contradiction("val/accuracy", 0.8, TRUTH.astype(str), SAID.astype(str)) is None
    assert contradiction("val/accuracy", 0.8, TRUTH.astype(bool), SAID.astype(bool)) is None
    assert contradiction("val/accuracy", 0.8, TRUTH.astype(float), SAID.astype(float)) is None
    assert computed_scores("f1", TRUTH.astype(str), SAID.astype(str))[2] == 0.8


def test_a_tiny_value_in_powers_of_ten_is_not_taken_for_a_rough_one():
    assert contradiction("val/mse", 1e-7, np.array([0.0, 1.0]), np.array([0.0, 1.0])) is not None
