import json

import jsonschema
import pytest

import trialist

TRIAL = """
import random


def train(config, run):
    state = run.restore() or {"step": 0, "skill": 0.0}
    step, skill = state["step"], state["skill"]
    while step < config["max_train_steps"]:
        step += 5
        rng = random.Random(f"{run.seed.train}/{step}")
        skill += config["rate"] + rng.gauss(0, 0.001)
        run.log({"val/skill": skill}, step=step)
        run.checkpoint({"step": step, "skill": skill}, step=step)
        if run.should_stop():
            return
"""

STUDY = """
name: pop
question: Does a schedule help?
trial: trial.py:train
metric: {name: val/skill, goal: maximize}
config: {rate: 0.1}
space:
  rate: {low: 0.01, high: 1.0, log: true}
search: {method: pbt, trials: 4, options: {interval: 10}}
budget: {max_train_steps: 20}
seeds: 2
"""


@pytest.mark.slow
def test_the_schedule_of_a_population_is_told(tmp_path):
    (tmp_path / "trial.py").write_text(TRIAL)
    (tmp_path / "study.yaml").write_text(STUDY)
    trialist.run(tmp_path / "study.yaml", store=tmp_path / "experiments")
    found = trialist.analyze("pop", store=tmp_path / "experiments")
    (population,) = found.data.populations
    assert population.members == (0, 1, 2, 3)
    assert population.steps == 20
    assert [one.step for one in population.takeovers] == [10]
    assert population.line[0].step == 0
    assert "a schedule, not a configuration" in str(found)
    page = found.report()
    assert (page.parent / "analysis" / "population-tuned-0.svg").exists()


@pytest.mark.slow
def test_what_a_population_writes_fits_the_schemas(tmp_path):
    (tmp_path / "trial.py").write_text(TRIAL)
    (tmp_path / "study.yaml").write_text(STUDY)
    trialist.run(tmp_path / "study.yaml", store=tmp_path / "experiments")
    folder = tmp_path / "experiments" / "pop"
    events = jsonschema.Draft202012Validator(trialist.schema("events"))
    kinds = set()
    for journal in folder.rglob("journal.jsonl"):
        for line in journal.read_text().splitlines():
            event = json.loads(line)
            kinds.add(event["k"])
            events.validate(event)
    assert "took_over" in kinds
    for kind in ("plan", "results"):
        data = json.loads((folder / f"{kind}.json").read_text())
        jsonschema.Draft202012Validator(trialist.schema(kind)).validate(data)
