import numpy as np
import pytest
from scipy.stats import qmc

from trialist.analysis.interactions import interaction_checks, interactions_of
from trialist.values.missing import Missing
from trialist.values.playbook import Level
from trialist.values.space import Arm, Parameter

POINTS = np.asarray(qmc.Halton(2, rng=1).random(24))
NOISE = 0.01 * np.random.default_rng(0).normal(size=24)


def parameters(cases):
    return (cases.replace(cases.X, label="lr"), cases.replace(cases.X, name="y"))


def trials(cases, product, **more):
    values = ((POINTS - 0.4) ** 2).sum(axis=1) + product * (POINTS - 0.5).prod(axis=1) + NOISE
    return [
        cases.trial(float(value), params={"x": float(x), "y": float(y)}, number=number, **more)
        for number, ((x, y), value) in enumerate(zip(POINTS, values, strict=True))
    ]


def found_in(table, seed=0):
    return interactions_of(table, rng=np.random.default_rng(seed))


def test_parameters_that_depend_on_each_other_are_found(cases):
    table = cases.table(trials(cases, 1.0), parameters=parameters(cases))
    (found,) = found_in(table)
    assert (found.first, found.second, found.n, found.caveat) == ("lr", "y", 24, "")
    assert found.share > 0.9
    (check,) = interaction_checks([found])
    assert check.level is Level.NOTE
    assert not check.blocks
    assert check.subject == "lr, y"
    assert check.sentence.startswith("The best lr of base depends on y: together they explain 9")
    assert check.sentence.endswith("(p = 0.001, 24 trials).")


def test_parameters_that_do_not_are_not_told(cases):
    table = cases.table(trials(cases, 0.0), parameters=parameters(cases))
    found = found_in(table)
    assert found[0].p > 0.05
    assert interaction_checks(found) == ()


def test_adaptive_trials_are_left_out_with_a_caveat(cases):
    even = trials(cases, 1.0)
    more = [cases.replace(one, number=24 + one.number, adaptive=True) for one in even[:5]]
    found = found_in(cases.table([*even, *more], parameters=parameters(cases)))
    assert found[0].n == 24
    assert "were left out" in found[0].caveat
    assert "were left out)." in interaction_checks(found)[0].sentence


def test_a_very_small_p_is_written_as_a_bound(cases):
    (found,) = found_in(cases.table(trials(cases, 1.0), parameters=parameters(cases)))
    assert "p < 1e-06" in interaction_checks([cases.replace(found, p=1e-9)])[0].sentence


@pytest.mark.parametrize("adaptive", [False, True])
def test_too_few_trials_say_so(cases, adaptive):
    few = trials(cases, 1.0, adaptive=adaptive)[: 24 if adaptive else 8]
    (found,) = found_in(cases.table(few, parameters=parameters(cases)))
    n = 0 if adaptive else 8
    assert found.p == Missing(f"{n} trials that cover the space evenly, of 12 that it needs")
    assert interaction_checks([found]) == ()


def test_trials_without_one_of_the_parameters_are_left_out(cases):
    even = trials(cases, 1.0)
    even[0] = cases.replace(even[0], params={"x": 0.5})
    assert found_in(cases.table(even, parameters=parameters(cases)))[0].n == 23


def test_categories_and_single_parameters_have_no_interactions(cases):
    kind = Parameter(name="kind", choices=("a", "b"))
    assert found_in(cases.table(trials(cases, 1.0), parameters=(cases.X, kind))) == ()
    assert found_in(cases.table([], arms=(Arm(variant="base"),))) == ()


def test_the_same_generator_gives_the_same_p(cases):
    table = cases.table(trials(cases, 0.1), parameters=parameters(cases))
    assert found_in(table) == found_in(table)
