import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.search.conditions import Conditions
from trialist.values.errors import ConfigError
from trialist.values.space import Arm, Parameter


def named(name: str, **when: object) -> Parameter:
    return Parameter(name=name, low=0.0, high=1.0, when=when)


def test_a_condition_comes_after_what_it_asks_for() -> None:
    arm = Arm(variant="a", parameters=(named("c", b=1.0), named("b", a=1.0), named("a")))
    conditions = Conditions(arm)
    assert [one.name for one in conditions.ordered] == ["a", "b", "c"]
    assert list(conditions.present({"c": 1.0, "b": 1.0, "a": 1.0})) == ["c", "b", "a"]


def test_what_hangs_on_an_absent_parameter_is_absent() -> None:
    arm = Arm(variant="a", parameters=(named("c", b=1.0), named("b", a=1.0), named("a")))
    assert Conditions(arm).present({"a": 0.0, "b": 1.0, "c": 1.0}) == {"a": 0.0}


def test_the_given_values_of_the_arm_count() -> None:
    arm = Arm(
        variant="a",
        given={"optimizer": "sgd"},
        parameters=(named("momentum", optimizer=("sgd", "nag")), named("beta1", optimizer="adam")),
    )
    conditions = Conditions(arm)
    assert conditions.present({"momentum": 0.9, "beta1": 0.9}) == {"momentum": 0.9}
    assert not conditions.are_any


def test_a_condition_on_something_else_was_settled_with_the_arm() -> None:
    arm = Arm(variant="a", parameters=(named("momentum", optimizer="sgd"),))
    assert Conditions(arm).present({"momentum": 0.9}) == {"momentum": 0.9}


def test_switches_and_conditions_inside_the_arm_make_trials_differ() -> None:
    switched = Parameter(name="decay", low=0.0, high=1.0, switch=True)
    assert Conditions(Arm(variant="a", parameters=(switched,))).are_any
    assert Conditions(Arm(variant="a", parameters=(named("a"), named("b", a=1.0)))).are_any
    assert not Conditions(Arm(variant="a", parameters=(named("a"),))).are_any


def test_refuses_a_circle_and_names_it() -> None:
    arm = Arm(variant="a", parameters=(named("x"), named("a", b=1.0), named("b", a=1.0)))
    with pytest.raises(ConfigError, match="only beside another of them: a, b"):
        Conditions(arm)


@given(st.permutations(["a", "b", "c", "d"]), st.sets(st.sampled_from("abcd")))
def test_the_order_of_the_parameters_changes_nothing(order, ones) -> None:
    whens = {"a": {}, "b": {"a": 1.0}, "c": {"b": 1.0, "a": 1.0}, "d": {"c": 1.0}}
    arm = Arm(variant="a", parameters=tuple(named(name, **whens[name]) for name in order))
    values = {name: float(name in ones) for name in "abcd"}
    chain = ["a"]
    for name, before in zip("bcd", "abc", strict=True):
        if before not in ones:
            break
        chain.append(name)
    assert Conditions(arm).present(values) == {name: values[name] for name in chain}
