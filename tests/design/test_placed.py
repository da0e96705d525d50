"""Mistakes that are found late have the places of those that are found early."""

import pytest

from trialist.design.placed import placed
from trialist.design.yamlnodes import parse_yaml
from trialist.values.errors import Mistake

TEXT = """\
trial: train.py:train
space:
  lr: {low: 0.1, high: 1}
  opt.eps: {low: 0.1, high: 1}
search:
  trials: 4
"""


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ("space.lr", "s.yaml:3:3"),
        ("space.opt.eps", "s.yaml:4:3"),
        ("search.trials", "s.yaml:6:3"),
        ("search.method", "s.yaml:5:1"),
        ("budget.runs", "s.yaml:1:1"),
        ("question", "s.yaml:1:1"),
        ("seeds", "seeds"),
        (None, None),
    ],
)
def test_a_key_is_where_it_stands(where, place):
    document = parse_yaml(TEXT, "s.yaml")
    (found,) = placed([Mistake(message="odd", where=where, todo="mend it")], document)
    assert found == Mistake(message="odd", where=place, todo="mend it")
