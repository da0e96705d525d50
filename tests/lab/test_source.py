import gzip

import numpy as np
import pytest

from trialist.lab.options import CompareOptions
from trialist.lab.source import groups_of, long_table, table_of
from trialist.values.errors import ConfigError, TableError

ROWS = [["variant", "seed", "acc"], ["a", 0, 0.5], ["a", 1, None], ["b", 0, 0.7]]


def cells(data):
    return [row.cells for row in table_of(data)[1].rows]


def test_rows_below_one_of_names_are_a_table():
    assert cells(ROWS) == [("a", "0", "0.5"), ("a", "1", ""), ("b", "0", "0.7")]


def test_rows_as_mappings_are_a_table():
    rows = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
    assert cells(rows) == cells(ROWS)
    assert cells([{"variant": "a"}, {"acc": np.float64(0.1)}]) == [("a", ""), ("", "0.1")]


def test_a_structured_array_is_a_table():
    array = np.array([("a", 0.1), ("b", 0.25)], dtype=[("variant", "U9"), ("acc", "f8")])
    assert cells(array) == [("a", "0.1"), ("b", "0.25")]


@pytest.mark.parametrize(
    "data",
    [[[1, 2], [3, 4]], np.zeros((2, 3)), [1, 2], [], [["variant", "acc"]], b"a,b", 3, None, {1, 2}],
)
def test_numbers_without_names_are_refused(data):
    with pytest.raises(ConfigError, match="cannot compare"):
        table_of(data)


def test_a_frame_with_its_seeds_in_the_index_keeps_them():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"seed": [3, 4], "a": [0.5, 0.6], "b": [0.7, None]})
    wide = frame.set_index("seed")
    assert table_of(wide)[1].header == ("seed", "a", "b")
    assert cells(wide) == cells(frame)
    assert table_of(frame[["a", "b"]])[1].header == ("a", "b")


def test_a_frame_with_columns_of_two_levels_is_refused():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({("loss", "a"): [1], ("loss", "b"): [2]})
    with pytest.raises(ConfigError, match="more than one level"):
        table_of(frame)


def test_a_series_is_read_by_its_index():
    pandas = pytest.importorskip("pandas")
    plain, named = pandas.Series([0.5, 0.6]), pandas.Series([0.5, 0.6], index=[4, 2])
    assert groups_of({"a": plain, "b": named, "c": [1]}) == {
        "a": [0.5, 0.6],
        "b": {4: 0.5, 2: 0.6},
        "c": [1],
    }
    with pytest.raises(ConfigError, match="twice"):
        groups_of({"a": pandas.Series([0.5, 0.6], index=[1, 1])})


def test_what_writes_csv_is_a_frame():
    class Frame:
        def write_csv(self):
            return "variant,acc\na,1\n"

    assert cells(Frame()) == [("a", "1")]


def test_a_packed_file_reads_like_a_plain_one_and_a_broken_one_is_told(tmp_path):
    path = tmp_path / "runs.v2.csv.gz"
    path.write_bytes(gzip.compress(b"variant,acc\na,1\n"))
    name, table = table_of(path)
    assert (name, table.rows[0].cells) == ("runs", ("a", "1"))
    path.write_bytes(b"variant,acc\na,1\n")
    with pytest.raises(TableError, match="cannot be read"):
        table_of(path)


def test_the_rows_of_a_paired_wide_table_are_pairs():
    _, table = table_of([["a", "b"], [1.0, 2.0], [3.0, 4.0]])
    long = long_table(table, CompareOptions(wide=True, paired=True, metric="acc"))
    assert long.header == ("seed", "variant", "acc")
    assert long_table(table, CompareOptions(wide=True)).header == ("variant", "value")


def test_a_parquet_file_is_read_as_its_frame_is(tmp_path):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pandas.DataFrame({"variant": ["a", "b"], "acc": [0.5, 0.25]})
    frame.to_parquet(tmp_path / "t.parquet")
    name, table = table_of(tmp_path / "t.parquet")
    assert name == "t"
    assert (table.header, table.rows) == (table_of(frame)[1].header, table_of(frame)[1].rows)


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    pytest.importorskip("pyarrow")
    (tmp_path / "t.parquet").write_text("no")
    with pytest.raises(TableError, match=r"t\.parquet cannot be read as Parquet"):
        table_of(tmp_path / "t.parquet")
    with pytest.raises(TableError, match="there is no file"):
        table_of(tmp_path / "other.parquet")
