"""What the tests of the samplers share: an arm with every kind of parameter, and its search."""

from collections.abc import Callable

import pytest

from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.space import Arm, Law, Parameter, Scale

LR = Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG)
MOMENTUM = Parameter(name="momentum", low=0.5, high=0.99, scale=Scale.ONE_MINUS_LOG)


@pytest.fixture
def plain_arm() -> Arm:
    """Give an arm whose parameters mean the same in Optuna."""
    return Arm(
        variant="sgd",
        parameters=(
            LR,
            Parameter(name="dropout", low=0.0, high=0.5),
            Parameter(name="depth", low=1, high=6, integer=True),
            Parameter(name="width", low=8, high=512, integer=True, scale=Scale.LOG),
            Parameter(name="norm", choices=("batch", "layer", None)),
        ),
    )


@pytest.fixture
def odd_arm() -> Arm:
    """Give an arm with conditions, and with parameters that Optuna has no name for."""
    return Arm(
        variant="sgd",
        given={"optimizer": "sgd"},
        parameters=(
            Parameter(name="kernel", low=3, high=7, integer=True, when={"layer": ("conv", "both")}),
            LR,
            Parameter(
                name="momentum",
                low=0.5,
                high=0.99,
                scale=Scale.ONE_MINUS_LOG,
                when={"optimizer": "sgd"},
            ),
            Parameter(name="weight_decay", low=1e-6, high=1e-2, scale=Scale.LOG, switch=True),
            Parameter(name="layer", choices=("dense", "conv", "both")),
            Parameter(name="sizes", choices=([16, 16], [64])),
            Parameter(name="width", choices=(16, 32, 64), ordered=True),
            Parameter(name="noise", law=Law.NORMAL, shape=(0.0, 1.0)),
            Parameter(name="crop", choices=("none", "random"), probabilities=(0.9, 0.1)),
            Parameter(name="smooth", low=0.0, high=1.0, step=0.25),
        ),
    )


@pytest.fixture
def plan_of() -> Callable[..., SearchPlan]:
    """Give what makes a plan with one arm: `plan_of(arm, method, trials=40)`."""

    def plan(arm: Arm, method: Method, **more: object) -> SearchPlan:
        given = {"trials": 40, "replicates": 1, "seed": 0, "tuned": Tuned.RECIPE, **more}
        return SearchPlan(method=method, arms=(arm,), **given)

    return plan
