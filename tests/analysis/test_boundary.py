import numpy as np
import pytest

from trialist.analysis.boundary import boundary
from trialist.stats.unitscale import value_at
from trialist.values.events import RunStatus
from trialist.values.metric import Goal
from trialist.values.playbook import Level
from trialist.values.space import Arm, Parameter, Role, Scale

EVEN = ((np.arange(16) + 0.5) / 16).tolist()


def only(table):
    (check,) = boundary(table)
    return check


def rising(units=EVEN):
    return [1 - unit for unit in units]


def test_an_edge_blocks_and_says_how_to_extend_the_range(cases):
    values = [value_at(cases.LR, unit) for unit in EVEN]
    table = cases.table(cases.along(values, rising(), name="lr"), parameters=(cases.LR,))
    check = only(table)
    assert check.level is Level.EDGE
    assert check.blocks
    assert check.n == 16
    assert check.sentence == (
        "The best lr of base lies at the upper end of its range: 0.0806 in 0.0001 to 0.1, and 3 of "
        "the best 4 lie in its outer fifth (16 trials)."
    )
    assert check.suggestion == (
        "Extend its range to 3.16 and run 8 new trials between 0.1 and 3.16; the old ones stay."
    )
    assert check.change.to_dict() == {
        "kind": "extend_range", "parameter": "lr", "variant": "base", "low": 1e-4,
        "high": pytest.approx(3.1622776), "amount": 8,
    }  # fmt: skip
    assert check.numbers["side"] == "high"
    assert check.numbers["unit"] == pytest.approx(EVEN[-1])


def test_many_trials_are_counted_in_whole_numbers(cases):
    units = ((np.arange(7500) + 0.5) / 7500).tolist()
    check = only(cases.table(cases.along(units, rising(units))))
    assert "and 1,500 of the best 1,500 lie in its outer fifth (7,500 trials)" in check.sentence


def test_higher_is_better_is_turned(cases):
    table = cases.table(cases.along(EVEN, EVEN), goal=Goal.MAXIMIZE)
    assert only(table).level is Level.EDGE
    assert only(cases.table(cases.along(EVEN, EVEN))).numbers["side"] == "low"


def test_the_best_inside_is_ok(cases):
    check = only(cases.table(cases.along(EVEN, [(unit - 0.5) ** 2 for unit in EVEN])))
    assert check.level is Level.OK
    assert not check.blocks
    assert check.change is None
    assert check.suggestion == ""
    assert check.sentence == (
        "The best x of base lies inside of its range: 0.469 in 0 to 1 (16 trials)."
    )


def test_a_scientific_range_does_not_block(cases):
    x = cases.replace(cases.X, role=Role.SCIENTIFIC)
    check = only(cases.table(cases.along(EVEN, rising()), parameters=(x,)))
    assert check.level is Level.EDGE
    assert not check.blocks
    assert check.numbers["role"] == "scientific"


def test_an_end_on_its_hard_limit_asks_whether_the_feature_is_needed(cases):
    x = cases.replace(cases.X, hard_low=0.0)
    check = only(cases.table(cases.along(EVEN, EVEN), parameters=(x,)))
    assert check.level is Level.AT_LIMIT
    assert not check.blocks
    assert check.change.kind == "remove_feature"
    assert check.suggestion == "Nothing beyond 0 makes sense: consider removing the feature."


def test_a_range_that_begins_at_zero_is_asked_for_its_limit(cases):
    check = only(cases.table(cases.along(EVEN, EVEN)))
    assert check.level is Level.EDGE
    assert check.suggestion == (
        "Extend its range to -0.5 and run 8 new trials between -0.5 and 0; the old ones stay. If "
        "no x below 0 makes sense, say `hard_low: 0` instead."
    )


def test_adaptive_trials_say_where_the_sampler_looked(cases):
    check = only(cases.table(cases.along(EVEN, rising(), adaptive=True)))
    assert check.level is Level.UNDECIDED
    assert check.change is None
    assert check.n == 0
    assert check.sentence == (
        "The best x of base cannot be placed: all 16 complete trials were proposed with an eye on "
        "earlier ones, and lie where the sampler looked."
    )
    assert check.suggestion == "Run quasi-random trials too: only they cover the space."


def test_adaptive_trials_beside_even_ones_are_left_out(cases):
    even = cases.along(EVEN, [(unit - 0.5) ** 2 for unit in EVEN])
    more = cases.along([0.99] * 8, [-1.0] * 8, first=16, adaptive=True)
    check = only(cases.table([*even, *more]))
    assert check.level is Level.OK
    assert check.numbers["adaptive"] == 8


def test_pruned_trials_are_left_out(cases):
    even = cases.along(EVEN, [(unit - 0.5) ** 2 for unit in EVEN])
    cut = cases.along([0.99] * 8, [None] * 8, first=16, status=RunStatus.PRUNED)
    assert only(cases.table([*even, *cut])).n == 16


@pytest.mark.parametrize(("n", "least"), [(3, 5), (8, 12)])
def test_few_trials_are_undecided(cases, n, least):
    units = EVEN[:: 16 // n][:n]
    check = only(cases.table(cases.along(units, [abs(unit - 0.5) for unit in units])))
    assert check.level is Level.UNDECIDED
    assert f"{n} trials of at least {least} that ran to their end" in check.sentence
    assert check.suggestion == "Run more trials, 12 in all."
    assert check.change.amount == 12


def test_no_trial_at_all_is_undecided(cases):
    check = only(cases.table([]))
    assert check.level is Level.UNDECIDED
    assert "best" in check.numbers
    assert check.numbers["unit"] is None
    assert check.sentence == (
        "The best x of base is not known to lie inside of its range: 0 trials of at least 5 that "
        "ran to their end."
    )


def test_a_lonely_best_at_the_end_is_suspect(cases):
    values = [(unit - 0.5) ** 2 for unit in EVEN]
    values[-1] = -1
    check = only(cases.table(cases.along(EVEN, values)))
    assert check.level is Level.SUSPECT
    assert not check.blocks
    assert check.sentence == (
        "The best x of base lies near the upper end of its range, 0.969 in 0 to 1, but only 1 of "
        "the best 4 lies in its outer fifth (16 trials)."
    )
    assert check.change.amount == 32


def test_good_trials_at_an_end_without_the_best_are_suspect(cases):
    values = [(unit - 0.03) ** 2 for unit in EVEN]
    values[8] = -1
    check = only(cases.table(cases.along(EVEN, values)))
    assert check.level is Level.SUSPECT
    assert check.sentence.startswith("The best x of base lies inside of its range, 0.531 in 0 to 1")
    assert "3 of the best 4 lie in the outer fifth of its lower end" in check.sentence


def test_the_best_beside_those_that_diverge_is_unstable(cases):
    units = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.7, 0.8, 0.9]
    values = [6, 5, 4, 3, 2, 1, None, None, None]
    check = only(cases.table(cases.along(units, values)))
    assert check.level is Level.INSTABILITY
    assert not check.blocks
    assert check.change.kind == "tame_instability"
    assert check.sentence == (
        "The best x of base lies right below those that diverge: 0.55, and 3 of 3 trials above "
        "0.625 diverged (6 trials)."
    )
    assert check.suggestion.startswith("Do not widen the range")
    assert check.numbers["side"] == "high"


def test_instability_at_a_lower_end_says_so(cases):
    units = [0.95, 0.85, 0.75, 0.65, 0.55, 0.45, 0.3, 0.2, 0.1]
    values = [6, 5, 4, 3, 2, 1, None, None, None]
    assert (
        "right above those that diverge" in only(cases.table(cases.along(units, values))).sentence
    )


def test_too_few_complete_trials_are_not_called_unstable(cases):
    units = [0.15, 0.35, 0.45, 0.55, 0.7, 0.8, 0.9]
    values = [4, 3, 2, 1, None, None, None]
    assert only(cases.table(cases.along(units, values))).level is Level.UNDECIDED


def test_replicated_searches_are_pooled_and_said_to_be(cases):
    first = cases.along(EVEN, rising())
    second = cases.along(EVEN, rising(), search=1)
    check = only(cases.table([*first, *second]))
    assert check.n == 32
    assert "(32 trials of 2 searches, pooled)" in check.sentence


def test_a_switched_parameter_is_judged_where_it_is_on(cases):
    decay = Parameter(name="x", low=1e-5, high=1e-1, scale=Scale.LOG, switch=True)
    values = [value_at(decay, 0.2 + 0.8 * unit) for unit in EVEN]
    on = cases.along(values, [(unit - 0.5) ** 2 for unit in EVEN])
    off = cases.along([0.0] * 4, [-1.0] * 4, first=16)
    check = only(cases.table([*on, *off], parameters=(decay,)))
    assert (check.level, check.n) == (Level.OK, 16)


def test_unordered_choices_and_two_levels_have_no_ends(cases):
    parameters = (
        Parameter(name="x", choices=("relu", "tanh", "gelu", "elu", "silu")),
        Parameter(name="y", low=1, high=2, integer=True),
    )
    assert boundary(cases.table([], parameters=parameters)) == ()


@pytest.mark.parametrize(
    ("best", "level", "words"),
    [(4, Level.NOTE, "last level, of 1, 2, 3, 4."), (1, Level.NOTE, "first level"),
     (3, Level.OK, "between its first and its last level")],
)  # fmt: skip
def test_few_levels_are_told_not_judged(cases, best, level, words):
    layers = Parameter(name="x", low=1, high=4, integer=True)
    values = [1 + number % 4 for number in range(16)]
    trials = cases.along(values, [abs(value - best) for value in values])
    check = only(cases.table(trials, parameters=(layers,)))
    assert check.level is level
    assert words in check.sentence
    assert not check.blocks


def test_few_levels_without_trials_are_undecided(cases):
    layers = Parameter(name="x", low=0.0, high=0.5, step=0.25)
    check = only(cases.table([], parameters=(layers,)))
    assert check.level is Level.UNDECIDED
    assert check.sentence == "No trial tells which x of base is the best."


def test_a_tie_between_the_ends_of_few_levels_is_no_end(cases):
    layers = Parameter(name="x", low=1, high=3, integer=True)
    trials = cases.along([1, 2, 3] * 4, [0.0, 1.0, 0.0] * 4)
    assert only(cases.table(trials, parameters=(layers,))).level is Level.OK


def test_many_ordered_choices_are_judged_and_have_no_range_to_extend(cases):
    width = Parameter(name="x", choices=(8, 16, 32, 64, 128, 256))
    values = list(width.choices) * 3
    check = only(
        cases.table(cases.along(values, [-value for value in values]), parameters=(width,))
    )
    assert check.level is Level.EDGE
    assert "256 of 8 to 256" in check.sentence
    assert check.suggestion == "Add choices beyond 256 and run 9 trials."
    assert check.change.high is None


def test_the_cliff_of_choices_is_one_of_them(cases):
    width = Parameter(name="x", choices=tuple(range(21)))
    units, values = list(range(21)), [20 - one if one < 15 else None for one in range(21)]
    check = only(cases.table(cases.along(units, values), parameters=(width,)))
    assert check.level is Level.INSTABILITY
    assert "6 of 6 trials above 14 diverged" in check.sentence


def test_a_normal_law_has_no_range_to_extend(cases):
    from trialist.values.space import Law

    x = Parameter(name="x", law=Law.NORMAL, shape=(0.0, 1.0))
    values = [value_at(x, unit) for unit in EVEN]
    check = only(cases.table(cases.along(values, rising()), parameters=(x,)))
    assert check.level is Level.EDGE
    assert "distribution towards the upper end" in check.suggestion
    assert ": 1.86, and" in check.sentence


def test_each_objective_is_looked_at_and_only_the_goal_blocks(cases):
    trials = [
        cases.trial(1 - unit, params={"x": unit}, number=number, objectives={"cost": 1 - unit})
        for number, unit in enumerate(EVEN)
    ]
    found = boundary(cases.table(trials, objectives={"cost": Goal.MINIMIZE}))
    assert [check.numbers.get("objective") for check in found] == [None, "cost", "hypervolume"]
    assert [check.blocks for check in found] == [True, False, False]
    assert found[1].sentence.startswith("The best x of base by cost lies at the upper end")


def test_trials_without_an_objective_are_left_out_of_it(cases):
    trials = [
        cases.trial(1 - unit, params={"x": unit}, number=number,
                    objectives={"cost": unit} if number else {})
        for number, unit in enumerate(EVEN)
    ]  # fmt: skip
    found = boundary(cases.table(trials, objectives={"cost": Goal.MINIMIZE}))
    assert [check.n for check in found] == [16, 15, 15]
    assert found[1].numbers["best"] == EVEN[1]


def test_a_label_that_names_the_variant_is_enough(cases):
    lr = cases.replace(cases.X, label="adam.lr")
    trials = cases.along(EVEN, rising(), variant="adam")
    assert only(cases.table(trials, parameters=(lr,))).sentence.startswith("The best adam.lr lies")


def test_untuned_variants_have_nothing_to_check(cases):
    arms = (Arm(variant="base"), Arm(variant="tuned", parameters=(cases.X,)))
    table = cases.table(cases.along(EVEN, rising(), variant="tuned"), arms=arms)
    assert [check.variant for check in boundary(table)] == ["tuned"]


def test_text_values_are_kept_out_of_the_numbers_when_they_are_none(cases):
    x = Parameter(name="x", choices=("a", "b", "c", "d", "e"), ordered=True)
    values = list(x.choices) * 3
    found = only(cases.table(cases.along(values, [ord(one) for one in values]), parameters=(x,)))
    assert found.numbers["best"] == "a"


@pytest.mark.parametrize("seed", range(10))
def test_mirrored_and_log_scaled_copies_get_the_same_verdicts(cases, seed):
    rng = np.random.default_rng(seed)
    units = rng.random(16)
    values = ((units - rng.choice([0.5, 0.2, 1.3])) ** 2 + 0.03 * rng.normal(size=16)).tolist()
    one = only(cases.table(cases.along(units.tolist(), values)))
    mirrored = only(cases.table(cases.along((1 - units).tolist(), values)))
    lrs = [value_at(cases.LR, unit) for unit in units.tolist()]
    scaled = only(cases.table(cases.along(lrs, values, name="lr"), parameters=(cases.LR,)))
    assert one.level is mirrored.level is scaled.level
    assert one.numbers["share"] == pytest.approx(scaled.numbers["share"])
