"""The peers' answers to the same studies, asked in their own environment, beside ours."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.calibration import draws, methods
from benchmarks.calibration.peers import inside
from benchmarks.calibration.realnull import pairs_of_draws, sources_in
from benchmarks.calibration.rows import Grid, Measured, Scale, percent

from trialist import compare

_INSIDE = Path(__file__).with_name("inside.py")
_ASKED = 2_000
_TIMED = "n = 10"
_OURS = {"trialist, unpaired (default)": methods.welch, "trialist, paired": methods.paired}


def measure(scale: Scale) -> Measured:
    """Ask every peer; nothing, with a printed reason, where no environment is named."""
    if not scale.peers:
        print("peers: left out, no --peers PYTHON (see benchmarks/calibration/peers.md)")
        return Measured()
    studies = _studies(scale)
    answers = _ask(studies, scale.peers)
    ours = {name: _own_seconds(studies[_TIMED], paired="paired" in name and "un" not in name)
            for name in _OURS}  # fmt: skip
    rows = [
        (name, "", *(percent(float(method(values, scale.rng(name)).mean()))
                     for values in studies.values()), _time(ours[name]), "1")
        for name, method in _OURS.items()
    ]  # fmt: skip
    base = ours["trialist, unpaired (default)"]
    rows += [_row(name, answer, list(studies), base) for name, answer in answers.items()]
    return Measured(grids=(_grid(tuple(rows), tuple(studies)),))


def _studies(scale: Scale) -> dict[str, np.ndarray]:
    count = min(_ASKED, scale.studies)
    found = {f"n = {n}": draws.normal(scale.rng(f"peers {n}"), count, 2, n) for n in (3, 5, 10)}
    for name, groups in sources_in(scale.data).items():
        short = name.partition(",")[0]
        found[f"{short}, n = 5"] = pairs_of_draws(scale.rng(f"peers {name}"), groups, count, 5)
    return found


def _ask(studies: dict[str, np.ndarray], python: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        source, target = Path(folder) / "draws.npz", Path(folder) / "answers.json"
        np.savez(source, **studies)
        surroundings = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        subprocess.run(
            [python, str(_INSIDE), str(source), str(target)], check=True, cwd=folder,
            env=surroundings,
        )  # fmt: skip
        answers: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return answers


def _own_seconds(values: np.ndarray, *, paired: bool) -> float:
    """Give what a whole `trialist.compare` of two variants takes, timed as the peers are."""

    def says(a: np.ndarray, b: np.ndarray) -> object:
        runs = {"a": dict(enumerate(a.tolist())), "b": dict(enumerate(b.tolist()))}
        return compare(runs, goal="maximize", metric="accuracy", paired=paired).to_dict()

    says(*values[0])  # imports
    return inside.seconds_of(says, values[:25])


def _row(name: str, answer: dict[str, Any], cells: list[str], base: float) -> tuple[str, ...]:
    if "missing" in answer:
        return (name, "", *("not installed" for _ in cells), answer["missing"], "")
    shown = []
    for cell in cells:
        found = answer["cells"][cell]
        shown.append(f"{percent(found['rate'])} ({found['n']})" if found["n"] else found["refuses"])
    seconds = answer["seconds"]
    return (name, answer["version"], *shown, _time(seconds), _times(seconds / base))


def _times(ratio: float) -> str:
    return f"{float(f'{ratio:.2g}'):,.10g}"


def _time(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _grid(rows: tuple[tuple[str, ...], ...], cells: tuple[str, ...]) -> Grid:
    return Grid(
        name="peers",
        title="Today's tools on two equal variants: say that there is a difference",
        header=("tool", "version", *cells, "one comparison", "times trialist's"),
        rows=rows,
        note="In brackets: how many studies were asked. preregister tests both directions at 5 % "
        "each, so 10 % is what it promises. rliable gives intervals, no test: the row reads them "
        "as people do; it was asked with 2,000 (400) resamples and timed with its default of "
        "50,000 (2,000). The times are from one run, whole calls of the "
        "public functions, each study's "
        "quickest of three, the median over 25 studies.",
    )
