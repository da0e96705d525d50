from __future__ import annotations

import pytest

from trialist.analysis.columns import Wanted, find_columns
from trialist.values.errors import TableError

ROWS = [["a", "0", "0.5", "0.1"], ["b", "0", "0.6", "0.2"]]


def find(header, rows=ROWS, *, variant="variant", seed="seed", metric=None):
    wanted = Wanted(variant=variant, seed=seed, metric=metric)
    return find_columns(header, rows, wanted=wanted, where="r.csv:1")


def mistakes(header, rows=ROWS, **names):
    with pytest.raises(TableError) as caught:
        find(header, rows, **names)
    return caught.value.mistakes


def test_finds_columns_by_their_names():
    found = find(["variant", "seed", "acc", "loss"], metric="loss")
    assert (found.variant, found.seed, found.metric, found.notes) == (0, 1, 3, ())


def test_other_case_or_spaces_are_taken_with_a_note():
    found = find(["Variant", " seed", "acc"], [["a", "0", "1"]])
    assert (found.variant, found.seed, found.metric) == (0, 1, 2)
    assert found.notes == (
        "Column 'Variant' is read as 'variant'.",
        "Spaces around the name of column 'seed' are ignored.",
    )


def test_two_columns_that_differ_in_case_are_not_guessed():
    assert "no column 'variant'" in mistakes(["Variant", "VARIANT", "acc"])[0].message


def test_the_same_name_twice_is_a_mistake():
    assert mistakes(["variant", "variant", "acc"])[0].message == "column 'variant' is there twice"


def test_a_missing_variant_column_suggests_one_that_looks_like_it():
    (mistake,) = mistakes(["model", "seed", "acc"], [["a", "0", "1"]])
    assert mistake.where == "r.csv:1"
    assert mistake.todo == "say `--variant model` if that is it (columns: model, seed, acc)"


def test_a_missing_variant_column_gives_the_nearest_name():
    (mistake,) = mistakes(["varaint", "seed", "acc"], [["a", "0", "1"]], metric="acc")
    assert "did you mean 'varaint'?" in mistake.todo


def test_a_missing_metric_gives_the_nearest_name():
    (mistake,) = mistakes(["variant", "seed", "accuracy"], metric="acuracy")
    assert mistake.message == "there is no column 'acuracy'"
    assert "did you mean 'accuracy'?" in mistake.todo


def test_several_possible_metrics_are_listed():
    (mistake,) = mistakes(["variant", "seed", "val acc", "loss"])
    assert mistake.message == "several columns could be the metric: val acc, loss"
    assert mistake.todo == "say which, for example `--metric 'val acc'`"


def test_a_column_of_words_is_no_metric():
    rows = [["a", "0", "0.5", "x"], ["b", "0", "0.6", "y"]]
    assert find(["variant", "seed", "acc", "host"], rows).metric == 2


def test_an_index_without_a_name_is_no_metric():
    rows = [["0", "a", "0", "0.5"], ["1", "b", "0", "0.6"]]
    assert find(["", "variant", "seed", "acc"], rows).metric == 3


def test_no_numbers_at_all_is_said():
    (mistake,) = mistakes(["variant", "seed", "x", "y"], [["a", "0", "p", "q"], ["b", "0", ""]])
    assert mistake.message == "no column holds numbers"


def test_the_only_other_column_is_the_metric_even_where_its_cells_are_wrong():
    assert find(["variant", "seed", "acc"], [["a", "0", "oops"]]).metric == 2


def test_no_seed_column_is_a_note_that_names_a_likely_one():
    found = find(["variant", "acc", "random_seed"], [["a", "0.5", "1"]])
    assert found.seed is None
    assert found.metric == 1
    assert "say `--seed random_seed`" in found.notes[0]


def test_a_seed_column_that_was_asked_for_must_be_there():
    (mistake,) = mistakes(["variant", "acc"], [["a", "0.5"]], seed="sead")
    assert mistake.message == "there is no column 'sead' that names the seed"


def test_all_mistakes_come_together():
    assert len(mistakes(["x", "y"], [["a", "b"]], metric="z", seed="s")) == 3


def test_a_metric_without_any_number_is_one_mistake():
    rows = [["a", "0", "0:39", "1"], ["b", "0", "0:42", "2"]]
    (mistake,) = mistakes(["variant", "seed", "time", "acc"], rows, metric="time")
    assert mistake.message == "column 'time' holds no numbers, but for example '0:39'"
    assert "acc" in mistake.todo


def test_seeds_that_are_no_numbers_at_all_are_one_mistake():
    rows = [["a", "x.txt", "1"], ["b", "y.txt", "2"]]
    (mistake,) = mistakes(["variant", "file", "acc"], rows, seed="file")
    assert mistake.message == "column 'file' names no seeds: 'x.txt' is not a whole number"
    assert "leave --seed out" in mistake.todo
