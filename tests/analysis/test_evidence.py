from __future__ import annotations

from trialist.analysis.direct import records_of
from trialist.analysis.evidence import evidence_at
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Protocol

GROUPS = {
    "wide": [0.1, 0.2, 0.4, 0.3],
    "baseline": [0.2, 0.3, 0.1, 0.5],
    "dropout": [0.5, 0.3, 0.2, 0.6],
}


def protocol(*, paired=True):
    return Protocol(
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
        variants=("baseline", "dropout", "wide"),
        baseline="baseline",
        looks=(Look(n=3, thresholds=(0.02, 0.01)), Look(n=4, thresholds=(0.04, 0.02))),
        paired=paired,
    )


def test_has_a_sample_per_variant_and_a_contrast_per_candidate():
    found = evidence_at(protocol(), records_of(GROUPS, paired=True), look_index=1, seeds=range(3))
    assert found.index == 1
    assert list(found.samples) == ["baseline", "dropout", "wide"]
    assert list(found.contrasts) == ["dropout", "wide"]
    assert all(sample.seeds == (0, 1, 2) for sample in found.samples.values())


def test_uses_nothing_beyond_the_seeds_of_the_look():
    early = records_of({name: values[:3] for name, values in GROUPS.items()}, paired=True)
    late = records_of(GROUPS, paired=True)
    one, two = (
        evidence_at(protocol(), records, look_index=1, seeds=range(3)) for records in (early, late)
    )
    assert one == two


def test_takes_every_run_where_no_seeds_are_planned():
    found = evidence_at(protocol(paired=False), records_of(GROUPS), look_index=2, seeds=None)
    assert found.contrasts["wide"].n == 4
