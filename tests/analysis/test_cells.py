from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.cells import cure_of, is_empty, is_numeric, number_in, whole_in


@given(st.floats())
def test_reads_back_what_python_writes(value):
    found = number_in(f" {value!r} ")
    assert found == value or (math.isnan(found) and math.isnan(value))


@pytest.mark.parametrize("cell", ["1e-4", ".5", "5.", "+3", "-Infinity", "NaN", "1E5"])
def test_numbers(cell):
    assert number_in(cell) is not None


@pytest.mark.parametrize("cell", ["0,95", "95%", "1_000", "0x1F", "abc", "", "1 2", "--1", "٣"])
def test_no_numbers(cell):
    assert number_in(cell) is None


@pytest.mark.parametrize("cell", ["", "  ", "NA", "n/a", "None", "null", "-"])
def test_empty_cells(cell):
    assert is_empty(cell)


def test_nan_and_zero_are_not_empty():
    assert not is_empty("nan")
    assert not is_empty("0")


@pytest.mark.parametrize(("cell", "whole"), [("3", 3), (" 3.0 ", 3), ("-2", -2), ("3.5", None)])
def test_whole_numbers(cell, whole):
    assert whole_in(cell) == whole


def test_a_cell_that_is_meant_as_a_number_counts_as_one():
    assert all(is_numeric(cell) for cell in ("0,95", "95%", "95 %", "0.3"))
    assert not is_numeric("sgd")


@pytest.mark.parametrize(
    ("cell", "cure"),
    [
        ("0,95", "write 0.95: a decimal point, not a comma"),
        ("1,234.5", "write 1234.5: no thousands separators"),
        ("1,234", "write 1234, or 1.234 if a decimal point is meant"),
        ("1,234,567", "write 1234567"),
        ("0,123", "write 0.123: a decimal point, not a comma"),
        ("True", "write 1: 1 for true, 0 for false"),
        ("95%", "write 95, or 0.95, in every row: numbers only"),
        ("oops", "leave the cell empty where the run failed"),
        ("x%", "leave the cell empty where the run failed"),
    ],
)
def test_says_what_to_write_instead(cell, cure):
    assert cure in cure_of(cell)
