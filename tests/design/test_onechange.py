import random

import pytest

from trialist.design.onechange import Ran, changes_beside, several_changes, written
from trialist.design.protocol import build_plan
from trialist.values.metric import Goal, Metric
from trialist.values.study import Study

METRIC = Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005)
CONFIG = {"width": 64, "dropout": 0.0, "opt": {"name": "sgd", "eps": 1}, "aug": {"shift": 2}}


def plan(**variants):
    study = Study(
        trial="train.py:train",
        metric=METRIC,
        config=CONFIG,
        variants={"baseline": {}, **variants},
    )
    return build_plan(study, code=(), trial="train.py:train")


def ran(variant, *, size=None, steps=None, n=3):
    return [Ran(variant=variant, n_parameters=size, last_step=steps) for _ in range(n)]


def test_a_variant_with_one_change_is_silent():
    one = plan(wide={"width": 128}, adam={"opt": {"name": "adam"}}, plain={"aug": None})
    assert several_changes(one) == ()


def test_a_number_that_a_search_drew_is_said_in_four_digits():
    (said,) = several_changes(plan(won={"width": 48, "dropout": 0.2718281828459045}))
    assert said.startswith("won changes two things (width 64 -> 48, dropout 0.0 -> 0.2718): ")


def test_two_changes_are_found_wherever_they_are():
    two = plan(both={"width": 128, "dropout": 0.3}, nested={"opt": {"name": "adam", "eps": 2}})
    assert several_changes(two) == (
        (
            "both changes two things (width 64 -> 128, dropout 0.0 -> 0.3): its verdict is about "
            "both together."
        ),
        (
            "nested changes two things (opt.name sgd -> adam, opt.eps 1 -> 2): its verdict is "
            "about both together."
        ),
    )


def test_more_changes_are_counted_and_cut():
    (three,) = several_changes(plan(all={"width": 1, "dropout": 1, "opt": {"eps": 2}}))
    assert three.startswith("all changes three things (")
    assert three.endswith("its verdict is about all of them together.")
    config = {f"k{place}": 0 for place in range(12)}
    study = Study(
        trial="t.py:f",
        metric=METRIC,
        config=config,
        variants={"baseline": {}, "all": dict.fromkeys(config, 1)},
    )
    (many,) = several_changes(build_plan(study, code=(), trial="t.py:f"))
    assert many.startswith("all changes 12 things (k0 0 -> 1, ")
    assert "k4 0 -> 1, and 7 more)" in many


def test_a_key_that_only_one_of_them_has_is_a_change():
    study = Study(
        trial="t.py:f",
        metric=METRIC,
        config={"aug": {}, "lr": 1},
        variants={"baseline": {}, "b": {"aug": {"flip": True}, "lr": 2}},
    )
    (found,) = several_changes(build_plan(study, code=(), trial="t.py:f"))
    assert "(aug.flip not set -> true, lr 1 -> 2)" in found


def test_another_size_is_found():
    runs = [*ran("baseline", size=41_290), *ran("small", size=36_130)]
    assert changes_beside(plan(small={"dropout": 0.3}), runs) == (
        "small also has 12 % fewer parameters (41,290 -> 36,130): its verdict is about that too.",
    )
    runs = [*ran("baseline", size=1000), *ran("small", size=1015)]
    (found,) = changes_beside(plan(small={"dropout": 0.3}), runs)
    assert "1.5 % more parameters (1,000 -> 1,015)" in found


def test_a_model_without_parameters_has_no_share():
    runs = [*ran("baseline", size=0), *ran("a", size=10)]
    (found,) = changes_beside(plan(a={"dropout": 0.3}), runs)
    assert found.startswith("a also has more parameters (0 -> 10)")


def test_another_length_is_found():
    runs = [*ran("baseline", steps=600), *ran("short", steps=450)]
    assert changes_beside(plan(short={"dropout": 0.3}), runs) == (
        "short also ran other steps (600 -> 450): its verdict is about that too.",
    )


def test_a_training_that_stops_by_itself_differs_only_where_the_ranges_do():
    base = [Ran(variant="baseline", n_parameters=None, last_step=step) for step in (500, 600)]
    like = [Ran(variant="a", n_parameters=None, last_step=step) for step in (590, 700)]
    apart = [Ran(variant="a", n_parameters=None, last_step=step) for step in (610, 700)]
    assert changes_beside(plan(a={"dropout": 1}), [*base, *like]) == ()
    (found,) = changes_beside(plan(a={"dropout": 1}), [*base, *apart])
    assert "(500 to 600 -> 610 to 700)" in found


@pytest.mark.parametrize(
    "runs",
    [
        [],
        ran("baseline", size=10, steps=600),
        ran("a", size=10, steps=600),
        [*ran("baseline"), *ran("a", size=10, steps=600)],
        [*ran("baseline", size=10, steps=600), *ran("a", size=10, steps=600)],
    ],
)
def test_healthy_runs_and_runs_that_say_nothing_are_silent(runs):
    assert changes_beside(plan(a={"dropout": 0.3}), runs) == ()


def test_the_order_of_runs_does_not_matter():
    runs = [
        *[Ran(variant="baseline", n_parameters=10 + i, last_step=100 + i) for i in range(5)],
        *[Ran(variant="a", n_parameters=30 + i, last_step=200 + i) for i in range(5)],
    ]
    first = changes_beside(plan(a={"dropout": 0.3}), runs)
    random.Random(0).shuffle(runs)
    assert changes_beside(plan(a={"dropout": 0.3}), runs) == first
    assert len(first) == 2


def test_values_are_written_as_in_a_study_file():
    assert written({"a": [1, "x", None], "b": ""}) == "{a: [1, x, null], b: ''}"
    assert written("y" * 60) == "y" * 37 + "..."
