"""What is tuned first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.hyperparameters import kind_of
from trialist.design.tiers import LAST_TIER, by_tier, least_important, tier_of
from trialist.values.space import Parameter

NAMES = ["eps", "dropout", "momentum", "lr", "weight_decay", "colour", "beta2", "width", "steps"]


def named(*names):
    return tuple(Parameter(name=name, low=0.0, high=1.0) for name in names)


def test_the_learning_rate_comes_first_and_eps_nearly_last():
    found = [one.name for one in by_tier(named(*NAMES))]
    assert found == [
        *("lr", "momentum", "weight_decay", "dropout", "width", "colour", "eps", "beta2", "steps"),
    ]


def test_what_is_fixed_first_is_the_last():
    assert least_important(named("eps", "lr", "dropout")).name == "eps"


@given(st.permutations(NAMES))
def test_the_order_in_a_file_does_not_matter(names):
    known = [name for name in names if kind_of(name) is not None]
    expected = ["lr", "momentum", "weight_decay", "dropout", "width", "eps", "beta2", "steps"]
    assert [one.name for one in by_tier(named(*known))] == expected


@pytest.mark.parametrize("name", NAMES)
def test_tiers_go_from_one_to_four(name):
    assert 1 <= tier_of(name) <= LAST_TIER
