"""Measure trialist beside the tools that people use today, and keep the figures.

`python -m benchmarks.peers [--only PART,...] [--short] [--page]`, after `make bench-peers`
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from benchmarks.peers import page

HERE = Path(__file__).parent
PACKAGES = ("torch", "optuna", "ray", "mlflow", "wandb", "tensorboard", "trackio", "pandas")


def _measured(name: str, *, short: bool) -> object:
    """Measure one part; a short one only shows that everything runs."""
    rounds = 1 if short else 3
    if name == "pool":
        from benchmarks.peers import pooled

        return pooled.figures(min(rounds, 2), pooled.SHORT if short else pooled.SIZES)
    if name == "threads":
        from benchmarks.peers import threads

        return threads.figures(rounds)
    if name == "killed":
        from benchmarks.peers import killed

        return killed.figures(rounds, 40 if short else killed.RUNS)
    if name == "logging":
        from benchmarks.peers import logcalls

        return logcalls.figures(rounds=1 if short else 5, kills=1 if short else 5)
    if name == "reading":
        from benchmarks.peers import reading

        if short:
            reading.RUNS, reading.STEPS = 6, 500
        return reading.figures()
    if name == "listing":
        from benchmarks.peers import listing

        return listing.figures(1_000 if short else listing.RUNS)
    from benchmarks import coordinator

    found = coordinator.figures(1_000 if short else coordinator.RUNS)
    return [[one.name, one.value, one.unit, one.bound, one.note] for one in found]


PARTS = ("pool", "threads", "killed", "logging", "reading", "listing", "coordinator")


def _machine(load: float) -> dict[str, object]:
    return {"date": time.strftime("%Y-%m-%d %H:%M"), "cores": os.cpu_count(), "load_before": load}


def _versions() -> dict[str, str]:
    found = {"python": sys.version.split()[0]}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def main() -> int:
    """Measure the parts that are asked for; write results.json after each, then the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(PARTS))
    parser.add_argument("--short", action="store_true", help="few and small; keeps no figures")
    parser.add_argument("--page", action="store_true", help="write results.md from results.json")
    asked = parser.parse_args()
    # As pip leaves an installed package; ours is read from its folder.
    compileall.compile_dir(str(find_spec("trialist").submodule_search_locations[0]), quiet=1)
    file = HERE / "results.json"
    kept = json.loads(file.read_text()) if file.exists() and not asked.short else {}
    for name in () if asked.page else asked.only:
        load, began = os.getloadavg()[0], time.monotonic()
        print(f"== {name}, load {load:.1f}", file=sys.stderr, flush=True)
        kept[name] = {"measured": _measured(name, short=asked.short), "machine": _machine(load)}
        kept["versions"] = _versions()
        print(f"== {name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        if not asked.short:
            file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    text, missed = page.written(kept)
    if asked.short:
        print(text)
        return 0
    (HERE / "results.md").write_text(text, encoding="utf-8")
    for line in missed:
        print(f"MISSED: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
