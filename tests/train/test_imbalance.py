"""Rare classes: weights as scikit-learn's, focal loss as cross-entropy at 0."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from trialist.train.imbalance import balanced_order, class_weights, focal_loss
from trialist.values.errors import DataError


@given(st.lists(st.integers(0, 4), min_size=5, max_size=200))
def test_weights_are_those_of_scikit_learn(drawn):
    sklearn = pytest.importorskip("sklearn.utils.class_weight")
    labels = torch.tensor([*range(5), *drawn])
    expected = sklearn.compute_class_weight("balanced", classes=np.arange(5), y=labels.numpy())
    torch.testing.assert_close(class_weights(labels), torch.tensor(expected).float())


def test_focal_loss_without_focus_is_cross_entropy():
    outputs, targets = torch.randn(64, 5, dtype=torch.float64), torch.randint(0, 5, (64,))
    weight = torch.rand(5, dtype=torch.float64) + 0.1
    torch.testing.assert_close(
        focal_loss(outputs, targets, gamma=0), functional.cross_entropy(outputs, targets)
    )
    torch.testing.assert_close(
        focal_loss(outputs, targets, gamma=0, weight=weight),
        functional.cross_entropy(outputs, targets, weight=weight),
    )


def test_focal_loss_weighs_down_what_is_sure():
    sure, unsure = torch.tensor([[5.0, 0.0]]), torch.tensor([[0.2, 0.0]])
    target = torch.tensor([0])
    ratio = focal_loss(sure, target) / functional.cross_entropy(sure, target)
    assert ratio < 1e-3 < focal_loss(unsure, target) / functional.cross_entropy(unsure, target)


def test_a_balanced_epoch_has_each_class_as_often():
    labels = torch.tensor([0] * 900 + [1] * 90 + [2] * 10)
    counts = torch.bincount(labels[balanced_order(5, labels)])
    assert (counts - 1000 / 3).abs().max() < 60
    assert torch.equal(balanced_order(5, labels), balanced_order(5, labels))
    assert not torch.equal(balanced_order(5, labels), balanced_order(6, labels))


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (torch.tensor([0, 2, 2]), "class 1 has 0 of 3 training labels"),
        (torch.tensor([0.5, 1.0]), "the labels are torch.float32"),
        (torch.tensor([[1]]), r"shape \(1, 1\)"),
        (torch.tensor([-1, 0]), "the lowest label is -1"),
    ],
)
def test_labels_that_are_no_classes_are_refused(labels, words):
    with pytest.raises(DataError, match=words):
        class_weights(labels)
    with pytest.raises(DataError, match="class 3 has 0 of 3"):
        class_weights(torch.tensor([0, 1, 2]), n_classes=4)


def test_labels_may_be_an_array():
    labels = np.array([0, 0, 1])
    assert torch.equal(class_weights(labels), class_weights(torch.tensor(labels)))
