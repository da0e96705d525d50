"""The trials of searches that do not learn."""

from trialist.design.searchplan import search_of
from trialist.design.trialconfig import params_at
from trialist.design.trialdesign import common_grid, grid_points, grid_size
from trialist.values.space import Arm, Parameter
from trialist.values.study import Study

LR = {"low": 1e-4, "high": 1.0, "log": True}


def searched(space, **search):
    return search_of(
        Study(
            trial="t.py:train",
            metric={"name": "val/accuracy", "goal": "maximize"},
            config={"optimizer": "sgd"},
            space=space,
            search=search,
        )
    )


def two_arms(**search):
    optimizer = {"choices": ["sgd", "adam"], "role": "scientific"}
    return searched({"optimizer": optimizer, "lr": LR}, **search)


def test_the_first_trial_of_every_search_comes_first():
    keys = [trial.key for trial in two_arms(trials=4, replicates=2).design]
    assert keys == [
        (variant, search, number)
        for number in (0, 1)
        for search in (0, 1)
        for variant in ("sgd", "adam")
    ]


def test_variants_share_points_and_seeds_and_searches_do_not():
    search = two_arms(trials=8, replicates=2)
    by_key = {trial.key: trial for trial in search.design}
    for number in range(4):
        sgd, adam = by_key["sgd", 0, number], by_key["adam", 0, number]
        assert (sgd.units, sgd.seeds) == (adam.units, adam.seeds)
        assert sgd.units != by_key["sgd", 1, number].units
    assert by_key["sgd", 1, 0].seeds == (1,)


def test_a_trial_has_the_whole_configuration():
    trial = two_arms(trials=4).design[1]
    assert trial.config == {"optimizer": "adam", "lr": trial.params["lr"]}
    assert trial.name.startswith("adam-")


def test_several_seeds_are_those_of_the_search():
    search = two_arms(trials=4, replicates=2, seeds=3)
    assert {trial.search: trial.seeds for trial in search.design} == {0: (0, 1, 2), 1: (3, 4, 5)}
    assert search.n_runs == 2 * 4 * 3


def test_random_trials_are_the_same_list_every_time():
    first, again = (searched({"lr": LR}, method="random", trials=5).design for _ in range(2))
    assert first == again
    assert first == searched({"lr": LR}, method="random", trials=9).design[:5]
    assert first != searched({"lr": LR}, method="random", trials=5, seed=1).design


def test_an_adaptive_search_has_no_design():
    assert searched({"lr": LR}, method="tpe").design == ()


def test_a_grid_has_every_configuration_once():
    space = {
        "norm": {"choices": ["batch", "layer"]},
        "width": {"choices": [8, 16, 32], "when": {"norm": "batch"}},
        "decay": {"choices": [0.1], "switch": True},
    }
    search = searched(space, method="grid")
    params = [trial.params for trial in search.design]
    assert params == [
        *({"norm": "batch", "width": w, "decay": d} for w in (8, 16, 32) for d in (0.0, 0.1)),
        *({"norm": "layer", "decay": d} for d in (0.0, 0.1)),
    ]
    assert search.trials == 8


def test_every_search_of_a_grid_tries_all_of_it():
    choices = {"choices": [0.1, 1.0]}
    search = searched(
        {"optimizer": {"choices": ["sgd", "adam"], "role": "scientific"}, "lr": choices},
        method="grid",
        replicates=3,
    )
    assert search.trials == 6
    assert len(search.design) == 12


def test_a_range_is_no_grid():
    flag = Parameter(name="flag", choices=(True, False))
    lr = Parameter(name="lr", low=0.1, high=1.0)
    assert grid_size(Arm(variant="a", parameters=(flag, lr))) is None
    assert grid_size(Arm(variant="a", parameters=(flag,))) == 2
    arms = [Arm(variant="a", parameters=(flag,)), Arm(variant="b", parameters=(flag, lr))]
    assert common_grid(arms) is None
    assert common_grid([arms[0], Arm(variant="c")]) == 2


def test_a_huge_grid_is_counted_without_being_made():
    many = tuple(Parameter(name=f"p{k}", choices=tuple(range(10))) for k in range(9))
    assert grid_size(Arm(variant="a", parameters=many)) == 10**9


def test_weights_do_not_hide_a_configuration_of_a_grid():
    arm = Arm(
        variant="a",
        parameters=(Parameter(name="p", choices=("x", "y", "z"), probabilities=(0.8, 0.1, 0.1)),),
    )
    assert [params_at(arm, units)["p"] for units in grid_points(arm)] == ["x", "y", "z"]
