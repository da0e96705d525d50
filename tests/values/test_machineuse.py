"""Measurements of the machine are numbers under `system/`."""

import pytest

from trialist.values.errors import MetricError
from trialist.values.machineuse import MachineUse, checked_system


def test_numbers_under_system_pass():
    assert checked_system({"system/data_wait": 1, "system/gpu0/utilization": 0.5}) == {
        "system/data_wait": 1.0, "system/gpu0/utilization": 0.5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "said"),
    [({"data_wait": 0.1}, "'system/data_wait'"), ({"val/loss": 0.1}, "'system/loss'"),
     ({"system/data_wait": float("nan")}, "leave out"), ({"system/x": float("inf")}, "leave out")],
)  # fmt: skip
def test_others_are_refused_with_what_to_do(values, said):
    with pytest.raises(MetricError) as caught:
        checked_system(values)
    assert said in caught.value.mistakes[0].todo


def test_it_is_plain_data():
    use = MachineUse(n_runs=1, n_cores_used=1.0, n_cores=2, rss_bytes=1e9)
    assert use.to_dict()["gpu_utilization"] is None
