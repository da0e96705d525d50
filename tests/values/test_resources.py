"""What runs may use."""

import pytest

from trialist.values.errors import ConfigError
from trialist.values.resources import Resources


@pytest.mark.parametrize(
    ("memory", "n_bytes"),
    [(None, None), ("64MiB", 64 * 1024**2), ("4GB", 4 * 10**9), (2**30, 2**30)],
)
def test_memory_is_given_in_bytes_or_as_text(memory, n_bytes):
    assert Resources(memory=memory).memory_bytes == n_bytes


@pytest.mark.parametrize("memory", ["63MiB", "four", "", 0, -1, 2**20])
def test_less_memory_than_a_process_needs_is_refused(memory):
    with pytest.raises(ConfigError, match=r"resources\.memory is") as caught:
        Resources(memory=memory)
    assert "4GiB" in caught.value.mistakes[0].todo


@pytest.mark.parametrize("gpus", ["auto", 0, 8])
def test_gpus_are_all_or_a_number(gpus):
    assert Resources(gpus=gpus).gpus == gpus


@pytest.mark.parametrize("gpus", ["all", -1, "2"])
def test_any_other_word_for_gpus_is_refused(gpus):
    with pytest.raises(ConfigError, match=r"resources\.gpus is"):
        Resources(gpus=gpus)
