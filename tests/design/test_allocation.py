"""What searches cost, and what is offered where that is too much."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.allocation import (
    LEAST_TRIALS,
    allocation_of,
    least_runs,
    parameters_for,
)
from trialist.design.protocol import build_plan
from trialist.design.searchcost import Pace, cost_of
from trialist.values.metric import Goal, Metric
from trialist.values.searchplan import Method, PlannedTrial, SearchPlan, Tuned
from trialist.values.searchsettings import Budget
from trialist.values.space import Arm, Parameter
from trialist.values.study import SeedRange, Study

NAMES = ("lr", "momentum", "weight_decay", "dropout", "eps")
PARAMETERS = tuple(Parameter(name=name, low=0.1, high=1.0) for name in NAMES)


def searched(n_arms=2, n_parameters=2, **changes):
    arms = tuple(
        Arm(variant=f"v{place}", given={"model": place}, parameters=PARAMETERS[:n_parameters])
        for place in range(n_arms)
    )
    given_fields = {
        "method": Method.QUASI_RANDOM,
        "arms": arms,
        "trials": 64,
        "replicates": 4,
        "seed": 0,
        "tuned": Tuned.RECIPE,
    }
    return SearchPlan(**{**given_fields, **changes})


def planned(search, seeds=None):
    variants = {arm.variant: {} for arm in search.arms}
    study = Study(
        trial="train.py:train",
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
        variants=variants,
        seeds=search.replicates if seeds is None else seeds,
    )
    return build_plan(study, code=(), trial="train.py:train")


def allocated(search, budget=None, pace=None, seeds=None):
    return allocation_of(planned(search, seeds), search, budget, pace or Pace())


def of_configurations(n_arms=2, **changes):
    return searched(n_arms, **{"replicates": 1, "tuned": Tuned.CONFIGURATION, **changes})


SEEDS = SeedRange(min=5, max=20)


def test_a_recipe_costs_its_trials_and_one_fresh_run_per_winner():
    cost = cost_of(searched(), n_variants=2, n_fresh_seeds=4)
    assert cost.words == "128 trials in 8 searches and 8 fresh runs"
    assert cost.to_dict() == {
        "n_searches": 8,
        "n_trials": 128,
        "n_taken_over": 0,
        "seeds_per_trial": 1,
        "n_search_runs": 128,
        "n_fresh": 8,
        "n_runs": 136,
    }


def test_seeds_per_trial_multiply_the_trials():
    cost = cost_of(
        of_configurations(1, seeds_per_trial=3, trials=20), n_variants=2, n_fresh_seeds=5
    )
    assert cost.words == "20 trials with 3 seeds each in 1 search and 10 fresh runs"
    assert cost.n_runs == 70


def test_trials_of_an_earlier_study_cost_nothing():
    def trial(number, source):
        return PlannedTrial(
            variant="v0",
            search=0,
            number=number,
            units=(),
            params={},
            config={},
            seeds=(0,),
            source=source,
        )

    design = (trial(0, "before"), trial(1, "before"), trial(2, None))
    cost = cost_of(of_configurations(1, design=design, trials=3), n_variants=2, n_fresh_seeds=1)
    assert cost.words == "1 trial in 1 search (2 more are taken over) and 2 fresh runs"
    assert (cost.n_trials, cost.n_runs) == (1, 3)


def test_without_a_budget_everything_fits():
    found = allocated(searched())
    assert (found.excess, found.offers, found.advice, found.mistakes) == ("", (), (), ())


def test_a_time_that_nothing_was_measured_for_is_no_limit():
    assert allocated(searched(), Budget(wall_clock=1.0)).excess == ""
    assert allocated(searched(), Budget(wall_clock=1.0), Pace(seconds_per_run=0.0)).excess == ""


def test_too_many_runs_are_answered_with_offers_in_order():
    found = allocated(searched(4, 5, trials=32), Budget(runs=90))
    assert found.excess == "This needs at most 144 runs, and budget.runs allows 90."
    assert found.offers == (
        "compare 2 of the 4 variants in this round: at most 72 runs",
        (
            "fix dropout and eps and give every variant 16 trials: at most 80 runs, with the "
            "caveat that dropout and eps were not tuned"
        ),
    )
    assert found.mistakes == ()


def test_one_parameter_is_fixed_in_the_singular():
    found = allocated(searched(2, 2, trials=16), Budget(runs=24))
    assert found.offers == (
        (
            "fix momentum and give every variant 8 trials: at most 24 runs, with the caveat that "
            "momentum was not tuned"
        ),
    )


def test_fewer_trials_that_still_cover_the_space_fix_nothing():
    found = allocated(searched(2, 2, trials=64), Budget(runs=100))
    assert found.offers == (
        "give every variant 44 trials, which still cover its 2 parameters: at most 96 runs",
    )


def test_trials_that_cover_nothing_are_no_offer():
    found = allocated(searched(3, 2, trials=12, replicates=3), Budget(runs=33))
    assert found.offers == ("compare 2 of the 3 variants in this round: at most 30 runs",)


def test_too_long_runs_may_be_shorter_first():
    pace = Pace(seconds_per_run=60.0, workers=2)
    budget = Budget(wall_clock=3600.0, max_train_steps=1000)
    found = allocated(searched(), budget, pace)
    assert found.excess == (
        "This needs at most 136 runs, about 1 h 08 min, and budget.wall_clock allows 1 h 00 min."
    )
    assert found.offers[-1] == (
        "run shorter first: 882 steps fit into 1 h 00 min, and what is learned about the model "
        "and the optimizer mostly carries over; the schedule of the learning rate does not"
    )
    unsaid = allocated(searched(), replace(budget, max_train_steps=None), pace)
    assert unsaid.offers[-1].startswith("run shorter first: 88 % of the steps fit")


def test_a_round_that_cannot_be_held_at_all_is_an_error_with_what_could_be():
    (mistake,) = allocated(searched(), Budget(runs=20)).mistakes
    assert (mistake.key, mistake.message, mistake.todo) == (
        "budget.runs",
        "20 runs cannot hold this round: 2 trials per search and 8 fresh runs to confirm are 24",
        (
            "allow 24 runs or more; or ask which configuration is better, with one search each: "
            "search.claim: configuration"
        ),
    )
    found = allocated(searched(), Budget(runs=20))
    assert found.offers == ()


def test_fewer_variants_that_could_be_compared_are_named():
    (mistake,) = allocated(searched(4), Budget(runs=30)).mistakes
    assert "; or compare 2 variants;" in mistake.todo


def test_no_room_for_confirmation_is_said():
    found = allocated(of_configurations(2), Budget(runs=10), seeds=SEEDS)
    (mistake,) = found.mistakes
    assert mistake.message == (
        "10 runs cannot hold this round: 2 trials per search and 10 fresh runs to confirm are 14; "
        "nothing would be left to search with"
    )
    assert mistake.todo == "allow 14 runs or more"


def test_too_little_time_is_an_error_of_the_time():
    found = allocated(searched(), Budget(wall_clock=10.0), Pace(seconds_per_run=1.0))
    assert [one.key for one in found.mistakes] == ["budget.wall_clock"]


def test_a_time_that_is_enough_for_a_while_offers_no_shorter_runs():
    budget = Budget(wall_clock=3600.0, runs=100)
    found = allocated(searched(), budget, Pace(seconds_per_run=1.0))
    assert not any("shorter" in offer for offer in found.offers)


def test_one_trial_per_search_is_an_error():
    (mistake,) = allocated(searched(trials=4)).mistakes
    assert (mistake.key, mistake.message, mistake.todo) == (
        "search.trials",
        (
            "4 trials per variant in 4 searches leave fewer than 2 for each, and of one nothing is "
            "chosen"
        ),
        "give 8 trials per variant or more",
    )


def test_a_search_that_goes_on_may_add_little():
    assert allocated(searched(trials=4, extends="before")).mistakes == ()


def test_what_is_kept_for_confirmation_is_said():
    found = allocated(searched(), Budget(runs=150))
    assert found.advice == (
        "The searches take 85 % of the budget: keep 30 of 150 runs for confirming what they find.",
    )
    assert allocated(searched(), Budget(runs=200)).advice == ()


def test_an_untuned_baseline_stays_when_variants_are_left_out():
    arms = (Arm(variant="baseline"), *searched(3).arms)
    search = of_configurations(arms=arms, trials=20)
    found = allocated(search, Budget(runs=70), seeds=5)
    assert found.offers[0] == "compare 3 of the 4 variants in this round: at most 55 runs"


def test_one_variant_beside_the_baseline_is_not_left_out():
    search = of_configurations(arms=(Arm(variant="baseline"), searched().arms[0]), trials=32)
    found = allocated(search, Budget(runs=30), seeds=5)
    assert found.offers == (
        "give every variant 20 trials, which still cover its 2 parameters: at most 30 runs",
    )


@pytest.mark.parametrize(("trials", "n"), [(7, 0), (8, 1), (15, 1), (16, 3), (32, 5), (100, 6)])
def test_trials_cover_so_many_parameters(trials, n):
    assert parameters_for(trials) == n


@given(
    n_arms=st.integers(2, 6),
    n_parameters=st.integers(1, 5),
    blocks=st.integers(2, 16),
    runs=st.integers(1, 400),
)
def test_offers_fit_the_budget_and_never_make_variants_unequal(n_arms, n_parameters, blocks, runs):
    search = searched(n_arms, n_parameters, trials=4 * blocks)
    found = allocated(search, Budget(runs=runs))
    needed = cost_of(search, n_variants=n_arms, n_fresh_seeds=4).n_runs
    assert bool(found.excess) == (needed > runs)
    assert bool(found.mistakes) == (least_runs(planned(search), search) > runs)
    for offer in found.offers:
        most = int(offer.partition("at most ")[2].split()[0])
        assert most <= runs
        assert (most % 4, offer.count("every variant") + offer.count("compare")) == (0, 1)


def test_the_least_is_two_trials_per_search_and_the_first_look():
    search = of_configurations(3)
    assert least_runs(planned(search, SEEDS), search) == 3 * LEAST_TRIALS + 3 * 5
