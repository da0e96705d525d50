import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.search.conditions import Conditions
from trialist.search.explore import clipped, explored
from trialist.stats.unitscale import value_at
from trialist.values.space import Arm, Law, Parameter, Scale

FACTORS = (1.2, 0.8)


def changed(*parameters: Parameter, params: dict, seed: int = 0, resample: float = 0.0):
    conditions = Conditions(Arm(variant="a", parameters=parameters))
    rng = np.random.default_rng(seed)
    return explored(conditions, params, rng, resample=resample, factors=FACTORS)


def seen(*parameters: Parameter, params: dict, name: str, resample: float = 0.0) -> set:
    return {
        changed(*parameters, params=params, seed=seed, resample=resample).params[name]
        for seed in range(40)
    }


LR = Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG)


def test_numbers_are_multiplied() -> None:
    assert seen(LR, params={"lr": 0.1}, name="lr") == {0.1 * 1.2, 0.1 * 0.8}
    momentum = Parameter(name="m", low=0.5, high=0.99, scale=Scale.ONE_MINUS_LOG)
    found = seen(momentum, params={"m": 0.9}, name="m")
    assert sorted(found) == pytest.approx([0.88, 0.92])


def test_numbers_stay_inside_of_their_range() -> None:
    assert seen(LR, params={"lr": 1.0}, name="lr") == {1.0, 0.8}
    assert seen(LR, params={"lr": 1e-4}, name="lr") == {1.2e-4, 1e-4}
    assert changed(LR, params={"lr": 1.0}, seed=1).changes.keys() <= {"lr"}


def test_a_whole_number_moves_by_one_at_least() -> None:
    depth = Parameter(name="d", low=1, high=9, integer=True)
    assert seen(depth, params={"d": 2}, name="d") == {1, 3}
    assert seen(depth, params={"d": 9}, name="d") == {7, 9}


def test_a_number_with_a_step_stays_on_it() -> None:
    parameter = Parameter(name="x", low=0.0, high=1.0, step=0.25)
    for value in seen(parameter, params={"x": 0.75}, name="x", resample=0.5):
        assert value / 0.25 == round(value / 0.25)


def test_ordered_choices_move_to_a_neighbour_and_others_stay() -> None:
    ordered = Parameter(name="x", choices=(16, 32, 64), ordered=True)
    assert seen(ordered, params={"x": 32}, name="x") == {16, 64}
    assert seen(ordered, params={"x": 64}, name="x") == {32, 64}
    loose = Parameter(name="x", choices=("a", "b", "c"))
    assert seen(loose, params={"x": "b"}, name="x") == {"b"}
    assert seen(loose, params={"x": "b"}, name="x", resample=0.9) == {"a", "b", "c"}


def test_what_is_off_stays_off_until_it_is_drawn_anew() -> None:
    decay = Parameter(name="x", low=1e-6, high=1e-2, scale=Scale.LOG, switch=True)
    assert seen(decay, params={"x": 0.0}, name="x") == {0.0}
    assert len(seen(decay, params={"x": 0.0}, name="x", resample=0.9)) > 5
    assert 0.0 in seen(decay, params={"x": 1e-4}, name="x", resample=0.9)


def test_changes_say_what_was_done() -> None:
    found = changed(
        LR,
        Parameter(name="w", choices=(1, 2, 3), ordered=True),
        Parameter(name="k", choices=("a", "b")),
        params={"lr": 0.1, "w": 2, "k": "a"},
        seed=4,
    )
    assert found.changes == {
        "lr": pytest.approx(found.params["lr"] / 0.1),
        "w": found.params["w"] - 2,
    }
    anew = changed(LR, params={"lr": 0.1}, resample=1.0)
    assert anew.changes == {"lr": "resampled"}


def test_a_parameter_that_begins_to_exist_is_drawn_and_one_that_ends_is_left_out() -> None:
    kind = Parameter(name="kind", choices=("a", "b"))
    inner = Parameter(name="inner", low=0.0, high=1.0, when={"kind": "b"})
    made = [changed(inner, kind, params={"kind": "a"}, seed=n, resample=0.8) for n in range(20)]
    for one in made:
        assert ("inner" in one.params) == (one.params["kind"] == "b")
        if "inner" in one.params:
            assert one.changes["inner"] == "resampled"
    assert {one.params["kind"] for one in made} == {"a", "b"}


def parameters() -> st.SearchStrategy[Parameter]:
    ranges = st.builds(
        lambda low, span, scale, integer: Parameter(
            name="x",
            low=math.ceil(low) if integer else low,
            high=math.ceil(low) + math.ceil(span) if integer else low + span,
            scale=scale,
            integer=integer,
        ),
        st.floats(0.01, 10),
        st.floats(0, 100),
        st.sampled_from([Scale.LINEAR, Scale.LOG]),
        st.booleans(),
    )
    others = st.sampled_from(
        [
            Parameter(name="x", low=0.5, high=0.999, scale=Scale.ONE_MINUS_LOG),
            Parameter(name="x", low=0.0, high=1.0, step=0.3),
            Parameter(name="x", law=Law.BETA, shape=(2.0, 5.0)),
            Parameter(name="x", law=Law.NORMAL, shape=(0.0, 2.0), step=0.5),
            Parameter(name="x", choices=(1, 2, 3), ordered=True),
            Parameter(name="x", low=1e-6, high=1e-2, scale=Scale.LOG, switch=True),
        ]
    )
    return ranges | others


@given(parameters(), st.floats(0, 1), st.integers(0, 99), st.integers(1, 30))
def test_values_never_leave_the_space(parameter, u, seed, rounds) -> None:
    params = {"x": value_at(parameter, u)}
    ends = [value_at(parameter, at) for at in (0.0, 0.2, 1.0)]
    for number in range(rounds):
        params = changed(parameter, params=params, seed=seed + number, resample=0.1).params
        value = params["x"]
        if parameter.law is Law.NORMAL:
            assert value / 0.5 == round(value / 0.5)
        elif not parameter.choices:
            assert min(ends) <= value <= max(ends)
        assert isinstance(value, int) == isinstance(ends[1], int)


def test_the_nearest_value_is_taken() -> None:
    assert clipped(Parameter(name="x", low=0.0, high=1.0, step=0.3), 2.0) == pytest.approx(0.9)
    assert clipped(Parameter(name="x", low=1, high=5, integer=True), 2.6) == 3
    assert clipped(Parameter(name="x", law=Law.NORMAL, shape=(0.0, 1.0)), 99.0) == 99.0
