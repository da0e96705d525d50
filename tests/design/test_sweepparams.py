"""Parameters of sweep files, against W&B's own package."""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest

from trialist.design.sweepparams import MOST_VALUES, meaning_of
from trialist.stats.unitscale import value_at
from trialist.values.space import Parameter

RECORDED = json.loads((Path(__file__).parent / "sweeps" / "recorded.json").read_text())


def parameter_of(given, method="random"):
    meant = meaning_of("x", given, method=method)
    assert meant.problems == []
    return Parameter.from_dict({"name": "x", **meant.space})


@pytest.mark.parametrize("name", RECORDED["values"])
def test_a_parameter_has_the_values_that_wandb_gives_it_at_every_point(name):
    case = RECORDED["values"][name]
    parameter = parameter_of(case["given"])
    found = [value_at(parameter, u) for u in RECORDED["units"]]
    if name == "categorical, twice the same":  # the same shares in another order
        assert parameter.choices == ("a", "b")
        assert parameter.probabilities == pytest.approx((2 / 3, 1 / 3))
        return
    assert [type(value) for value in found] == [type(value) for value in case["at"]]
    if isinstance(found[0], float):
        assert found == pytest.approx(case["at"], rel=1e-9, abs=1e-12)
    else:
        assert found == case["at"]


@pytest.mark.slow
@pytest.mark.parametrize("name", RECORDED["values"])
def test_ten_thousand_draws_have_wandbs_distribution(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        params = pytest.importorskip("sweeps.params", reason="development only: pip install sweeps")
    from scipy.stats import chisquare, ks_2samp

    given = RECORDED["values"][name]["given"]
    parameter, theirs = parameter_of(given), params.HyperParameter("x", given)
    rng = np.random.default_rng(11)
    own = [value_at(parameter, float(u)) for u in rng.random(10_000)]
    other = [theirs.ppf(float(u)) for u in rng.random(10_000)]
    if isinstance(own[0], int | float) and not parameter.choices:
        assert ks_2samp(own, other).pvalue > 0.01
        return
    keys = [repr(value) for value in parameter.choices]
    counts = [[list(map(repr, drawn)).count(key) for key in keys] for drawn in (own, other)]
    both = np.array(counts) + 1e-9
    assert chisquare(both[0], both[1] * both[0].sum() / both[1].sum()).pvalue > 1e-4


@pytest.mark.parametrize("name", ["categorical", "categorical_w_probabilities", "int_uniform",
                                  "uniform"])  # fmt: skip
def test_the_distribution_is_inferred_from_the_keys(name):
    given = RECORDED["values"][name]["given"]
    named = {**given, "distribution": RECORDED["values"][name]["kind"]}
    assert meaning_of("x", given, method="random") == meaning_of("x", named, method="random")


@pytest.mark.parametrize(
    ("given", "space"),
    [
        ({"min": 1, "max": 2.0}, {"low": 1, "high": 2.0}),
        ({"values": [1, 3, 10]}, {"choices": [1, 3, 10], "ordered": True}),
        ({"values": [10, 3, 1]}, {"choices": [10, 3, 1], "ordered": True}),
        ({"values": [10, 3, 11]}, {"choices": [10, 3, 11]}),
        ({"values": [1, 2]}, {"choices": [1, 2]}),
        ({"values": [True, 1, "1"]}, {"choices": [True, 1, "1"]}),
        ({"values": [[1, 2], {"a": 1}]}, {"choices": [[1, 2], {"a": 1}]}),
        ({"distribution": "q_uniform", "min": 0, "max": 4, "q": 2},
         {"low": 0, "high": 4, "step": 2.0, "law": "uniform", "integer": True}),
    ],
)  # fmt: skip
def test_what_a_parameter_becomes(given, space):
    meant = meaning_of("x", given, method="random")
    assert (meant.space, meant.problems, meant.notes) == (space, [], [])


@pytest.mark.parametrize("given", [{"value": 3}, {"values": [3]}, {"values": [3, 3.0]},
                                   {"distribution": "constant", "value": 3}])  # fmt: skip
def test_one_value_is_a_constant(given):
    meant = meaning_of("x", given, method="random")
    assert (meant.is_constant, meant.value, meant.space) == (True, 3, None)


def test_exponents_and_values_twice_are_told():
    (note,) = meaning_of(
        "x", {"distribution": "log_uniform", "min": -4, "max": 0}, method="random"
    ).notes
    assert "exponents of e, so its values go from 0.0183 to 1" in note
    assert "log_uniform_values" in note
    (note,) = meaning_of("x", {"values": [1, 1, 2]}, method="random").notes
    assert "drawn as often" in note
    (note,) = meaning_of("x", {"values": [1, 1, 2]}, method="grid").notes
    assert "tried once" in note


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"min": 0.0, "max": 1.0}, "x is uniform, and a grid takes"),
        ({"values": [1, 2], "probabilities": [0.5, 0.5]}, "x is categorical_w_probabilities"),
        ({"distribution": "normal"}, "x is normal"),
        ({"min": 0, "max": MOST_VALUES}, "x has 10,001 values in a grid"),
    ],
)
def test_what_is_no_list_is_refused_in_a_grid(given, message):
    (problem,) = meaning_of("x", given, method="grid").problems
    assert problem.message.startswith(message)
    assert problem.of_key


def test_the_end_of_quantized_ranges_is_left_out_of_a_grid_and_told():
    given = {"distribution": "q_uniform", "min": 0, "max": 10, "q": 5}
    meant = meaning_of("x", given, method="grid")
    assert meant.space == {"choices": [0, 5]}
    assert "5 is the last value" in meant.notes[0]
    assert meaning_of("x", {**given, "q": 20}, method="grid").value == 0
