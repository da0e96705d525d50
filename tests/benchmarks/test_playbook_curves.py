"""The checks on curves with known labels, in a short form: hits and false alarms."""

import importlib
from pathlib import Path

import pytest

from trialist.values.playbook import Level

ROOT = Path(__file__).parents[2]


@pytest.fixture
def curves(monkeypatch):
    """Give the benchmark."""
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("benchmarks.playbook.curves")


@pytest.mark.parametrize(
    ("kind", "level", "least"),
    [
        ("overfitting", Level.OVERFITTING, 0.9),
        ("improving", Level.STILL_IMPROVING, 0.95),
        ("saturated", Level.SATURATED, 0.45),
        ("unstable", Level.INSTABILITY, 0.95),
        ("rising", Level.BUG, 0.98),
        ("periodic", Level.BUG, 0.95),
    ],
)
def test_a_check_finds_what_it_is_for(curves, kind, level, least):
    assert curves.rates(kind, n=50, noise=0.01, curves=60).found[level] >= least


@pytest.mark.parametrize("n", [10, 50])
@pytest.mark.parametrize("kind", ["healthy", "improving"])
def test_a_healthy_curve_seldom_alarms(curves, kind, n):
    found = curves.rates(kind, n=n, noise=0.01, curves=80).found
    own = Level.STILL_IMPROVING if kind == "improving" else None
    limits = {Level.SATURATED: 0.15, Level.STILL_IMPROVING: 0.15}
    alarms = {level: share for level, share in found.items() if level is not own}
    assert {level for level, share in alarms.items() if share > limits.get(level, 0.06)} == set()


def test_the_noise_around_the_trend_finds_improvement_with_few_evaluations(curves):
    found = curves.still_improving("improving", n=10, noise=0.05, calm=1.0, curves=60)
    half, fifth, around = found.values()
    assert around > 0.85
    assert max(half, fifth) < 0.6


@pytest.mark.parametrize("critical", [64.0, 512.0])
def test_the_critical_batch_size_is_recovered(curves, critical):
    found = [curves.recovered(critical, noise=0.1, seed=seed) for seed in range(10)]
    assert sorted(found)[5] == pytest.approx(critical, rel=0.1)


def test_the_page_is_what_the_benchmark_writes(curves):
    text = (ROOT / "benchmarks" / "playbook" / "curves.md").read_text(encoding="utf-8")
    begin, end = curves.PAGE.format(
        curves=1000, studies=200, rates="@", noises="@", batches="@"
    ).split("@")[::3]
    assert text.startswith(begin)
    assert all(f"| {kind} |" in text for kind in curves.KINDS)
    assert end.strip() == ""
