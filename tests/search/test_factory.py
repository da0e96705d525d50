import subprocess
import sys

import numpy as np
import pytest

from trialist.search.designed import DesignedSampler
from trialist.search.factory import sampler_for, seed_of
from trialist.values.errors import ConfigError
from trialist.values.metric import Goal, Metric
from trialist.values.searchplan import Method, PlannedTrial, SearchPlan, Tuned
from trialist.values.space import Arm, Parameter

LOSS = Metric(name="val/loss", goal=Goal.MINIMIZE)


def planned(variant: str, search: int, number: int) -> PlannedTrial:
    return PlannedTrial(
        variant=variant,
        search=search,
        number=number,
        units=(number / 4,),
        params={"lr": number / 4},
        config={"lr": number / 4, "depth": 2},
        seeds=(search,),
    )


def test_a_design_gives_each_search_its_own_trials() -> None:
    arms = tuple(
        Arm(variant=name, parameters=(Parameter(name="lr", low=0.0, high=1.0),)) for name in "ab"
    )
    design = tuple(planned(name, search, n) for name in "ab" for search in (0, 1) for n in range(3))
    plan = SearchPlan(
        method=Method.QUASI_RANDOM,
        arms=arms,
        trials=6,
        replicates=2,
        seed=0,
        tuned=Tuned.RECIPE,
        design=design,
    )
    sampler = sampler_for(plan, arms[1], 1, LOSS)
    assert isinstance(sampler, DesignedSampler)
    proposals = [sampler.ask() for _ in range(4)]
    assert [one and one.units for one in proposals] == [(0.0,), (0.25,), (0.5,), None]
    assert proposals[2].params == {"lr": 0.5}


def test_variants_begin_with_the_same_trials_and_replicates_with_others(plain_arm, plan_of) -> None:
    plan = plan_of(plain_arm, Method.TPE, replicates=4)
    twin = Arm(variant="nag", parameters=plain_arm.parameters, shares=plain_arm.variant)
    first = sampler_for(plan, plain_arm, 0, LOSS).ask()
    assert sampler_for(plan, twin, 0, LOSS).ask() == first
    assert sampler_for(plan, plain_arm, 1, LOSS).ask() != first


def test_seeds_of_replicates_and_of_plans_differ(plain_arm, plan_of) -> None:
    seeds = {
        seed_of(plan_of(plain_arm, Method.TPE, seed=seed), replicate)
        for seed in range(20)
        for replicate in range(20)
    }
    assert len(seeds) == 400
    np.random.RandomState(max(seeds))  # what Optuna makes of it


def test_the_first_members_of_a_population_are_drawn_from_the_space(odd_arm, plan_of) -> None:
    sampler = sampler_for(
        plan_of(odd_arm, Method.PBT, trials=16, options={"interval": 10}), odd_arm, 0, LOSS
    )
    members = [sampler.ask() for _ in range(16)]
    assert sampler.ask() is None
    assert all(("kernel" in one.params) == (one.params["layer"] != "dense") for one in members)
    assert all(1e-4 <= one.params["lr"] <= 1.0 for one in members)
    again = sampler_for(
        plan_of(odd_arm, Method.PBT, trials=16, options={"interval": 10}), odd_arm, 0, LOSS
    )
    assert [again.ask() for _ in range(16)] == members


def test_refuses_what_cannot_begin(plain_arm, plan_of) -> None:
    plan = plan_of(plain_arm, Method.PBT, objectives={"val/latency": "minimize"})
    with pytest.raises(ConfigError) as caught:
        sampler_for(plan, plain_arm, 0, LOSS)
    assert len(caught.value.mistakes) == 2


@pytest.mark.slow
def test_a_search_over_a_design_never_imports_optuna() -> None:
    code = (
        "import sys, trialist.search.factory, trialist.search.replay, trialist.search.snapshot\n"
        "sys.exit('optuna' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
