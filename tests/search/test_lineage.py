import random

from trialist.search.lineage import Stage, schedule_of
from trialist.search.pbt import Exploit, Member, Population, PopulationSettings
from trialist.values.metric import Goal
from trialist.values.space import Arm, Parameter, Scale

ARM = Arm(variant="a", parameters=(Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG),))


def taken(target: int, donor: int, step: int, lr: float) -> Exploit:
    return Exploit(target=target, donor=donor, step=step, old={}, new={"lr": lr})


FIRST = {number: {"lr": 0.1 * (number + 1)} for number in range(4)}


def test_a_member_that_took_nothing_over_has_one_stage() -> None:
    assert schedule_of(2, FIRST, [taken(1, 2, 100, 0.5)]) == (
        Stage(member=2, from_step=0, params=FIRST[2]),
    )


def test_the_line_goes_through_the_donors_of_donors() -> None:
    history = [taken(0, 1, 100, 0.5), taken(2, 0, 200, 0.6), taken(0, 3, 300, 0.7)]
    assert schedule_of(2, FIRST, history) == (
        Stage(member=1, from_step=0, params=FIRST[1]),
        Stage(member=0, from_step=100, params={"lr": 0.5}),
        Stage(member=2, from_step=200, params={"lr": 0.6}),
    )
    assert [one.member for one in schedule_of(0, FIRST, history[::-1])] == [3, 0]


def test_a_stage_comes_back_from_plain_data() -> None:
    stage = Stage(member=1, from_step=100, params={"lr": 0.5})
    assert Stage.from_dict(stage.to_dict()) == stage


def trained(params: dict[str, float], state: float, steps: int, noise: random.Random) -> float:
    """Stand for a training: a chain in which every step and every value matters."""
    for _ in range(steps):
        state = (state * 1.000001 + params["lr"] * noise.random()) % 7.0
    return state


def test_replaying_the_schedule_gives_the_members_state_bit_by_bit() -> None:
    settings = PopulationSettings(interval=20)
    population = Population(ARM, Goal.MINIMIZE, settings, seed=5)
    params = {number: dict(FIRST[number % 4], lr=0.02 * (number + 1)) for number in range(8)}
    first = {number: dict(one) for number, one in params.items()}
    states = dict.fromkeys(params, 1.0)
    streams = {number: random.Random(7) for number in params}
    history: list[Exploit] = []
    for step in (20, 40, 60, 80, 100):
        for number, values in params.items():
            states[number] = trained(values, states[number], 20, streams[number])
        if step == 100:
            break
        everybody = [Member(number=n, params=params[n], score=states[n]) for n in params]
        saved = {n: (states[n], streams[n].getstate()) for n in params}
        for one in population.round(everybody, step):
            states[one.target], position = saved[one.donor]
            streams[one.target].setstate(position)
            params[one.target] = dict(one.new)
            history.append(one)
    assert len(history) == 8
    for number in params:
        stages = schedule_of(number, first, history)
        ends = [*(one.from_step for one in stages[1:]), 100]
        state, stream = 1.0, random.Random(7)
        for stage, end in zip(stages, ends, strict=True):
            state = trained(dict(stage.params), state, end - stage.from_step, stream)
        assert state == states[number]
