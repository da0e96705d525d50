"""What a metric's name says of its values."""

import pytest

from trialist.analysis.metricnames import comes_from_training, tells_of_machine


@pytest.mark.parametrize(
    "name",
    ["train/seconds", "train/examples_per_s", "train/step_time", "model/memory_mb", "run/seed"],
)
def test_a_time_a_speed_or_a_size_tells_of_the_machine(name):
    assert tells_of_machine(name)
    assert not comes_from_training(name)


@pytest.mark.parametrize("name", ["train/loss", "val/accuracy", "val/mse", "train/grad_norm"])
def test_a_loss_or_a_score_comes_from_the_training(name):
    assert comes_from_training(name)
    assert not tells_of_machine(name)


@pytest.mark.parametrize(
    "name", ["train/lr", "train/epoch", "train/loss_weight", "train/kl_beta", "pretrain/loss"]
)
def test_a_schedule_or_another_phase_is_no_evidence(name):
    assert not comes_from_training(name)


def test_a_loss_of_predicted_times_is_a_loss():
    assert not tells_of_machine("val/time_error")
    assert not comes_from_training("val/time_error")  # nor is it sure enough to accuse by


def test_a_name_without_a_split_is_read_as_a_whole():
    assert tells_of_machine("seconds")
    assert not comes_from_training("loss")
