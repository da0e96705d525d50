"""The normalizer: exact moments, whatever the parts; only of the training split."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trialist.train.normalizer import Normalizer
from trialist.values.errors import DataError, LeakageError


@given(
    sizes=st.lists(st.integers(0, 30), min_size=1, max_size=8).filter(lambda sizes: sum(sizes) > 1),
    offset=st.sampled_from([0.0, 1e4]),
    seed=st.integers(0, 1000),
)
def test_parts_give_what_the_whole_gives(sizes, offset, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(offset, 2.0, (sum(sizes), 3))
    parts = torch.tensor(x).split(sizes)
    found = Normalizer.fit_batches(parts)
    assert found.n == sum(sizes)
    np.testing.assert_allclose(found.mean, x.mean(0).astype(np.float32), rtol=1e-6)
    np.testing.assert_allclose(found.scale, x.std(0), rtol=1e-5)


def test_moments_are_exact_in_float64():
    from trialist.train.normalizer import _Moments

    x = np.random.default_rng(0).normal(1000.0, 1.0, (5000, 4))
    moments = _Moments()
    for part in torch.tensor(x).split(37):
        moments.add(part)
    np.testing.assert_allclose(moments.mean, x.mean(0), rtol=1e-12)
    np.testing.assert_allclose((moments.squares / moments.count).sqrt(), x.std(0), rtol=1e-12)


def test_pictures_have_one_number_per_channel_of_all_values_together():
    # Pictures of different brightness: the mean of their own deviations is 1, that of all 1.27.
    torch.manual_seed(0)
    pictures = torch.randn(400, 3, 8, 8) + torch.randn(400, 1, 1, 1) * 0.78
    found = Normalizer.fit(pictures)
    assert found.mean.shape == (3, 1, 1)
    whole = pictures.transpose(0, 1).flatten(1).std(1, correction=0)
    torch.testing.assert_close(found.scale.flatten(), whole, rtol=1e-5, atol=0)
    assert (found.scale > 1.2).all()
    assert found(pictures).shape == pictures.shape


def test_a_constant_feature_keeps_its_scale():
    found = Normalizer.fit(torch.tensor([[1.0, 5.0], [3.0, 5.0]]))
    assert found.scale.tolist() == [1.0, 1.0]
    assert found(torch.tensor([[1.0, 5.0]])).tolist() == [[-1.0, 0.0]]


def test_whole_numbers_become_floats():
    found = Normalizer.fit(torch.tensor([[0], [255]], dtype=torch.uint8))
    assert found(torch.tensor([[0], [255]], dtype=torch.uint8)).flatten().tolist() == [-1.0, 1.0]


def test_it_comes_back_from_a_checkpoint():
    found = Normalizer.fit(torch.randn(10, 2))
    again = Normalizer.of(found.state_dict())
    assert torch.equal(again.mean, found.mean)
    assert again.n == 10


def test_other_splits_and_nothing_are_refused():
    with pytest.raises(LeakageError, match="fitted on 'val'"):
        Normalizer.fit(torch.zeros(3, 1), split="val")
    with pytest.raises(DataError, match="no examples"):
        Normalizer.fit_batches([])


@pytest.mark.parametrize("odd", [float("nan"), float("inf")])
def test_values_that_are_not_finite_are_refused_with_their_feature(odd):
    x = torch.zeros(10, 4)
    x[3, 2] = odd
    with pytest.raises(DataError, match="feature 2 of 'train' has values that are infinite or no"):
        Normalizer.fit(x)
    with pytest.raises(DataError, match=r"feature 0, 1, 2, 3, 4, \.\.\. of"):
        Normalizer.fit(torch.full((3, 9), odd))
