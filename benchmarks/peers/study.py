"""A finished study in a store, written through the product's own writers, without training."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

STUDY = """\
name: finished
trial: quick.py:train
metric: {{name: val/accuracy, goal: maximize}}
config: {{steps: {steps}}}
variants: {{baseline: {{}}, same: {{}}}}
seeds: {seeds}
"""
TRIAL = """\
import json
from pathlib import Path

VALUES = Path(__file__).with_name("values.json")


def train(config, run):
    rows = json.loads(VALUES.read_text())
    for step, row in enumerate(rows):
        run.log({name: value + run.seed.base for name, value in row.items()}, step=step)
    return {"val/accuracy": 0.9 + run.seed.base / 1000}
"""


def finished_study(
    store: Path, *, runs: int, steps: int, rows: Callable[[int, int], dict[str, float]]
) -> None:
    """Run a study of two variants whose trials only log; `rows(0, step)` in every run."""
    import trialist

    place = store.parent / "study"
    place.mkdir()
    (place / "quick.py").write_text(TRIAL)
    (place / "values.json").write_text(json.dumps([rows(0, step) for step in range(steps)]))
    (place / "study.yaml").write_text(STUDY.format(steps=steps, seeds=runs // 2))
    trialist.run(place / "study.yaml", store=store, workers=2)
