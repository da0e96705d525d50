import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialist.analysis.overtasks import over_tasks
from trialist.analysis.scales import Scale, Scaling
from trialist.stats.stratified import Pooled
from trialist.values.evidence import Sample
from trialist.values.metric import Goal
from trialist.values.missing import Missing

VARIANTS = ("base", "same", "good")


def rng_of(name):
    return np.random.default_rng([1, zlib.crc32(name.encode())])


def tasks(n_tasks=8, n=5, seed=0, *, gain=3.0, spread=1.0):
    rng = np.random.default_rng(seed)
    shifts = dict(zip(VARIANTS, (0.0, 0.0, gain), strict=True))
    return {
        f"t{task}": {
            name: Sample(
                variant=name,
                seeds=tuple(range(n)),
                values=tuple(10.0**task * (shift + spread * rng.standard_normal(n))),
            )
            for name, shift in shifts.items()
        }
        for task in range(n_tasks)
    }


def together(found, variants=VARIANTS, goal=Goal.MAXIMIZE, relevant=None, scaling=Scaling.SD):
    scale = Scale(scaling=scaling, goal=goal, references=dict.fromkeys(found, (0.0, 10.0)))
    return over_tasks(
        found, variants=variants, baseline="base", scale=scale, relevant=relevant, rng_of=rng_of
    )


def test_the_better_variant_ranks_first_and_apart_from_the_baseline():
    over = together(tasks())
    assert over.ranking.variants[0] == "good"
    assert over.ranking.rejects
    assert over.ranking.tells_apart("good", "base")
    assert not over.ranking.tells_apart("same", "base")
    assert over.ranking.average[0] == np.mean(over.ranking.per_task[0])
    assert over.signs["good"].n_above == 8


def test_all_share_one_group_where_the_test_does_not_reject():
    over = together(tasks(gain=0.0))
    assert not over.ranking.rejects
    assert [set(group) for group in over.ranking.groups] == [set(VARIANTS)]


def test_pooled_scores_find_the_gain_in_seed_sds():
    pooled = together(tasks(n_tasks=12)).pooled
    assert isinstance(pooled["base"], Missing)
    assert pooled["good"].iqm_interval.low < 3.0 < pooled["good"].iqm_interval.high
    assert pooled["same"].iqm_interval.low < 0.0 < pooled["same"].iqm_interval.high


def test_between_references_the_baseline_has_a_score_too():
    found = {name: task for name, task in tasks(n_tasks=12).items() if name != "t0"}
    over = together(found, scaling=Scaling.REFERENCES)
    assert isinstance(over.pooled["base"], Pooled)
    assert set(over.profiles) == set(VARIANTS)


def test_a_task_without_a_value_of_one_variant_is_not_ranked_and_counted():
    found = tasks()
    found["t3"] = {name: one for name, one in found["t3"].items() if name != "same"}
    lost = Sample(variant="good", seeds=(), values=(), n_failed=5)
    found["t5"] = {**found["t5"], "good": lost}
    over = together(found)
    assert dict(over.incomplete) == {"t3": ("same",), "t5": ("good",)}
    assert over.ranking.tasks == over.complete == ("t0", "t1", "t2", "t4", "t6", "t7")
    assert over.pooled["same"].n_tasks == 6
    assert over.signs["good"].n_above == 7


def test_floating_point_noise_splits_no_tie():
    noisy = tasks(n_tasks=1, n=3)["t0"]
    values = (0.1, 0.2, 0.3)
    noisy["base"] = Sample(variant="base", seeds=(0, 1, 2), values=values)
    noisy["same"] = Sample(variant="same", seeds=(0, 1, 2), values=(0.3, 0.1 + 0.1, 0.1 + 1e-17))
    over = together({f"t{k}": noisy for k in range(6)})
    base, same = (over.ranking.per_task[over.ranking.variants.index(x)] for x in ("base", "same"))
    assert base == same
    assert over.ranking.n_ties == 6
    assert isinstance(over.signs["same"], Missing)


def test_means_within_the_relevant_difference_share_a_rank():
    found = {name: task for name, task in tasks(spread=0.01).items() if name == "t0"}
    six = {f"t{k}": found["t0"] for k in range(6)}
    assert together(six, relevant=0.5).ranking.n_ties == 6
    assert together(six, relevant=0.5).ranking.rank_of("base") == 2.5
    assert together(six).ranking.n_ties == 0


def test_few_tasks_and_few_runs_give_a_reason_and_no_number():
    over = together(tasks(n_tasks=4, n=2))
    assert "4 tasks" in over.ranking.reason
    assert "too few" in over.pooled["good"].reason
    assert over.profiles == {}


def test_a_single_run_of_the_baseline_is_no_known_zero():
    found = tasks(n_tasks=10, n=4)
    for task in found.values():
        task["base"] = Sample(variant="base", seeds=(0,), values=task["base"].values[:1])
    assert "too few" in together(found).pooled["good"].reason


def test_no_task_at_all_gives_reasons():
    over = together({"t0": {"base": Sample(variant="base", seeds=(), values=())}})
    assert isinstance(over.ranking, Missing)
    assert isinstance(over.pooled["good"], Missing)
    assert isinstance(over.signs["good"], Missing)


def test_runs_without_noise_have_no_score():
    over = together(tasks(spread=0.0))
    assert "no difference" in over.pooled["good"].reason
    assert over.ranking.variants[0] == "good"


def test_runs_that_do_not_vary_have_no_score_between_references():
    over = together(tasks(spread=0.0), scaling=Scaling.REFERENCES)
    assert "spread" in over.pooled["good"].reason


def test_lower_is_better_mirrors():
    found = tasks()
    mirrored = {
        name: {
            who: Sample(variant=who, seeds=one.seeds, values=tuple(-value for value in one.values))
            for who, one in task.items()
        }
        for name, task in found.items()
    }
    ours, theirs = together(found), together(mirrored, goal=Goal.MINIMIZE)
    assert ours.ranking == theirs.ranking
    assert ours.signs == theirs.signs
    for name in ("same", "good"):
        assert ours.pooled[name].iqm == pytest.approx(theirs.pooled[name].iqm)


@settings(max_examples=10)
@given(st.permutations(range(8)), st.permutations(range(5)))
def test_neither_the_order_of_tasks_nor_of_runs_matters(order, places):
    found = tasks()
    names = list(found)
    moved = {
        names[k]: {
            who: Sample(
                variant=who,
                seeds=tuple(one.seeds[p] for p in places),
                values=tuple(one.values[p] for p in places),
            )
            for who, one in found[names[k]].items()
        }
        for k in order
    }
    ours, theirs = together(found), together(moved)
    assert ours.pooled == theirs.pooled
    assert ours.profiles == theirs.profiles
    assert ours.ranking.average == theirs.ranking.average
