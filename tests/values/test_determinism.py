"""The key is in the plan only where it is used, so that other plans keep their hash."""

import pytest

from trialist.values.determinism import Determinism
from trialist.values.errors import ConfigError
from trialist.values.plan import Plan
from trialist.values.study import Study


def test_auto_is_not_written_and_the_others_come_back(plan_of):
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
