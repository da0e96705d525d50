"""A warm start: weights only, and every key accounted for."""

import pytest
import torch
from fitcases import equal, net, weights

from trialist.train.warmstart import warm_start
from trialist.values.errors import CheckpointError


def head(classes):
    return torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.Linear(16, classes))


def test_weights_come_from_a_state_a_file_or_a_checkpoint(tmp_path):
    source = net()
    torch.save(source.state_dict(), tmp_path / "weights.pt")
    torch.save({"model": source.state_dict(), "step": 3}, tmp_path / "checkpoint.pt")
    for given in (source.state_dict(), tmp_path / "weights.pt", str(tmp_path / "checkpoint.pt")):
        model = net()
        assert warm_start(model, given) == ()
        assert equal(weights(model), weights(source))


def test_a_head_may_begin_anew():
    source, model = head(10), head(3)
    before = weights(model)
    assert warm_start(model, source.state_dict(), ignore=["1."]) == ("1.weight", "1.bias")
    assert torch.equal(model[0].weight, source[0].weight)
    assert torch.equal(model[1].weight, before["1.weight"])


def test_what_does_not_fit_is_named_and_nothing_is_loaded():
    model = head(3)
    before = weights(model)
    with pytest.raises(
        CheckpointError, match=r"1.weight has shape \(10, 16\), in the model \(3, 16\)"
    ):
        warm_start(model, head(10).state_dict())
    state = head(3).state_dict()
    state["extra"] = state.pop("0.bias")
    with pytest.raises(CheckpointError, match=r"0.bias is missing; extra is not in the model"):
        warm_start(model, state)
    assert equal(weights(model), before)


def test_a_file_that_is_not_there_is_told_with_the_nearest(tmp_path):
    torch.save({}, tmp_path / "weights.pt")
    with pytest.raises(CheckpointError, match="no file with weights") as caught:
        warm_start(net(), tmp_path / "weight.pt")
    assert "did you mean 'weights.pt'" in caught.value.mistakes[0].todo


def test_a_file_that_holds_no_weights_is_told_with_its_place(tmp_path):
    file = tmp_path / "junk.pt"
    file.write_text("junk")
    with pytest.raises(CheckpointError, match="torch cannot read weights") as caught:
        warm_start(net(), file)
    assert str(file) in str(caught.value)
