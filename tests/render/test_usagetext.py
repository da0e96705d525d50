"""What runs used, in words, and a hint only where something can be done."""

import pytest

from trialist.render.usagetext import usage_hint, usage_words
from trialist.values.machineuse import MachineUse


def use(**changes):
    return MachineUse(
        **{"n_runs": 3, "n_cores_used": 0.98, "n_cores": 2, "rss_bytes": 4e8, **changes}
    )


def test_what_was_not_measured_is_not_told():
    assert usage_words(use()) == ["a run kept 1.0 of 2 cores busy", "held up to 381 MiB"]


def test_everything_is_told_where_it_is_known():
    words = usage_words(use(gpu_utilization=0.371, gpu_memory_bytes=2**31, data_wait=0.042))
    assert words[2:] == [
        "its GPU was busy 37 % of the time", "2.0 GiB of GPU memory",
        "4 % of the training waited for data",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("gpu", "wait", "hint"),
    [
        (None, None, ""),
        (None, 0.05, ""),
        (0.8, None, ""),
        (0.95, 0.05, ""),
        (None, 0.1, "Training waits for data: more loader workers"),
        (0.95, 0.3, "Training waits for data"),
        (0.5, 0.3, "The GPU idles for want of data: more loader workers"),
        (0.5, 0.05, "The GPU idles between small kernels, not for want of data: larger batches"),
        (0.79, None, "The GPU idles, for want of data or between small kernels"),
    ],
)
def test_the_hint_names_the_loader_or_the_launch_cost(gpu, wait, hint):
    found = usage_hint(use(gpu_utilization=gpu, data_wait=wait))
    assert found.startswith(hint)
    assert bool(found) == bool(hint)
