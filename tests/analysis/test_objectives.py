import pytest

from trialist.analysis.objectives import HYPERVOLUME, objectives_of
from trialist.values.metric import Goal


def test_a_search_with_one_objective_is_looked_at_once(cases):
    trial = cases.trial(0.5)
    (goal,) = objectives_of(cases.table([trial]), "base")
    assert goal.is_goal
    assert goal.score(trial) == 0.5


def test_several_objectives_are_looked_at_alone_and_together(cases):
    trials = [
        cases.trial(0.1, number=0, objectives={"speed": 1.0}),
        cases.trial(0.5, number=1, objectives={"speed": 9.0}),
        cases.trial(0.6, number=2, objectives={"speed": 0.5}),
        cases.trial(0.4, number=3),
    ]
    table = cases.table(trials, objectives={"speed": Goal.MAXIMIZE, "val/loss": Goal.MINIMIZE})
    found = objectives_of(table, "base")
    assert [one.name for one in found] == ["val/loss", "speed", HYPERVOLUME]
    speed, volume = found[1:]
    assert [speed.score(trial) for trial in trials] == [-1.0, -9.0, -0.5, None]
    assert volume.score(trials[2]) == 0
    assert volume.score(trials[0]) < 0
    assert volume.score(trials[3]) is None


@pytest.mark.parametrize("n", [0, 1])
def test_one_trial_has_no_front(cases, n):
    trials = [cases.trial(0.1, objectives={"speed": 1.0})] * n
    table = cases.table(trials, objectives={"speed": Goal.MAXIMIZE})
    assert [one.name for one in objectives_of(table, "base")] == ["val/loss", "speed"]
