"""Two seeds that are one run are found; sound ones never are."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.replicates import (
    SAME_BITS,
    SAME_BITS_AT_LOOK,
    agreement,
    agreement_of_all,
    bits_of,
)
from trialist.values.rows import MetricRow


def single(value):
    """Round as a float32 does."""
    import numpy as np

    return float(np.float32(value))


def curve(seed, n=40):
    rng = random.Random(seed)
    return [single(2.3 * math.exp(-k / 10) + rng.gauss(0, 0.02)) for k in range(n)]


def rows(values, **others):
    return [
        MetricRow(step=k, values={"train/loss": value, **{n: f(k) for n, f in others.items()}})
        for k, value in enumerate(values, start=1)
    ]


def test_equal_losses_are_one_run_within_the_first_rows():
    found = agreement(rows(curve(0)[:6]), rows(curve(0)[:6]), goal="val/accuracy")
    assert found.is_same
    assert found.n_rows == 6
    assert found.difference is None


def test_losses_with_four_decimals_need_a_few_rows_more():
    values = [round(value, 4) for value in curve(0)]
    needed = next(k for k in range(1, 41) if bits_of(values[:k]) >= SAME_BITS)
    assert 6 <= needed <= 16


def test_one_differing_digit_ends_the_question():
    other = curve(0)
    other[20] = math.nextafter(other[20], 9)
    found = agreement(rows(curve(0)), rows(other), goal="val/accuracy")
    assert not found.is_same
    assert found.difference.step == 21
    assert found.bits == 0.0


def test_a_schedule_that_all_seeds_share_is_no_evidence():
    schedule = [
        MetricRow(step=k, values={"train/lr": math.cos(k / 40), "train/loss_weight": k / 37})
        for k in range(200)
    ]
    found = agreement(schedule, schedule, goal="val/accuracy")
    assert found.difference is None
    assert found.bits == 0.0


def test_the_goal_is_evidence_whatever_its_name():
    goal = [MetricRow(step=k, values={"val/zest": value}) for k, value in enumerate(curve(1))]
    assert agreement(goal, goal, goal="val/zest").is_same
    assert not agreement(goal, goal, goal="val/accuracy").is_same


def test_times_and_seeds_are_not_compared():
    one, other = (
        rows(curve(0), **{"train/seconds": lambda k, s=s: k + s, "run/seed": lambda _, s=s: s})
        for s in (0.0, 1.0)
    )
    assert agreement(one, other, goal="val/accuracy").is_same


def test_a_row_of_nothing_but_times_is_no_row():
    times = [MetricRow(step=9, values={"train/seconds": 1.0})]
    found = agreement(times + rows(curve(0)), rows(curve(0)), goal="val/accuracy")
    assert found.is_same
    assert found.n_rows == 40


def test_other_steps_or_names_are_a_difference():
    one = [MetricRow(step=1, values={"train/loss": 0.5})]
    assert agreement(one, [MetricRow(step=2, values={"train/loss": 0.5})], goal="x").difference
    assert agreement(one, [MetricRow(step=1, values={"val/loss": 0.5})], goal="x").difference


@given(st.integers(0, 10**6), st.sampled_from([4, 10, 20, 50, 100]), st.floats(0.0005, 0.01))
def test_a_coarse_accuracy_that_ties_by_chance_is_never_one_run(seed, n, noise):
    rng = random.Random(seed)

    def accuracy(k):
        return round(n * min(1.0, 0.95 - 0.85 * math.exp(-k / 8) + rng.gauss(0, noise))) / n

    tied = []
    for k in range(40):
        one, other = accuracy(k), accuracy(k)
        if one != other:
            break
        tied.append(one)
    else:
        return  # without noise on this grid the two are one and the same
    assert bits_of([v for k, v in enumerate(tied) if k == 0 or v != tied[k - 1]]) < SAME_BITS / 2


def test_a_plateau_is_worth_nothing_and_a_turn_one_bit():
    assert bits_of([1.0]) == bits_of([0.0]) == 0.0
    assert bits_of([0.97, 0.98, 0.97, 0.98]) == 2.0
    assert bits_of([]) == bits_of([math.nan, math.inf]) == 0.0


def test_a_full_float_is_worth_more_than_a_rounded_one():
    assert bits_of([0.34567891234]) == 20.0
    assert bits_of([0.3457]) < bits_of([0.34567891234])
    assert bits_of([1e-310, 2e-310]) <= 40.0  # numbers that have lost their digits


def test_not_a_number_equals_itself():
    lost = [MetricRow(step=k, values={"train/loss": math.nan}) for k in range(9)]
    found = agreement(lost, lost, goal="val/accuracy")
    assert found.difference is None
    assert found.bits == 0.0


def test_each_further_equal_run_adds_the_same():
    values = [round(value, 3) for value in curve(0)[:4]]
    two = agreement_of_all([rows(values)] * 2, goal="x")
    three = agreement_of_all([rows(values)] * 3, goal="x")
    assert three.bits == pytest.approx(2 * two.bits)
    assert three.n_rows == 4


def test_whole_runs_of_different_length_differ():
    long, short = rows(curve(0)[:5]), rows(curve(0)[:4])
    assert agreement_of_all([long, short], goal="x").difference.other is None
    assert agreement_of_all([short, long], goal="x").difference.one is None


def test_equal_accuracy_with_other_losses_is_a_tie():
    runs = [
        [*rows(curve(seed)), MetricRow(step=99, values={"val/accuracy": 0.9})] for seed in (1, 2)
    ]
    assert agreement_of_all(runs, goal="val/accuracy").difference.name == "train/loss"


def test_one_accuracy_on_few_examples_is_not_enough_at_a_look():
    final = [[MetricRow(step=1, values={"val/accuracy": 342 / 360})]] * 3
    assert agreement_of_all(final, goal="val/accuracy").bits < SAME_BITS_AT_LOOK


def test_a_long_curve_is_weighed_by_its_first_thousand_values():
    values = [k % 2 + 0.5 for k in range(5000)]
    assert bits_of(values[:1024]) == agreement(rows(values), rows(values), goal="x").bits
