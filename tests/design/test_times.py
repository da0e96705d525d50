import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.times import seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("20m", 1200), ("20 min", 1200), ("2h", 7200), ("1.5h", 5400), (" 1d ", 86400)],
)
def test_reads_times(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "20", "m", "-5s", "20 minutes", "1h30m", "1e3s", "٣s", "5S"])
def test_what_is_no_time_is_none(text):
    assert seconds_of(text) is None


@given(st.text(max_size=12))
def test_never_raises(text):
    found = seconds_of(text)
    assert found is None or found >= 0
