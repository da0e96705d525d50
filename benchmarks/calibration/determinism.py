"""The same input gives the same bytes: in another process, in another order of the runs."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.calibration.rows import Check, Measured, Scale, fact

_SCRIPT = """
import sys, trialist
trialist.compare(sys.argv[1], goal="maximize", relevant=0.005, paired=True).report(sys.argv[2])
"""


def measure(scale: Scale) -> Measured:
    """Write the report of one table in three processes and compare every file."""
    with tempfile.TemporaryDirectory(prefix="calibration-") as folder:
        place = Path(folder)
        lines = _rows(scale)
        mixed = lines[3:]
        random.Random(1).shuffle(mixed)
        mixed = lines[:3] + mixed  # which variant comes first decides the order of the table
        one = _report(place / "one", lines, hash_seed="1")
        two = _report(place / "two", lines, hash_seed="2")
        three = _report(place / "three", mixed, hash_seed="3", only="results.json")
    same_order = three == {name: one[name] for name in three}
    return Measured(
        checks=(
            Check(name="the same table in two processes: every file of the report, bit for bit",
                  cells=(fact("same", float(one == two and len(one) > 2)),), low=1.0,
                  note=f"{len(one)} files"),
            Check(name="its rows in another order: results.json, bit for bit",
                  cells=(fact("same", float(same_order)),), low=1.0),
        )
    )  # fmt: skip


def _rows(scale: Scale) -> list[str]:
    rng = scale.rng("determinism")
    return [
        f"{name},{seed},{0.9 + 0.01 * shift + 0.01 * rng.normal():.6f}"
        for seed in range(8)
        for name, shift in (("baseline", 0), ("dropout", 2), ("wide", 0))
    ]


def _report(
    place: Path, lines: list[str], *, hash_seed: str, only: str | None = None
) -> dict[str, str]:
    place.mkdir()
    (place / "runs.csv").write_text("\n".join(["variant,seed,accuracy", *lines]) + "\n")
    subprocess.run(
        [sys.executable, "-c", _SCRIPT, "runs.csv", "out"],
        check=True, cwd=place, env=os.environ | {"PYTHONHASHSEED": hash_seed},
    )  # fmt: skip
    files = (path for path in (place / "out").rglob("*") if path.is_file())
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if only in (None, path.name)
    }
