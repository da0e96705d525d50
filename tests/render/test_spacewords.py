import pytest

from trialist.render.spacewords import fixed_words, method_words, range_words, space_rows
from trialist.values.searchplan import Method, Pruner, SearchPlan, Tuned
from trialist.values.space import Arm, Law, Parameter, Role, Scale

LR = Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG)


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        (LR, "0.0001 to 1"),
        (Parameter(name="n", low=1, high=8, integer=True), "1 to 8, whole numbers"),
        (Parameter(name="d", low=0.0, high=0.5, step=0.1), "0 to 0.5 in steps of 0.1"),
        (Parameter(name="b", choices=(32, 64)), "one of 32, 64"),
        (Parameter(name="b", choices=tuple(range(9))), "one of 0, 1, 2, 3, 4 and 4 more"),
        (Parameter(name="w", low=1e-6, high=1e-2, switch=True), "1e-6 to 0.01, or off"),
        (Parameter(name="s", law=Law.NORMAL, shape=(0.0, 2.0)), "normal(0, 2)"),
        (Parameter(name="s", law=Law.NORMAL), "normal(0, 1)"),
        (
            Parameter(name="m", low=0.5, high=0.9, when={"opt": ("sgd", "lion"), "k": 1}),
            "0.5 to 0.9, with opt sgd or lion and k 1",
        ),
    ],
)
def test_a_parameter_says_what_is_searched(parameter, words):
    assert range_words(parameter) == words


def test_variants_with_the_same_parameters_share_their_rows():
    other = Parameter(name="k", low=0.0, high=1.0, role=Role.SCIENTIFIC)
    arms = (
        Arm(variant="a", parameters=(LR, other)),
        Arm(variant="b", parameters=(LR, other)),
        Arm(variant="c", parameters=(LR,)),
        Arm(variant="baseline"),
        Arm(variant="as it is"),
    )
    assert space_rows(arms) == [
        ("a, b", "lr", "0.0001 to 1", "log", "nuisance"),
        ("", "k", "0 to 1", "linear", "scientific"),
        ("c", "lr", "0.0001 to 1", "log", "nuisance"),
        ("baseline", "nothing", "run as it is", "", ""),
        ("as it is", "nothing", "run as it is", "", ""),
    ]


def plan(**more):
    arms = (Arm(variant="a", parameters=(LR,)), Arm(variant="b", parameters=(LR,), shares="a"))
    fields = {
        "method": Method.QUASI_RANDOM,
        "arms": arms,
        "trials": 64,
        "replicates": 4,
        "seed": 0,
        "tuned": Tuned.RECIPE,
    }
    return SearchPlan(**(fields | more))


def test_the_method_comes_with_its_reason_and_its_trials():
    words = method_words(plan(why="For the boundary checks."))
    assert words[0] == "Method: quasi-random. For the boundary checks."
    assert words[1] == (
        "64 trials per variant in 4 searches of 16, the same points for variants with the same "
        "parameters."
    )
    assert words[2].startswith("Verdicts are about the recipes")


def test_what_else_was_asked_for_is_said():
    words = method_words(
        plan(
            replicates=1,
            tuned=Tuned.CONFIGURATION,
            seeds_per_trial=3,
            pruner=Pruner(name="asha"),
            extends="round-1",
        )
    )
    assert "64 trials per variant, the same points" in words[1]
    assert words[1].endswith("; 3 seeds per trial.")
    assert words[2].startswith("Verdicts are about the configurations")
    assert words[3:] == [
        "Trials were ended early by asha (eta 3).",
        "Trials of round-1 were taken over where they lie in these ranges.",
    ]


def test_what_was_held_fixed_is_said():
    found = fixed_words(plan(roles={"batch_size": "fixed", "lr": "nuisance"}, caveats=("No.",)))
    assert found == ["Held fixed: batch_size.", "No."]
    assert fixed_words(plan()) == []
