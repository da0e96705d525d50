from __future__ import annotations

import contextlib
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.rawtable import read_table
from trialist.analysis.table import parse_table, runs_in
from trialist.values.errors import TableError
from trialist.values.events import RunStatus

GOOD = (
    "variant,seed,val/accuracy\nbaseline,0,0.95\nbaseline,1,0.96\ndropout,0,0.97\ndropout,1,nan\n"
)


def mistakes(text, **names):
    with pytest.raises(TableError) as caught:
        parse_table(text, name="results.csv", **names)
    return caught.value.mistakes


def test_reads_one_run_per_row():
    table = parse_table(GOOD, name="results.csv")
    assert table.metric == "val/accuracy"
    assert table.variants == ("baseline", "dropout")
    assert table.has_seeds
    first, *_, last = table.records
    assert (first.variant, first.seed, first.value) == ("baseline", 0, 0.95)
    assert (last.status, last.value) == (RunStatus.DIVERGED, None)
    assert table.notes == ("1 NaN or infinite cell in 'val/accuracy': counted as diverged.",)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_separator_and_the_line_ends_do_not_matter(delimiter, newline):
    text = "\ufeff" + GOOD.replace(",", delimiter).replace("\n", newline)
    assert parse_table(text, name="r").records == parse_table(GOOD, name="r").records


def test_blank_lines_and_quotes_are_read_over():
    text = '\n"variant","seed","acc, final"\n\n"a, large",0,0.5\n,,\nb,0.0,"0.6"\n\n'
    table = parse_table(text, name="r")
    assert table.metric == "acc, final"
    assert [(r.variant, r.seed, r.value) for r in table.records] == [
        ("a, large", 0, 0.5),
        ("b", 0, 0.6),
    ]


def test_a_separator_at_the_end_of_every_row_is_forgiven():
    assert len(parse_table("variant,seed,acc\na,0,1,\nb,0,2,\n", name="r").records) == 2


def test_a_finite_value_beyond_all_arithmetic_is_not_called_infinite():
    table = parse_table("variant,seed,acc\na,0,1e300\na,1,nan\nb,0,0.6\n", name="r")
    assert table.notes == ("2 NaN, infinite or too large cells in 'acc': counted as diverged.",)


def test_empty_cells_are_failed_runs_and_counted():
    table = parse_table("variant,seed,acc\na,0,\na,1,NA\nb,0,0.6\nb,1,inf\n", name="r")
    assert [r.status.value for r in table.records] == ["failed", "failed", "finished", "diverged"]
    assert table.notes[0] == "2 empty cells in 'acc': counted as failed."


def test_a_table_without_seeds_may_repeat_a_variant():
    table = parse_table("variant,acc\na,1\na,2\nb,3\n", name="r")
    assert not table.has_seeds
    assert [r.seed for r in table.records] == [None] * 3
    assert table.notes == ("No column names the seed.",)


def test_decimal_commas_are_named_cell_by_cell():
    first, second = mistakes("variant;seed;acc;host\na;0;0,95;x\nb;0;0,96;y\n")
    assert first.message == "'0,95' in column 'acc' is not a number"
    assert first.where == "results.csv:2"
    assert first.todo == "write 0.95: a decimal point, not a comma"
    assert second.where == "results.csv:3"


def test_a_decimal_comma_that_splits_a_row_is_recognized():
    (mistake, *_) = mistakes("variant,seed,acc\na,0,0,95\nb,0,0.5\n")
    assert mistake.message == "the row has 4 cells, the header has 3"
    assert "decimal comma" in mistake.todo


def test_a_short_row_is_a_mistake():
    (mistake,) = mistakes("variant,seed,acc\na,0,1\nb,0\n")
    assert mistake.message == "the row has 2 cells, the header has 3"
    assert mistake.where == "results.csv:3"


def test_percentages_are_a_mistake():
    assert mistakes("variant,seed,acc\na,0,95%\nb,0,0.5\n")[0].todo.startswith("write 95, or 0.95")


def test_a_seed_that_comes_twice_names_both_lines():
    (mistake,) = mistakes("variant,seed,acc\na,3,1\n\nb,3,1\na,3,2\n")
    assert mistake.message == "'a' has seed 3 twice, in lines 2 and 5"
    assert mistake.where == "results.csv:5"


def test_a_seed_must_be_a_whole_number():
    (mistake,) = mistakes("variant,seed,acc\na,x1,1\nb,3,1\n")
    assert mistake.message == "the seed 'x1' is not a whole number"


def test_everything_that_is_wrong_with_a_row_is_said():
    found = mistakes("variant,seed,acc\n,x,95%\nb,3,1\n")
    assert [mistake.where for mistake in found] == ["results.csv:2"] * 3


def test_a_row_must_name_its_variant():
    (mistake,) = mistakes("variant,seed,acc\n ,0,1\nb,0,1\n")
    assert mistake.message == "the row names no variant"


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", " \n,,\n"])
def test_an_empty_table_is_said_to_be_empty(text):
    assert mistakes(text)[0].message == "the table is empty"


def test_a_header_alone_is_said_to_be_one():
    assert mistakes("variant,seed,acc\n")[0].message == "the table has a header but no runs"


def test_one_variant_cannot_be_compared():
    (mistake,) = mistakes("variant,seed,acc\na,0,1\na,1,2\n")
    assert mistake.message == "there is only one variant: 'a'"
    assert "--variant" in mistake.todo


def test_all_mistakes_come_at_once_but_not_more_than_can_be_read():
    rows = "".join(f"a,{k},oops\n" for k in range(22))
    found = mistakes("variant,seed,acc\n" + rows)
    assert len(found) == 11
    assert found[-1].message == "and 12 more"


def test_variants_that_differ_only_in_case_are_noted():
    table = parse_table("variant,seed,acc\nBase,0,1\nbase,0,2\n", name="r")
    assert table.notes == ("'Base' and 'base' differ only in case and are taken as two variants.",)


def test_a_field_that_never_ends_is_a_table_error():
    (mistake,) = mistakes('variant,seed,acc\na,0,"' + "x" * 200_000)
    assert mistake.message.startswith("the table cannot be read")


@given(st.text(alphabet='variantsed,;\t"\n\r0123456789.-% \ufeffx', max_size=200))
def test_garbage_gives_a_comparable_table_or_a_table_error(text):
    with contextlib.suppress(TableError):
        assert len(parse_table(f"variant,seed,acc\n{text}", name="r").variants) >= 2


@given(st.text(max_size=60))
def test_any_text_at_all_gives_a_comparable_table_or_a_table_error(text):
    with contextlib.suppress(TableError):
        assert len(parse_table(text, name="r").variants) >= 2


@pytest.mark.slow
def test_a_hundred_thousand_rows_take_seconds_at_most():
    rng = random.Random(0)
    rows = (f"{v},{k},{rng.random()}" for v in ("a", "b") for k in range(50_000))
    text = "variant,seed,acc\n" + "\n".join(rows)
    start = time.perf_counter()
    assert len(parse_table(text, name="r").records) == 100_000
    assert time.perf_counter() - start < 5


def test_a_variant_alone_is_a_table_where_that_is_said():
    raw = read_table("variant,seed,acc\na,0,0.5\na,1,0.6\n", name="r")
    assert runs_in(raw, may_be_alone=True).variants == ("a",)


def test_a_seed_that_comes_twice_is_told_apart_by_what_differs():
    text = "variant,seed,run,loss\na,1,first,0.1\na,1,second,0.2\nb,1,first,0.3\n"
    with pytest.raises(TableError) as caught:
        parse_table(text, name="t.csv")
    assert "--where run=first" in caught.value.mistakes[0].todo


def test_a_seed_that_comes_twice_with_other_numbers_only_is_one_run():
    text = "variant,seed,epoch,note,loss\na,1,1,,0.1\na,1,2,x,0.2\nb,1,1,,0.3\n"
    with pytest.raises(TableError) as caught:
        parse_table(text, name="t.csv", metric="loss")
    assert caught.value.mistakes[0].todo.startswith("keep one row per run")
