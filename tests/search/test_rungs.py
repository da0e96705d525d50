import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.search.rungs import rungs_of
from trialist.values.errors import ConfigError
from trialist.values.searchplan import Pruner


@given(
    resource=st.integers(2, 10**6),
    first=st.floats(0.001, 0.99),
    eta=st.integers(2, 10),
    warmup=st.integers(0, 10**5),
)
def test_rungs_lie_a_factor_apart_after_the_warm_up_and_before_the_end(
    resource, first, eta, warmup
) -> None:
    pruner = Pruner(name="asha", resource=resource, first=first, eta=eta)
    try:
        rungs = rungs_of(pruner, warmup=warmup)
    except ConfigError:
        assert max(first * resource, 2 * warmup) > resource - 1
        return
    assert rungs[0] >= max(first * resource - 1e-6, 2 * warmup)
    assert rungs[0] - 1 < max(first * resource, 2 * warmup, 1)
    assert all(later == eta * earlier for earlier, later in itertools.pairwise(rungs))
    assert rungs[-1] < resource <= rungs[-1] * eta


def test_a_fraction_is_not_rounded_up_by_the_machine() -> None:
    assert rungs_of(Pruner(name="asha", resource=30, first=0.1)) == (3, 9, 27)


def test_rungs_that_are_given_are_taken() -> None:
    assert rungs_of(Pruner(name="median", rungs=(200, 50), resource=200)) == (50,)
    assert rungs_of(Pruner(name="median", rungs=(200, 50))) == (50, 200)


@pytest.mark.parametrize(
    ("pruner", "warmup", "said"),
    [
        (Pruner(name="asha"), 0, "asha does not know how long a trial is"),
        (Pruner(name="asha", resource=100), 50, "lies at step 100, and a trial ends at 100"),
        (Pruner(name="asha", resource=100, rungs=(300,)), 0, "lies at step 300"),
    ],
)
def test_refuses_rungs_without_a_place(pruner, warmup, said) -> None:
    with pytest.raises(ConfigError, match=said):
        rungs_of(pruner, warmup=warmup)
