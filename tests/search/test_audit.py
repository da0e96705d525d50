import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.search.audit import Audit


@given(st.integers(0, 200), st.sampled_from([0.05, 0.1, 0.25, 0.5]), st.integers(0, 99))
def test_a_share_is_audited_and_two_of_the_first_six(n, share, seed) -> None:
    audit = Audit(share=share, seed=seed)
    taken = [audit.takes(trial) for trial in range(n)]
    assert audit.trials == tuple(trial for trial, one in enumerate(taken) if one)
    assert sum(taken) >= min(2, n // 3)
    assert abs(sum(taken) - share * n) <= 3


def test_all_or_none_are_audited_where_that_is_asked() -> None:
    everything, nothing = Audit(share=1.0, seed=0), Audit(share=0.0, seed=0)
    assert all(everything.takes(trial) for trial in range(20))
    assert not any(nothing.takes(trial) for trial in range(20))


def test_every_would_be_cut_has_the_same_chance_within_its_block() -> None:
    counts = [0] * 26
    for seed in range(2000):
        audit = Audit(share=0.1, seed=seed)
        for trial in range(26):
            counts[trial] += audit.takes(trial)
    assert counts[:6] == pytest.approx([2000 / 3] * 6, rel=0.15)
    assert counts[6:] == pytest.approx([2000 / 10] * 20, rel=0.3)
