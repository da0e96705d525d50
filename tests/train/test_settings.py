"""Settings that have to be numbers are told by their names where they are not."""

import numpy as np
import pytest

from trialist.train.settings import check_counts, check_reals
from trialist.values.errors import ConfigError


def test_whole_numbers_and_none_pass():
    check_counts(steps=1, batch_size=np.int64(64), micro_batch=None)
    check_counts(least=0, checkpoint_every=0)
    check_reals(clip_norm=1, ema=0.5, warmup=None)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"steps": 0}, "steps is 0\n  to do  give 1 or more"),
        ({"steps": 1e3}, "steps is 1000.0, and that is no whole number\n  to do  write 1000"),
        ({"steps": 2.5}, "steps is 2.5, and that is no whole number\n  to do  give 1 or more"),
        ({"steps": True}, "steps is True, and that is no whole number"),
        ({"micro_batch": None, "batch_size": "64"}, "batch_size is '64'"),
    ],
)
def test_other_counts_are_refused_by_their_name(values, words):
    with pytest.raises(ConfigError) as caught:
        check_counts(**values)
    assert words in str(caught.value)


@pytest.mark.parametrize("value", ["0.1", True, [0.1]])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ConfigError, match="clip_norm is"):
        check_reals(ema=0.9, clip_norm=value)
