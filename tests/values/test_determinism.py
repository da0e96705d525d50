"""The key is in the plan only where it is used, so that other plans keep their hash."""

import pytest

from trialist.values.determinism import Determinism
from trialist.values.errors import ConfigError
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Plan, PlannedVariant
from trialist.values.study import Mode, Study


def plan_of(**changes):
    return Plan(
        study="s", question="", trial="t.py:f", code=(),
        metric=Metric(name="val/loss", goal=Goal.MINIMIZE),
        variants=(PlannedVariant(name="a", config={}),), baseline="a", seeds=(0,),
        looks=(Look(n=1, thresholds=(0.05,)),), paired=(), vary=("init",), mode=Mode.CONFIRM,
        threads=1, retries=None, timeout=None, **changes,
    )  # fmt: skip


def test_auto_is_not_written_and_the_others_come_back():
    assert "determinism" not in plan_of().to_dict()
    for kind in Determinism:
        plan = plan_of(determinism=kind)
        assert Plan.from_dict(plan.to_dict()) == plan
    assert plan_of(determinism=Determinism.STRICT).hash != plan_of().hash


def test_a_study_takes_the_word_and_refuses_another():
    metric = {"name": "val/loss", "goal": "minimize"}
    study = Study(metric=metric, trial="t.py:f", determinism="strict")
    assert study.determinism is Determinism.STRICT
    with pytest.raises(ConfigError, match="determinism is 'strickt'"):
        Study(metric=metric, trial="t.py:f", determinism="strickt")
