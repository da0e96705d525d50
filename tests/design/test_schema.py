from dataclasses import fields

import pytest

from trialist.design.schema import EXPECTED, GROUPS, LATER, fit, keys_of, shown
from trialist.values.metric import Goal
from trialist.values.study import Study


def test_every_key_says_what_it_expects():
    for group in ("", *GROUPS):
        for key in keys_of(group):
            assert f"{group}.{key}".removeprefix(".") in EXPECTED


def test_where_a_study_comes_from_is_not_for_files():
    assert set(keys_of("")) == {field.name for field in fields(Study)} - {"folder", "notes"}


def test_no_key_is_here_and_later_at_once():
    for group, later in LATER.items():
        assert not set(later) & set(keys_of(group))


@pytest.mark.parametrize(
    ("group", "key", "value", "taken"),
    [
        ("metric", "goal", "maximize", Goal.MAXIMIZE),
        ("metric", "relevant", 1, 1.0),
        ("metric", "relevant", None, None),
        ("", "seeds", 5, 5),
        ("", "seeds", [0, 7], (0, 7)),
        ("", "paired", ["init"], ("init",)),
        ("resources", "workers", "auto", "auto"),
    ],
)
def test_gives_values_in_the_type_of_their_field(group, key, value, taken):
    found = fit(group, key, value)
    assert found.fits
    assert found.value == taken
    assert type(found.value) is type(taken)


@pytest.mark.parametrize(
    ("group", "key", "value", "items"),
    [
        ("metric", "goal", "max", ()),
        ("metric", "relevant", "0.1", ()),
        ("metric", "relevant", True, ()),
        ("", "seeds", True, ()),
        ("", "seeds", "5", ()),
        ("", "seeds", 5.0, ()),
        ("", "seeds", [0, "1", 2, True], (1, 3)),
        ("", "paired", "init", ()),
        ("", "paired", ["init", 1], (1,)),
        ("", "question", 3, ()),
        ("", "trial", None, ()),
        ("resources", "workers", True, ()),
        ("resources", "threads", 1.5, ()),
    ],
)
def test_text_is_no_number_and_a_boolean_is_none_either(group, key, value, items):
    found = fit(group, key, value)
    assert not found.fits
    assert found.items == items


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "empty"),
        (False, "false"),
        ("a", "'a'"),
        ("x" * 50, repr("x" * 37 + "...")),
        ({}, "a mapping"),
        ([], "a list"),
        (float("-inf"), "-.inf"),
        (float("nan"), ".nan"),
        (1e-05, "1e-05"),
    ],
)
def test_shows_values_as_they_are_written(value, text):
    assert shown(value) == text
