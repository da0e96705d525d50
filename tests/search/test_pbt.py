import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.search.pbt import Exploit, Member, Population, PopulationSettings
from trialist.values.errors import ConfigError
from trialist.values.metric import Goal
from trialist.values.space import Arm, Parameter, Scale

ARM = Arm(
    variant="a",
    parameters=(
        Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG),
        Parameter(name="momentum", low=0.5, high=0.99, scale=Scale.ONE_MINUS_LOG),
        Parameter(name="drop", low=0.0, high=0.5),
    ),
)
SETTINGS = PopulationSettings(interval=100)


def population(goal: Goal = Goal.MAXIMIZE, seed: int = 0, **settings: object) -> Population:
    return Population(ARM, goal, PopulationSettings(interval=100, **settings), seed=seed)


def members(scores, saved=None) -> list[Member]:
    return [
        Member(
            number=number,
            params={"lr": 10.0 ** -(1 + number / 10), "momentum": 0.9, "drop": 0.1},
            score=score,
            has_checkpoint=saved is None or number in saved,
        )
        for number, score in enumerate(scores)
    ]


def test_the_worst_quarter_takes_over_the_best_quarters_training() -> None:
    found = population().round(members([0.1 * n for n in range(8)]), 100)
    assert [one.target for one in found] == [0, 1]
    assert {one.donor for one in found} <= {6, 7}
    assert all(one.step == 100 for one in found)
    assert found[0].old == members([0.0])[0].params


def test_the_goal_turns_the_order() -> None:
    scores = [0.1 * n for n in range(8)]
    found = population(Goal.MINIMIZE).round(members(scores), 100)
    assert [one.target for one in found] == [6, 7]
    mirrored = population().round(members([-score for score in scores]), 100)
    assert found == mirrored


def test_never_from_a_member_without_a_checkpoint() -> None:
    scores = [0.1 * n for n in range(8)]
    found = population().round(members(scores, saved={0, 1, 2, 3, 4, 5, 6}), 100)
    assert {one.donor for one in found} == {6}
    assert population().round(members(scores, saved={0, 1, 2, 3}), 100) == ()


def test_diverged_members_are_replaced_and_never_copied() -> None:
    scores = [math.nan, None, math.inf, -math.inf, 0.5, 0.6, 0.7, 0.8]
    found = population().round(members(scores), 100)
    assert [one.target for one in found] == [0, 1, 2, 3]
    assert {one.donor for one in found} <= {6, 7}
    assert population().round(members([math.nan] * 8), 100) == ()


def test_nobody_is_replaced_by_one_that_is_no_better() -> None:
    assert population().round(members([0.5] * 8), 100) == ()


@pytest.mark.parametrize("n", [0, 1])
def test_one_alone_trains_on(n) -> None:
    assert population().round(members([0.5] * n), 100) == ()


def test_half_are_replaced_at_most() -> None:
    found = population(quantile=0.5).round(members([0.1, 0.2, 0.3]), 100)
    assert [(one.target, one.donor) for one in found] == [(0, 2)]


@given(
    scores=st.lists(st.floats() | st.none(), max_size=20),
    saved=st.sets(st.integers(0, 19)),
    seed=st.integers(0, 99),
    step=st.integers(1, 10**6),
    goal=st.sampled_from(list(Goal)),
    order=st.randoms(use_true_random=False),
)
def test_what_holds_for_every_round(scores, saved, seed, step, goal, order) -> None:
    everybody = members(scores, saved)
    found = population(goal, seed).round(everybody, step)
    shuffled = list(everybody)
    order.shuffle(shuffled)
    assert population(goal, seed).round(shuffled, step) == found
    finite = {
        one.number: goal.sign * one.score
        for one in everybody
        if one.score is not None and math.isfinite(one.score)
    }
    targets, donors = {one.target for one in found}, {one.donor for one in found}
    assert len(targets) == len(found)
    assert not targets & donors
    for one in found:
        assert one.donor in saved
        assert finite[one.donor] > finite.get(one.target, -math.inf)
        assert sum(other > finite[one.donor] for other in finite.values()) < len(scores) / 4 + 1
        assert 1e-4 <= one.new["lr"] <= 1.0
        assert 0.5 <= one.new["momentum"] <= 0.99
        assert 0.0 <= one.new["drop"] <= 0.5
        assert set(one.changes) == {
            name for name, value in one.new.items() if value != everybody[one.donor].params[name]
        }
        assert Exploit.from_dict(one.to_dict()) == one


def test_rounds_draw_apart() -> None:
    scores = [0.1 * n for n in range(40)]
    rounds = [population().round(members(scores), step) for step in (100, 200)]
    rounds += [population(seed=1).round(members(scores), 100)]
    assert len({tuple((one.donor, one.new["lr"]) for one in found) for found in rounds}) == 3


def test_settings_come_from_the_options_of_a_study() -> None:
    given_ = {"interval": 50, "factors": [1.5, 0.5], "quantile": 0.2}
    found = PopulationSettings.from_options(given_)
    assert found == PopulationSettings(interval=50, factors=(1.5, 0.5), quantile=0.2)
    assert found.round_steps(200) == (50, 100, 150)
    assert found.round_steps(50) == ()
    assert PopulationSettings.from_options({"interval": 50}).factors == (1.2, 0.8)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "interval is missing"),
        ({"interval": 0}, "interval is 0, expected a whole number"),
        ({"interval": True}, "interval is True"),
        ({"interval": 5, "quantile": 0.6}, "quantile is 0.6, expected a share of at most 0.5"),
        ({"interval": 5, "resample": 2}, "resample is 2, expected a chance"),
        ({"interval": 5, "factors": []}, "factors is"),
        ({"interval": 5, "factors": [0.0]}, "factors is"),
        ({"interval": 5, "factor": 2, "quantile": "x"}, "'factor' is not one; quantile is 'x'"),
    ],
)
def test_refuses_impossible_settings_all_at_once(options, said) -> None:
    with pytest.raises(ConfigError, match=said):
        PopulationSettings.from_options(options)
