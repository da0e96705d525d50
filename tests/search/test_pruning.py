import pytest

from trialist.search.pruning import Decision, Fate


@pytest.mark.parametrize(("fate", "goes_on"), [("keep", True), ("audit", True), ("cut", False)])
def test_only_a_cut_ends_a_trial(fate, goes_on) -> None:
    assert Decision(fate=Fate(fate)).goes_on is goes_on
