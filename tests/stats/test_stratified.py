import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.stratified import Stratum, pooled_scores, resampled, unbiasing
from trialist.values.errors import InsufficientDataError, MetricError


def made(rng, n_tasks, n, *, shift=0.0):
    return [Stratum(values=tuple(shift + rng.standard_normal(n))) for _ in range(n_tasks)]


def pooled(strata, seed=0, **options):
    return pooled_scores(strata, rng=np.random.default_rng(seed), n_resamples=200, **options)


def test_the_interquartile_mean_is_the_trimmed_mean_of_all_runs():
    strata = made(np.random.default_rng(1), 8, 5)
    runs = [value for one in strata for value in one.values]
    assert pooled(strata).iqm == pytest.approx(stats.trim_mean(runs, 0.25))
    assert pooled(strata).mean == pytest.approx(np.mean(runs))


def test_a_quarter_that_cuts_a_run_counts_a_part_of_it():
    strata = [Stratum(values=tuple(float(10 * k + j) for j in range(3))) for k in range(14)]
    runs = sorted(value for one in strata for value in one.values)
    # 42 runs: a quarter are 10.5 of them
    middle = 0.5 * runs[10] + sum(runs[11:31]) + 0.5 * runs[31]
    assert pooled(strata).iqm == pytest.approx(middle / 21)


def test_tasks_count_alike_whatever_their_number_of_runs():
    many = Stratum(values=tuple(np.linspace(-1, 1, 90)))
    few = Stratum(values=(9.0, 10.0, 11.0))
    assert pooled([many, few]).mean == pytest.approx(5.0)


def test_scores_are_counted_from_the_origin_in_unbiased_units():
    one = Stratum(values=(3.0, 5.0), origin=(1.0, 3.0), unit=2.0)
    assert one.scores.tolist() == [0.5, 1.5]
    assert replace(one, unit_df=8.0).scores[1] == pytest.approx(1.5 * unbiasing(8))


def test_the_unbiasing_factor_is_hedges():
    for df in (4, 10, 50):
        assert unbiasing(df) == pytest.approx(1 - 3 / (4 * df - 1), abs=3e-3)
    assert unbiasing(math.inf) == unbiasing(1.0) == 1.0


def test_a_resample_has_one_run_less_than_a_task_so_that_its_variance_is_unbiased():
    strata = [Stratum(values=(0.0, 0.0, 3.0))] * 10
    drawn = resampled(strata, rng=np.random.default_rng(2), n_resamples=20_000)
    assert drawn.scores.shape == (20_000, 20)
    means = (drawn.scores * drawn.weights).sum(axis=1)
    assert means.var() == pytest.approx(3.0 / 3 / 10, rel=0.05)


def test_the_origin_and_the_unit_are_resampled_where_they_are_estimates():
    strata = made(np.random.default_rng(5), 10, 5, shift=4.0)
    uncertain = [replace(one, unit_df=8.0) for one in strata]
    moving = [replace(one, origin=(-1.0, 0.0, 1.0)) for one in strata]
    widths = [pooled(s).iqm_interval.half_width for s in (strata, uncertain, moving)]
    assert widths[0] < min(widths[1:])


def test_refuses_few_runs():
    rng = np.random.default_rng(0)
    with pytest.raises(InsufficientDataError, match="20 runs on 4 tasks"):
        pooled(made(rng, 4, 5))
    with pytest.raises(InsufficientDataError):
        pooled([*made(rng, 8, 5), Stratum(values=(1.0, 2.0))])
    with pytest.raises(InsufficientDataError):
        pooled([])


def test_refuses_runs_without_spread_and_what_is_no_number():
    with pytest.raises(InsufficientDataError, match="spread"):
        pooled([Stratum(values=(1.0,) * 5)] * 6)
    with pytest.raises(MetricError):
        pooled([Stratum(values=(1.0, 2.0, math.nan) * 5)] * 6)


@settings(max_examples=15)
@given(st.randoms(use_true_random=False), st.floats(0.01, 100), st.floats(-50, 50))
def test_the_order_of_runs_does_not_matter_and_scaling_scales(random, factor, shift):
    strata = made(np.random.default_rng(3), 6, 6)
    shuffled = [replace(s, values=tuple(random.sample(s.values, len(s.values)))) for s in strata]
    first = pooled(strata)
    assert pooled(shuffled) == first
    scaled = [replace(s, values=tuple(factor * v + shift for v in s.values)) for s in strata]
    again = pooled(scaled)
    assert again.iqm == pytest.approx(factor * first.iqm + shift, abs=1e-9)
    width = factor * first.iqm_interval.half_width
    assert again.iqm_interval.half_width == pytest.approx(width, rel=1e-6, abs=1e-9)


def test_the_same_stream_gives_the_same_bytes():
    strata = made(np.random.default_rng(3), 6, 6)
    assert pooled(strata, seed=9) == pooled(strata, seed=9)
    assert pooled(strata, seed=9) != pooled(strata, seed=8)


@pytest.mark.parametrize("n", [3, 5])
def test_the_interval_covers_what_it_says(n):
    rng = np.random.default_rng(21)
    shifts = np.linspace(-1, 3, 10)
    quantiles = stats.norm.ppf((np.arange(400) + 0.5) / 400)
    truth = stats.trim_mean((shifts[:, None] + quantiles).ravel(), 0.25)
    hits = {"iqm": 0, "mean": 0}
    repetitions = 250
    for _ in range(repetitions):
        runs = rng.standard_normal((4, 10, n))  # the baseline, the variant, two others
        runs[1] += shifts[:, None]
        units = np.sqrt(runs.var(axis=2, ddof=1).mean(axis=0))
        strata = [
            Stratum(
                values=tuple(runs[1, task]),
                origin=tuple(runs[0, task]),
                unit=float(units[task]),
                unit_df=4.0 * (n - 1),
            )
            for task in range(10)
        ]
        found = pooled_scores(strata, rng=rng, n_resamples=200)
        hits["iqm"] += found.iqm_interval.low <= truth <= found.iqm_interval.high
        hits["mean"] += found.mean_interval.low <= shifts.mean() <= found.mean_interval.high
    for count in hits.values():
        assert count / repetitions >= 0.93 - 3 * math.sqrt(0.93 * 0.07 / repetitions)
