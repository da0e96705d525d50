"""The machine, asked without loading anything."""

import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError

import pytest

from trialist.ledger import machine as module
from trialist.ledger.machine import machine, software

CPUINFO = "processor\t: 0\nmodel name\t: AMD EPYC 9654\nflags\t\t: fpu\n"
VERSION = (
    "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 2024\nGCC version: 12\n"
)
OPEN_VERSION = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build\n"


@pytest.fixture
def proc(tmp_path):
    (tmp_path / "cpuinfo").write_text(CPUINFO)
    (tmp_path / "meminfo").write_text("MemTotal:       16000 kB\nMemFree: 1 kB\n")
    return tmp_path


def with_gpus(proc, *names, version=VERSION):
    for number, name in reversed(list(enumerate(names))):
        place = proc / "driver" / "nvidia" / "gpus" / f"0000:{9 - number}:00.0"
        place.mkdir(parents=True)
        (place / "information").write_text(f"Model: \t\t {name}\nDevice Minor: \t {number}\n")
    (proc / "driver" / "nvidia" / "version").write_text(version)


def test_the_machine_is_told_from_its_files(proc):
    found = machine(proc=proc)
    assert (found["cpu"], found["memory_bytes"]) == ("AMD EPYC 9654", 16_384_000)
    assert (found["cores"], found["architecture"]) == (os.cpu_count(), platform.machine())


@pytest.mark.parametrize(
    ("version", "driver"), [(VERSION, "550.54.15"), (OPEN_VERSION, "570.86.15"), ("x", None)]
)
def test_gpus_come_in_the_order_of_their_numbers(proc, version, driver):
    with_gpus(proc, "NVIDIA H200", "Tesla T4", version=version)
    found = machine(proc=proc)
    assert (found["gpus"], found["driver"]) == (["NVIDIA H200", "Tesla T4"], driver)


def test_another_system_is_asked_in_another_way(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_has_devices", lambda: False)
    found = machine(proc=tmp_path)
    assert found["memory_bytes"] > 2**20
    assert (found["gpus"], found["driver"]) == ([], None)
    monkeypatch.setattr(os, "sysconf", lambda _name: (_ for _ in ()).throw(ValueError))
    assert machine(proc=tmp_path)["memory_bytes"] is None


@pytest.fixture
def smi(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_has_devices", lambda: True)
    module._asked_gpus.cache_clear()

    def smi(text, code=0):
        program = tmp_path / "bin" / "nvidia-smi"
        program.parent.mkdir()
        program.write_text(f"#!{sys.executable}\nprint({text!r}); raise SystemExit({code})\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent))

    yield smi
    module._asked_gpus.cache_clear()


def test_where_the_files_are_hidden_the_driver_is_asked(proc, smi):
    smi("NVIDIA A100, 535.1\nNVIDIA A100, 535.1")
    found = machine(proc=proc)
    assert (found["gpus"], found["driver"]) == (["NVIDIA A100"] * 2, "535.1")


def test_a_driver_that_does_not_answer_is_no_gpu(proc, smi):
    smi("no devices", code=9)
    assert machine(proc=proc)["gpus"] == []


def test_devices_are_looked_for(monkeypatch):
    assert module._has_devices() in (True, False)


def test_versions_are_those_that_are_installed():
    found = software()
    assert found["python"] == platform.python_version()
    assert found["trialist"]


def test_cuda_and_cudnn_are_read_from_files(tmp_path, monkeypatch):
    (tmp_path / "version.py").write_text(
        "__version__ = '2.6.0+cu124'\ncuda: Optional[str] = '12.4'\nhip: Optional[str] = None\n"
    )

    class Torch:
        @staticmethod
        def locate_file(_path):
            return tmp_path / "version.py"

    versions = {"torch": "2.6.0+cu124", "nvidia-cudnn-cu12": "9.1.0.70"}

    def version(name):
        try:
            return versions[name]
        except KeyError:
            raise PackageNotFoundError(name) from None

    monkeypatch.setattr(module, "distribution", lambda _name: Torch)
    monkeypatch.setattr(module, "version", version)
    module._torch_build.cache_clear()
    try:
        found = software()
        assert (found["torch"], found["cuda"], found["cudnn"]) == (
            "2.6.0+cu124",
            "12.4",
            "9.1.0.70",
        )
        assert "rocm" not in found
        assert "numpy" not in found
        del versions["nvidia-cudnn-cu12"]
        module._torch_build.cache_clear()
        assert "cudnn" not in software()
        (tmp_path / "version.py").unlink()
        module._torch_build.cache_clear()
        assert "cuda" not in software()
    finally:
        module._torch_build.cache_clear()


def test_asking_loads_neither_torch_nor_numpy():
    code = (
        "import sys; from trialist.ledger.machine import machine, software; machine(); software();"
        "sys.exit(bool({'torch', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
