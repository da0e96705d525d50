"""What frameworks call a metric becomes `split/metric`."""

import pytest

from trialist.train.adapters.names import house_name
from trialist.values.metric import metric_name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("loss", "train/loss"),
        ("train_loss", "train/loss"),
        ("train_loss_epoch", "train/loss_epoch"),
        ("val_loss", "val/loss"),
        ("valid_loss", "val/loss"),
        ("eval_accuracy", "val/accuracy"),
        ("eval/accuracy", "val/accuracy"),
        ("test_acc", "test/acc"),
        ("val/accuracy", "val/accuracy"),
        ("Loss/val", "val/loss"),
        ("lr-AdamW", "train/lr_adamw"),
        ("grad_2.0_norm_total", "train/grad_2_0_norm_total"),
        ("2nd moment", "train/metric_2nd_moment"),
        ("val", "train/val"),
        ("val_loss/dataloader_idx_1", "val/loader_1/loss"),
        ("loss/dataloader_idx_0", "train/loader_0/loss"),
        ("Step time/Mean (ms)", "step_time/mean_ms"),
    ],
)
def test_a_name_gets_its_split(given, name):
    assert house_name(given) == name
    assert metric_name(name) == name


@pytest.mark.parametrize("given", ["epoch", "step", "eval_runtime", "train_samples_per_second"])
def test_axes_and_times_are_no_metrics(given):
    assert house_name(given) is None
