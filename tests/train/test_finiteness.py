"""Whether gradients are finite: of any size and kind, and without a changed bit."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trialist.train.finiteness import FEW, Finiteness

DTYPES = {"float32": torch.float32, "float64": torch.float64, "bfloat16": torch.bfloat16}
ODD = [float("nan"), float("inf"), -float("inf")]


def gradients(n, dtype=torch.float32):
    generator = torch.Generator().manual_seed(0)
    sizes = (n // 2, n - n // 2)
    return [torch.randn(size, generator=generator).to(dtype) for size in sizes]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [2, 1001, FEW + 2])
@given(place=st.floats(0, 1, exclude_max=True), odd=st.sampled_from(ODD), which=st.integers(0, 1))
def test_one_number_that_is_not_finite_is_found(n, dtype, place, odd, which):
    found = gradients(n, DTYPES[dtype])
    finiteness = Finiteness(found)
    assert finiteness.mark(found).isfinite()
    found[which][int(place * len(found[which]))] = odd
    assert not finiteness.mark(found).isfinite()


@pytest.mark.parametrize("n", [1000, FEW + 2])
def test_no_bit_is_changed(n):
    found = gradients(n)
    found[0][:4] = torch.tensor([-0.0, 1e-45, -3e38, 3e38])  # zero, denormal, the largest
    before = [one.clone() for one in found]
    assert Finiteness(found).mark(found).isfinite()
    for one, old in zip(found, before, strict=True):
        assert torch.equal(one.view(torch.int32), old.view(torch.int32))


def sparse(value):
    return torch.sparse_coo_tensor([[1, 3]], [1.0, value], (9,), check_invariants=True)


def test_sparse_and_complex_gradients_and_none_are_looked_at_too():
    finiteness = Finiteness([torch.zeros(9)])
    assert not finiteness.mark([sparse(float("nan"))]).isfinite()
    assert finiteness.mark([sparse(2.0)]).isfinite()
    assert finiteness.mark([]).isfinite()
    spiral = torch.tensor([1 + 2j, complex(0, float("inf"))])
    assert not Finiteness([spiral]).mark([spiral]).isfinite()
    assert Finiteness([spiral]).mark([spiral[:1]]).isfinite()


def test_many_halves_do_not_overflow():
    halves = [torch.full((FEW + 2,), 100.0, dtype=torch.float16)]
    assert Finiteness(halves).mark(halves).isfinite()
