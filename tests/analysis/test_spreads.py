import pytest

from trialist.analysis.rawtable import read_table
from trialist.analysis.spreads import spreads_in
from trialist.values.errors import TableError


def read(text):
    return spreads_in(read_table(text, name="spreads.csv"), metric="loss")


def test_reads_spreads_that_are_given():
    found = read("group,SD,n\na,0.5,5\nb,0.25,3\nc,0,4\n")
    assert (found.sds, found.ns, found.n_flat) == ((0.5, 0.25), (5, 3), 1)


def test_measures_the_spreads_of_runs():
    found = read("model,loss\na,1\na,2\na,3\nb,5\nc,1\nc,1\nd,nan\nd,2\nd,\nd,4\n")
    assert found.sds == pytest.approx((1.0, 2**0.5))
    assert (found.ns, found.n_flat) == ((3, 2), 1)


def test_lists_every_cell_that_is_no_spread():
    with pytest.raises(TableError) as caught:
        read("group,sd,n\na,-1,5\nb,x,3\nc,inf,3\nd,0.1,1\ne,0.1,2\n")
    assert [one.where for one in caught.value.mistakes] == [
        "spreads.csv:2",
        "spreads.csv:3",
        "spreads.csv:4",
        "spreads.csv:5",
    ]


def test_refuses_text_among_the_runs():
    with pytest.raises(TableError, match="'good' is not a number"):
        read("group,loss\na,1\na,good\n")


def test_names_the_columns_that_are_missing():
    with pytest.raises(TableError, match="no column 'loss'"):
        read("group,accuracy\na,1\n")
    with pytest.raises(TableError, match="no column 'group'"):
        read("recipe,loss\na,1\n")
