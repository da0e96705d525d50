import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.many import blocked_many, pooled_many
from trialist.stats.paired import paired_t
from trialist.stats.spread import has_spread
from trialist.stats.unpaired import pooled_t
from trialist.values.errors import ConfigError, InsufficientDataError, MetricError

numbers = st.floats(-1e4, 1e4).map(lambda x: round(x, 3))
samples = st.lists(numbers, min_size=2, max_size=8)
groups = st.lists(samples, min_size=2, max_size=5).filter(lambda g: any(map(has_spread, g)))


@st.composite
def blocks(draw, smallest=2):
    n = draw(st.integers(2, 6))
    row = st.lists(numbers, min_size=n, max_size=n)
    return draw(st.lists(row, min_size=smallest, max_size=5))


def moving(rows):
    return any(has_spread([x - y for x, y in zip(row, rows[0], strict=True)]) for row in rows[1:])


@given(groups)
def test_the_common_noise_is_the_residual_of_an_analysis_of_variance(data):
    found = pooled_many(data)
    df = sum(map(len, data)) - len(data)
    squares = sum(((np.array(g) - np.mean(g)) ** 2).sum() for g in data)
    assert found.df == df
    assert found.sd == pytest.approx(math.sqrt(squares / df), rel=1e-9)
    for group, estimate, se, t in zip(data[1:], found.estimates, found.ses, found.t, strict=True):
        assert estimate == pytest.approx(np.mean(group) - np.mean(data[0]), rel=1e-9, abs=1e-9)
        assert se == pytest.approx(found.sd * math.sqrt(1 / len(group) + 1 / len(data[0])))
        assert t == estimate / se


@given(samples.filter(has_spread), samples)
def test_two_groups_are_the_pooled_t_test(a, b):
    found, reference = pooled_many([a, b]), pooled_t(a, b)
    assert found.t[0] == pytest.approx(reference.t)
    assert (found.sd, found.df) == (pytest.approx(reference.sd), reference.df)


@given(blocks().filter(lambda rows: len(rows) == 2).filter(moving))
def test_two_rows_are_the_paired_t_test(rows):
    found = blocked_many(rows)
    reference = paired_t([y - x for x, y in zip(*rows, strict=True)])
    assert found.t[0] == pytest.approx(reference.t, rel=1e-9)
    assert found.ses[0] == pytest.approx(reference.se, rel=1e-9)
    assert found.df == reference.df


@given(blocks(3).filter(moving))
def test_the_residual_is_what_rows_and_columns_leave(rows):
    data = np.array(rows)
    left = data - data.mean(axis=0) - data.mean(axis=1, keepdims=True) + data.mean()
    df = (len(rows) - 1) * (len(rows[0]) - 1)
    found = blocked_many(rows)
    assert found.df == df
    assert found.sd == pytest.approx(math.sqrt((left**2).sum() / df), rel=1e-6)


@given(blocks(3).filter(moving), st.lists(numbers, min_size=6, max_size=6))
def test_what_a_seed_does_to_all_changes_nothing(rows, shifts):
    moved = [[x + s for x, s in zip(row, shifts, strict=False)] for row in rows]
    assert blocked_many(moved).t == pytest.approx(blocked_many(rows).t, rel=1e-4, abs=1e-6)


@given(groups)
def test_neither_order_nor_unit_of_the_runs_matter(data):
    found = pooled_many(data)
    assert pooled_many([group[::-1] for group in data]) == found
    scaled = pooled_many([[-2.5 * x for x in group] for group in data])
    assert scaled.t == pytest.approx([-t for t in found.t], rel=1e-9, abs=1e-9)
    assert scaled.max_sd_ratio == pytest.approx(found.max_sd_ratio)


@given(blocks().filter(moving))
def test_the_order_of_the_seeds_does_not_matter(rows):
    found = blocked_many(rows)
    assert blocked_many([row[::-1] for row in rows]) == found


@pytest.mark.parametrize("many", [pooled_many, blocked_many])
def test_the_ratio_tells_how_unequal_the_noise_looks(many):
    rows = [[1.0, 2.0, 3.0], [2.0, 4.1, 6.0], [0.0, 10.0, 0.0]]
    sds = [stats.tstd(row) for row in rows]
    assert many(rows).max_sd_ratio == pytest.approx(max(sds) / min(sds))
    assert many([*rows, [5.0, 5.0, 5.0]]).max_sd_ratio == math.inf


@pytest.mark.parametrize("many", [pooled_many, blocked_many])
@pytest.mark.parametrize(
    "rows",
    [
        *[[], [[1.0, 2.0]], [[1.0], [2.0]], [[1.0, 2.0], []]],
        [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]],
    ],
)
def test_refuses_what_has_no_noise(many, rows):
    with pytest.raises(InsufficientDataError):
        many(rows)


def test_refuses_blocks_whose_differences_are_constant():
    rows = [[0.1, 0.5, 0.7], [0.2, 0.6, 0.8], [0.4, 0.8, 1.0]]
    with pytest.raises(InsufficientDataError, match="without spread"):
        blocked_many(rows)


def test_refuses_blocks_with_a_missing_cell():
    with pytest.raises(ConfigError, match=r"\[2, 3\] runs"):
        blocked_many([[1.0, 2.0, 3.0], [1.0, 2.5]])


@pytest.mark.parametrize("many", [pooled_many, blocked_many])
def test_refuses_a_diverged_run(many):
    with pytest.raises(MetricError):
        many([[1.0, 2.0], [1.0, math.inf]])


@pytest.mark.parametrize("many", [pooled_many, blocked_many])
@pytest.mark.parametrize("size", [1e-12, 1e12])
def test_works_at_any_size_of_the_metric(many, size):
    rows = [[1.0, 2.0, 4.0], [2.0, 3.0, 5.5], [3.0, 5.0, 6.0]]
    scaled = many([[size * x for x in row] for row in rows])
    assert scaled.t == pytest.approx(many(rows).t, rel=1e-9)
