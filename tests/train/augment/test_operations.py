"""Operations: what they change, what they leave, and that equal numbers change equally."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trialist.train import Crop, Cutout, Erase, Flip, Shift
from trialist.values.errors import ConfigError

ALL = [Flip(), Crop(2), Shift(0.25), Erase(), Cutout(3)]


def pictures(n=5, size=(3, 7, 9), dtype=torch.float32):
    n_values = n * math.prod(size)
    return (1 + torch.arange(n_values) % 250).reshape(n, *size).to(dtype)


def numbers(n, n_draws, seed=0):
    return torch.rand(
        n, n_draws, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)
    )


def constant(n, *values):
    return torch.tensor([values] * n, dtype=torch.float64)


@pytest.mark.parametrize("operation", ALL, ids=repr)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.uint8])
def test_size_and_kind_stay_and_the_given_pictures_too(operation, dtype):
    x = pictures(dtype=dtype)
    before = x.clone()
    found = operation(x, numbers(5, operation.n_draws))
    assert (found.shape, found.dtype) == (x.shape, x.dtype)
    assert torch.equal(x, before)
    assert not torch.equal(found, x)


@pytest.mark.parametrize("operation", ALL, ids=repr)
def test_a_picture_follows_from_its_own_numbers_alone(operation):
    x, draws = pictures(), numbers(5, operation.n_draws)
    whole = operation(x, draws)
    for place in range(5):
        part = slice(place, place + 1)
        assert torch.equal(operation(x[part], draws[part]), whole[part])


def test_flip_flips_where_its_number_is_below_p():
    x = pictures(2)
    found = Flip(0.5)(x, torch.tensor([[0.49], [0.5]], dtype=torch.float64))
    assert torch.equal(found[0], x[0].flip(-1))
    assert torch.equal(found[1], x[1])


@given(
    padding=st.integers(0, 5),
    down=st.floats(0, 1, exclude_max=True),
    right=st.floats(0, 1, exclude_max=True),
)
def test_crop_takes_a_window_of_the_padded_picture(padding, down, right):
    x = pictures(1)
    padded = torch.nn.functional.pad(x, [padding] * 4)
    top, left = int(down * (2 * padding + 1)), int(right * (2 * padding + 1))
    expected = padded[:, :, top : top + 7, left : left + 9]
    assert torch.equal(Crop(padding)(x, constant(1, down, right)), expected)


def test_crop_reaches_every_window_equally_often():
    x = torch.zeros(20_000, 1, 3, 3)
    x[:, 0, 1, 1] = 1
    found = Crop(1)(x, numbers(20_000, 2)).sum(0)[0]
    assert found.sum() == 20_000  # the middle never leaves the picture
    assert ((found - 20_000 / 9).abs() < 5 * math.sqrt(20_000 / 9)).all()


def test_shift_goes_as_far_as_its_share():
    x = pictures(1, size=(1, 10, 20))
    most = Shift(0.1)(x, constant(1, 0.999, 0.999))
    assert torch.equal(most[..., :9, :18], x[..., 1:, 2:])
    assert (most[..., 9, :] == 0).all()
    assert torch.equal(Shift(0.0)(x, constant(1, 0.5, 0.5)), x)


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=4, max_size=4))
def test_erase_fills_one_rectangle_within_its_bounds(draws):
    x = pictures(1, size=(2, 20, 30))
    erased = Erase(1.0, value=-1.0)(x, constant(1, 0.0, *draws))[0] == -1
    assert torch.equal(erased[0], erased[1])
    rows, columns = erased[0].any(1), erased[0].any(0)
    n_rows, n_columns = int(rows.sum()), int(columns.sum())
    assert erased[0].sum() == n_rows * n_columns
    area = (0.02 + draws[0] * 0.31) * 600
    aspect = math.exp(math.log(0.3) + draws[1] * math.log(11))
    assert n_rows == min(20, max(1, round(math.sqrt(area * aspect))))
    assert n_columns == min(30, max(1, round(math.sqrt(area / aspect))))


def test_erase_leaves_a_share_of_pictures_as_they_are():
    x = pictures(2_000, size=(1, 8, 8))
    changed = (Erase(0.3)(x, numbers(2_000, 5)) != x).flatten(1).any(1)
    assert abs(changed.double().mean().item() - 0.3) < 0.05


def test_cutout_is_cut_at_the_edge():
    x = pictures(1, size=(1, 8, 8))
    corner = Cutout(4, value=-1.0)(x, constant(1, 0.0, 0.0))[0, 0] == -1
    assert corner[:2, :2].all()
    assert corner.sum() == 4
    middle = Cutout(4, value=-1.0)(x, constant(1, 0.5, 0.5))[0, 0] == -1
    assert middle[2:6, 2:6].all()
    assert middle.sum() == 16


@pytest.mark.parametrize(
    "build",
    [
        lambda: Flip(1.2),
        lambda: Crop(-1),
        lambda: Shift(-0.1),
        lambda: Erase(0.5, area=(0.5, 0.2)),
        lambda: Erase(0.5, aspect=(0.0, 1.0)),
        lambda: Cutout(0),
    ],
)
def test_settings_that_cannot_be_are_refused(build):
    with pytest.raises(ConfigError) as caught:
        build()
    assert caught.value.mistakes[0].todo
