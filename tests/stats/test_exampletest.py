import numpy as np
import pytest
from scipy import stats

from trialist.stats.exampletest import example_t
from trialist.values.errors import InsufficientDataError, MetricError


def test_is_the_paired_t_of_scipy():
    rng = np.random.default_rng(0)
    a = rng.normal(size=200)
    b = a + rng.normal(0.1, 1, size=200)
    found, reference = example_t(a, b), stats.ttest_rel(b, a)
    assert found.t == pytest.approx(reference.statistic)
    assert found.p == pytest.approx(reference.pvalue)
    assert found.sd == pytest.approx(np.std(b - a, ddof=1))


def test_sizes_of_any_order_do_not_overflow():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=50), rng.normal(size=50)
    for scale in (1e-200, 1e200):
        found = example_t(a * scale, b * scale)
        assert found.p == pytest.approx(example_t(a, b).p)
        assert found.estimate == pytest.approx(scale * example_t(a, b).estimate)


@pytest.mark.parametrize("b", [[1.0, 2.0, 3.0], [1.1, 2.1, 3.1], [0.0, 0.0, 0.0]])
def test_refuses_differences_without_spread(b):
    a = np.zeros(3) if b[0] == 0 else np.array([1.0, 2.0, 3.0])
    with pytest.raises(InsufficientDataError, match="without spread"):
        example_t(a, np.array(b))


def test_refuses_one_example_and_nan():
    with pytest.raises(InsufficientDataError, match="1 example"):
        example_t(np.ones(1), np.zeros(1))
    with pytest.raises(MetricError):
        example_t(np.array([1.0, np.nan]), np.zeros(2))


@pytest.mark.parametrize(("n_clusters", "low"), [(5, 0.015), (12, 0.03)])
def test_uneven_clusters_err_no_more_often_than_asked(n_clusters, low):
    rng = np.random.default_rng(n_clusters)
    rejected, done = 0, 0
    for _ in range(1000):
        sizes = np.maximum(1, rng.geometric(1 / 20, size=n_clusters))
        clusters = np.repeat(np.arange(n_clusters), sizes)
        b = 0.5 * rng.normal(size=n_clusters)[clusters] + rng.normal(size=len(clusters))
        try:
            found = example_t(np.zeros(len(b)), b, clusters=clusters)
        except InsufficientDataError:  # one cluster holds almost all
            continue
        done += 1
        rejected += found.p <= 0.05
    assert done > 900
    assert low <= rejected / done <= 0.07
