import math

import numpy as np
import pytest

from trialist.analysis.direct import records_of
from trialist.values.errors import TableError


def mistakes(groups):
    with pytest.raises(TableError) as caught:
        records_of(groups)
    return caught.value.mistakes


def test_values_are_runs_and_what_is_no_result_is_counted():
    records = records_of({"a": [0.5, None], "b": (float("nan"), np.float64(2))})
    assert [r.seed for r in records] == [None] * 4
    assert [r.status.value for r in records] == ["finished", "failed", "diverged", "finished"]


def test_values_by_seed_keep_their_seeds():
    records = records_of({"a": {4: 0.5, np.int64(2): 0.6, "7": 0.7, 3.0: 0.8}})
    assert [(r.seed, r.value) for r in records] == [(4, 0.5), (2, 0.6), (7, 0.7), (3, 0.8)]


def test_paired_sequences_are_pairs_by_position():
    records = records_of({"a": [0.5, 0.6], "b": [0.7, 0.8]}, paired=True)
    assert [r.seed for r in records] == [0, 1, 0, 1]


def test_arrays_and_generators_are_sequences():
    records = records_of({"a": np.array([1, 2]), "b": (x / 2 for x in (1, 3))})
    assert [r.value for r in records] == [1.0, 2.0, 0.5, 1.5]


def test_a_name_that_is_a_number_is_a_name():
    assert [r.variant for r in records_of({1: [0.5], 2: [0.6]})] == ["1", "2"]


def test_a_number_beyond_all_doubles_has_diverged():
    assert records_of({"a": [10**400]})[0].status.value == "diverged"


@pytest.mark.parametrize("value", ["0.5", b"1", [1], (1,), np.zeros(1), {}, 1j, object()])
def test_what_is_no_number_is_refused(value):
    (mistake,) = mistakes({"a": [value]})
    assert "is not a number" in mistake.message
    assert mistake.where == "variant 'a'"


@pytest.mark.parametrize("values", [3, "abc", b"abc", np.float64(1), np.array(1), None, math])
def test_what_is_no_list_of_values_is_refused(values):
    (mistake,) = mistakes({"a": values})
    assert "is no list of values" in mistake.message


@pytest.mark.parametrize("seed", [0.5, "x", None, float("nan"), (1,)])
def test_a_seed_is_a_whole_number(seed):
    (mistake,) = mistakes({"a": {seed: 1.0}})
    assert "not a whole number" in mistake.message


def test_all_mistakes_come_together():
    found = mistakes({"a": {0: "x", "0": 1.0}, "b": [None, object()]})
    assert [one.where for one in found] == ["variant 'a', seed 0", "variant 'a'", "variant 'b'"]
    assert "twice" in found[1].message
    assert len(found[2].message) < 70


def test_names_that_read_alike_are_one_name_too_many():
    (mistake,) = mistakes({1: [0.5], "1": [0.6]})
    assert "twice" in mistake.message
