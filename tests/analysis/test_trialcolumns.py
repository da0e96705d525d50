import pytest

from trialist.analysis.columns import Wanted
from trialist.analysis.rawtable import read_table
from trialist.analysis.trialcolumns import TrialWanted, find_trial_columns
from trialist.values.errors import TableError


def find(header, *, search=None, phase=None, metric=None, variant="variant"):
    row = ",".join("1" for _ in header.split(","))
    table = read_table(f"{header}\n{row}\n", name="t.csv")
    columns = Wanted(variant=variant, seed="seed", metric=metric)
    wanted = TrialWanted(columns=columns, search=search, phase=phase)
    return find_trial_columns(table, wanted=wanted)


def test_columns_of_the_usual_names_are_found():
    found = find("variant,Search,phase,trial_id,seed,acc")
    places = (found.variant, found.search, found.phase, found.trial, found.seed, found.metric)
    assert places == (0, 1, 2, 3, 4, 5)


def test_what_is_not_there_is_none():
    found = find("variant,acc")
    assert (found.search, found.phase, found.trial, found.seed) == (None, None, None, None)
    assert found.notes == ("No column names the seed.",)


def test_the_first_likely_name_is_the_trial():
    assert find("variant,config,trial,acc").trial == 2


def test_a_column_is_one_thing_only():
    found = find("variant,trial,acc", search="trial")
    assert (found.search, found.trial) == (1, None)
    assert find("variant,search,phase", metric="search").search is None


def test_all_columns_that_are_missing_are_said():
    with pytest.raises(TableError) as caught:
        find("model,study,acc", search="serch", phase="phas")
    assert [one.message for one in caught.value.mistakes] == [
        "there is no column 'serch' (--search)",
        "there is no column 'phas' (--phase)",
        "there is no column 'variant' that names the variant",
        "several columns could be the metric: model, study, acc",
    ]


def test_a_missing_column_alone_is_said_too():
    with pytest.raises(TableError, match="no column 'serch'"):
        find("variant,acc", search="serch")
