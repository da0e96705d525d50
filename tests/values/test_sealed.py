"""The sealed test set as values."""

from __future__ import annotations

from trialist.values.metric import Goal
from trialist.values.sealed import PlannedSeal, SealedTest, is_alike


def test_a_planned_seal_goes_through_plain_data():
    seal = PlannedSeal(
        trial="t.py:f", metric="test/loss", goal=Goal.MINIMIZE, digest="sha256:a", data=("a",)
    )
    assert PlannedSeal.from_dict(seal.to_dict()) == seal
    bare = PlannedSeal(trial="t.py:f", metric="test/loss", goal=Goal.MINIMIZE, digest="sha256:a")
    assert "data" not in bare.to_dict()
    assert PlannedSeal.from_dict(bare.to_dict()) == bare


def test_lists_of_files_become_tuples():
    assert SealedTest(trial="t.py:f", data=["a"]).data == ("a",)


def test_metrics_are_alike_where_only_the_split_differs():
    assert is_alike("test/accuracy", "val/accuracy")
    assert not is_alike("test/loss", "val/accuracy")
