"""`early_terminate`: the bands of W&B's one rule."""

import pytest

from trialist.design.sweepdraft import Draft
from trialist.design.sweepearly import MOST_RUNGS, read_early
from trialist.design.yamlnodes import parse_leniently


def read(text):
    draft = Draft(parse_leniently(f"early_terminate: {text}", "s"))
    read_early(draft)
    return draft


@pytest.mark.parametrize(
    ("text", "bands"),
    [
        ("{type: hyperband, max_iter: 27, s: 2}", [3, 9]),
        ("{type: hyperband, max_iter: 10, s: 5, eta: 2}", [1, 2, 5]),
        ("{type: hyperband, min_iter: 3}", [3 * 3**k for k in range(MOST_RUNGS)]),
        ("{type: hyperband, min_iter: 2, eta: 2}", [2 * 2**k for k in range(MOST_RUNGS)]),
    ],
)
def test_bands_are_wandbs(text, bands):
    draft = read(text)
    assert draft.mistakes == []
    assert draft.data["search"]["pruner"]["rungs"] == bands
    assert draft.data["search"]["pruner"]["name"] == "wandb"
    (note,) = draft.notes
    assert "the value there is in the top 1/" in note


def test_a_lenient_rule_takes_the_best_value():
    draft = read("{type: hyperband, min_iter: 3, strict: false}")
    assert draft.data["search"]["pruner"]["strict"] is False
    assert "the best value so far" in draft.notes[0]


def test_no_rule_is_none():
    draft = Draft(parse_leniently("a: 1", "s"))
    read_early(draft)
    assert (draft.data, draft.mistakes) == ({}, [])


@pytest.mark.parametrize(
    ("text", "message", "where"),
    [
        ("3", "early_terminate is no mapping with type: hyperband", "s:1:18"),
        ("{type: median}", "early_terminate is no mapping with type: hyperband", "s:1:18"),
        ("{type: hyperband, min_iter: 1, foo: 2}", "'foo' is not a key of early_terminate",
         "s:1:49"),
        ("{type: hyperband, min_iter: 0}", ("early_terminate.min_iter is 0, expected a whole "
         "number from 1"), "s:1:46"),
        ("{type: hyperband, min_iter: 1, eta: 2.5}", ("early_terminate.eta is 2.5, expected a "
         "whole number above 1"), "s:1:54"),
        ("{type: hyperband, min_iter: 1, strict: 1}", ("early_terminate.strict is 1, expected true "
         "or false"), "s:1:57"),
        ("{type: hyperband, max_iter: 9}", "early_terminate names no iteration at which it looks",
         "s:1:18"),
        ("{type: hyperband, max_iter: 2, s: 3}", ("early_terminate names no iteration at which it "
         "looks"), "s:1:18"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(text, message, where):
    (mistake,) = read(text).mistakes
    assert (mistake.message, mistake.where) == (message, where)
