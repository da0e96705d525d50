"""Groups are made of those that can train together."""

from fitcases import loss, tensor_data
from torch import nn

from trialist.train import SGD, AdamW, Task
from trialist.train.replicates.group import Own
from trialist.train.replicates.grouping import groups


def found(configs, **options):
    settings = {"optimizer": AdamW(lr="lr", weight_decay="wd"), "steps": 5, **options}
    recipe = Task(
        model=lambda hp: nn.Sequential(
            nn.Linear(6, hp.width), nn.Dropout(hp.drop), nn.Linear(hp.width, 2)
        ),
        loss=loss,
        data=tensor_data(),
        **settings,
    )
    base = {"width": 4, "drop": 0.1, "lr": 0.1, "wd": 0.0}
    return groups(recipe, [Own.of(recipe, base | config) for config in configs])


def test_rates_and_decay_may_differ():
    assert found([{}, {"lr": 0.2}, {"wd": 0.1}]) == ((0, 1, 2),)


def test_structure_may_not():
    configs = [{}, {"width": 5}, {"lr": 0.3}, {"drop": 0.2}, {"width": 5, "lr": 0.3}]
    assert found(configs) == ((0, 2), (1, 4), (3,))


def test_steps_batches_and_optimizers_may_not():
    def optimizer(hp):
        return SGD(lr=0.1) if hp.lr > 0.15 else AdamW(lr=0.1)

    assert found([{}, {"lr": 0.2}], optimizer=optimizer) == ((0,), (1,))
    assert found([{"n": 5}, {"n": 6}], steps="n") == ((0,), (1,))
    assert found([{"n": 5}, {"n": 6}], batch_size="n") == ((0,), (1,))
    assert found([{"e": None}, {"e": 0.9}], ema="e") == ((0,), (1,))
