from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from trialist.decide.family import at_once, step_down, step_up

families = st.lists(st.floats(1e-9, 1.0), min_size=1, max_size=8)


def bonferroni(alpha, m):
    return tuple(alpha / r for r in range(1, m + 1))


@given(families, st.sampled_from([0.01, 0.05, 0.2]))
def test_one_look_is_plain_holm(values, alpha):
    p = {f"v{k}": value for k, value in enumerate(values)}
    found = step_down(p, thresholds=bonferroni(alpha, len(p)), n_unrejected=len(p))
    rejected, adjusted, *_ = multipletests(values, alpha=alpha, method="holm")
    assert [found[name].rejected for name in p] == list(rejected)
    assert [found[name].p_adjusted for name in p] == pytest.approx(list(adjusted))


@given(families, st.sampled_from([0.01, 0.05, 0.2]))
def test_exploring_is_benjamini_hochberg(values, alpha):
    p = {f"v{k}": value for k, value in enumerate(values)}
    found = step_up(p, alpha=alpha, n_family=len(p))
    rejected, adjusted, *_ = multipletests(values, alpha=alpha, method="fdr_bh")
    assert [found[name].rejected for name in p] == list(rejected)
    assert [found[name].p_adjusted for name in p] == pytest.approx(list(adjusted))


def test_comparisons_that_are_not_tested_count_as_if_their_p_were_one():
    found = step_down({"a": 0.02, "b": 0.2}, thresholds=bonferroni(0.06, 4), n_unrejected=4)
    assert not found["a"].rejected  # .06 / 4 is below .02, though .06 / 2 is not
    assert found["a"].p_adjusted == pytest.approx(0.08)
    few = step_up({"a": 0.02}, alpha=0.05, n_family=4)
    assert few["a"].p_adjusted == pytest.approx(0.08)


def test_each_comparison_names_the_threshold_that_it_had_to_meet():
    p = {"a": 0.9, "b": 0.001, "c": 0.5}
    found = step_down(p, thresholds=(0.05, 0.02, 0.01), n_unrejected=3)
    assert {name: one.threshold for name, one in found.items()} == {"b": 0.01, "c": 0.02, "a": 0.02}


def test_the_step_down_ends_at_the_first_miss():
    found = step_down({"a": 0.03, "b": 0.04}, thresholds=(0.05, 0.025), n_unrejected=2)
    assert not found["a"].rejected
    assert not found["b"].rejected


def test_where_no_error_is_spent_nothing_is_rejected():
    assert not step_down({"a": 0.0}, thresholds=(0.0,), n_unrejected=1)["a"].rejected


def test_an_adjusted_p_of_pooled_noise_allows_for_earlier_studies_too():
    found = at_once({"a": 0.016, "b": 0.02, "c": 0.9}, threshold=0.05 / 3, share=1 / 3)
    assert [found[name].rejected for name in "abc"] == [True, False, False]
    assert [found[name].p_adjusted for name in "abc"] == pytest.approx([0.048, 0.06, 1.0])
