"""Real steps, timed: of one batch size, or with a number of loading processes."""

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
        model=lambda hp: net(), optimizer=AdamW(lr="lr"), steps=5,
        **{"loss": loss, "data": tensor_data(), "batch_size": 16, **options},
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


def test_augmentation_is_part_of_a_step():
    keys = []

    def changed(batch, key):
        keys.append(key.step)
        return batch

    time_batch(parts(augment=changed), 16, device=CPU)
    assert keys[:4] == [0, 1, 2, 3]


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
