import pytest
from scipy import stats

from trialist.stats.moredata import MoreData, Sizes, more_data


def test_examples_are_those_of_the_normal_formula():
    # 100 examples with a standard error of .05: sd .5
    found = more_data(0.05, (1.0, 0.0, 0.0), Sizes(examples=100, seeds=1), relevant=0.05)
    needed = (0.5 * (stats.norm.isf(0.025) + stats.norm.isf(0.2)) / 0.05) ** 2
    assert found.examples == pytest.approx(needed - 100, abs=1)


def test_more_examples_do_not_replace_seeds():
    found = more_data(0.02, (0.1, 0.8, 0.1), Sizes(examples=1000, seeds=5), relevant=0.03)
    assert found.examples is None
    assert found.seeds > 0


def test_more_seeds_do_not_replace_examples():
    found = more_data(0.02, (0.8, 0.1, 0.1), Sizes(examples=1000, seeds=5), relevant=0.03)
    assert found.seeds is None
    assert found.examples > 0


def test_enough_is_enough():
    found = more_data(0.001, (0.5, 0.3, 0.2), Sizes(examples=1000, seeds=5), relevant=0.03)
    assert found == MoreData(examples=0, seeds=0)
