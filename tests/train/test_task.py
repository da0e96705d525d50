"""A task: a recipe that a study runs with each variant's settings and each seed."""

import pytest
import torch
from fitcases import Interrupted, N, Recorded, arrays, equal, loss, net, tensor_data, weights
from torch import nn

from trialist.train import SGD, AdamW, Cosine, Task, TensorData
from trialist.train.task import Hyperparameters
from trialist.values.errors import ConfigError

DATA = tensor_data()


def task(**options):
    settings = {
        "model": lambda hp: nn.Sequential(
            nn.Linear(6, hp.width), nn.ReLU(), nn.Linear(hp.width, 2)
        ),
        "loss": loss,
        "data": DATA,
        "optimizer": AdamW(lr="lr", weight_decay="wd"),
        "steps": "steps",
        "val_every": 5,
    }
    return Task(**settings | options)


CONFIG = {"width": 8, "lr": 0.01, "wd": 0.0, "steps": 10, "clip": 0.5}


def test_it_trains_with_the_settings_of_a_variant():
    run = Recorded()
    done = task().trained(CONFIG, run)
    assert done.model[0].out_features == 8
    assert done.steps == 10
    assert run.rows[10]["train/lr"] == 0.01


def test_its_first_row_says_how_large_the_model_is():
    run = Recorded()
    task().trained(CONFIG, run)
    assert run.rows[0]["model/n_parameters"] == 6 * 8 + 8 + 8 * 2 + 2
    assert [step for step, row in run.rows.items() if "model/n_parameters" in row] == [0]
    bare = Recorded()
    task(data=TensorData(arrays(N, 0))).trained(CONFIG, bare)
    assert bare.rows[0] == {"model/n_parameters": 74.0}


def test_a_run_that_goes_on_does_not_say_it_again():
    first = Recorded(kill_at=8)
    with pytest.raises(Interrupted):
        task().trained(CONFIG, first)
    second = Recorded(first)
    second.rows.clear()
    task().trained(CONFIG, second)
    assert not any("model/n_parameters" in row for row in second.rows.values())


def test_it_gives_a_study_its_value_and_what_it_says_of_each_example():
    run = Recorded()
    values = task()(CONFIG, run)
    assert set(values) == {"val/loss", "val/accuracy"}
    split, ids, y_true, y_pred = run.predicted
    assert (split, len(ids)) == ("val", 40)
    assert (y_true == y_pred).mean() == values["val/accuracy"]


def test_the_seed_gives_weights_and_order():
    one, two, other = (task().trained(CONFIG, Recorded(seed=seed)) for seed in (1, 1, 2))
    assert equal(weights(one.model), weights(two.model))
    assert not equal(weights(one.model), weights(other.model))


def test_anything_may_be_a_function_of_the_settings():
    done = task(
        optimizer=lambda hp: SGD(lr=hp.lr * 2),
        schedule=lambda hp: Cosine(end=hp.wd),
        clip_norm="clip",
        batch_size=lambda hp: 4 * hp.width,
        data=lambda hp: DATA,
        warmup=2,
    ).trained(CONFIG, Recorded())
    assert done.history[-1]["train/lr"] < 0.002


def test_the_first_weights_may_be_drawn_by_a_scheme():
    drawn = task(initialization="orthogonal").built(Hyperparameters(CONFIG), 1)[0].weight
    named = task(initialization=lambda hp: hp.scheme).built(
        Hyperparameters({**CONFIG, "scheme": "orthogonal"}), 1
    )
    torch.testing.assert_close(drawn.T @ drawn, torch.eye(6), atol=1e-5, rtol=0)
    assert torch.equal(named[0].weight, drawn)


def test_hyperparameters_are_read_by_name():
    hp = Hyperparameters({"a": {"b": 2}, "c": 1})
    assert (hp.a.b, hp["c"], hp["a"]["b"], dict(hp.a)) == (2, 1, 2, {"b": 2})
    with pytest.raises(ConfigError, match="no 'widht'"):
        _ = Hyperparameters({"width": 1}).widht


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"model": lambda hp: hp.wdith}, "no 'wdith'"),
        ({"model": lambda hp: "net"}, "model gave a str"),
        ({"steps": "stepps"}, "takes its steps from 'stepps'"),
        ({"optimizer": AdamW(lr="rl")}, "takes its lr from 'rl'"),
    ],
)
def test_names_that_are_not_there_are_told(options, words):
    with pytest.raises(ConfigError, match=words) as caught:
        task(**options).trained(CONFIG, Recorded())
    assert caught.value.mistakes[0].todo


def test_networks_without_a_top_level_module_train_too():
    run = Recorded()
    values = task(model=lambda hp: torch.nn.Sequential(net()))(CONFIG, run)
    assert run.predicted is not None
    assert values["val/loss"] > 0
