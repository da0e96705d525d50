"""What `fit` is given of another kind than it can use is refused, with how to give it."""

import pytest
import torch
from fitcases import Noisy, Recorded, arrays, loss, net, tensor_data
from torch.utils.data import DataLoader

from trialist.train import AdamW, plateau
from trialist.train.arguments import check_device, check_kinds, check_owner, check_validated
from trialist.train.fitting import fit
from trialist.train.loaderdata import LoaderData
from trialist.train.schedules import Constant
from trialist.values.errors import ConfigError

OPTIMIZER = AdamW(lr=0.01)


def loader():
    data = torch.utils.data.TensorDataset(torch.zeros(4, 2), torch.zeros(4))
    return torch.utils.data.DataLoader(data, batch_size=2)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"model": torch.nn.Linear}, "the model is the class Linear"),
        ({"loss": torch.nn.CrossEntropyLoss()}, "the loss is a CrossEntropyLoss, and it gets"),
        ({"loss": "cross_entropy"}, "the loss is 'cross_entropy'"),
        ({"data": arrays(4, 0)}, r"the data is a tuple\n  to do  give TensorData\(train=\(x, y\)"),
        ({"data": loader()}, r"the data is a DataLoader\n  to do  give LoaderData\("),
        ({"optimizer": "adam"}, "the optimizer is 'adam'"),
        ({"optimizer": torch.optim.Adam}, "the optimizer is the class Adam"),
    ],
)
def test_another_kind_is_refused_with_how_to_give_it(given, words):
    kinds = {"model": net(), "loss": loss, "data": tensor_data(), "optimizer": OPTIMIZER, **given}
    with pytest.raises(ConfigError, match=words):
        check_kinds(**kinds)


def test_an_optimizer_of_another_model_is_refused():
    model, other = net(), net()
    check_owner(torch.optim.SGD(model.parameters(), lr=0.1), model.parameters())
    with pytest.raises(ConfigError, match="no parameter of this model"):
        check_owner(torch.optim.SGD(other.parameters(), lr=0.1), model.parameters())


def test_a_device_that_is_not_here_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    check_device("auto")
    check_device(torch.device("cpu"))
    with pytest.raises(ConfigError, match="there is no device 'gpu'"):
        check_device("gpu")
    with pytest.raises(ConfigError, match="'cuda:1', and this torch finds no GPU"):
        check_device("cuda:1")


def test_what_follows_the_validation_needs_one():
    check_validated(5, plateau(), patience=3, keep_best=True)
    check_validated(0, Constant(), patience=None, keep_best=False)
    with pytest.raises(ConfigError, match="patience and keep_best would follow the validation"):
        check_validated(0, Constant(), patience=3, keep_best=True)
    with pytest.raises(ConfigError, match="a schedule per metric would follow"):
        check_validated(0, plateau(), patience=None, keep_best=False)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"steps": 2.5}, "steps is 2.5"),
        ({"val_every": 0}, "val_every is 0"),
        ({"checkpoint_every": -1}, "checkpoint_every is -1"),
        ({"clip_norm": "1"}, "clip_norm is '1'"),
        ({"goal": "max"}, "the goal is 'max'\n  to do  did you mean 'maximize'"),
        ({"optimizer": AdamW(lr="0.1")}, "known|give a number"),
        ({"device": "gpu"}, "no device 'gpu'"),
    ],
)
def test_fit_tells_before_anything_runs(options, words):
    def never(model, batch):
        raise AssertionError

    given = {"steps": 3, "optimizer": OPTIMIZER, **options}
    with pytest.raises(ConfigError, match=words):
        fit(net(), loss=never, data=tensor_data(), seed=0, **given)


def test_what_a_loader_does_not_get_is_a_finding():
    run = Recorded()
    data = LoaderData(DataLoader(Noisy(40, 0), batch_size=4))
    fit(net(), loss=loss, data=data, optimizer=OPTIMIZER, steps=1, run=run, batch_size=8)
    assert [said for said in run.findings if said.startswith("the DataLoader has batch_size=4")]
