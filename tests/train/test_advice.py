"""Advice: silent on the healthy, said on the sick, with what shows it and what to do."""

import re

import pytest
import torch
from fitcases import net, tensor_data
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from trialist.train.advice import advise, groups_for
from trialist.train.schedules import OneCycle
from trialist.train.tensordata import TensorData
from trialist.train.torchschedules import plateau
from trialist.values.errors import ConfigError
from trialist.values.finding import Severity


def codes(model, data=None, **settings):
    return [one.code for one in advise(model, data, **{"batch_size": 64, **settings})]


def picture_net(*, channels=(12, 16)):
    one, two = channels
    return nn.Sequential(
        nn.Conv2d(3, one, 3), nn.BatchNorm2d(one), nn.ReLU(),
        nn.Conv2d(one, two, 3), nn.BatchNorm2d(two), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.5), nn.Linear(two, 10),
    )  # fmt: skip


def test_a_usual_net_gets_no_advice():
    assert codes(picture_net()) == []
    assert codes(net(), tensor_data(), clip_norm=1.0) == []


# -- normalization -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("batch_size", "micro_batch", "severity"),
    [(32, None, None), (31, None, "note"), (8, None, "note"), (7, None, "warning"),
     (256, 16, "note"), (256, 4, "warning"), (4, 256, "warning")],
)  # fmt: skip
def test_batch_norm_is_judged_by_what_it_sees(batch_size, micro_batch, severity):
    found = advise(picture_net(), batch_size=batch_size, micro_batch=micro_batch)
    assert [one.severity.value for one in found] == ([severity] if severity else [])


def test_the_groups_that_are_named_can_be_made():
    (finding,) = advise(picture_net(), batch_size=16)
    assert "GroupNorm(6, 12), GroupNorm(8, 16)" in finding.cure
    (finding,) = advise(picture_net(), batch_size=4)
    assert "GroupNorm(1, 12), GroupNorm(1, 16)" in finding.cure


@given(st.integers(1, 2048), st.integers(1, 31))
def test_every_group_norm_that_is_advised_exists(channels, micro_batch):
    groups = groups_for(channels, micro_batch)
    nn.GroupNorm(groups, channels, affine=False)
    assert 1 <= groups <= 8
    if micro_batch >= 8:
        assert not any(channels % more == 0 for more in range(groups + 1, 9))
    else:
        assert groups == 1


@pytest.mark.parametrize(
    ("n", "batch_size", "micro_batch", "is_lone"),
    [(129, 64, None, True), (130, 64, None, False), (128, 64, None, False), (64, 64, None, False),
     (161, 64, 32, True), (160, 65, 64, True), (1, 1, None, True)],
)  # fmt: skip
def test_a_batch_of_one_is_seen_before_it_raises(n, batch_size, micro_batch, is_lone):
    model = nn.Sequential(nn.Linear(6, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    data = TensorData(train=torch.zeros(n, 6))
    found = codes(model, data, batch_size=batch_size, micro_batch=micro_batch)
    assert ("batch-of-one" in found) == is_lone
    sizes = [
        len(part)
        for batch in torch.zeros(n, 6).split(batch_size)
        for part in batch.split(micro_batch or batch_size)
    ]
    assert (1 in sizes) == is_lone  # what the loop makes of the same numbers
    better = re.search(r"batch_size=(\d+)", str(advise(model, data, batch_size=batch_size)))
    if better:
        assert "batch-of-one" not in codes(model, data, batch_size=int(better[1]))
    if is_lone:
        with pytest.raises(ValueError, match="more than 1 value"):
            model(torch.zeros(1, 6))


# -- order of layers -------------------------------------------------------------------


def test_batch_norm_after_an_activation_is_a_note():
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Flatten(), nn.BatchNorm1d(4))
    (finding,) = advise(model, batch_size=64)
    assert (finding.code, finding.severity) == ("batch-norm-after-activation", Severity.NOTE)
    assert finding.evidence == "1, then 3"


def test_dropout_before_batch_norm_is_found_through_other_layers():
    model = nn.Sequential(
        nn.Dropout(0.2), nn.Linear(4, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2)
    )
    (finding,) = advise(model, batch_size=64)
    assert (finding.code, finding.evidence) == ("dropout-before-batch-norm", "0, then 2")


@pytest.mark.parametrize(
    "between", [nn.LayerNorm(4), nn.GroupNorm(2, 4), nn.InstanceNorm1d(4)], ids=str
)
def test_another_normalization_between_them_ends_it(between):
    model = nn.Sequential(
        nn.Dropout(0.2), between, nn.Linear(4, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2)
    )
    assert codes(model) == []


def test_dropout_that_drops_nothing_is_no_dropout():
    model = nn.Sequential(nn.Dropout(0.0), nn.BatchNorm1d(4), nn.Linear(4, 2), nn.Dropout(0.0))
    assert codes(model) == []


def test_dropout_on_the_output_is_found_behind_a_reshape():
    model = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.3), nn.Flatten())
    (finding,) = advise(model, batch_size=64)
    assert finding.code == "dropout-on-output"
    assert finding.evidence == "1, rate 0.3, is what the model gives"


class Functional(nn.Module):
    def __init__(self, *, is_branching):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.BatchNorm1d(4))
        self.is_branching = is_branching

    def forward(self, x):
        if self.is_branching and x.sum() > 0:
            return x
        return nn.functional.dropout(self.layers(x), 0.2, self.training)


def test_functions_count_and_code_that_branches_still_gives_its_sequences():
    assert codes(Functional(is_branching=False)) == [
        "batch-norm-after-activation", "dropout-on-output",
    ]  # fmt: skip
    assert codes(Functional(is_branching=True)) == ["batch-norm-after-activation"]


# -- settings ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN, nn.LSTMCell])
def test_recurrent_nets_want_clipping(kind):
    model = nn.ModuleDict({"memory": kind(4, 4)})
    (finding,) = advise(model, batch_size=64)
    assert (finding.code, finding.evidence) == (
        "recurrent-without-clipping", f"memory ({kind.__name__})",
    )  # fmt: skip
    assert codes(model, clip_norm=1.0) == []


def test_large_batches_want_a_warm_up():
    model = nn.Linear(4, 2)
    assert codes(model, batch_size=1024) == ["large-batch-without-warm-up"]
    assert codes(model, batch_size=1024, schedule="cosine") == ["large-batch-without-warm-up"]
    assert codes(model, batch_size=1023) == []
    assert codes(model, batch_size=4096, warmup=0.05) == []
    assert codes(model, batch_size=4096, schedule="one_cycle") == []
    assert codes(model, batch_size=4096, schedule=OneCycle()) == []
    assert codes(model, batch_size=4096, schedule=plateau()) == []


# -- data --------------------------------------------------------------------------------


def labelled(*counts, **options):
    y = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
    return TensorData(train=(torch.zeros(len(y), 4), y), **options)


def test_classes_are_uneven_from_more_than_three_to_one():
    model = nn.Linear(4, 3)
    assert codes(model, labelled(30, 10)) == []
    (finding,) = advise(model, labelled(31, 10), batch_size=41)
    assert finding.code == "imbalanced-classes"
    assert finding.evidence == "31 and 10 of 41"
    assert "3.1 times" in finding.message
    assert codes(model, labelled(31, 10, sampling="balanced")) == []


def test_a_class_without_examples_is_an_error():
    (finding,) = advise(nn.Linear(4, 3), labelled(20, 0, 20), batch_size=40)
    assert (finding.code, finding.severity) == ("class-without-examples", Severity.ERROR)


@pytest.mark.parametrize(
    "y", [torch.randn(40), torch.zeros(40, 2).long(), torch.arange(40) * 100, -torch.arange(40)],
    ids=["numbers", "pairs", "identifiers", "negative"],
)  # fmt: skip
def test_targets_that_are_no_classes_are_not_counted(y):
    data = TensorData(train=(torch.zeros(40, 4), y))
    assert codes(nn.Linear(4, 2), data, batch_size=40) == []


def test_a_batch_without_examples_is_refused():
    with pytest.raises(ConfigError, match="batch_size is 0"):
        advise(nn.Linear(4, 2), batch_size=0)


def test_nothing_is_changed_by_advice():
    model = picture_net()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    torch.manual_seed(0)
    state = torch.get_rng_state()
    advise(model, batch_size=4)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(module.training for module in model.modules())
