import math

import numpy as np
import pytest

from trialist.stats.spreadbounds import spread_bounds
from trialist.values.errors import InsufficientDataError


@pytest.mark.parametrize("df", [1, 2, 4, 14, 200])
def test_the_true_sd_lies_beyond_each_end_in_a_fifth_of_cases(df):
    rng = np.random.default_rng(df)
    bounds = spread_bounds(1.0, df)
    sds = np.sqrt(rng.chisquare(df, 20_000) / df)
    noise = 4 * math.sqrt(0.16 / 20_000)
    assert (sds * bounds.high < 1).mean() == pytest.approx(0.2, abs=noise)
    assert (sds * bounds.low > 1).mean() == pytest.approx(0.2, abs=noise)


def test_a_wider_tail_is_a_narrower_range_and_scale_is_scale():
    wide, narrow = spread_bounds(2.0, 4, tail=0.05), spread_bounds(2.0, 4)
    assert wide.low < narrow.low < 2.0 < narrow.high < wide.high
    assert narrow.high == pytest.approx(2 * spread_bounds(1.0, 4).high)


def test_one_run_has_no_spread():
    with pytest.raises(InsufficientDataError, match="no spread"):
        spread_bounds(1.0, 0)
