from dataclasses import replace

from trialist.decide.examplesummaries import example_findings, example_summaries
from trialist.stats.agreement import Kappa
from trialist.values.evidence import Interval
from trialist.values.missing import Missing

ONE_EACH = {("base", 0): "1100" * 10, ("new", 0): "1101" * 10}


def kappa(value, interval=None):
    return Kappa(n=60, agreement=0.8, value=value, interval=interval or Missing("few"))


def test_summaries_keep_the_order_and_the_interval(on_examples):
    found = on_examples(ONE_EACH)
    base, new = example_summaries(found.means)
    assert (base.name, base.mean) == ("base", 0.5)
    assert new.interval == found.means["new"].interval


def test_standard_errors_are_in_the_unit_of_the_metric(on_examples):
    found = on_examples(ONE_EACH)
    (said,) = example_findings(found.means, found.protocol.metric)
    assert said == ("Standard error of the mean over examples (points): base 8.01, new 6.93.")


def test_seeds_and_examples_are_named_where_both_count(on_examples):
    runs = {(v, s): "1100" * 9 + "10"[s % 2] * 3 for v in ("base", "new") for s in range(3)}
    found = on_examples(runs)
    assert example_findings(found.means, found.protocol.metric)[0].startswith(
        "Standard error of the mean over seeds and examples"
    )


def test_no_standard_error_is_not_said(on_examples):
    found = on_examples({("base", 0): "1111", ("new", 0): "1111"})
    assert example_findings(found.means, found.protocol.metric) == ()


def test_agreement_is_said_with_its_interval_or_its_range(on_examples):
    found = on_examples(ONE_EACH)
    one = (kappa(0.5, Interval(low=0.4, high=0.6)),)
    means = {
        "base": replace(found.means["base"], kappas=one),
        "new": replace(found.means["new"], kappas=(kappa(0.6), kappa(0.8))),
        "few": replace(found.means["new"], kappas=(kappa(0.25),)),
    }
    assert example_findings(means, found.protocol.metric)[1] == (
        "Cohen's kappa, agreement with the truth beyond chance: base 0.500 (0.400 to 0.600); new "
        "0.700 on average (0.600 to 0.800 in 2 runs); few 0.250."
    )
