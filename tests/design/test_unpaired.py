"""A plan whose runs do not repeat is judged as unpaired, at its own looks."""

from trialist.design.looks import Judging, planned_looks
from trialist.design.unpaired import unpaired_protocol
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Plan, PlannedVariant


def plan_of(paired):
    looks = planned_looks((3, 5), 1, Judging(paired=bool(paired)))
    return Plan(
        study="s", question="", trial="t.py:f", code=(),
        metric=Metric(name="val/loss", goal=Goal.MINIMIZE),
        variants=tuple(PlannedVariant(name=name, config={}) for name in ("a", "b")),
        baseline="a", seeds=(0, 1, 2, 3, 4), looks=looks, paired=paired, vary=("init",),
        mode=Mode.CONFIRM, threads=1, retries=None, timeout=None,
    )  # fmt: skip


def test_the_looks_stay_and_the_thresholds_are_those_of_an_unpaired_plan():
    made = unpaired_protocol(plan_of(("init",)))
    assert not made.paired
    assert made.looks == plan_of(()).looks
    assert made.looks != plan_of(("init",)).looks


def test_an_unpaired_plan_stays_as_it_is():
    plan = plan_of(())
    assert unpaired_protocol(plan) == plan.protocol
