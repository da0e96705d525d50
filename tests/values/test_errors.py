"""Errors as a person reads them."""

import pytest

from trialist.values import errors
from trialist.values.errors import ConfigError, Mistake, TrialistError, near


def test_an_error_says_what_where_and_what_to_do():
    error = ConfigError(
        "'learning_rate' is not a key of this study's space",
        where="study.yaml:14:3",
        todo="did you mean 'lr'?",
    )
    assert str(error) == (
        "'learning_rate' is not a key of this study's space\n"
        "  where  study.yaml:14:3\n"
        "  to do  did you mean 'lr'?"
    )


def test_parts_that_nobody_gave_are_left_out():
    assert str(ConfigError("seeds is 0")) == "seeds is 0"
    assert str(Mistake(message="no", todo="yes")) == "no\n  to do  yes"


def test_all_mistakes_are_shown_together_in_order():
    mistakes = [Mistake(message="first", where="a:1"), Mistake(message="second")]
    error = ConfigError.of(mistakes)
    assert isinstance(error, ConfigError)
    assert error.mistakes == tuple(mistakes)
    assert str(error) == "first\n  where  a:1\nsecond"


CODES = {
    errors.RunsFailedError: 3,
    errors.PlanRefusedError: 1,
    errors.AdoptionRefusedError: 1,
    errors.SealedError: 1,
}


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (kind, CODES.get(kind, 2))
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, TrialistError)
    ],
)
def test_every_error_has_the_exit_code_of_its_kind(kind, code):
    assert kind("x").exit_code == code


def test_every_error_stands_in_the_tree_on_top_of_the_file():
    named = [kind for kind in vars(errors) if kind.endswith("Error")]
    assert [kind for kind in named if kind not in (errors.__doc__ or "")] == []


def test_the_near_name_is_offered_with_all_names():
    assert near("learning_rat", ["lr", "learning_rate"]) == (
        "did you mean 'learning_rate'? (known: lr, learning_rate)"
    )


def test_nothing_is_guessed_where_no_name_is_near():
    assert near("zzz", ["lr", "momentum"]) == "known: lr, momentum"
