import pytest

from trialist.values.replicate import Replicate


@pytest.mark.parametrize(
    ("replicate", "several"),
    [
        (Replicate.SEED, "seeds"),
        (Replicate.FRESH_SEED, "fresh seeds"),
        (Replicate.SEARCH, "searches"),
    ],
)
def test_there_is_a_word_for_several(replicate, several):
    assert replicate.plural == several
