"""What a run does to torch is gone before the next one."""

import sys

import pytest

from trialist.train.determinism import torch_reset

torch = pytest.importorskip("torch")

CHANGES = {
    "dtype": (lambda: torch.set_default_dtype(torch.float64), torch.get_default_dtype),
    "device": (lambda: torch.set_default_device("meta"), torch.get_default_device),
    "grad": (lambda: torch.set_grad_enabled(False), torch.is_grad_enabled),
    "anomaly": (
        lambda: torch.autograd.set_detect_anomaly(True, check_nan=False),
        torch.is_anomaly_enabled,
    ),
    "matmul": (
        lambda: torch.set_float32_matmul_precision("medium"),
        torch.get_float32_matmul_precision,
    ),
    "benchmark": (
        lambda: setattr(torch.backends.cudnn, "benchmark", True),
        lambda: torch.backends.cudnn.benchmark,
    ),
    "cudnn deterministic": (
        lambda: setattr(torch.backends.cudnn, "deterministic", True),
        lambda: torch.backends.cudnn.deterministic,
    ),
    "cudnn enabled": (
        lambda: setattr(torch.backends.cudnn, "enabled", False),
        lambda: torch.backends.cudnn.enabled,
    ),
    "threads": (lambda: torch.set_num_threads(3), torch.get_num_threads),
}


@pytest.fixture(autouse=True)
def _leave_torch_as_it_was():
    threads = torch.get_num_threads()
    reset = torch_reset(threads)
    yield
    reset()


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_run_sets_is_put_back(name):
    change, read = CHANGES[name]
    reset = torch_reset(2)
    before = read()
    change()
    assert read() != before
    reset()
    assert read() == before


@pytest.mark.slow
def test_deterministic_algorithms_are_put_back():
    reset = torch_reset(1)
    torch.use_deterministic_algorithms(True, warn_only=True)
    reset()
    assert not torch.are_deterministic_algorithms_enabled()
    assert not torch.is_deterministic_algorithms_warn_only_enabled()


def test_what_the_module_set_at_its_import_stays():
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    torch.set_float32_matmul_precision("high")
    reset = torch_reset(1)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_float32_matmul_precision("highest")
    reset()
    assert torch.get_default_dtype() is torch.float64
    assert torch.get_default_device().type == "meta"
    assert torch.get_float32_matmul_precision() == "high"
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_float32_matmul_precision("highest")


def test_the_threads_are_set_at_once():
    torch_reset(2)
    assert torch.get_num_threads() == 2


def test_torch_that_a_run_loaded_itself_is_reset_to_its_own_defaults(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch")
    reset = torch_reset(1)
    reset()
    assert "torch" not in sys.modules
    monkeypatch.undo()
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    torch.set_num_threads(3)
    reset()
    assert torch.get_default_dtype() is torch.float32
    assert torch.is_grad_enabled()
    assert torch.get_num_threads() == 1
