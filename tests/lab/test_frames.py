"""Rows and frames: NaN and missing stay apart, columns do not depend on chance."""

import math

import pytest

import trialist


def test_dicts_hold_what_a_run_has(stored):
    rows = trialist.open(stored).runs("mixed").to_dicts()
    assert len(rows) == 12
    lost = next(row for row in rows if row["variant"] == "gain8")
    failed = next(row for row in rows if row["variant"] == "gain9")
    assert math.isnan(lost["value"])
    assert failed["value"] is None
    assert (failed["n_nan"], failed["config.opt.lr"]) == (1, 0.1)
    assert lost["best.val/accuracy"] == lost["high.val/accuracy"]


def test_runs_are_a_sequence(stored):
    runs = trialist.open(stored).runs()
    assert len(runs) == 18
    assert runs[0].study == "mixed"
    assert [run.study for run in runs][-1] == "other"
    assert len(runs[2:4]) == 2
    assert runs[0].metrics["train/loss"].n_nan == 1


def test_a_frame_keeps_nan_and_missing_apart(stored):
    pandas = pytest.importorskip("pandas")
    runs = trialist.open(stored).runs("mixed")
    frame = runs.to_frame()
    assert tuple(frame.columns) == runs.columns
    by_variant = frame.groupby("variant")["value"]
    assert by_variant.apply(lambda one: one.isna().sum()).to_dict() == {
        "baseline": 0, "gain0.1": 0, "gain8": 0, "gain9": 3,
    }  # fmt: skip
    lost = frame[frame["variant"] == "gain8"]["value"]
    assert all(math.isnan(value) for value in lost)
    assert isinstance(frame["value"].dtype, pandas.ArrowDtype)
    kinds = {name: str(frame[name].dtype) for name in ("seed", "n_nan", "seconds")}
    assert kinds == {
        "seed": "int64[pyarrow]", "n_nan": "int64[pyarrow]", "seconds": "double[pyarrow]",
    }  # fmt: skip


def test_a_frame_equals_the_dicts(stored):
    pytest.importorskip("pandas")
    runs = trialist.open(stored).runs()
    for row, wanted in zip(runs.to_frame().to_dict("records"), runs.to_dicts(), strict=True):
        for name, value in wanted.items():
            same = row[name] == value or (value is None and row[name] is not value)
            is_nan = isinstance(value, float) and math.isnan(value) and math.isnan(row[name])
            assert same or is_nan, name


def test_curves_are_long_and_full(stored):
    curves = trialist.open(stored).curves("train/loss", study="mixed")
    assert (len(curves), curves.n_points) == (12, 60)
    rows = curves.to_dicts()
    assert rows[0].keys() == {"study", "variant", "seed", "metric", "step", "value"}
    assert [row["step"] for row in rows[:5]] == [1, 2, 3, 4, 5]
    assert math.isnan(rows[2]["value"])
    assert curves[0].variant == "baseline"


def test_a_frame_of_curves_equals_their_dicts(stored):
    pytest.importorskip("pandas")
    curves = trialist.open(stored).curves()
    frame = curves.to_frame()
    rows = frame.to_dict("records")
    assert len(rows) == curves.n_points == 180
    for row, wanted in zip(rows, curves.to_dicts(), strict=True):
        assert repr(row) == repr(wanted)


def test_a_metric_that_no_run_has_logged_is_named(stored):
    with pytest.raises(trialist.TrialistError, match="no run has logged 'no/such'"):
        trialist.open(stored).curves("no/such")
