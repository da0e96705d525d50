"""A run goes on as it began; what differs is told, old and new."""

from contextlib import suppress

import pytest
import torch
from fitcases import Interrupted, Recorded, loss, net, tensor_data

from trialist.train import AdamW
from trialist.train.fitting import fit
from trialist.train.sameness import check_same, check_same_model, differences
from trialist.values.errors import ResumeError


def test_each_difference_is_told_with_both_values():
    saved, now = {"steps": 5, "torch": "2.9"}, {"steps": 6, "torch": "2.9"}
    assert differences(saved, now) == ["steps: 5 -> 6"]
    assert check_same(now, now, allow_inexact=False) is None
    assert "steps: 5 -> 6" in str(check_same(saved, now, allow_inexact=True))
    with pytest.raises(ResumeError, match="began otherwise: steps: 5 -> 6"):
        check_same(saved, now, allow_inexact=False)


def test_weights_of_another_shape_or_name_are_told():
    saved = {"0.weight": torch.zeros(16, 8), "0.bias": torch.zeros(16)}
    check_same_model(saved, {name: one + 1 for name, one in saved.items()})
    with pytest.raises(ResumeError, match=r"0\.weight: \(16, 8\) -> \(32, 8\)"):
        check_same_model(saved, {**saved, "0.weight": torch.zeros(32, 8)})
    with pytest.raises(ResumeError, match=r"0\.bias: \(16,\) -> nothing; 1\.bias: nothing -> "):
        check_same_model(saved, {"0.weight": saved["0.weight"], "1.bias": torch.zeros(2)})
    with pytest.raises(ResumeError, match="; and 2 more"):
        check_same_model({}, {str(number): torch.zeros(1) for number in range(5)})


def test_a_run_does_not_go_on_with_another_model():
    def train(run, model):
        return fit(
            model, loss=loss, data=tensor_data(), optimizer=AdamW(lr=0.01), steps=6, run=run,
            val_every=2, batch_size=32,
        )  # fmt: skip

    first = Recorded(kill_at=5)
    with suppress(Interrupted):
        train(first, net())
    with pytest.raises(ResumeError, match="this run began with another model"):
        train(Recorded(first), torch.nn.Linear(6, 2))
    assert train(Recorded(first), net()).reason == "finished"
