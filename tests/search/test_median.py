from hypothesis import given
from hypothesis import strategies as st

from trialist.search.median import worst_of_better_half


@given(st.lists(st.floats(-10, 10), min_size=1, unique=True))
def test_half_of_the_values_are_kept(losses) -> None:
    limit = worst_of_better_half(losses, 3)
    kept = sum(loss <= limit for loss in losses)
    assert kept == (len(losses) + 1) // 2
