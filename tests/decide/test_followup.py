"""The family of a follow-up: who belongs to it, and how often all of it errs."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from trialist.decide.family import step_down
from trialist.decide.followup import caveats_of_origin, family_of, member_of
from trialist.design.looks import Judging, planned_looks
from trialist.design.protocol import build_plan
from trialist.values.followup import Origin
from trialist.values.missing import Missing
from trialist.values.study import Study

BASE = [0.90, 0.91, 0.89, 0.92, 0.90]
METRIC = {"name": "val/accuracy", "goal": "maximize"}


@pytest.fixture
def member(judged):
    def make(name, n=1, *, head="ab", seeds=(0, 1, 2, 3, 4), mode="confirm", groups=None):
        names = [f"v{k}" for k in range(n)]
        wide = {one: [value + 0.01 for value in BASE[::-1]] for one in names}
        case = judged({"baseline": BASE, **(wide if groups is None else groups)})
        study = Study(
            trial="t.py:t",
            name=name,
            metric=METRIC,
            variants={"baseline": {}, **{one: {} for one in names}},
            seeds=seeds,
            mode=mode,
        )
        plan = build_plan(study, code=(), trial="t.py:t")
        return member_of(name, plan, case.judgement.verdicts, head=head)

    return make


def family(*members):
    return family_of(Origin(members=members[:-1], used=(), next_seed=0), members[-1], alpha=0.05)


def test_a_member_keeps_its_verdicts_and_the_seeds_they_rest_on(member):
    found = member("first", 2, seeds=(4, 3, 9, 1, 7))
    assert found.seeds == (1, 3, 4, 7, 9)
    assert [one.variant for one in found.verdicts] == ["v0", "v1"]
    assert found.mode == "confirm"


@pytest.mark.parametrize(
    ("sizes", "rate"),
    [((1,), 0.05), ((1, 1), 0.075), ((2, 1), 0.067), ((1, 1, 1), 0.092), ((3, 3), 0.075)],
)
def test_the_rate_of_errors_grows_by_the_share_of_each_follow_up(member, sizes, rate):
    members = [member(f"s{k}", n) for k, n in enumerate(sizes)]
    found = family(*members)
    assert found.error_rate == rate
    assert found.n_comparisons == sum(sizes)


def test_says_who_belongs_to_it_and_how_often_it_errs(member):
    found = family(member("first", 2), member("again", seeds=(5,), head=None))
    assert found.statement == (
        "3 comparisons in 2 studies with different seeds: first (seeds 0 to 4) and again (seed 5).",
        (
            "The verdicts of again meet the thresholds of all 3; those before it met the "
            "thresholds of all until then."
        ),
        "One or more of all 3 see a difference that is not there in 6.7 % of cases at most.",
    )


def test_no_rate_of_errors_holds_where_a_study_explored(member):
    found = family(member("first", 2, mode="explore"), member("again"))
    assert isinstance(found.error_rate, Missing)
    assert found.statement[-1] == "First explored: no rate of errors holds for all of them."


def test_a_study_that_has_not_begun_has_no_seeds_yet(member):
    empty = replace(member("again"), seeds=())
    assert "again (no seeds yet)" in family(member("first"), empty).statement[0]


def test_a_study_with_nothing_to_compare_adds_nothing(member):
    alone = replace(member("again"), verdicts=())
    assert family(member("first"), alone).error_rate == 0.05


def test_what_limits_a_follow_up_is_told(member):
    origin = Origin(members=(member("first"),), used=(), next_seed=5)
    (said,) = caveats_of_origin(origin)
    assert said.startswith("A follow-up of first")
    more = caveats_of_origin(replace(origin, code=("a.py", "b.py"), beside=("other",)))
    assert more[1:] == (
        "Not the same code as first: a.py and b.py.",
        "other follows up first too: its comparisons are not counted here.",
    )
    many = caveats_of_origin(replace(origin, beside=("other", "third")))
    assert many[1].startswith("other and third follow up first too: their")


def test_a_chain_of_two_errs_as_often_as_is_said_and_more_than_one_study_may():
    """Two paired studies, 2 and 1 comparisons, nothing there; 40,000 chains."""
    rng = np.random.default_rng(11)
    n_chains, n = 40_000, 10
    first = planned_looks((n,), 2, Judging(paired=True))[0].thresholds
    then = planned_looks((n,), 1, Judging(paired=True, n_earlier=2))[0].thresholds

    def p_values():
        data = rng.standard_normal((n_chains, n))
        t = data.mean(axis=1) / (data.std(axis=1, ddof=1) / np.sqrt(n))
        return 2 * stats.t.sf(np.abs(t), n - 1)

    def any_rejected(p, thresholds, n_unrejected):
        named = {str(k): float(value) for k, value in enumerate(p)}
        tested = step_down(named, thresholds=thresholds, n_unrejected=n_unrejected)
        return any(one.rejected for one in tested.values())

    chains = np.column_stack([p_values(), p_values(), p_values()])
    close = chains[(chains < 0.03).any(axis=1)]  # none of the others meets a threshold
    wrong = [any_rejected(p[:2], first, 2) or any_rejected(p[2:], then, 3) for p in close]
    rate, bound = sum(wrong) / n_chains, 0.05 * (1 + 1 / 3)
    tolerance = 3 * np.sqrt(bound * (1 - bound) / n_chains)
    assert rate < bound + tolerance
    assert rate > 0.055  # above the rate of each study by itself
