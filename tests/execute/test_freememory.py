"""Free memory: the machine's, or the container's where that is less."""

import psutil
import pytest

from trialist.execute.freememory import free_memory


def test_without_a_container_it_is_the_system_s(tmp_path):
    assert free_memory(tmp_path) == pytest.approx(psutil.virtual_memory().available, rel=0.2)


@pytest.mark.parametrize(
    ("most", "taken", "expected"), [("1000000", "400000", 600_000), ("1000", "4000", 0)]
)
def test_a_container_s_limit_counts(tmp_path, most, taken, expected):
    (tmp_path / "memory.max").write_text(f"{most}\n")
    (tmp_path / "memory.current").write_text(f"{taken}\n")
    assert free_memory(tmp_path) == expected


def test_a_container_without_a_limit_has_none(tmp_path):
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("4000\n")
    assert free_memory(tmp_path) > 10**6
