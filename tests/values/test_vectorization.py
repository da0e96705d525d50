"""A decision comes back from a plan as it went in, and a plan without one keeps its hash."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.values.errors import ConfigError
from trialist.values.plan import Plan
from trialist.values.study import Study
from trialist.values.vectorization import PROCESSES, Decision, Speedup, Vectorize

ratios = st.floats(0.01, 100)
decisions = st.builds(
    Decision,
    backend=st.sampled_from(["vmap", "traced", PROCESSES]),
    chunk=st.integers(1, 16),
    reason=st.text(max_size=20),
    where=st.none() | st.text(max_size=20),
    difference=st.none() | ratios,
    speedups=st.lists(
        st.builds(Speedup, backend=st.just("vmap"), replicates=st.integers(1, 16), ratio=ratios)
    ).map(tuple),
    groups=st.lists(st.lists(st.integers(0, 9)).map(tuple)).map(tuple),
    asked=st.sampled_from(Vectorize),
)


@given(made=decisions)
def test_a_decision_comes_back_from_json(plan_of, made):
    plan = plan_of(vectorize=made)
    assert Plan.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan


def test_a_plan_without_a_decision_does_not_have_the_key(plan_of):
    made = Decision(backend="vmap", chunk=4, reason="it is faster")
    assert "vectorize" not in plan_of().to_dict()
    assert plan_of(vectorize=made).hash != plan_of().hash


def test_the_words_say_how_and_why():
    made = Decision(backend="vmap", chunk=4, reason="it is faster")
    assert made.words == "up to 4 in one process (vmap): it is faster"
    alone = Decision(backend=PROCESSES, chunk=1, reason="there is one replicate")
    assert alone.words == "a process for each: there is one replicate"


def test_a_study_takes_the_word_and_refuses_another():
    metric = {"name": "val/loss", "goal": "minimize"}
    assert Study(metric=metric, trial="t.py:f").vectorize is Vectorize.AUTO
    assert Study(metric=metric, trial="t.py:f", vectorize="off").vectorize is Vectorize.OFF
    with pytest.raises(ConfigError, match="vectorize is 'on'"):
        Study(metric=metric, trial="t.py:f", vectorize="on")
