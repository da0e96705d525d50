import math

import pytest

from trialist.stats.level import check_alpha, check_level
from trialist.values.errors import ConfigError


@pytest.mark.parametrize("check", [check_level, check_alpha])
@pytest.mark.parametrize("value", [0.0, 1.0, -0.1, 95, math.nan])
def test_refuses_what_is_no_probability(check, value):
    with pytest.raises(ConfigError, match="not between 0 and 1"):
        check(value)


@pytest.mark.parametrize("check", [check_level, check_alpha])
@pytest.mark.parametrize("value", [1e-12, 0.05, 0.95])
def test_lets_a_probability_pass(check, value):
    check(value)
