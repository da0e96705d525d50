"""An ablation in words. What is worth 2 points in the data is told as worth 2 points, and so on."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from trialist.decide.ablation import ablation_result
from trialist.decide.rules import judge
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.verdict import VerdictCode

NOISE = (-0.004, -0.002, 0.0, 0.002, 0.004, 0.001, -0.001, 0.003)
MORE = (0.001, -0.003, 0.002, -0.001, 0.003, -0.002, 0.0, 0.001)


def values(mean, noise=NOISE, scale=1.0):
    return [mean + scale * one for one in noise]


@pytest.fixture
def ablated(judged):
    """Judge `drops`, the truth about each component, as an ablation."""

    def judge_again(drops, *, more=None, **options):
        groups = {"full": values(0.9)}
        groups |= {f"no-{name}": values(0.9 - drop, MORE) for name, drop in drops.items()}
        made = judged({**groups, **(more or {})}, **{"relevant": 0.005, **options})
        protocol = replace(made.protocol, ablated=tuple(f"no-{name}" for name in drops))
        verdicts = judge(protocol, made.evidence).verdicts
        return ablation_result(protocol, verdicts), {one.variant: one for one in verdicts}

    return judge_again


def test_a_study_that_ablates_nothing_has_no_ablation(judged):
    made = judged({"baseline": values(0.9), "other": values(0.8)})
    assert ablation_result(made.protocol, made.judgement.verdicts) is None


def test_components_are_sorted_by_what_the_full_model_loses(ablated):
    found, _ = ablated({"small": 0.01, "large": 0.05, "none": 0.0})
    assert [one.name for one in found.components] == ["large", "small", "none"]
    assert found.components[0].drop == pytest.approx(0.05, abs=0.001)
    assert [one.ranks for one in found.components] == [(1, 1), (2, 2), (3, 3)]
    assert found.order == ("The order holds: no two neighbours' intervals overlap.",)


def test_the_interval_is_the_verdicts_own_with_its_sign_turned(ablated):
    found, verdicts = ablated({"a": 0.02, "b": 0.0})
    for one in found.components:
        verdict = verdicts[one.variant]
        assert one.drop == -verdict.estimate
        assert (one.interval.low, one.interval.high) == (
            -verdict.interval.high,
            -verdict.interval.low,
        )
        assert one.interval.low < one.drop < one.interval.high


@pytest.mark.parametrize("goal", list(Goal))
def test_worth_is_positive_where_the_component_helps_whatever_the_goal(ablated, goal):
    found, _ = ablated({"a": 0.02 * goal.sign}, goal=goal, name="val/loss")
    assert found.components[0].drop > 0
    assert found.components[0].sentence.startswith("a is worth 0.02")


def test_words_follow_the_verdict(ablated):
    found, verdicts = ablated({"large": 0.05, "none": 0.0, "bad": -0.02})
    said = {one.name: one.sentence for one in found.components}
    assert said["large"].startswith("large is worth 5.0")
    assert said["large"].endswith(", more than the 0.5 points you asked for.")
    assert said["bad"].startswith("bad costs 2.0")
    assert said["bad"].endswith("): the model is better without it.")
    assert verdicts["no-large"].sentence.startswith(
        "**large helps:** without it, val/accuracy is 5"
    )
    assert verdicts["no-bad"].sentence.startswith("**bad hurts:** without it, val/accuracy is 2")
    assert [one.is_supported for one in found.components] == [True, False, True]


def test_a_drop_that_is_not_shown_says_so_and_what_it_can_be_at_most(ablated):
    found, _ = ablated({"a": 0.0}, relevant=0.02)
    (one,) = found.components
    assert one.code is VerdictCode.EQUIVALENT
    assert one.sentence.startswith("a makes no difference that matters (")
    assert "within 2 points" in one.sentence
    found, _ = ablated({"a": -0.002}, relevant=0.004)
    (one,) = found.components
    assert one.code is VerdictCode.INCONCLUSIVE
    assert "a: the data does not show that it matters (" in one.sentence
    assert "; it is worth at most 0." in one.sentence
    found, _ = ablated({"a": 0.0}, relevant=None)
    assert found.components[0].sentence.endswith(").")


def test_a_gain_that_is_ruled_out_is_no_answer_about_a_component(ablated, judged):
    drops = {"a": 0.002}
    _, verdicts = ablated(drops, relevant=0.0035)
    plain = judged({"full": values(0.9), "no-a": values(0.898, MORE)}, relevant=0.0035)
    assert plain.verdict.name is VerdictCode.NO_RELEVANT_IMPROVEMENT
    assert verdicts["no-a"].name is VerdictCode.INCONCLUSIVE
    assert verdicts["no-a"].reason == "whether the component matters is not settled"
    said = verdicts["no-a"].sentence
    assert said.startswith(
        "**The data does not show that a matters:** leaving it out gains -0.22 points ("
    )
    assert said.endswith(" per variant would tell whether a matters by 0.35 points.")


@pytest.mark.parametrize(
    ("relevant", "tail"),
    [
        (None, ")."),
        (0.001, "more than the 0.1 points you asked for."),
        (0.02, "; whether that is 2 points or more is open."),
        (0.04, "less than the 4 points you called relevant."),
    ],
)
def test_a_drop_is_held_against_what_is_relevant(ablated, relevant, tail):
    found, verdicts = ablated({"a": 0.02}, relevant=relevant)
    assert found.components[0].sentence.endswith(tail)
    worth = verdicts["no-a"].sentence
    if relevant is not None:
        words = {0.001: "more than the 0.1", 0.02: "is open", 0.04: "by less than the 4"}
        assert words[relevant] in worth


def test_a_component_that_the_holm_test_alone_finds_says_so(ablated):
    found, _ = ablated({"large": 0.05, "more": 0.05, "small": 0.0027})
    small = found.components[-1]
    assert small.interval.low < 0
    assert small.code is VerdictCode.REGRESSION
    assert ", by the Holm test" in small.sentence


def test_overlapping_neighbours_are_not_told_apart(ablated):
    found, _ = ablated({"a": 0.03, "b": 0.029, "c": 0.0})
    assert found.order == ("a and b are not told apart: the order among them may be chance.",)
    assert [one.ranks for one in found.components] == [(1, 2), (1, 2), (3, 3)]


def test_a_chain_whose_ends_are_told_apart_says_that_ranks_hold(ablated):
    found, _ = ablated({"a": 0.012, "b": 0.007, "c": 0.002})
    assert [one.ranks for one in found.components] == [(1, 2), (1, 3), (2, 3)]
    assert found.order[0].startswith("a, b and c: no two neighbours are told apart")


def test_other_variants_are_not_among_the_components(ablated):
    found, verdicts = ablated({"a": 0.02}, more={"wide": values(0.95)})
    assert [one.name for one in found.components] == ["a"]
    assert found.order == ()
    assert verdicts["wide"].sentence.startswith("**wide helps:** val/accuracy")


def test_components_without_an_interval_come_last_and_say_why(ablated, judged):
    found, _ = ablated({"a": 0.02}, n_seen=0, looks=((8, 0.05),))
    (one,) = found.components
    assert isinstance(one.drop, Missing)
    assert isinstance(one.ranks, Missing)
    assert not one.final
    assert one.sentence == "a: nothing can be said: no look has been taken yet."
    made = judged({"full": [0.75, 0.5, 1.0], "no-a": [0.5, 0.25, 0.75]}, paired=True)
    protocol = replace(made.protocol, ablated=("no-a",))
    found = ablation_result(protocol, judge(protocol, made.evidence).verdicts)
    assert "the data carries no interval" in found.components[0].sentence


def test_an_unknown_interval_orders_nothing(ablated):
    found, verdicts = ablated({"a": 0.02, "b": 0.0})
    gone = replace(verdicts["no-b"], interval=Missing("gone"))
    protocol = replace(
        _protocol_of(verdicts), ablated=("no-a", "no-b"), variants=("full", "no-a", "no-b")
    )
    again = ablation_result(protocol, [verdicts["no-a"], gone])
    assert again.components[0].ranks == (1, 2)
    assert again.components[1].interval == Missing("gone")
    assert found.components[0].ranks == (1, 1)
    assert again.order == ()


def test_an_open_study_says_so_far(ablated):
    found, _ = ablated({"a": 0.0}, looks=((8, 0.001), (20, 0.04)))
    assert "does not show that it matters so far (" in found.components[0].sentence


def test_the_order_of_verdicts_does_not_matter(ablated):
    found, verdicts = ablated({"a": 0.02, "b": 0.0, "c": 0.04})
    protocol = replace(
        _protocol_of(verdicts), ablated=("no-a", "no-b", "no-c"), variants=("full", *verdicts)
    )
    assert ablation_result(protocol, list(verdicts.values())[::-1]) == found


def _protocol_of(verdicts):
    from trialist.values.metric import Metric
    from trialist.values.plan import Look, Protocol

    return Protocol(
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005),
        variants=("full", *verdicts),
        baseline="full",
        looks=(Look(n=8, thresholds=(0.05, 0.025, 0.0166)),),
        paired=False,
    )


def test_components_that_are_alike_are_rarely_told_apart(judged):
    """The ranks err in at most 5 % of ablations: here, wherever two components are told apart."""
    rng = np.random.default_rng(6)
    names = ("full", "no-a", "no-b", "no-c")
    n_runs, n_wrong = 300, 0
    for _ in range(n_runs):
        made = judged({name: list(rng.normal(0.9, 0.005, 5)) for name in names})
        protocol = replace(made.protocol, ablated=names[1:])
        found = ablation_result(protocol, judge(protocol, made.evidence).verdicts)
        n_wrong += any(one.ranks != (1, 3) for one in found.components)
    assert n_wrong <= stats.binom.ppf(0.999, n_runs, 0.05)
