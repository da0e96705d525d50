"""What a trial function does to torch is undone before the next run."""

import subprocess
import sys

import pytest

from trialist.train.determinism import torch_reset

torch = pytest.importorskip("torch")


@pytest.fixture
def reset():
    put_back = torch_reset(1)
    yield put_back
    put_back()


def test_defaults_and_flags_are_put_back(reset):
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    torch.set_grad_enabled(False)
    torch.autograd.set_detect_anomaly(True, check_nan=False)
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.deterministic = True
    torch.set_num_threads(2)
    reset()
    assert torch.zeros(1).dtype is torch.float32
    assert torch.zeros(1).device.type == "cpu"
    assert torch.is_grad_enabled()
    assert not torch.is_anomaly_enabled()
    assert not torch.backends.cudnn.benchmark
    assert not torch.backends.cudnn.deterministic
    assert torch.get_num_threads() == 1


@pytest.mark.slow
def test_deterministic_algorithms_are_put_back(reset):
    torch.use_deterministic_algorithms(True, warn_only=True)
    reset()
    assert not torch.are_deterministic_algorithms_enabled()


def test_what_stood_when_the_worker_began_is_what_comes_back():
    torch.set_default_dtype(torch.float64)
    try:
        reset = torch_reset(1)
        torch.set_default_dtype(torch.float32)
        reset()
        assert torch.get_default_dtype() is torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def run(code):
    return subprocess.run([sys.executable, "-c", code], check=False).returncode


def test_nothing_happens_where_torch_is_not_loaded():
    assert (
        run(
            "import sys\n"
            "from trialist.train.determinism import torch_reset\n"
            "torch_reset(1)()\n"
            "sys.exit('torch' in sys.modules)"
        )
        == 0
    )


@pytest.mark.slow
def test_torch_that_a_run_loads_late_gets_its_own_defaults_back():
    assert (
        run(
            "import sys\n"
            "from trialist.train.determinism import torch_reset\n"
            "reset = torch_reset(1)\n"
            "import torch\n"
            "torch.set_default_dtype(torch.float64)\n"
            "torch.set_num_threads(2)\n"
            "reset()\n"
            "ok = torch.get_default_dtype() is torch.float32 and torch.get_num_threads() == 1\n"
            "sys.exit(not ok)"
        )
        == 0
    )
