import pytest

from trialist.analysis.sides import sides_of
from trialist.values.evidence import Sample
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Protocol


def protocol(*, paired, goal=Goal.MAXIMIZE):
    return Protocol(
        metric=Metric(name="val/loss", goal=goal),
        variants=("a", "b"),
        baseline="a",
        looks=(Look(n=5, thresholds=(0.05,)),),
        paired=paired,
    )


def sample(name, by_seed):
    return Sample(variant=name, seeds=tuple(by_seed), values=tuple(by_seed.values()))


A, B = sample("a", {0: 1.0, 1: 2.0, 2: 4.0}), sample("b", {2: 5.0, 0: 1.5, 7: 9.0})


def test_unpaired_sides_hold_every_value():
    sides = sides_of(A, B, protocol(paired=False))
    assert (sides.a, sides.b, sides.n, sides.df) == ((1.0, 2.0, 4.0), (5.0, 1.5, 9.0), 3, 4)
    assert sides.differences == {}


def test_paired_sides_hold_the_shared_seeds_and_count_the_rest():
    sides = sides_of(A, B, protocol(paired=True))
    assert (sides.a, sides.b) == ((1.0, 4.0), (1.5, 5.0))
    assert sides.differences == {0: 0.5, 2: 1.0}
    assert (sides.n, sides.df, sides.n_unpaired) == (2, 1, 2)
    assert sides.mean_difference == pytest.approx(0.75)


def test_lower_is_better_turns_the_sign():
    sides = sides_of(A, B, protocol(paired=True, goal=Goal.MINIMIZE))
    assert sides.differences == {0: -0.5, 2: -1.0}
