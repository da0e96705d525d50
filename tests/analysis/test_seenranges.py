import numpy as np
import pytest

from trialist.analysis.declared import Declared
from trialist.analysis.seenranges import seen_parameter
from trialist.values.space import Scale


def seen(values, **said):
    return seen_parameter(Declared(name="x", **said), list(values))


def draws(kind, n=64, seed=0):
    u = np.random.default_rng(seed).random(n)
    return {
        "linear": u,
        "log": 10 ** (-4 + 3 * u),
        "narrow log": 10 ** (-2 + u),
        "momentum": 1 - 10 ** (-0.3 - 2 * u),
        "betas": 1 - 10 ** (-1 - 2 * u),
    }[kind].tolist()


@pytest.mark.parametrize(
    ("kind", "scale"),
    [
        ("linear", Scale.LINEAR),
        ("log", Scale.LOG),
        ("narrow log", Scale.LOG),
        ("momentum", Scale.ONE_MINUS_LOG),
        ("betas", Scale.ONE_MINUS_LOG),
    ],
)
@pytest.mark.parametrize("n", [16, 64, 1000])
@pytest.mark.parametrize("seed", range(5))
def test_the_scale_is_the_one_that_the_values_lie_evenly_on(kind, scale, n, seed):
    values = draws(kind, n, seed)
    found = seen(values)
    assert (found.low, found.high) == (min(values), max(values))
    assert found.scale is scale or (kind == "narrow log" and n == 16)  # too few to tell a decade
    assert not found.switch


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1e-4, 3e-3, 0.1], Scale.LOG),
        ([0.1, 0.2, 0.5], Scale.LINEAR),
        ([0.0, 0.3, 0.95], Scale.LINEAR),
        ([-1.0, 0.3, 0.95], Scale.LINEAR),
    ],
)
def test_of_few_values_the_range_tells_the_scale(values, scale):
    assert seen(values).scale is scale


def test_zeros_below_a_log_scale_say_that_it_may_be_off():
    found = seen([0.0] * 12 + draws("log", 48))
    assert (found.switch, found.off, found.scale) == (True, 0, Scale.LOG)
    assert found.low == min(draws("log", 48))


@pytest.mark.parametrize("values", [[0.0, *draws("log", 48)], [0.0] * 9 + draws("linear", 48)])
def test_one_zero_or_zeros_below_an_even_range_are_values(values):
    assert not seen(values).switch
    assert seen(values).low == 0


def test_zeros_stay_values_where_a_linear_scale_is_declared():
    found = seen([0.0] * 12 + draws("log", 48), scale=Scale.LINEAR)
    assert (found.switch, found.low, found.scale) == (False, 0, Scale.LINEAR)


def test_whole_numbers_are_integers_and_words_are_choices():
    assert seen([1, 5, 9]).integer
    assert not seen([1.0, 5.0, 9.5]).integer
    assert seen(["sgd", "adam", "sgd"]).choices == ("adam", "sgd")
    numbers = seen([128, 32, 64, 32], is_choice=True)
    assert (numbers.choices, numbers.ordered) == ((32, 64, 128), True)


def test_few_values_that_come_again_are_choices():
    found = seen([32, 64, 128] * 4)
    assert (found.choices, found.ordered) == ((32, 64, 128), True)
    assert seen([32, 64, 128] * 4, integer=True).choices == ()
    assert seen([32, 64, 128]).choices == ()
    assert not seen([0, 1] * 8).ordered


def test_what_never_varied_is_no_parameter():
    assert seen([0.9, 0.9]) is None
    assert seen(["adam"]) is None


def test_what_is_declared_wins():
    found = seen([0.1, 0.2], low=1e-5, high=1.0, scale=Scale.LINEAR, integer=True)
    assert (found.low, found.high, found.scale, found.integer) == (1e-5, 1.0, Scale.LINEAR, True)
    assert seen([0.1], low=1e-5, high=1.0).scale is Scale.LOG
    assert seen(draws("log"), scale=Scale.LINEAR).scale is Scale.LINEAR
