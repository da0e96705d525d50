"""What `python -m benchmarks.search` measures, in small."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from trialist.values.searchplan import Method, Pruner

ROOT = Path(__file__).parents[2]


@pytest.fixture
def benchmark(monkeypatch):
    """Give a module of the benchmarks by name."""
    monkeypatch.syspath_prepend(str(ROOT))
    return lambda name: importlib.import_module(f"benchmarks.search.{name}")


def test_a_slow_starter_is_kept_and_steps_are_saved(benchmark):
    cutting = benchmark("cutting")
    study = cutting.by_ours(Pruner(name="asha", resource=cutting.STEPS), 0.1, knows=False)
    results = [study(seed) for seed in range(10)]
    assert sum(kept for kept, _ in results) >= 9
    assert all(saved > 0.3 for _, saved in results)


def test_the_same_slow_starter_is_lost_by_a_first_rung_at_once(benchmark):
    cutting = benchmark("cutting")
    early = Pruner(name="asha", resource=cutting.STEPS, first=0.01)
    study = cutting.by_ours(early, 0.1, knows=False)
    assert sum(study(seed)[0] for seed in range(10)) <= 5


@pytest.mark.slow
def test_the_same_seed_finds_the_same_values(benchmark):
    surface = benchmark("surfaces").hartmann6()
    assert benchmark("quality")._row(surface, Method.TPE, 16, 3).same == 3


@pytest.mark.slow
def test_the_cost_beside_optunas_is_measured(benchmark):
    bounded, ratio = benchmark("overhead")._beside(Method.TPE, 20, 1)
    assert bounded.bound == 1.0
    assert ratio.value > 0


@pytest.mark.slow
def test_schedules_of_a_population_replay_bit_by_bit(benchmark):
    pytest.importorskip("torch")
    equal, members, copies = benchmark("population").replays()
    assert equal == members
    assert copies > 0
