"""A builder of plans."""

import pytest

from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Plan, PlannedVariant


@pytest.fixture(scope="session")
def plan_of():
    """Give a function that makes the smallest plan, with changes."""

    def plan_of(**changes):
        return Plan(
            study="s", question="", trial="t.py:f", code=(),
            metric=Metric(name="val/loss", goal=Goal.MINIMIZE),
            variants=(PlannedVariant(name="a", config={}),), baseline="a", seeds=(0,),
            looks=(Look(n=1, thresholds=(0.05,)),), paired=(), vary=("init",), mode=Mode.CONFIRM,
            threads=1, retries=None, timeout=None, **changes,
        )  # fmt: skip

    return plan_of
