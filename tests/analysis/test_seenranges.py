import pytest

from trialist.analysis.declared import Declared
from trialist.analysis.seenranges import seen_parameter
from trialist.values.space import Scale


def seen(values, **said):
    return seen_parameter(Declared(name="x", **said), values)


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1e-4, 3e-3, 0.1], Scale.LOG),
        ([0.1, 0.2, 0.5], Scale.LINEAR),
        ([0.5, 0.9, 0.99], Scale.ONE_MINUS_LOG),
        ([0.9, 0.92, 0.95], Scale.LINEAR),
        ([32, 64, 128, 256], Scale.LOG),
        ([1, 2, 3, 4], Scale.LINEAR),
        ([1, 2, 4], Scale.LINEAR),
        ([0.0, 0.3, 0.95], Scale.LINEAR),
    ],
)
def test_the_scale_is_that_of_so_wide_a_range(values, scale):
    found = seen(values)
    assert (found.low, found.high, found.scale) == (min(values), max(values), scale)


def test_whole_numbers_are_integers_and_words_are_choices():
    assert seen([1, 5, 9]).integer
    assert not seen([1.0, 5.0, 9.5]).integer
    assert seen(["sgd", "adam", "sgd"]).choices == ("adam", "sgd")
    numbers = seen([128, 32, 64, 32], is_choice=True)
    assert (numbers.choices, numbers.ordered) == ((32, 64, 128), True)


def test_what_never_varied_is_no_parameter():
    assert seen([0.9, 0.9]) is None
    assert seen(["adam"]) is None


def test_what_is_declared_wins():
    found = seen([0.1, 0.2], low=1e-5, high=1.0, scale=Scale.LINEAR, integer=True)
    assert (found.low, found.high, found.scale, found.integer) == (1e-5, 1.0, Scale.LINEAR, True)
    assert seen([0.1], low=1e-5, high=1.0).scale is Scale.LOG
