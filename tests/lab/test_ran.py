"""Planted two-change variants are found in real runs, and healthy ones are silent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import trialist

TRIAL = """
import random


def train(config, run):
    rng = random.Random(f"{run.seed.train}/{config['gain']}")
    if config["size"]:
        run.log({"n_parameters": config["size"]})
    for step in range(1, config["steps"] + 1):
        run.log({"train/loss": 1 / step}, step=step)
    return {"val/accuracy": 0.8 + config["gain"] + rng.gauss(0, 0.002)}
"""


@pytest.fixture
def caveats(small: Callable[..., Path]) -> Callable[..., list[str]]:
    """Run a study with these variants, and give its caveats on variants."""

    def run(config: str, variants: str) -> list[str]:
        path = small(TRIAL, config=config)
        text = path.read_text(encoding="utf-8")
        head, _, tail = text.partition("variants:\n")
        rest = tail[tail.index("seeds:") :]
        path.write_text(f"{head}variants: {variants}\n{rest}", encoding="utf-8")
        result = trialist.run(path, overrides=["seeds=3"])
        assert trialist.verify().holds
        return [one for one in result.results.caveats if "verdict is about" in one]

    return run


def test_another_size_and_another_length_are_found(caveats: Callable[..., list[str]]) -> None:
    found = caveats(
        "{gain: 0.0, size: 41290, steps: 6}",
        "{baseline: {}, healthy: {gain: 0.1}, smaller: {size: 36130}, shorter: {steps: 4}}",
    )
    assert found == [
        "smaller also has 12 % fewer parameters (41,290 -> 36,130): its verdict is about that too.",
        "shorter also ran other steps (6 -> 4): its verdict is about that too.",
    ]
    curves = {path.stem for path in Path("experiments/small/figures").glob("curves-*.csv")}
    assert curves == {"curves-train-loss"}


def test_two_settings_are_found_before_a_run_and_after(caveats: Callable[..., list[str]]) -> None:
    variants = "{baseline: {}, both: {gain: 0.1, size: 5}}"
    found = caveats("{gain: 0.0, size: 0, steps: 3}", variants)
    said = "both changes two things (gain 0.0 -> 0.1, size 0 -> 5): its verdict is about both "
    assert found == [f"{said}together."]
    assert any(one.startswith(said) for one in trialist.plan("study.yaml").caveats)


def test_an_ablation_is_reported_and_computed_again(small: Callable[..., Path]) -> None:
    path = small(TRIAL, config="{gain: 0.05, size: 10, steps: 2, extra: true}")
    text = path.read_text(encoding="utf-8")
    head, _, tail = text.partition("variants:\n")
    tail = tail[tail.index("seeds:") :]
    path.write_text(f"{head}ablate: [gain, extra]\n{tail}", encoding="utf-8")
    result = trialist.run(path)
    assert set(result.verdicts) == {"no-gain", "no-extra"}
    data = json.loads(Path("experiments/small/results.json").read_text(encoding="utf-8"))
    components = data["ablation"]["components"]
    assert [one["name"] for one in components] == ["gain", "extra"]
    assert components[0]["supported"]
    assert components[0]["drop"] == pytest.approx(0.05, abs=0.01)
    assert not components[1]["supported"]
    assert trialist.verify().holds
    assert "gain helps: without it" in str(result)
