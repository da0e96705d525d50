from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from trialist.analysis.contrast import contrast
from trialist.analysis.detection import detection_power
from trialist.stats.power import power_of_t
from trialist.values.evidence import Sample
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Protocol


def made(n_a, n_b, *, paired=False):
    protocol = Protocol(
        metric=Metric(name="val/x", goal=Goal.MAXIMIZE),
        variants=("a", "b"),
        baseline="a",
        looks=(Look(n=3, thresholds=(0.05,)),),
        paired=paired,
    )
    rng = np.random.default_rng(0)
    a, b = (
        Sample(variant=name, seeds=tuple(range(n)), values=tuple(rng.normal(size=n)))
        for name, n in (("a", n_a), ("b", n_b))
    )
    return contrast(a, b, protocol=protocol)


def test_paired_and_pooled_agree_with_the_room_below():
    paired = detection_power(made(3, 3, paired=True), effect=2, alpha=0.01)
    assert paired == pytest.approx(power_of_t(2, 3, paired=True, alpha=0.01))
    pooled = detection_power(replace(made(4, 4), test="pooled t"), effect=2, alpha=0.05)
    assert pooled == pytest.approx(power_of_t(2, 4, paired=False, alpha=0.05))


@pytest.mark.parametrize(("n", "published"), [(3, 0.37), (5, 0.77), (10, 0.99)])
def test_welch_has_the_power_that_simulation_found(n, published):
    assert detection_power(made(n, n), effect=2, alpha=0.05) == pytest.approx(published, abs=0.006)


@pytest.mark.parametrize(("n_a", "n_b", "alpha"), [(3, 3, 0.05), (4, 20, 0.01), (3, 8, 0.05)])
def test_welch_agrees_with_simulation(n_a, n_b, alpha):
    rng = np.random.default_rng(7)
    a, b = rng.normal(size=(20_000, n_a)), rng.normal(2.0, size=(20_000, n_b))
    share = np.mean(stats.ttest_ind(a, b, axis=1, equal_var=False).pvalue <= alpha)
    assert detection_power(made(n_a, n_b), effect=2, alpha=alpha) == pytest.approx(share, abs=0.012)


def test_without_an_effect_the_pooled_power_is_the_error_rate():
    assert detection_power(made(2, 9), effect=0, alpha=0.03) == pytest.approx(0.03)


@pytest.mark.parametrize("paired", [True, False])
def test_a_test_that_holds_at_any_time_finds_less(paired):
    usual = detection_power(
        replace(made(6, 6, paired=paired), test="paired t" if paired else "pooled t"),
        effect=2,
        alpha=0.05,
    )
    safe = replace(made(6, 6, paired=paired), test="safe t")
    assert 0 < detection_power(safe, effect=2, alpha=0.05) < usual
    few = replace(made(2, 2, paired=paired), test="safe t")
    assert detection_power(few, effect=2, alpha=0.05) == 0


def test_borrowed_noise_counts_with_its_own_degrees_of_freedom():
    own = replace(made(3, 3), test="pooled t")
    borrowed = replace(own, test="moderated t", df=24.0)
    assert detection_power(borrowed, effect=2, alpha=0.05) > detection_power(
        own, effect=2, alpha=0.05
    )
