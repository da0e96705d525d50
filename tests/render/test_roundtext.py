"""A round as text: its goal, its space, its searches, and what is said of it."""

from dataclasses import replace

import pytest

from trialist.render.cells import cell_width
from trialist.render.roundtext import RoundSaid, round_text
from trialist.values.judging import Mode
from trialist.values.lint import Lint, LintLevel
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Plan, PlannedVariant
from trialist.values.searchplan import Method, Pruner, SearchPlan, Tuned
from trialist.values.space import Arm, Law, Parameter, Role, Scale

LR = Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG)
DECAY = Parameter(name="weight_decay", low=1e-6, high=1e-2, scale=Scale.LOG, switch=True)
MOMENTUM = Parameter(name="momentum", low=0.5, high=0.99, scale=Scale.ONE_MINUS_LOG)
ARMS = (
    Arm(
        variant="sgd",
        given={"optimizer": "sgd"},
        parameters=(DECAY, replace(LR, label="sgd.lr"), MOMENTUM),
    ),
    Arm(
        variant="adam",
        given={"optimizer": "adam"},
        parameters=(DECAY, replace(LR, label="adam.lr")),
    ),
)
SEARCH = SearchPlan(
    method=Method.QUASI_RANDOM,
    arms=ARMS,
    trials=64,
    replicates=4,
    seed=0,
    tuned=Tuned.RECIPE,
    why="Evenly.",
    roles={"optimizer": "scientific", "model.width": "fixed"},
)
SAID = RoundSaid(cost="at most 136 runs", shows="With 4 searches ...")


def plan_of(search=SEARCH, seeds=(4, 5, 6, 7), **changes):
    config = {"optimizer": "sgd", "model": {"width": 64}}
    given = {
        "study": "round-1",
        "question": "Does Adam beat SGD?",
        "trial": "train.py:train",
        "code": (),
        "metric": Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005),
        "variants": tuple(
            PlannedVariant(name=arm.variant, config={**config, **arm.given}) for arm in search.arms
        ),
        "baseline": search.arms[0].variant,
        "seeds": seeds,
        "looks": (Look(n=len(seeds), thresholds=(0.05,)),),
        "paired": ("order", "init", "train"),
        "vary": ("order", "init", "train"),
        "mode": Mode.CONFIRM,
        "threads": 1,
        "retries": None,
        "timeout": None,
        "search": search,
    }
    return Plan(**{**given, **changes})


def text_of(search=SEARCH, said=SAID, **changes):
    return round_text(plan_of(search, **changes), search, said)


def test_a_recipe_is_told_in_full():
    text = text_of()
    body, _, last = text.rstrip().rpartition("\n")
    assert last.startswith("plan    ")
    assert body == (
        "round-1   Does Adam beat SGD?\n"
        "val/accuracy, higher is better · worth having: 0.5 points\n"
        "\n"
        "goal    a recipe: which variant ends better when each is tuned with 16 trials;\n"
        "        judged over 4 searches of each\n"
        "  sgd   the baseline\n"
        "  adam  optimizer sgd -> adam\n"
        "\n"
        "  parameter     values             scale         role        tier  tuned in\n"
        "  optimizer     sgd, adam                        scientific\n"
        "  sgd.lr        0.0001 to 1        log           nuisance    1     sgd\n"
        "  adam.lr       0.0001 to 1        log           nuisance    1     adam\n"
        "  weight_decay  off, 1e-6 to 0.01  log           nuisance    2     all\n"
        "  momentum      0.5 to 0.99        log of 1 - x  nuisance    2     sgd\n"
        "  model.width   64                               fixed\n"
        "\n"
        "search  quasi-random, 2 variants x 64 trials, as 4 searches of 16\n"
        "why     Evenly.\n"
        "fresh   the winner of each search runs once more, with seeds 4 to 7: these runs\n"
        "        are judged\n"
        "looks   once, with 4 searches of each; p must be below 0.05\n"
        "cost    at most 136 runs\n"
        "shows   With 4 searches ..."
    )


def configuration(*parameters, **changes):
    arms = (Arm(variant="baseline"), Arm(variant="tuned", parameters=parameters or (LR,)))
    given = {"arms": arms, "trials": 32, "replicates": 1, "tuned": Tuned.CONFIGURATION}
    return replace(SEARCH, roles={}, **{**given, **changes})


def test_a_configuration_is_told_as_one():
    text = text_of(configuration(), seeds=(1,))
    assert "goal    a configuration: is what tuning with 32 trials finds better with fresh" in text
    assert "  baseline  the baseline\n  tuned     what the search finds\n" in text
    assert "search  quasi-random, 1 variant x 32 trials\n" in text
    assert "fresh   the winner runs again with seed 1: these runs are judged\n" in text
    assert "looks   at 1 seed; there p must be below 0.05\n" in text


def test_a_sampled_parameter_is_explored():
    text = text_of(configuration(LR, replace(MOMENTUM, role=Role.SCIENTIFIC)))
    assert "goal    explore: how momentum acts on val/accuracy, sampled with what is" in text
    assert "log of 1 - x  scientific  2     all" in text


def test_seeds_and_early_ends_of_trials_are_told():
    search = configuration(
        method=Method.TPE, seeds_per_trial=3, pruner=Pruner(name="asha", resource=100), why=""
    )
    text = text_of(search)
    assert "search  TPE, 1 variant x 32 trials, each the mean of 3 seeds; asha ends trials" in text
    assert "\nwhy " not in text


def test_one_variant_has_no_threshold():
    search = replace(SEARCH, arms=ARMS[:1])
    assert "looks   once, with 4 searches of each\n" in text_of(search)


@pytest.mark.parametrize(
    ("parameter", "cells"),
    [
        (Parameter(name="act", choices=("relu", None, 0.5)), "relu, null, 0.5"),
        (Parameter(name="noise", law=Law.NORMAL, shape=(0.0, 1.0)), "normal"),
        (Parameter(name="x", low=1.0, high=4.0, switch=True), "off, 1 to 4"),
    ],
)
def test_values_are_told_in_short(parameter, cells):
    assert cells in text_of(configuration(parameter))


def test_a_fixed_name_that_no_configuration_has_is_told_without_a_value():
    search = replace(SEARCH, roles={"model.deep.er": "fixed"})
    assert "  model.deep.er  null " in text_of(search)


def test_what_is_questionable_comes_before_caveats_and_offers_come_last():
    def lint(level, message):
        return Lint(level=level, key="space.lr", message=message, todo="mend it")

    said = replace(
        SAID,
        lint=(lint(LintLevel.WARNING, "odd"), lint(LintLevel.ADVICE, "so so")),
        caveats=("One.",),
        advice=("Two.",),
        excess="Too much.",
        offers=("less", "shorter"),
    )
    lines = text_of(said=said).splitlines()
    assert lines[-8:-1] == [
        "warning odd (space.lr): mend it",
        "advice  so so (space.lr): mend it",
        "note    One.",
        "advice  Two.",
        "budget  Too much.",
        "offer   less",
        "offer   shorter",
    ]


def test_no_line_is_wider_than_a_terminal():
    long = Parameter(name="a" * 60, choices=tuple(range(100)), label="b" * 90)
    arms = tuple(
        Arm(variant=f"variant-{place}-{'x' * 20}", given={"n" * 40: place}, parameters=(long, LR))
        for place in range(6)
    )
    text = text_of(replace(SEARCH, arms=arms), looks=(Look(n=4, thresholds=(0.01,) * 5),))
    table = text.split("\n\n")[2]
    assert "bbbbbbbbbbbbb…" in table
    assert max(map(cell_width, table.splitlines())) <= 80


def test_cells_are_cut_as_little_as_may_be():
    arms = tuple(replace(arm, variant=f"{arm.variant}-{'x' * 10}") for arm in ARMS)
    assert "sgd-xxxxxxxxxx\n" in text_of(replace(SEARCH, arms=arms))


def test_text_that_steers_a_terminal_is_not_printed():
    search = replace(SEARCH, arms=(Arm(variant="a", given={"x": "\x1b[2J"}, parameters=(LR,)),))
    assert "\x1b" not in text_of(search)
