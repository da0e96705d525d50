"""Colors between 0 and 1: there and back, whatever the data hold."""

import pytest
import torch
from augmentcases import pictures

from trialist.train.augment.colorspace import ColorSpace
from trialist.train.normalizer import Normalizer
from trialist.values.errors import DataError

X = pictures(9, 0)[0]
BYTES = (X * 255).round().to(torch.uint8)


@pytest.mark.parametrize("raw", [X, BYTES, BYTES.float()], ids=["0 to 1", "uint8", "0 to 255"])
def test_normalized_pictures_go_there_and_back(raw):
    normalizer = Normalizer.fit(raw)
    given = normalizer(raw)
    space = ColorSpace(normalizer)
    inside = space.entered(given)
    expected = raw if raw is X else raw.float() / 255
    assert torch.allclose(inside, expected, atol=1e-5)
    assert torch.allclose(space.left(inside, given), given, atol=1e-4)
    space.check(inside)


def test_bytes_go_there_and_back_exactly():
    space = ColorSpace()
    assert space.entered(BYTES).max() <= 1
    found = space.left(space.entered(BYTES), BYTES)
    assert found.dtype == torch.uint8
    assert torch.equal(found, BYTES)


def test_pictures_from_0_to_1_stay_as_they_are():
    assert ColorSpace().entered(X) is X
    assert ColorSpace().left(X, X) is X


@pytest.mark.parametrize("x", [X - 0.1, X * 1.2, X * 255])
def test_other_ranges_are_told(x):
    with pytest.raises(DataError, match="colors are changed between 0 and 1"):
        ColorSpace().check(x)
