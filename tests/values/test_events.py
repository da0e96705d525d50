"""The journal's vocabulary."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.values.events import RunStatus, decode_number, encode_number


@given(st.floats())
def test_every_number_survives_strict_json(value):
    text = json.dumps(encode_number(value), allow_nan=False)
    back = decode_number(json.loads(text))
    assert back == value or (math.isnan(back) and math.isnan(value))
    assert math.copysign(1, back) == math.copysign(1, value) or math.isnan(value)


@pytest.mark.parametrize(
    ("value", "word"),
    [(math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity")],
)
def test_what_json_lacks_becomes_a_word(value, word):
    assert encode_number(value) == word


def test_only_finished_and_diverged_runs_said_what_they_had_to_say():
    with_result = {status for status in RunStatus if status.has_result}
    assert with_result == {RunStatus.FINISHED, RunStatus.DIVERGED}
