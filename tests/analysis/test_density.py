import numpy as np
import pytest

from trialist.analysis.density import density
from trialist.values.playbook import Level
from trialist.values.space import Arm

UNITS = np.linspace(0, 1, 16).tolist()


def only(table):
    (check,) = density(table)
    return check


def test_several_good_trials_are_dense_enough(cases):
    values = [1.0, 1.01, 1.02, 1.03, *np.linspace(2, 3, 12)]
    check = only(cases.table(cases.along(UNITS, values), noise=0.1))
    assert check.level is Level.OK
    assert not check.blocks
    assert (check.suggestion, check.change) == ("", None)
    assert check.numbers["good"] == 4
    assert check.sentence == (
        "4 trials of 16 of base come within two standard deviations between runs of the best; the "
        "last doubling brought 0.47 standard deviations."
    )


def test_a_lonely_best_is_sparse_and_forbids_nothing(cases):
    check = only(cases.table(cases.along(UNITS, [0.0, *np.linspace(1, 2, 15)]), noise=0.1))
    assert check.level is Level.SPARSE
    assert not check.blocks
    assert check.change.to_dict() == {"kind": "more_trials", "variant": "base", "amount": 32}
    assert check.suggestion == "Run more trials, 32 in all, or search fewer parameters."
    assert check.sentence.startswith("The best of 16 trials of base is a single point: none comes")


def test_a_doubling_that_still_brought_a_lot_is_sparse(cases):
    values = [0.0, 0.1, 0.19, *np.linspace(5, 9, 13)]
    check = only(cases.table(cases.along(UNITS, values), noise=0.1))
    assert check.numbers["good"] == 3
    assert check.numbers["gain_sds"] > 1
    assert check.level is Level.SPARSE


def test_two_good_trials_are_suspect(cases):
    values = [1.0, 1.1, *np.linspace(1.25, 1.3, 14)]
    check = only(cases.table(cases.along(UNITS, values), noise=0.1))
    assert check.numbers["good"] == 2
    assert check.level is Level.SUSPECT
    assert not check.blocks


def test_without_a_known_noise_a_lonely_best_is_suspect_only(cases):
    check = only(cases.table(cases.along(UNITS, [0.0, *np.linspace(1, 2, 15)])))
    assert check.level is Level.SUSPECT
    assert not check.blocks
    assert check.numbers["gain_sds"] is None
    assert check.sentence == (
        "The best of 16 trials of base is a single point: none comes within a tenth of the "
        "interquartile range of it; the last doubling brought 0.528. The noise between runs is "
        "unknown: nothing was run again."
    )
    assert check.suggestion.startswith("Run the best again with other seeds")
    assert check.change is None


def test_runs_that_are_always_the_same_have_no_standard_deviations(cases):
    check = only(cases.table(cases.along(UNITS, np.linspace(1, 2, 16)), noise=0.0))
    assert check.numbers["gain_sds"] is None
    assert check.level is Level.SPARSE


def test_so_many_diverged_that_no_gain_is_known(cases):
    values = [1.0, 1.0, 1.0, 1.0, 1.0, *[None] * 11]
    check = only(cases.table(cases.along(UNITS, values), noise=0.1))
    assert check.level is Level.OK
    assert "so many of 16 trials gave no value" in check.sentence


def test_few_trials_are_undecided(cases):
    check = only(cases.table(cases.along(UNITS[:4], [1.0, 2.0, 3.0, 4.0])))
    assert check.level is Level.UNDECIDED
    assert check.sentence == (
        "4 trials of base ran to their end: too few to say whether the best can be trusted, 5 are "
        "needed."
    )
    assert check.change.amount == 8


def test_adaptive_trials_are_undecided(cases):
    check = only(cases.table(cases.along(UNITS, UNITS, adaptive=True)))
    assert check.level is Level.UNDECIDED
    assert check.change is None
    assert "proposed with an eye on earlier ones" in check.sentence


def test_untuned_variants_have_no_density(cases):
    assert density(cases.table([], arms=(Arm(variant="base"),))) == ()


@pytest.mark.parametrize("noise", [None, 0.1])
def test_scaling_the_metric_changes_no_level(cases, noise):
    values = np.random.default_rng(3).random(16)
    one = only(cases.table(cases.along(UNITS, values), noise=noise))
    scaled = None if noise is None else 1000 * noise
    other = only(cases.table(cases.along(UNITS, 1000 * values), noise=scaled))
    assert one.level is other.level
    assert one.numbers["good"] == other.numbers["good"]
