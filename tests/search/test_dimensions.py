import math
from dataclasses import replace

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from trialist.search.dimensions import Dimensions
from trialist.search.optunasampler import quiet
from trialist.stats.unitscale import value_at
from trialist.values.space import Arm, Law, Parameter, Scale


def fixed(params: dict[str, object]) -> optuna.trial.FixedTrial:
    return optuna.trial.FixedTrial(params)


def dimensions_of(*parameters: Parameter, complete: bool = False, categories: bool = True):
    """Give the distributions that one random trial asks for, and its values."""
    with quiet():
        study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    trial = study.ask()
    arm = Arm(variant="a", parameters=parameters)
    values = Dimensions(arm, complete=complete, categories=categories).suggest(trial)
    return trial.distributions, values


def test_what_optuna_means_as_we_do_is_its_own() -> None:
    found, values = dimensions_of(
        Parameter(name="dropout", low=0.0, high=0.5),
        Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG),
        Parameter(name="depth", low=1, high=6, integer=True),
        Parameter(name="width", low=8, high=512, integer=True, scale=Scale.LOG),
        Parameter(name="norm", choices=("batch", None, 2, True, 0.5)),
    )
    assert found == {
        "dropout": FloatDistribution(0.0, 0.5),
        "lr": FloatDistribution(1e-4, 1.0, log=True),
        "depth": IntDistribution(1, 6),
        "width": IntDistribution(8, 512, log=True),
        "norm": CategoricalDistribution(("batch", None, 2, True, 0.5)),
    }
    assert list(values) == list(found)
    assert isinstance(values["depth"], int)


@pytest.mark.parametrize(
    "parameter",
    [
        Parameter(name="x", low=0.5, high=0.99, scale=Scale.ONE_MINUS_LOG),
        Parameter(name="x", law=Law.NORMAL, shape=(2.0, 3.0)),
        Parameter(name="x", law=Law.BETA, shape=(2.0, 5.0)),
        Parameter(name="x", low=0.0, high=1.0, step=0.3),
        Parameter(name="x", low=1.0, high=100.0, scale=Scale.LOG, step=5.0, integer=True),
        Parameter(name="x", choices=("a", "b"), probabilities=(0.9, 0.1)),
    ],
)
def test_what_optuna_has_no_name_for_is_our_map_of_a_latent_number(parameter) -> None:
    found, values = dimensions_of(parameter)
    assert found == {"x__u": FloatDistribution(0.0, 1.0)}
    for u in (0.0, 0.2, 0.95, 1.0):
        arm = Arm(variant="a", parameters=(parameter,))
        again = Dimensions(arm, complete=False).suggest(fixed({"x__u": u}))
        assert again == {"x": value_at(parameter, u)}
    assert list(values) == ["x"]


@pytest.mark.parametrize("choices", [([1, 2], [3]), (1, 1.0, 2), (1, True)])
def test_choices_that_are_no_scalars_or_not_apart_go_by_their_place(choices) -> None:
    found, values = dimensions_of(Parameter(name="x", choices=choices))
    assert found == {"x__place": CategoricalDistribution(tuple(range(len(choices))))}
    assert any(values["x"] is one for one in choices)


def test_choices_in_an_order_are_whole_numbers() -> None:
    found, values = dimensions_of(Parameter(name="x", choices=("s", "m", "l"), ordered=True))
    assert found == {"x__place": IntDistribution(0, 2)}
    assert values["x"] in ("s", "m", "l")


SWITCH = Parameter(name="decay", low=1e-6, high=1e-2, scale=Scale.LOG, switch=True, off=None)


def test_a_switch_stands_beside_its_value_and_without_it_when_off() -> None:
    dimensions = Dimensions(Arm(variant="a", parameters=(SWITCH,)), complete=False)
    assert dimensions.suggest(fixed({"decay__on": False})) == {"decay": None}
    assert dimensions.suggest(fixed({"decay__on": True, "decay": 1e-3})) == {"decay": 1e-3}


def test_a_complete_space_asks_for_the_value_of_what_is_off_too() -> None:
    arm = Arm(variant="a", parameters=(SWITCH,))
    trial = fixed({"decay__on": False, "decay": 1e-3})
    assert Dimensions(arm, complete=True).suggest(trial) == {"decay": None}
    assert set(trial.distributions) == {"decay__on", "decay"}


def test_where_there_are_no_choices_the_switch_is_a_part_of_the_range() -> None:
    found, _ = dimensions_of(SWITCH, complete=True, categories=False)
    assert found == {"decay__u": FloatDistribution(0.0, 1.0)}
    dimensions = Dimensions(Arm(variant="a", parameters=(SWITCH,)), complete=True, categories=False)
    assert dimensions.suggest(fixed({"decay__u": 0.1})) == {"decay": None}


CONDITIONAL = (
    Parameter(name="momentum", low=0.0, high=0.9, when={"optimizer": "sgd"}),
    Parameter(name="optimizer", choices=("sgd", "adam")),
)


def test_a_parameter_is_asked_for_where_it_exists_only() -> None:
    dimensions = Dimensions(Arm(variant="a", parameters=CONDITIONAL), complete=False)
    trial = fixed({"optimizer": "adam"})
    assert dimensions.suggest(trial) == {"optimizer": "adam"}
    assert set(trial.distributions) == {"optimizer"}
    assert dimensions.suggest(fixed({"optimizer": "sgd", "momentum": 0.5})) == {
        "momentum": 0.5,
        "optimizer": "sgd",
    }


def test_a_complete_space_leaves_out_of_the_trial_what_does_not_exist() -> None:
    dimensions = Dimensions(Arm(variant="a", parameters=CONDITIONAL), complete=True)
    trial = fixed({"optimizer": "adam", "momentum": 0.5})
    assert dimensions.suggest(trial) == {"optimizer": "adam"}
    assert set(trial.distributions) == {"optimizer", "momentum"}


@given(
    low=st.floats(1e-8, 1.0),
    ratio=st.floats(1.0, 1e6),
    scale=st.sampled_from([Scale.LINEAR, Scale.LOG]),
    integer=st.booleans(),
    seed=st.integers(0, 99),
)
def test_values_lie_inside_of_the_range(low, ratio, scale, integer, seed) -> None:
    parameter = Parameter(name="x", low=low, high=low * ratio, scale=scale)
    if integer:
        low = math.ceil(low)
        high = max(math.floor(low * ratio), low)
        parameter = replace(parameter, low=low, high=high, integer=True)
    with quiet():
        study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
        x = Dimensions(Arm(variant="a", parameters=(parameter,)), complete=False).suggest(
            study.ask()
        )["x"]
    assert parameter.low <= x <= parameter.high
