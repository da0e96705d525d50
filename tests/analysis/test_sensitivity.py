from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trialist.analysis.direct import records_of
from trialist.analysis.evidence import evidence_at
from trialist.analysis.sensitivity import sensitivity_of, with_sensitivity
from trialist.decide.rules import judge
from trialist.values.evidence import Sample
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Protocol

UNPAIRED = Protocol(
    metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
    variants=("baseline", "dropout"),
    baseline="baseline",
    looks=(Look(n=8, thresholds=(0.05,)),),
    paired=False,
)
PAIRED = replace(UNPAIRED, paired=True)


def sample(values, name="baseline"):
    return Sample(variant=name, seeds=tuple(range(len(values))), values=tuple(values))


def normal(n, mean=0.0, seed=0):
    return (mean + np.random.default_rng(seed).normal(size=n)).tolist()


def names(protocol, a, b):
    return [one.name for one in sensitivity_of(protocol, sample(a), sample(b, "dropout"))]


@pytest.mark.parametrize(
    ("protocol", "n", "expected"),
    [
        (UNPAIRED, 3, []),
        (UNPAIRED, 4, ["permutation"]),
        (UNPAIRED, 8, ["permutation", "bootstrap-t"]),
        (UNPAIRED, 100, ["permutation", "bootstrap-t"]),
        (UNPAIRED, 101, []),
        (PAIRED, 5, []),
        (PAIRED, 6, ["sign-flip"]),
        (PAIRED, 8, ["sign-flip", "bootstrap-t"]),
    ],
)
def test_each_analysis_has_its_smallest_n(protocol, n, expected):
    assert names(protocol, normal(n), normal(n, seed=1)) == expected


def test_the_smaller_side_decides():
    assert names(UNPAIRED, normal(10), normal(4, seed=1)) == ["permutation"]


def test_the_permutation_p_is_that_of_scipy():
    a, b = normal(6), normal(6, 1.0, seed=1)
    (found,) = sensitivity_of(UNPAIRED, sample(a), sample(b, "dropout"))
    exact = stats.permutation_test(
        (a, b), lambda x, y: np.mean(y) - np.mean(x), n_resamples=np.inf
    ).pvalue
    assert found.p == pytest.approx(exact, abs=1e-12)


def test_few_different_values_have_no_bootstrap_interval():
    assert names(UNPAIRED, [0.0] * 8, [0.0] * 7 + [1.0]) == ["permutation"]


def test_values_without_spread_have_no_analysis():
    assert names(UNPAIRED, [0.5] * 8, [0.5] * 8) == []
    assert names(PAIRED, [0.5] * 8, [0.5] * 8) == []


def test_pairs_are_matched_by_seed():
    a, b = sample(normal(8)), sample(normal(8, seed=1), "dropout")
    turned = Sample(variant="dropout", seeds=b.seeds[::-1], values=b.values[::-1])
    assert sensitivity_of(PAIRED, a, b) == sensitivity_of(PAIRED, a, turned)


@settings(max_examples=20)
@given(st.randoms(use_true_random=False), st.sampled_from([8, 12]))
def test_order_does_not_matter_and_repeats_are_equal(shuffler, n):
    a, b = normal(n), normal(n, seed=1)
    first = sensitivity_of(UNPAIRED, sample(a), sample(b, "dropout"))
    mixed_a, mixed_b = list(a), list(b)
    shuffler.shuffle(mixed_a)
    shuffler.shuffle(mixed_b)
    assert first == sensitivity_of(UNPAIRED, sample(mixed_a), sample(mixed_b, "dropout"))


@pytest.mark.parametrize("protocol", [UNPAIRED, PAIRED])
def test_minimize_mirrors_maximize(protocol):
    a, b = normal(10), normal(10, 0.7, seed=1)
    down = replace(protocol, metric=Metric(name="val/loss", goal=Goal.MINIMIZE))
    up = sensitivity_of(protocol, sample(a), sample(b, "dropout"))
    turned = sensitivity_of(down, sample([-x for x in a]), sample([-x for x in b], "dropout"))
    assert up == turned


@pytest.mark.parametrize("protocol", [UNPAIRED, PAIRED])
def test_swapping_the_variants_flips_the_interval(protocol):
    a, b = normal(10), normal(10, 0.7, seed=1)
    first, interval = sensitivity_of(protocol, sample(a), sample(b, "dropout"))
    swapped, other = sensitivity_of(protocol, sample(b), sample(a, "dropout"))
    assert first.p == swapped.p
    assert (other.interval.low, other.interval.high) == pytest.approx(
        (-interval.interval.high, -interval.interval.low)
    )


def judged(groups, *, looks=((8, 0.05),), paired=False):
    variants = tuple(groups)
    protocol = replace(
        UNPAIRED,
        variants=variants,
        baseline=variants[0],
        paired=paired,
        looks=tuple(
            Look(n=n, thresholds=tuple(p / r for r in range(1, len(variants)))) for n, p in looks
        ),
    )
    evidence = [
        evidence_at(protocol, records_of(groups, paired=True), look_index=k, seeds=range(look.n))
        for k, look in enumerate(protocol.looks, start=1)
    ]
    return protocol, judge(protocol, evidence).verdicts, evidence


def test_each_verdict_is_analyzed_on_the_runs_of_its_own_look():
    groups = {"baseline": normal(12), "huge": normal(12, 9, seed=1), "same": normal(12, seed=2)}
    protocol, verdicts, evidence = judged(groups, looks=((4, 0.01), (12, 0.04)))
    huge, same = with_sensitivity(protocol, verdicts, evidence)
    assert (huge.look.n, same.look.n) == (4, 12)
    assert [one.name for one in huge.sensitivity] == ["permutation"]
    assert huge.sensitivity[0].p == pytest.approx(2 / 70)  # 4 against 4, all apart
    assert [one.name for one in same.sensitivity] == ["permutation", "bootstrap-t"]


def test_a_comparison_without_a_test_stays_as_it_is():
    protocol, verdicts, evidence = judged({"baseline": normal(8), "dropout": [1.0]})
    assert with_sensitivity(protocol, verdicts, evidence) == verdicts


def test_a_verdict_of_no_look_stays_as_it_is():
    protocol, verdicts, _ = judged({"baseline": normal(8), "dropout": normal(8, seed=1)})
    assert with_sensitivity(protocol, verdicts, ()) == verdicts


def test_nothing_but_the_sensitivity_changes():
    protocol, verdicts, evidence = judged({"baseline": normal(8), "dropout": normal(8, seed=1)})
    (verdict,) = with_sensitivity(protocol, verdicts, evidence)
    assert verdict.sensitivity
    assert replace(verdict, sensitivity=()) == verdicts[0]


def test_fifty_comparisons_share_their_draws():
    groups = {f"v{k}": normal(10, seed=k) for k in range(51)}
    protocol, verdicts, evidence = judged(groups, looks=((10, 0.05),))
    with_sensitivity(protocol, verdicts[:1], evidence)
    start = perf_counter()
    found = with_sensitivity(protocol, verdicts, evidence)
    assert all(len(one.sensitivity) == 2 for one in found)
    assert perf_counter() - start < 1.0  # 0.04 s alone; drawing anew each time takes 0.6 s
