"""GPUs asked through NVML's own interface, against a library that is compiled for the test."""

import shutil
import subprocess

import pytest

from trialist.execute.nvml import Gpus

STUB = r"""
#include <string.h>
typedef struct { unsigned int gpu, memory; } utilization;
typedef struct { unsigned long long total, free, used; } memory;
int nvmlInit_v2(void) { return START; }
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **device) {
    if (index > 1) return 2;
    *device = (void *)(0x7000000000000000ULL + index);  /* more than an int can hold */
    return 0;
}
int nvmlDeviceGetHandleByUUID(const char *uuid, void **device) {
    if (strcmp(uuid, "GPU-ab") && strcmp(uuid, "MIG-cd")) return 6;
    *device = (void *)(0x7000000000000000ULL + (uuid[0] == 'M' ? 9 : 1));
    return 0;
}
int nvmlDeviceGetUtilizationRates(void *device, utilization *found) {
    if (device == (void *)0x7000000000000009ULL) return 3;  /* MIG: not supported */
    found->gpu = device == (void *)0x7000000000000000ULL ? 37 : 95;
    found->memory = 99;
    return 0;
}
int nvmlDeviceGetMemoryInfo(void *device, memory *found) {
    found->total = 150000000000ULL; found->free = 1; found->used = 123456789012ULL;
    return 0;
}
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no C compiler here to build the stub with")
    folder = tmp_path_factory.mktemp("nvml")
    (folder / "stub.c").write_text(STUB)
    for name, start in (("good", 0), ("dead", 9)):
        target = str(folder / f"{name}.so")
        words = ["-shared", "-fPIC", f"-DSTART={start}", "-o", target, str(folder / "stub.c")]
        subprocess.run([compiler, *words], check=True)
    return folder


def test_one_gpu_is_read_by_its_number(library):
    found = Gpus(["0"], library=str(library / "good.so")).read()
    assert found == {
        "system/gpu_utilization": 0.37, "system/gpu_memory_bytes": 123456789012,
    }  # fmt: skip


def test_several_gpus_are_told_apart_and_may_be_named_by_identifier(library):
    gpus = Gpus(["0", "GPU-ab"], library=str(library / "good.so"))
    assert gpus.read() == gpus.read()
    assert gpus.read()["system/gpu0/utilization"] == 0.37
    assert gpus.read()["system/gpu1/utilization"] == 0.95
    assert gpus.missing is None


def test_what_a_gpu_does_not_tell_is_left_out(library):
    found = Gpus(["MIG-cd"], library=str(library / "good.so")).read()
    assert list(found) == ["system/gpu_memory_bytes"]


@pytest.mark.parametrize(
    ("names", "file", "why"),
    [
        ([], "good.so", "no GPU was given to this run"),
        (["5"], "good.so", "NVML does not know GPU 5: error 2"),
        (["GPU-zz"], "good.so", "NVML does not know GPU GPU-zz: error 6"),
        (["0"], "dead.so", "NVML does not start: error 9"),
        (["0"], "absent.so", "cannot be loaded"),
    ],
)
def test_a_sensor_that_is_not_there_says_why(library, names, file, why):
    gpus = Gpus(names, library=str(library / file))
    assert gpus.read() == {}
    assert why in gpus.missing
    assert gpus.read() == {}
