from __future__ import annotations

from trialist.decide.summaries import summary_of
from trialist.values.evidence import Sample
from trialist.values.missing import Missing


def test_a_variant_without_a_run_has_no_number():
    found = summary_of(Sample(variant="a", seeds=(), values=(), n_failed=3))
    assert found.mean == found.sd == found.interval == Missing("no finished run")
    assert found.to_dict()["n_failed"] == 3


def test_before_any_look_every_variant_is_empty(judged):
    case = judged({"baseline": [1.0], "a": [2.0]}, looks=((5, 0.05),), n_seen=0)
    assert [summary.sample.n for summary in case.summaries] == [0, 0]


def test_the_baseline_has_the_runs_of_the_last_look_that_was_needed(judged):
    values = [0.1, 0.3, 0.2, 0.5, 0.4, 0.2, 0.3, 0.1]
    groups = {"baseline": values, "a": [x + 9 for x in reversed(values)]}
    looks = ((5, 0.01), (8, 0.04))
    case = judged(groups, looks=looks)
    assert [summary.sample.n for summary in case.summaries] == [5, 5]
    groups["b"] = values[::-1]
    case = judged(groups, looks=looks)
    assert [summary.sample.n for summary in case.summaries] == [8, 5, 8]
