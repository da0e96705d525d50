"""What `make bench-peers` measures: its page, and trialist's own side as ratios in one run."""

from __future__ import annotations

import importlib
import json
import statistics
import time
from pathlib import Path

import pytest

from trialist.lab.storedruns import runs_of
from trialist.ledger.store import Store

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "benchmarks" / "peers"


@pytest.fixture
def benchmark(monkeypatch):
    """Give a module of the benchmarks by name."""
    monkeypatch.syspath_prepend(str(ROOT))
    return lambda name: importlib.import_module(f"benchmarks.{name}")


@pytest.fixture
def big(benchmark, tmp_path):
    """Give the store of 400 finished runs with 100 steps each."""
    bigstore = benchmark("bigstore")
    bigstore.make(tmp_path, bigstore.Size(variants=4, seeds=100, points=100))
    return tmp_path / "experiments"


def timed(call):
    """Give the seconds of a core that a call takes: whatever else the machine does."""
    began = time.process_time()
    call()
    return time.process_time() - began


def test_the_page_is_drawn_from_the_figures(benchmark):
    file = FOLDER / "results.json"
    if not file.exists():
        pytest.skip("nothing was measured yet: make bench-peers")
    text, _ = benchmark("peers.page").written(json.loads(file.read_text()))
    assert (FOLDER / "results.md").read_text() == text


def test_every_part_has_its_table(benchmark):
    assert tuple(benchmark("peers.page").TITLES) == benchmark("peers.__main__").PARTS


def test_a_bound_that_does_not_hold_is_said(benchmark):
    bounds = benchmark("peers.page").Bounds()
    assert "holds" in bounds.line("fast", 1.0, most=3)
    assert bounds.missed == []
    assert "MISSED" in bounds.line("slow", 4.0, most=3)
    assert "MISSED" in bounds.line("few", 4.0, least=10)
    assert len(bounds.missed) == 2


def test_a_call_of_log_costs_at_most_three_bare_rows(benchmark, tmp_path):
    logcalls, tools = benchmark("peers.logcalls"), benchmark("peers.tools").TOOLS
    ratios = [
        logcalls.per_call(tools["trialist"], tmp_path / f"ours-{number}")
        / logcalls.per_call(tools["bare json + flush"], tmp_path / f"bare-{number}")
        for number in range(5)
    ]
    assert statistics.median(ratios) <= 3


@pytest.mark.slow
def test_what_was_logged_is_read_back_by_both_ways(benchmark, tmp_path):
    tools = benchmark("peers.tools")
    found = []
    for name in ("trialist", "bare json + flush"):
        with tools.opened(tools.TOOLS[name], tmp_path / name, "run") as log:
            for step in range(200):
                log(dict.fromkeys(tools.NAMES, step / 7), step)
        found.append(tools.TOOLS[name].read(tmp_path / name))
    assert found[0] == found[1]


@pytest.mark.slow
def test_listing_from_the_index_is_fifty_times_faster_than_from_the_journals(benchmark, big):
    listing = benchmark("peers.listing")
    plain = [runs_of(folder) for folder in Store(big).studies()]
    assert listing.by_index(big) == sum(map(len, plain)) == 400
    journals = min(timed(lambda: listing.by_journals(big)) for _ in range(2))
    index = min(timed(lambda: listing.by_index(big)) for _ in range(5))
    assert journals >= 50 * index


@pytest.mark.slow
def test_reading_curves_costs_little_more_than_reading_their_json(benchmark, big):
    reading = benchmark("peers.reading")
    journals = sorted(big.glob("*/trials/*/*/*/journal.jsonl"))

    def plainly():
        return [json.loads(line) for path in journals for line in path.read_text().splitlines()]

    names = ("train/loss", "val/accuracy")
    ratios = []
    for _ in range(3):
        reading.without_index(big)
        ours = timed(lambda: importlib.import_module("trialist").open(big).curves(*names))
        ratios.append(ours / timed(plainly))
    assert statistics.median(ratios) <= 6
