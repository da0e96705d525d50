"""Real steps, timed: of one batch size, or with a number of loading processes."""

import time

import pytest
import torch
from fitcases import loader_data, loss, net, tensor_data

from trialist.train import AdamW, Task
from trialist.train.batchfind import device_bytes, peak_bytes, time_batch, time_workers
from trialist.train.taskparts import parts_of
from trialist.values.errors import ConfigError
from trialist.values.seeds import SeedSet

CPU = torch.device("cpu")


def parts(**options):
    task = Task(
        model=lambda hp: net(), optimizer=AdamW(lr="lr"),
        **{"loss": loss, "data": tensor_data(), "batch_size": 16, "steps": 5, **options},
    )  # fmt: skip
    return parts_of(task, {"lr": 0.01}, SeedSet.of(0))


def test_a_batch_is_made_whole_whatever_the_micro_batch():
    sizes = []

    def watching(model, batch):
        sizes.append(len(batch))
        return loss(model, batch)

    found = time_batch(parts(loss=watching, micro_batch=4), 50, device=CPU)
    assert found.batch_size == 50
    assert 0 < found.seconds < 1
    assert set(sizes) == {50, 3}  # the last batch of an epoch has what is left of 203
    assert sizes.count(50) >= 12
    assert found.peak_bytes > 50 * 1024**2


def test_augmentation_is_part_of_a_step_as_in_all_tenths_of_the_training():
    keys, calls = [], []

    def changed(batch, key):
        keys.append(key)
        calls.append(len(batch))
        return batch

    time_batch(parts(augment=changed, steps=100), 50, device=CPU)
    whole = [key.step for key, n in zip(keys, calls, strict=True) if n == 50]
    assert whole[:20] == 2 * [5, 15, 25, 35, 45, 55, 65, 75, 85, 95]
    assert {key.total for key in keys} == {100}
    assert (keys[1].epoch, keys[1].position) == divmod(15, 5)  # 203 examples: five batches


def test_augmentation_that_grows_is_timed_as_it_is_in_the_whole_training():
    def growing(batch, key):
        time.sleep(0.02 if key.step >= 80 else 0.0)
        return batch

    plain = time_batch(parts(steps=100), 50, device=CPU).seconds
    found = time_batch(parts(augment=growing, steps=100), 50, device=CPU).seconds
    assert 0.2 * 0.02 < found < 0.2 * 0.02 + plain + 0.01  # a fifth of the steps wait


def test_waiting_for_data_is_not_the_time_of_augmentation():
    def slow(batch, key):
        time.sleep(0.01)
        return batch

    found = time_workers(parts(data=loader_data(), augment=slow), 0, device=CPU)
    assert found.seconds > 0.01
    assert found.waited < 0.5


@pytest.mark.slow
def test_loading_processes_are_timed_with_their_waiting():
    own = parts(data=loader_data())
    alone = time_workers(own, 0, device=CPU)
    assert (alone.workers, alone.n_batches) == (0, 50)
    assert 0.1 < alone.waited < 1
    helped = time_workers(own, 1, device=CPU)
    assert (helped.workers, own.data.workers) == (1, 1)
    assert 0 <= helped.waited < 1


def test_data_in_memory_has_no_loading_processes():
    with pytest.raises(ConfigError, match="the task's data lies in memory"):
        time_workers(parts(), 1, device=CPU)


def test_a_cpu_has_no_memory_of_its_own():
    assert device_bytes(CPU) is None
    assert peak_bytes(CPU) > 50 * 1024**2
