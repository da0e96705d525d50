"""The points of a design: even in every coordinate, the same every time, and never-ending."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

from trialist.design.halton import MOST_DIMENSIONS, halton_points, permutations, random_points

SEEDS = st.integers(0, 2**31)


@given(seed=SEEDS, n=st.integers(16, 200), d=st.integers(1, 8), replicate=st.integers(0, 7))
def test_no_coordinate_has_a_large_gap(seed, n, d, replicate):
    points = np.array(halton_points(n, d, seed=seed, replicate=replicate))
    inner = np.diff(np.sort(points, axis=0), axis=0)
    assert inner.max() < 4 / n


@given(seed=SEEDS, n=st.integers(0, 40), more=st.integers(0, 40), d=st.integers(1, 8))
@pytest.mark.parametrize("points", [halton_points, random_points])
def test_more_points_go_on_with_the_same_list(points, seed, n, more, d):
    whole = points(n + more, d, seed=seed)
    assert points(n, d, seed=seed) == whole[:n]
    assert points(more, d, seed=seed, start=n) == whole[n:]


@given(seed=SEEDS, n=st.integers(1, 40), d=st.integers(1, 8), more=st.integers(0, 8))
@pytest.mark.parametrize("points", [halton_points, random_points])
def test_more_coordinates_leave_the_first_ones_alone(points, seed, n, d, more):
    wide = points(n, d + more, seed=seed)
    assert [point[:d] for point in wide] == list(points(n, d, seed=seed))


@given(seed=SEEDS, d=st.integers(1, 8))
@pytest.mark.parametrize("points", [halton_points, random_points])
def test_every_search_has_points_of_its_own(points, seed, d):
    first, other = (points(16, d, seed=seed, replicate=replicate) for replicate in (0, 1))
    assert not set(first) & set(other)
    assert not set(first) & set(points(16, d, seed=seed + 1))


@pytest.mark.parametrize(("n", "d"), [(16, 1), (16, 2), (16, 8), (20, 4), (32, 8), (50, 6)])
def test_the_points_are_more_even_than_random_ones(n, d):
    rng = np.random.default_rng(0)
    random = np.median([qmc.discrepancy(rng.random((n, d))) for _ in range(50)])
    ours = [qmc.discrepancy(np.array(halton_points(n, d, seed=seed))) for seed in range(50)]
    assert max(ours) < 0.8 * random


@given(seed=SEEDS, place=st.integers(0, 11), start=st.integers(0, 1000))
def test_without_its_permutations_it_is_the_sequence_of_scipy(seed, place, start):
    tables = permutations(place, seed, 0)
    base, n_digits = len(tables[0]), 8
    engine = qmc.Halton(place + 1, scramble=False)
    engine.fast_forward(start)
    plain = engine.random(4)[:, place]
    points = halton_points(4, place + 1, seed=seed, start=start)
    for theirs, point in zip(plain, points, strict=True):
        digits = digits_of(theirs, base, n_digits)
        permuted = [table[digit] for table, digit in zip(tables, digits, strict=False)]
        assert digits_of(point[place], base, n_digits) == permuted


def digits_of(value, base, n):
    found = []
    for _ in range(n):
        value *= base
        found.append(int(value + 1e-6))
        value -= found[-1]
    return found


def test_the_points_are_the_same_on_every_machine():
    assert halton_points(2, 2, seed=0) == (
        (0.22195100932947726, 0.2796879570793042),
        (0.7219510093294772, 0.6130212904126379),
    )
    assert random_points(1, 2, seed=0) == ((0.36832338103220863, 0.039897904110194005),)


def test_no_dimension_gives_points_without_coordinates():
    assert halton_points(3, 0, seed=0) == ((), (), ())
    assert halton_points(0, 3, seed=0) == ()


def test_refuses_what_has_no_prime():
    assert len(halton_points(1, MOST_DIMENSIONS, seed=0)[0]) == MOST_DIMENSIONS
    with pytest.raises(ValueError, match="51 dimensions"):
        halton_points(1, MOST_DIMENSIONS + 1, seed=0)
