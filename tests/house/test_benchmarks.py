"""The benchmarks run: their figures are read by people, and no test depends on a time."""

import importlib
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SHORT = ("journal", "judge", "doors")


@pytest.mark.slow
@pytest.mark.parametrize("name", SHORT)
def test_a_short_benchmark_gives_its_figures(name, monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS.parent))
    figures = importlib.import_module(f"benchmarks.{name}").figures()
    assert figures
    assert all(figure.value > 0 for figure in figures)


def test_every_benchmark_of_the_list_is_there():
    for name in (*SHORT, "pool", "render_example", "loop", "resume"):
        assert (BENCHMARKS / f"{name}.py").exists()
    assert (BENCHMARKS / "torture" / "__main__.py").exists()
