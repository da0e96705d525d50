import pytest

from trialist.analysis.columns import Wanted
from trialist.analysis.rawtable import read_table
from trialist.analysis.trialcolumns import TrialWanted
from trialist.analysis.trials import THE_SEARCH, trials_in
from trialist.values.errors import TableError
from trialist.values.events import RunStatus

GOOD = """variant,search,trial,phase,seed,acc
adam,0,1,search,0,0.90
adam,0,2,search,0,nan
adam,0,1,fresh,7,0.89
sgd,0,1,Trial,0,
sgd,0,2,selection,0,0.88
sgd,0,2,Confirm,8,0.86
"""


def read(text, *, variant="variant", seed="seed", metric=None, search=None, phase=None):
    columns = Wanted(variant=variant, seed=seed, metric=metric)
    wanted = TrialWanted(columns=columns, search=search, phase=phase)
    return trials_in(read_table(text, name="t.csv"), wanted=wanted)


def mistakes(text, **names):
    with pytest.raises(TableError) as caught:
        read(text, **names)
    return [(one.where, one.message) for one in caught.value.mistakes]


def test_reads_trials_and_fresh_runs():
    table = read(GOOD)
    assert (table.metric, table.variants) == ("acc", ("adam", "sgd"))
    first, *_, last = table.records
    assert (first.variant, first.search, first.trial, first.seed) == ("adam", "0", "1", 0)
    assert (first.is_fresh, first.value) == (False, 0.90)
    assert (last.is_fresh, last.trial, last.seed, last.value) == (True, "2", 8, 0.86)
    assert [record.is_fresh for record in table.records] == [False, False, True, False, False, True]


def test_counts_trials_without_a_value():
    table = read(GOOD)
    assert [record.status for record in table.records[1:4]] == [
        RunStatus.DIVERGED,
        RunStatus.FINISHED,
        RunStatus.FAILED,
    ]
    assert table.notes == (
        "1 empty cell in 'acc': counted as failed.",
        "1 NaN or infinite cell in 'acc': counted as diverged.",
    )


def test_without_search_and_phase_each_variant_has_one_search_of_trials():
    table = read("variant,acc\na,1\na,2\nb,3\n")
    assert {record.search for record in table.records} == {THE_SEARCH}
    assert not any(record.is_fresh or record.trial or record.seed for record in table.records)


def test_columns_may_have_other_names():
    text = "opt,study,config_id,kind,rep,loss\na,x,c1,final,3,0.5\nb,x,c2,rerun,4,0.6\n"
    table = read(text, variant="opt", seed="rep", search="study", phase="kind")
    assert table.metric == "loss"
    assert [(r.search, r.trial, r.seed, r.is_fresh) for r in table.records] == [
        ("x", "c1", 3, True),
        ("x", "c2", 4, True),
    ]


def test_a_column_that_is_the_variant_is_no_trial():
    table = read("config,search,acc\na,0,1\nb,0,2\n", variant="config")
    assert table.variants == ("a", "b")
    assert {record.trial for record in table.records} == {None}


def test_all_mistakes_of_a_table_are_said_with_their_lines():
    text = (
        "variant,search,trial,phase,seed,acc\n"
        ",0,1,search,0,0.9\n"
        "a,,1,seach,x,0.9.1\n"
        "a,0,1,search,0,0.9\n"
        "a,0,1,search,1,0.9\n"
        "a,0,1,fresh,5,0.9\n"
        "a,0,1,fresh,5,0.8\n"
        "b,0,1\n"
    )
    assert mistakes(text) == [
        ("t.csv:2", "the row names no variant"),
        ("t.csv:3", "the phase 'seach' is neither a search's nor a fresh run's"),
        ("t.csv:3", "'0.9.1' in column 'acc' is not a number"),
        ("t.csv:3", "the row names no search"),
        ("t.csv:3", "the seed 'x' is not a whole number"),
        ("t.csv:5", "search '0' of 'a' has trial '1' twice, in lines 4 and 5"),
        ("t.csv:7", "search '0' of 'a' has a fresh run with seed 5 twice, in lines 6 and 7"),
        ("t.csv:8", "the row has 3 cells, the header has 6"),
    ]


def test_fresh_runs_without_seeds_may_be_many():
    table = read("variant,phase,acc\na,fresh,1\na,fresh,1\nb,fresh,2\n")
    assert len(table.records) == 3


def test_a_separator_at_the_end_of_a_row_is_forgiven():
    assert len(read("variant,acc\na,1,\nb,2,\n").records) == 2


def test_one_variant_is_nothing_to_compare():
    assert mistakes("variant,acc\na,1\na,2\n") == [
        ("t.csv, column 'variant'", "there is only one variant: 'a'")
    ]


def test_many_mistakes_are_shortened():
    text = "variant,acc\n" + "a,x\n" * 14 + "a,1\n"
    found = mistakes(text, metric="acc")
    assert len(found) == 11
    assert found[-1] == ("t.csv", "and 4 more")
