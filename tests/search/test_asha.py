from hypothesis import given
from hypothesis import strategies as st

from trialist.search.asha import worst_of_top_share


@given(st.lists(st.floats(-10, 10), min_size=1, unique=True), st.integers(2, 10))
def test_one_in_eta_is_kept_and_never_none(losses, eta) -> None:
    limit = worst_of_top_share(losses, eta)
    assert sum(loss <= limit for loss in losses) == max(len(losses) // eta, 1)


def test_ties_are_kept_together() -> None:
    losses = [0.1, 0.1, 0.1, 0.4, 0.5, 0.6]
    assert sum(loss <= worst_of_top_share(losses, 3) for loss in losses) == 3
